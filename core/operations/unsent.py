"""Texts that a person has typed and the record does not hold: kept for them, and for nobody else to read.

At the table a text lands here when it cannot be saved: a colleague saved first, the meeting was closed meanwhile, the
session has ended. What is typed into a form lands here while it is typed. It stays until its author sends it or lets it
go, and is offered for as long as its author works on its case.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from core import access, clock, keys
from core.access import Actor
from core.content.meeting_kinds import Entry
from core.models import AgendaItem, Case, Meeting, Person, UnsentText
from core.operations.item_entries import same, written
from core.text import ids_in

__all__ = ["UnsentText"]

#: Ends the place of what is typed on a shared screen.
SCREEN: Final = ":screen"
#: Begins the place of an entry of an agenda item.
_ENTRY: Final = "agenda_item"
#: Before the number of a text that gave way to another which its author typed elsewhere.
ASIDE: Final = ":aside:"


@dataclass(frozen=True)
class Unsent:
    """A kept text, and the code of its case where it has one."""

    kept: UnsentText
    code: str


def slot(item_id: UUID, entry: str) -> str:
    """The place of a text: one field of one agenda item."""
    return f"{_ENTRY}:{item_id}:{entry}"


def keep(
    db: Session,
    actor: Actor,
    slot: str,
    *,
    text: str,
    seen_version: int = 0,
    case_id: UUID | None = None,
    shown: str | None = None,
) -> UnsentText:
    """Keep what the actor has typed; a newer text of the same place takes the older one's.

    Where the page says what it has `shown` of this place, a text that it has not shown is lost to none of its own: one
    that goes on where this one ends is younger, handed over when the page was left, and stays; any other is set aside.
    Refuses nothing.
    """
    kept = _find(db, actor.person_id, slot) if shown is not None else None
    if kept is not None and not same(kept.text, shown or ""):
        if kept.text.startswith(text):
            return kept
        _set_aside(db, kept, by=text)
    return _keep(db, actor.person_id, slot, text=text, seen_version=seen_version, case_id=case_id)


def storable(text: str) -> str:
    """The text as it is kept: what a database cannot hold is replaced by the sign for it."""
    return text.replace("\x00", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode("utf-8")


def rescue(db: Session, person_id: UUID, slot: str, *, text: str, case_id: UUID | None = None) -> None:
    """Keep what somebody was typing when their page or their session ended, unless it has arrived; answers nothing."""
    kind, _, rest = slot.partition(":")
    if kind == _ENTRY:
        item_id, _, entry = rest.partition(":")
        item = db.get(AgendaItem, UUID(item_id))
        if item is None or same(written(item, Entry(entry)), text):
            return
    keys.of_service(db, db.get_one(Person, person_id).service_id)
    kept = _find(db, person_id, slot)
    if kept is not None and same(kept.text, storable(text)):
        return  # with the version that its author had before them
    if kept is not None:
        _set_aside(db, kept, by=text)
    _keep(db, person_id, slot, text=text, seen_version=0, case_id=case_id)


def of_slots(db: Session, actor: Actor, slots: Iterable[str]) -> dict[str, UnsentText]:
    """The actor's own kept texts of these places, but for those of a case that is not theirs any more."""
    statement = select(UnsentText).where(
        _is_offered_to(actor), UnsentText.slot.in_([storable(slot) for slot in slots])
    )
    return {kept.slot: kept for kept in db.scalars(statement)}


def mine(db: Session, actor: Actor) -> list[Unsent]:
    """All that the actor typed and did not send, the newest first; its form may be gone meanwhile."""
    statement = (
        select(UnsentText, Case.code)
        .outerjoin(Case, Case.id == UnsentText.case_id)
        .where(_is_offered_to(actor))
        .order_by(UnsentText.kept_at.desc(), UnsentText.id)
    )
    return [Unsent(kept, code or "") for kept, code in db.execute(statement)]


def let_go(db: Session, actor: Actor, shown: Mapping[str, Iterable[str]]) -> None:
    """Let the kept texts of these places go that say one of what their author had before them, or has sent.

    Another stays: what a page that was left, or another window, handed over has been read by nobody yet.
    """
    for slot, texts in shown.items():
        kept = _find(db, actor.person_id, slot)
        if kept is not None and any(same(kept.text, storable(text)) for text in texts):
            db.delete(kept)
    db.flush()


def others(db: Session, actor: Actor, slots: Iterable[str]) -> list[str]:
    """The names of other people who have texts of these places that are not saved; never what they typed."""
    statement = (
        select(Person.name)
        .join(UnsentText, UnsentText.person_id == Person.id)
        .where(
            UnsentText.person_id != actor.person_id, UnsentText.slot.in_([storable(slot) for slot in slots])
        )
        .distinct()
        .order_by(Person.name)
    )
    return list(db.scalars(statement))


def _set_aside(db: Session, kept: UnsentText, *, by: str) -> None:
    """Make place for another text: what goes on in it is there already, anything else stays among its author's own."""
    if not storable(by).startswith(kept.text):
        kept.slot = f"{kept.slot}{ASIDE}{uuid4().hex[:8]}"
        db.flush()


def _is_offered_to(actor: Actor) -> ColumnElement[bool]:
    """Their own, and of no case that is not theirs any more."""
    at_table = access.visible_meetings(actor).with_only_columns(Meeting.case_id)
    is_there = or_(
        UnsentText.case_id.is_(None),
        UnsentText.case_id.in_(access.visible_case_ids(actor)),
        UnsentText.case_id.in_(at_table),
    )
    return and_(UnsentText.person_id == actor.person_id, is_there)


def _keep(
    db: Session, person_id: UUID, slot: str, *, text: str, seen_version: int, case_id: UUID | None = None
) -> UnsentText:
    kept = _find(db, person_id, slot)
    if kept is None:
        kept = UnsentText(
            person_id=person_id,
            slot=storable(slot),
            text="",
            seen_version=0,
            kept_at=clock.now(),
        )
        db.add(kept)
    # A text is kept whatever it is said to belong to: of a case that is not there it is nobody's but its author's.
    known = case_id if case_id is not None and db.get(Case, case_id) is not None else None
    kept.case_id = known or kept.case_id or _case_of(db, slot)
    kept.text, kept.seen_version, kept.kept_at = storable(text), seen_version, clock.now()
    db.flush()
    return kept


def _case_of(db: Session, slot: str) -> UUID | None:
    """The case of a place at the table, which names an agenda item or a meeting; of any other, none."""
    meetings = select(Meeting.case_id).where(Meeting.case_id.is_not(None))
    for named in ids_in(slot):
        of_item = select(AgendaItem.meeting_id).where(AgendaItem.id == named)
        if found := db.scalar(meetings.where(or_(Meeting.id == named, Meeting.id.in_(of_item)))):
            return found
    return None


def _find(db: Session, person_id: UUID, slot: str) -> UnsentText | None:
    statement = select(UnsentText).where(UnsentText.person_id == person_id, UnsentText.slot == storable(slot))
    return db.scalars(statement).one_or_none()
