"""Texts that a person has typed and the record does not hold: kept for them, and for nobody else to read.

A text lands here when it cannot be saved: a colleague saved first, the meeting was closed meanwhile, a sign cannot be
printed, the session has ended. It stays until its author saves it or lets it go.
"""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.access import Actor
from core.models import Person, UnsentText

__all__ = ["UnsentText"]


def slot(item_id: UUID, entry: str) -> str:
    """The place of a text: one field of one agenda item."""
    return f"agenda_item:{item_id}:{entry}"


def keep(db: Session, actor: Actor, slot: str, *, text: str, seen_version: int) -> UnsentText:
    """Keep what the actor has typed; a newer text of the same place takes the older one's.

    Refuses nothing: what a database cannot hold is replaced by the sign for it.
    """
    storable = text.replace("\x00", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode("utf-8")
    kept = _find(db, actor, slot)
    if kept is None:
        kept = UnsentText(person_id=actor.person_id, slot=slot, text="", seen_version=0, kept_at=clock.now())
        db.add(kept)
    kept.text, kept.seen_version, kept.kept_at = storable, seen_version, clock.now()
    db.flush()
    return kept


def of_slots(db: Session, actor: Actor, slots: Iterable[str]) -> dict[str, UnsentText]:
    """The actor's own kept texts of these places."""
    statement = select(UnsentText).where(
        UnsentText.person_id == actor.person_id, UnsentText.slot.in_(list(slots))
    )
    return {kept.slot: kept for kept in db.scalars(statement)}


def drop(db: Session, actor: Actor, slot: str) -> None:
    """Let a kept text go: it was saved, or its author decided so."""
    kept = _find(db, actor, slot)
    if kept is not None:
        db.delete(kept)
        db.flush()


def others(db: Session, actor: Actor, slots: Iterable[str]) -> list[str]:
    """The names of other people who have texts of these places that are not saved; never what they typed."""
    statement = (
        select(Person.name)
        .join(UnsentText, UnsentText.person_id == Person.id)
        .where(UnsentText.person_id != actor.person_id, UnsentText.slot.in_(list(slots)))
        .distinct()
        .order_by(Person.name)
    )
    return list(db.scalars(statement))


def _find(db: Session, actor: Actor, slot: str) -> UnsentText | None:
    statement = select(UnsentText).where(UnsentText.person_id == actor.person_id, UnsentText.slot == slot)
    return db.scalars(statement).one_or_none()
