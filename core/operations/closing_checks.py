"""What belongs before the end of a case: what both services see of it, and what each does for its own person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import access, audit
from core.access import Actor
from core.content import closings as content
from core.content.closings import Step
from core.models import (
    Action,
    ActionState,
    Case,
    CaseFile,
    Closing,
    ClosingStep,
    Meeting,
    MeetingState,
    Occasion,
    QuestionnaireResponse,
    RiskAssessment,
)
from core.operations import t_dates, t_points
from core.operations.retention import FOLLOW_UP
from core.operations.risk_due import END
from core.operations.t_dates import TDate

__all__ = ["END", "FOLLOW_UP", "Check", "Own", "Time", "lacking", "of_own_side", "times"]

#: What the content of meetings calls the meeting at the end.
MEETING = "closing"
_OPEN = tuple(state for state in ActionState if state.is_open)
_HELD = (MeetingState.CLOSED, MeetingState.AGREED)


class Check(StrEnum):
    """What both services see before the end; without it the end needs a reason."""

    RISK = "risk"
    MEETING = "meeting"
    ACTIONS = "actions"
    FOLLOW_UP = "follow_up"


class Time(StrEnum):
    """How one of the times T0 to T4 stands for the own side."""

    DONE = "done"
    NOT_DONE = "not_done"
    OPEN = "open"
    NO_DAY = "no_day"

    @property
    def is_settled(self) -> bool:
        return self in {Time.DONE, Time.NOT_DONE}


@dataclass(frozen=True)
class Own:
    """What the own side has done for its own person; the other service reads nothing of it."""

    asked: tuple[Step, ...]
    steps: Mapping[str, ClosingStep]
    end: Time

    @property
    def waiting(self) -> tuple[str, ...]:
        """What is still to do, by its title."""
        times = () if self.end.is_settled else (END,)
        return times + tuple(step.title for step in self.asked if step.id not in self.steps)


def lacking(db: Session, actor: Actor, case: Case, *, has_follow_up: bool) -> dict[Check, int]:
    """What is not there, each with a number where there is something to count."""
    since = _since(db, actor, case)
    actions = access.framed_actions(actor).where(Action.case_id == case.id, Action.state.in_(_OPEN))
    number = db.scalar(select(func.count()).select_from(actions.with_only_columns(Action.id).subquery())) or 0
    found = {
        Check.RISK: not _is_assessed(db, actor, case, since),
        Check.MEETING: not _has_met(db, actor, case, since),
        Check.ACTIONS: number > 0,
        Check.FOLLOW_UP: not has_follow_up,
    }
    return {check: number if check is Check.ACTIONS else 0 for check, lacks in found.items() if lacks}


def of_own_side(db: Session, actor: Actor, closing: Closing, end: Time | None = None) -> Own:
    """What the own service does before this end; who knows how T3 stands already says it."""
    statement = access.visible_closing_steps(actor).where(ClosingStep.closing_id == closing.id)
    steps = db.scalars(statement).all()
    if steps:
        file = access.find(db, access.visible_files(actor), steps[0].file_id)
        audit.look(db, file, "read_closing_steps", case_id=closing.case_id)
    return Own(
        asked=content.load().steps_of(actor.kind),
        steps={step.step: step for step in steps},
        end=end or times(db, actor, closing.case_id)[END][0],
    )


def times(db: Session, actor: Actor, case_id: UUID) -> dict[str, tuple[Time, TDate | None]]:
    """How the times at the end stand for the own side, each with its day."""
    times_now = t_points.of_case(db, actor, case_id)
    dates = {rule_id: t_dates.newest(times_now, rule_id) for rule_id in (END, FOLLOW_UP)}
    labels = [one.label for one in dates.values() if one is not None]
    held = db.scalars(
        access.visible_responses(actor)
        .join(CaseFile, CaseFile.id == QuestionnaireResponse.file_id)
        .where(CaseFile.case_id == case_id, QuestionnaireResponse.label.in_(labels))
    )
    responses = {one.label: one for one in held}
    return {
        rule_id: (_time(actor, one, responses.get(one.label) if one else None), one)
        for rule_id, one in dates.items()
    }


def _time(actor: Actor, found: TDate | None, response: QuestionnaireResponse | None) -> Time:
    if found is not None and found.is_done_by(actor.kind):
        return Time.DONE
    if response is not None and response.is_not_done(found.on if found else None):
        return Time.NOT_DONE
    return Time.OPEN if found is not None and found.on is not None else Time.NO_DAY


def _since(db: Session, actor: Actor, case: Case) -> datetime | None:
    """When the case was last opened again: what was there before does not count any more."""
    statement = access.visible_closings(actor).where(Closing.case_id == case.id)
    return db.scalar(statement.with_only_columns(func.max(Closing.reopened_at)))


def _is_assessed(db: Session, actor: Actor, case: Case, since: datetime | None) -> bool:
    statement = access.visible_assessments(actor).where(
        RiskAssessment.case_id == case.id,
        RiskAssessment.occasion == Occasion.CLOSING,
        RiskAssessment.finished_at.is_not(None),
    )
    if since is not None:
        statement = statement.where(RiskAssessment.created_at > since)
    return db.scalars(statement.limit(1)).first() is not None


def _has_met(db: Session, actor: Actor, case: Case, since: datetime | None) -> bool:
    statement = access.framed_meetings(actor).where(
        Meeting.case_id == case.id, Meeting.kind == MEETING, Meeting.state.in_(_HELD)
    )
    if since is not None:
        statement = statement.where(Meeting.created_at > since)
    return any(not meeting.is_consultation for meeting in db.scalars(statement))
