"""What of one case is due soonest for one side, for the head of its pages: a kind, a day, and where it is done.

With `joint_only` it is for a page that may stand on a wall: of the times then only what both services know, and no notice.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import Select
from sqlalchemy.orm import Session

from core import access, clock
from core.access import Actor, Permission
from core.models import Action, ActionState, Case, Closing, Meeting, MeetingState
from core.operations import agendas, agreed_ends, change_due, notices_due
from core.operations.t_dates import TDate
from core.operations.walks import Link

_OPEN: Final = tuple(state for state in ActionState if state.is_open)
_NOT_OVER: Final = (MeetingState.PLANNED, MeetingState.INVITED, MeetingState.IN_PROGRESS)


@dataclass(frozen=True)
class Due:
    """Something that waits for the own side: a key of the words, its day, and the page."""

    key: str
    on: date
    link: Link
    #: The kind of meeting, or what the time is called.
    what: str = ""

    @property
    def is_overdue(self) -> bool:
        return self.on < clock.today()


def soonest(
    db: Session,
    actor: Actor,
    case: Case,
    *,
    times: Sequence[TDate],
    closing: Closing | None,
    joint_only: bool = False,
) -> Due | None:
    """What came by a notice first, then what the other service waits for, then what has the earliest day."""
    if not joint_only and (notice := next(_notices(db, actor, case), None)):
        return notice
    if proposal := next(_end(actor, case, closing), None):
        return proposal
    times = agreed_ends.left(times, closing.agreed_at if closing is not None else None)
    found = [
        *_meetings(db, actor, case),
        *_actions(db, actor, case),
        *_times(db, actor, case, times, joint_only=joint_only),
    ]
    return min(found, key=lambda one: one.on, default=None)


def _notices(db: Session, actor: Actor, case: Case) -> Iterator[Due]:
    """To read, to answer: danger goes before what has only a day."""
    for one in notices_due.to_answer(db, actor, case):
        # The end of a day is the beginning of the next.
        on = clock.day(one.at - timedelta(seconds=1)) if one.at is not None else clock.today()
        yield Due(one.key.removesuffix("_late"), on, Link("notices", {"case": str(case.id)}))


def _meetings(db: Session, actor: Actor, case: Case) -> Iterator[Due]:
    """The next one that can be held, or one of which nobody has said whether it was."""
    statement = _meetings_of(actor).where(Meeting.case_id == case.id)
    for meeting_id, kind, state, planned_at, duration in db.execute(statement):
        is_over = state is not MeetingState.IN_PROGRESS and planned_at + duration < clock.now()
        link = Link("meeting", {"meeting": str(meeting_id)})
        yield Due(
            "unsettled" if is_over else "meeting",
            clock.day(planned_at),
            link,
            agendas.kinds().kind(kind).title,
        )


@access.kept
def _meetings_of(actor: Actor) -> Select[UUID, str, MeetingState, datetime, timedelta]:
    return (
        access.visible_meetings(actor)
        .where(Meeting.state.in_(_NOT_OVER))
        .order_by(Meeting.planned_at)
        .limit(1)
        .with_only_columns(Meeting.id, Meeting.kind, Meeting.state, Meeting.planned_at, Meeting.duration)
    )


def _actions(db: Session, actor: Actor, case: Case) -> Iterator[Due]:
    """The first open one that the own service answers for."""
    statement = _actions_of(actor).where(Action.case_id == case.id)
    for on in db.scalars(statement):
        yield Due("action", on, Link("plan", {"case": str(case.id)}))


@access.kept
def _actions_of(actor: Actor) -> Select[date]:
    return (
        access.visible_actions(actor)
        .where(Action.service_id == actor.service_id, Action.state.in_(_OPEN))
        .order_by(Action.due_on)
        .limit(1)
        .with_only_columns(Action.due_on)
    )


def _times(
    db: Session, actor: Actor, case: Case, times: Sequence[TDate], *, joint_only: bool
) -> Iterator[Due]:
    """The time at which the own side asks next; for both, the next one to come that is not done by both."""
    if joint_only or not access.may(actor, Permission.WRITE_FILE):
        days = {one.on: one for one in times if one.on and not one.is_done and one.on >= clock.today()}
    else:
        days = _ahead(times, change_due.open_in(db, actor, case, times))
    for on, one in days.items():
        yield Due("time", on, Link("change", {"case": str(case.id)}), one.label)


def _ahead(times: Sequence[TDate], waiting: Sequence[TDate]) -> dict[date, TDate]:
    """By day; an earlier one that was never asked is not what is next, once a later one was asked or has come.

    The page Today goes on to name it.
    """
    over = max((one.on for one in times if one.on and one not in waiting), default=date.min)
    days = {one.on: one for one in waiting if one.on and one.on > over}
    last = max((on for on in days if on <= clock.today()), default=date.min)
    return {on: one for on, one in days.items() if on >= last}


def _end(actor: Actor, case: Case, closing: Closing | None) -> Iterator[Due]:
    """The other service proposed to end the case."""
    if closing is None or closing.proposed_at is None or closing.agreed_at is not None:
        return
    if closing.service_id != actor.service_id and access.may(actor, Permission.AGREE_END):
        on = clock.day(closing.proposed_at)
        yield Due("agree_end", on, Link("closing", {"case": str(case.id)}))
