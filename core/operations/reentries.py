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
from core.operations import cases, t_points
from core.text import text

__all__ = ["Reentry"]

#: What the protocol calls it on his path.
RETURNED: Final = "returned"
#: The times that begin anew.
ANEW: Final = ("T0", "T1")
LONGEST = 1000


def undecided(db: Session, actor: Actor, case_id: UUID) -> Sequence[PathEntry]:
    """The days on which he came back and of which nobody wrote down on what, the newest first."""
    decided = select(Reentry.entry_id)
    statement = access.own_path_entries(actor).where(
        PathEntry.case_id == case_id, PathEntry.kind == RETURNED, PathEntry.id.not_in(decided)
    )
    return db.scalars(statement.order_by(PathEntry.happened_on.desc())).all()


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
