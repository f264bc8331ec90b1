"""What stands above every page of a case, in one look: a page that asked for each by itself looked its case up thrice."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from core import access, clock
from core.access import Actor
from core.models import Case
from core.operations import break_glass, case_due, cases, closings, phases, t_dates, t_points
from core.operations.break_glass import Told
from core.operations.case_due import Due
from core.operations.closing_checks import FOLLOW_UP
from core.operations.phases import CaseOverview, Standing
from core.operations.walks import Walk, WalkedStep

#: What is due later than this comes after a step that can be done now.
SOON: Final = timedelta(days=14)


@dataclass(frozen=True)
class Head:
    """The case, where it stands, what is next for the own side, and who opened a file of it without an assignment."""

    case: Case
    standing: Standing
    told: tuple[Told, ...]
    #: What is due soonest, where that comes before the next step.
    due: Due | None = None
    #: The step that is next; where a day says what is, and where the work together is over, there is none.
    step: WalkedStep | None = None
    #: Both services agreed on the end, and what is left is the follow-up; with its day.
    has_ended: bool = False
    follow_up_on: date | None = None


@access.of_one_case
def of_case(db: Session, actor: Actor, case_id: UUID, *, joint_only: bool = False) -> Head:
    """The head of a case; with `joint_only` with the step that both services may see."""
    walk = phases.walk_of(db, actor, cases.find(db, actor, case_id))
    return _head(walk, phases.standing(walk, joint_only=joint_only), joint_only=joint_only)


@access.of_one_case
def with_walk(db: Session, actor: Actor, case_id: UUID) -> tuple[Head, CaseOverview]:
    """The same for the page that shows the whole walk, which is gone through once."""
    walk = phases.walk_of(db, actor, cases.find(db, actor, case_id))
    seen = phases.overview_of(walk)
    return _head(walk, seen.standing), seen


def _head(walk: Walk, standing: Standing, *, joint_only: bool = False) -> Head:
    db, actor, case = walk.db, walk.actor, walk.records.case
    told = tuple(break_glass.told(db, actor, case))
    if standing.is_closed:
        return Head(case, standing, told)
    closing, times = closings.current(db, actor, case.id), t_points.of_walk(walk)
    has_ended = closing is not None and closing.is_agreed
    due = case_due.soonest(db, actor, case, times=times, closing=closing, joint_only=joint_only)
    is_over = has_ended or standing.agreement_over is not None
    if not is_over and not _comes_first(due, standing):
        due = None
    follow_up = t_dates.newest(times, FOLLOW_UP) if has_ended else None
    return Head(
        case,
        standing,
        told,
        due=due,
        step=None if due or is_over else standing.without_time or standing.step,
        has_ended=has_ended,
        follow_up_on=follow_up.on if follow_up else None,
    )


def _comes_first(due: Due | None, standing: Standing) -> bool:
    """Does what has a day come before the steps of the phase? Late in the phase, where only its time is left, always."""
    if due is None:
        return False
    if due.on <= clock.today() + SOON:
        return True
    return standing.step is not None and standing.without_time is None
