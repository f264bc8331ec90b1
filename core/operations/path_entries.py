"""The two parallel paths of a case: each service records its own, and decides what the other may see.

Of his path the bare fact can be shared at once. A note, and anything of her path, leaves by a release
(core.operations.path_releases).
"""

from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import access, audit, clock
from core.access import Actor, Permission, find, require, require_version
from core.content.protocols import EPISODE, PathKind, Protocol, Side
from core.errors import Conflict, Invalid, NotAllowed
from core.models import Case, JointItem, PathEntry, ReleasedEntry, ServiceKind
from core.operations import cases, joint_spaces, protocols, reentries
from core.text import day, in_order, line, text

__all__ = ["EPISODE", "PathEntry", "PathKind"]

LONGEST_NOTE = 500


def side_of(actor: Actor) -> Side:
    """The path that the actor's service keeps."""
    return Side.PP if actor.kind is ServiceKind.PP else Side.VSS


def add(
    db: Session,
    actor: Actor,
    case_id: UUID,
    *,
    kind: str,
    happened_on: date | None,
    note: str = "",
    is_shared: bool | None = None,
) -> PathEntry:
    """Record something on one's own path; it stays with one's own service unless it is shared, and its note does in any case.

    With `is_shared` None the protocol's rule holds: facts of his attendance are shared, nothing of hers is.
    """
    require(actor, Permission.WRITE_FILE)
    if kind == EPISODE:
        raise Invalid("error.episode.has_its_page", field="kind")
    case = cases.find_open(db, actor, case_id)
    protocol = protocols.of_case(db, case)
    known = {one.id: one for one in protocol.path_kinds_of(side_of(actor))}
    if kind not in known:
        raise Invalid("error.unknown_path_kind", field="kind")
    on = past(happened_on, field="happened_on")
    entry = PathEntry(
        case_id=case.id,
        service_id=actor.service_id,
        kind=kind,
        happened_on=on,
        note=text(note, field="note", required=False, longest=LONGEST_NOTE),
        is_shared=_shares_by_default(db, actor, case, known[kind]) if is_shared is None else is_shared,
    )
    if entry.is_shared:
        _require_sharing(db, actor, case)
    _check_order(protocol, entry, of_case(db, actor, case.id))
    db.add(entry)
    audit.record(db, actor, "add", entry, case_id=case.id)
    return entry


def _shares_by_default(db: Session, actor: Actor, case: Case, kind: PathKind) -> bool:
    """Is an entry of this kind shown to the other service if nobody says otherwise?"""
    is_his = actor.kind is ServiceKind.PP
    may_share = is_his and kind.is_shared_by_default and access.may(actor, Permission.SHARE)
    return may_share and joint_spaces.standing(db, actor, case).is_open


@access.of_one_case
def of_case(db: Session, actor: Actor, case_id: UUID) -> list[PathEntry]:
    """The entries of one's own path, the newest first."""
    statement = access.own_path_entries(actor).where(PathEntry.case_id == case_id)
    return list(db.scalars(statement.order_by(PathEntry.happened_on.desc(), PathEntry.created_at.desc())))


def enter_episode(db: Session, actor: Actor, case: Case, *, happened_on: date) -> PathEntry:
    """New violence on the actor's own path: by its day alone. What was told of it is core.operations.episodes'."""
    protocol = protocols.of_case(db, case)
    if EPISODE not in {one.id for one in protocol.path_kinds_of(side_of(actor))}:
        raise Invalid("error.unknown_path_kind", field="kind")
    entry = PathEntry(
        case_id=case.id, service_id=actor.service_id, kind=EPISODE, happened_on=happened_on, note=""
    )
    _check_order(protocol, entry, of_case(db, actor, case.id))
    db.add(entry)
    db.flush()
    return entry


def share(db: Session, actor: Actor, entry_id: UUID, *, version: int) -> PathEntry:
    """Let the victim support service see what happened on his path and when; the note stays.

    Raises Conflict for an entry of her path: it is released.
    """
    entry = _own(db, actor, entry_id, version)
    _require_sharing(db, actor, cases.find(db, actor, entry.case_id))
    if entry.is_shared:
        raise Conflict("error.path_entry_shared")
    # What was shared once is known since then: shared again, it calls for nothing that was done meanwhile.
    entry.is_shared, entry.shared_at = True, entry.shared_at or clock.now()
    audit.record(db, actor, "share", entry, case_id=entry.case_id)
    return entry


def unshare(db: Session, actor: Actor, entry_id: UUID, *, version: int) -> PathEntry:
    """Take an entry back from the other service's sight; what was read there stays read."""
    entry = _own(db, actor, entry_id, version)
    require(actor, Permission.SHARE)
    if not entry.is_shared:
        raise Conflict("error.path_entry_not_shared")
    entry.is_shared, entry.shared_at = False, entry.shared_at or entry.created_at
    _withdraw_all(db, entry, actor)
    audit.record(db, actor, "unshare", entry, case_id=entry.case_id)
    return entry


def remove(db: Session, actor: Actor, entry_id: UUID, *, reason: str, version: int) -> PathEntry:
    """Take an entry off the path, for a reason; the row itself stays. A new beginning that rested on it goes too."""
    entry = _own(db, actor, entry_id, version)
    entry.removed_reason = line(reason, field="reason")
    reentries.undo(db, actor, entry, reason=entry.removed_reason)
    entry.removed_at = clock.now()
    _withdraw_all(db, entry, actor)
    audit.record(db, actor, "remove", entry, case_id=entry.case_id)
    return entry


def _own(db: Session, actor: Actor, entry_id: UUID, version: int) -> PathEntry:
    """Raises NotAllowed for a shared entry of the other service: it may be seen and not touched."""
    require(actor, Permission.WRITE_FILE)
    entry = find(db, access.visible_path_entries(actor), entry_id)
    if entry.service_id != actor.service_id:
        raise NotAllowed
    if entry.kind == EPISODE:
        raise Conflict("error.episode.has_its_page")
    require_version(entry, version)
    return entry


def _require_sharing(db: Session, actor: Actor, case: Case) -> None:
    require(actor, Permission.SHARE)
    joint_spaces.require_open(db, actor, case)
    if actor.kind is not ServiceKind.PP:
        raise Conflict("error.path_entry_hers")


def _withdraw_all(db: Session, entry: PathEntry, actor: Actor) -> None:
    """Take back whatever is, or waits to be, read of an entry."""
    of_entry = select(ReleasedEntry.item_id).where(ReleasedEntry.entry_id == entry.id)
    items = access.own_joint_items(actor).where(JointItem.id.in_(of_entry), JointItem.withdrawn_at.is_(None))
    for item in db.scalars(items):
        item.withdrawn_at = clock.now()
        audit.record(db, actor, "withdraw", item, case_id=item.case_id)


def past(happened_on: date | None, *, field: str) -> date:
    """A day that has been. Raises Invalid for none and for one to come."""
    on = day(happened_on, field=field)
    if on > clock.today():
        raise Invalid("error.in_the_future", field=field)
    return on


def _check_order(protocol: Protocol, entry: PathEntry, others: list[PathEntry]) -> None:
    """An entry lies between the first of what it follows and what follows it."""
    before = protocol.path_kind(entry.kind).follows
    earlier = [other.happened_on for other in others if other.kind in before]
    in_order(min(earlier, default=None), entry.happened_on, field="happened_on")
    first_of_its_kind = all(other.kind != entry.kind for other in others)
    later = [other.happened_on for other in others if entry.kind in protocol.path_kind(other.kind).follows]
    if first_of_its_kind and later and entry.happened_on > min(later):
        raise Invalid("error.path_entry_too_late", field="happened_on")
