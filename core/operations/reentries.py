"""He came back: on what conditions, and whether T0 and T1 begin anew or he goes on where he left (domain 9.B17).

The path says that he came back (core.operations.path_entries), the times are core.operations.t_points', and the other
service is told by a notice (core.operations.immediate_notices); here stands only the choice.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import access, audit
from core.access import Actor, Permission, find, require
from core.errors import Conflict, Invalid, NotAllowed
from core.models import PathEntry, Reentry, ServiceKind
from core.operations import cases, t_dates, t_points
from core.operations.t_dates import TDate
from core.text import text

__all__ = ["Reentry"]

#: What the protocol calls it on his path.
RETURNED: Final = "returned"
#: The times that begin anew.
ANEW: Final = ("T0", "T1")
LONGEST = 1000


@access.of_one_case
def undecided(db: Session, actor: Actor, case_id: UUID) -> Sequence[PathEntry]:
    """The days on which he came back and of which nobody wrote down on what, the newest first."""
    decided = select(Reentry.entry_id)
    statement = access.own_path_entries(actor).where(
        PathEntry.case_id == case_id, PathEntry.kind == RETURNED, PathEntry.id.not_in(decided)
    )
    return db.scalars(statement.order_by(PathEntry.happened_on.desc())).all()


@access.of_one_case
def of_case(db: Session, actor: Actor, case_id: UUID) -> list[tuple[Reentry, PathEntry]]:
    """What was decided, the newest first."""
    statement = (
        access.visible_reentries(actor)
        .join(PathEntry, PathEntry.id == Reentry.entry_id)
        .where(PathEntry.case_id == case_id)
        .order_by(PathEntry.happened_on.desc())
        .add_columns(PathEntry)
    )
    found = [(reentry, entry) for reentry, entry in db.execute(statement)]
    if found:
        file = cases.own_file(db, actor, cases.find(db, actor, case_id))
        audit.look(db, file, "read_conditions", case_id=case_id)
    return found


def decide(
    db: Session,
    actor: Actor,
    entry_id: UUID,
    *,
    begins_anew: bool | None,
    conditions: str,
    t0_on: date | None = None,
    t1_on: date | None = None,
) -> Reentry:
    """Write down on what he came back; with a new beginning T0 and T1 get a day once more, and T2 is counted from there.

    Raises Conflict where it was decided meanwhile.
    """
    require(actor, Permission.WRITE_FILE)
    if actor.kind is not ServiceKind.PP:
        raise NotAllowed
    entry = find(db, access.own_path_entries(actor).where(PathEntry.kind == RETURNED), entry_id)
    case = cases.find_open(db, actor, entry.case_id)
    if begins_anew is None:
        raise Invalid("error.cooperation.choose", field="begins_anew")
    if db.scalar(access.visible_reentries(actor).where(Reentry.entry_id == entry.id)) is not None:
        raise Conflict("error.reentry.decided")
    reentry = Reentry(
        entry_id=entry.id,
        begins_anew=begins_anew,
        conditions=text(conditions, field="conditions", longest=LONGEST),
        decided_by=actor.person_id,
    )
    db.add(reentry)
    db.flush()
    if begins_anew:
        days = {"T0": t0_on, "T1": t1_on}
        for label, on in days.items():
            if on is not None and on < entry.happened_on:
                raise Invalid("error.reentry.too_early", field=label)
        t_points.begin_anew(db, actor, case, dates=days)
    audit.record(db, actor, "decide", reentry, case_id=case.id)
    return reentry


def anew(db: Session, actor: Actor, entry: PathEntry) -> list[TDate]:
    """The times that began anew with this return, and have a day still."""
    statement = (
        access.visible_reentries(actor)
        .join(PathEntry, PathEntry.id == Reentry.entry_id)
        .where(PathEntry.case_id == entry.case_id, Reentry.begins_anew.is_(True))
        .order_by(Reentry.created_at)
        .with_only_columns(Reentry.entry_id)
    )
    began = list(db.scalars(statement))
    dated = [
        one
        for one in t_points.of_case(db, actor, entry.case_id)
        if one.rule.id in ANEW and one.label != one.rule.id and one.on is not None
    ]
    rounds = sorted({t_dates.number_of(one.label) for one in dated})
    # Where somebody took the days of one away by hand, nobody can tell any more which belong to which return.
    if entry.id not in began or len(rounds) != len(began):
        return []
    number = rounds[began.index(entry.id)]
    return [one for one in dated if t_dates.number_of(one.label) == number]


def undo(db: Session, actor: Actor, entry: PathEntry, *, reason: str) -> None:
    """He did not come back: what began anew loses its days, and the others are counted as before; both read why.

    Raises Conflict where a side has asked at one of these times already.
    """
    times = anew(db, actor, entry)
    for one in times:
        if one.pp_done or one.vss_done:
            raise Conflict("error.reentry.asked", label=one.label)
    for one in times:
        t_points.move(
            db, actor, entry.case_id, label=one.label, due_on=None, reason=reason, version=one.version
        )
