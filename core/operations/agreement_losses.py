"""What the end of a case agreement would close to both services, said before somebody ends it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from core import access, clock
from core.access import Actor
from core.models import (
    Action,
    ActionState,
    Guest,
    ImmediateNotice,
    JointItem,
    Meeting,
    MeetingState,
    NoticeAnswer,
)
from core.operations import cases

_AHEAD = (MeetingState.PLANNED, MeetingState.INVITED)
_OPEN = (ActionState.OPEN, ActionState.IN_PROGRESS)


@dataclass(frozen=True)
class Losses:
    """Planned meetings by their time, the first to come first; the others by their number."""

    meetings: Sequence[datetime]
    actions: int
    #: When the meetings began that are going on at the table now.
    going_on: Sequence[datetime]
    #: Immediate notices that nobody has answered.
    notices: int
    #: Guests of the whole case.
    guests: int


@access.of_one_case
def of_case(db: Session, actor: Actor, case_id: UUID) -> Losses:
    """What of a case nobody could hold, read or answer any more if its joint space closed now."""
    case = cases.find(db, actor, case_id)
    of_case = access.framed_meetings(actor).where(Meeting.case_id == case.id)
    meetings = of_case.where(Meeting.state.in_(_AHEAD))
    going_on = of_case.where(Meeting.state == MeetingState.IN_PROGRESS)
    actions = access.framed_actions(actor).where(Action.case_id == case.id, Action.state.in_(_OPEN))
    guests = access.visible_guests(actor).where(
        Guest.case_id == case.id,
        Guest.meeting_id.is_(None),
        Guest.until >= clock.today(),
    )
    return Losses(
        meetings=list(
            db.scalars(meetings.order_by(Meeting.planned_at).with_only_columns(Meeting.planned_at))
        ),
        going_on=list(
            db.scalars(going_on.order_by(Meeting.takes_place_at).with_only_columns(Meeting.takes_place_at))
        ),
        actions=_number(db, actions.with_only_columns(Action.id)),
        notices=_number(db, _unanswered(actor, case.id)),
        guests=_number(db, guests.with_only_columns(Guest.id)),
    )


def _unanswered(actor: Actor, case_id: UUID) -> Select[UUID]:
    answered = select(NoticeAnswer.id).where(NoticeAnswer.notice_id == ImmediateNotice.id)
    return (
        access.known_notices(actor)
        .join(JointItem, JointItem.id == ImmediateNotice.item_id)
        .where(JointItem.case_id == case_id, ~answered.correlate(ImmediateNotice).exists())
        .with_only_columns(ImmediateNotice.id)
    )


def _number(db: Session, ids: Select[UUID]) -> int:
    return db.scalar(select(func.count()).select_from(ids.subquery())) or 0
