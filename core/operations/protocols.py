"""The versions of the protocol: which one a case is walked in, and how an administrator makes a new one.

Version 1 is the shipped file. A later one begins as a draft, a copy of the current one, and is changed piece by
piece until it is released; from then on new cases take it and open cases stay on theirs.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import access, audit, clock, text
from core.access import Actor, Permission
from core.content import protocol_revisions as revisions
from core.content import protocols as content
from core.content.protocol_revisions import Changes
from core.content.protocols import Phase, Protocol, Scope, Screen, Side
from core.errors import Conflict, Invalid, NotFound
from core.models import Case, Cooperation, Person, ProtocolVersion

__all__ = ["Protocol", "ProtocolVersion", "Scope", "Screen", "Side"]

SHIPPED: Final = 1
#: Released versions, read once; they never change, and the id of the row is theirs alone.
_read: dict[UUID, Protocol] = {}


def load(db: Session, number: int) -> Protocol:
    """A released version of the protocol.

    Raises NotFound where there is none of this number.
    """
    if number == SHIPPED:
        return content.load()
    row_id = db.scalar(
        select(ProtocolVersion.id).where(
            ProtocolVersion.number == number, ProtocolVersion.released_at.is_not(None)
        )
    )
    if row_id is None:
        raise NotFound
    if row_id not in _read:
        _read[row_id] = Protocol.from_data(db.get_one(ProtocolVersion, row_id).content)
    return _read[row_id]


def current(db: Session) -> Protocol:
    """The newest released version: the one that new cases take."""
    newest = db.scalar(
        select(func.max(ProtocolVersion.number)).where(ProtocolVersion.released_at.is_not(None))
    )
    return load(db, newest or SHIPPED)


def of_case(db: Session, case: Case) -> Protocol:
    """The version that the case was opened with."""
    return load(db, case.protocol_version)


def of_cooperation(db: Session, cooperation: Cooperation) -> Protocol:
    """The version that the cooperation walks Phase 1 in."""
    return load(db, cooperation.protocol_version)


@dataclass(frozen=True)
class Release:
    """A version that an administrator released."""

    number: int
    note: str
    at: datetime
    #: Nobody where the version came from an installation whose people did not come along.
    by: str


def released(db: Session, actor: Actor) -> list[Release]:
    """The versions that administrators released and who did, newest first; the shipped one is not among them."""
    access.require(actor, Permission.ADMINISTER)
    rows = db.execute(
        select(ProtocolVersion.number, ProtocolVersion.note, ProtocolVersion.released_at, Person.name)
        .outerjoin(Person, Person.id == ProtocolVersion.released_by)
        .where(ProtocolVersion.released_at.is_not(None))
        .order_by(ProtocolVersion.number.desc())
    )
    return [Release(number, note, at, by or "") for number, note, at, by in rows if at]


def newest(db: Session, actor: Actor) -> Protocol:
    """What new cases are walked in now."""
    access.require(actor, Permission.ADMINISTER)
    return current(db)


def draft(db: Session, actor: Actor) -> ProtocolVersion | None:
    """The version that is being prepared, if there is one."""
    access.require(actor, Permission.ADMINISTER)
    return db.scalars(select(ProtocolVersion).where(ProtocolVersion.released_at.is_(None))).one_or_none()


def content_of(version: ProtocolVersion) -> Protocol:
    """What a version says."""
    return Protocol.from_data(version.content)


def begin_draft(db: Session, actor: Actor) -> ProtocolVersion:
    """Begin a new version as a copy of the current one.

    Raises Conflict where one is being prepared already.
    """
    if draft(db, actor) is not None:
        raise Conflict("error.protocol_draft_exists")
    old = current(db)
    new = revisions.next_version(old, old.version + 1)
    version = ProtocolVersion(number=new.version, content=new.to_data(), made_by=actor.person_id)
    db.add(version)
    audit.record(db, actor, "drafted", version)
    return version


def reword_phase(
    db: Session, actor: Actor, phase: str, *, texts: Mapping[str, str], version: int
) -> ProtocolVersion:
    """Give a phase of the draft another title, purpose line, meeting party, outlook or source."""
    return _change(db, actor, version, lambda old: revisions.reword(old, phase, _flowing(texts)))


def reword_step(
    db: Session, actor: Actor, phase: str, step: str, *, texts: Mapping[str, str], version: int
) -> ProtocolVersion:
    """Give a step of the draft another title or help."""
    return _change(
        db, actor, version, lambda old: revisions.reword(old, phase, _flowing(texts), step_id=step)
    )


def move_phase(db: Session, actor: Actor, phase: str, *, places: int, version: int) -> ProtocolVersion:
    """Put a phase of the draft earlier (negative) or later among the phases of its scope."""

    def change(old: Protocol) -> Protocol:
        scope = _phase(old, phase).scope
        those = iter(_moved([one.id for one in old.phases_of(scope)], phase, places))
        order = [next(those) if one.scope is scope else one.id for one in old.phases]
        return revisions.order_phases(old, order)

    return _change(db, actor, version, change)


def move_step(
    db: Session, actor: Actor, phase: str, step: str, *, places: int, version: int
) -> ProtocolVersion:
    """Put a step of the draft earlier (negative) or later in its phase."""

    def change(old: Protocol) -> Protocol:
        steps = [one.id for one in _phase(old, phase).steps]
        if step not in steps:
            raise Invalid("error.unknown_step", field="step")
        return revisions.order_steps(old, phase, _moved(steps, step, places))

    return _change(db, actor, version, change)


def add_step(
    db: Session,
    actor: Actor,
    phase: str,
    *,
    title: str,
    help_text: str,
    page: Screen,
    side: Side,
    version: int,
) -> ProtocolVersion:
    """Add a step to a phase of the draft; a person says when it is done.

    Raises Invalid where its side cannot open the page from such a phase.
    """
    return _change(
        db,
        actor,
        version,
        lambda old: revisions.add_step(
            old, phase, title=title, help_text=_flow(help_text), page=page, side=side
        ),
    )


def drop_step(db: Session, actor: Actor, phase: str, step: str, *, version: int) -> ProtocolVersion:
    """Take a step out of a phase of the draft."""
    return _change(db, actor, version, lambda old: revisions.drop_step(old, phase, step))


def changes(db: Session, actor: Actor) -> Changes:
    """What the draft changes of the work, against the version that new cases take now."""
    access.require(actor, Permission.ADMINISTER)
    found = draft(db, actor)
    if found is None:
        raise Conflict("error.no_protocol_draft")
    return revisions.changes(current(db), content_of(found))


def release(db: Session, actor: Actor, *, note: str, version: int, is_read: bool = False) -> ProtocolVersion:
    """Make the draft the current version: new cases take it, open ones stay on theirs. It never changes again.

    Raises Conflict where it changes phases or steps, and nobody says that they have read which.
    """
    found = _draft(db, actor, version)
    if not is_read and changes(db, actor).are_there:
        raise Conflict("error.protocol_changes_unread")
    found.note = text.line(note, field="note")
    found.released_at, found.released_by = clock.now(), actor.person_id
    audit.record(db, actor, "released", found)
    return found


def discard(db: Session, actor: Actor, *, version: int) -> None:
    """Throw the draft away."""
    found = _draft(db, actor, version)
    audit.record(db, actor, "discarded", found)
    db.delete(found)


def _draft(db: Session, actor: Actor, version: int) -> ProtocolVersion:
    found = draft(db, actor)
    if found is None:
        raise Conflict("error.no_protocol_draft")
    access.require_version(found, version)
    return found


def _change(
    db: Session, actor: Actor, version: int, change: Callable[[Protocol], Protocol]
) -> ProtocolVersion:
    found = _draft(db, actor, version)
    changed = change(content_of(found)).to_data()
    # Built again from its data, so that what is kept is sure to be a protocol.
    found.content = Protocol.from_data(changed).to_data()
    audit.record(db, actor, "revised", found)
    return found


def _flow(typed: str) -> str:
    """A text of the protocol flows: a line end that somebody typed is a blank."""
    return " ".join(typed.splitlines())


def _flowing(texts: Mapping[str, str]) -> dict[str, str]:
    return {name: _flow(typed) for name, typed in texts.items()}


def _phase(protocol: Protocol, phase: str) -> Phase:
    try:
        return protocol.phase(phase)
    except KeyError:
        raise Invalid("error.unknown_phase", field="phase") from None


def _moved(order: list[str], one: str, places: int) -> list[str]:
    """The order with one of its members moved, at most to an end."""
    there = min(max(order.index(one) + places, 0), len(order) - 1)
    rest = [other for other in order if other != one]
    return [*rest[:there], one, *rest[there:]]
