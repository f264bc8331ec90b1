"""What a timeline is made of: one entry for each mark of the picture and each row of the table under it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from core import clock
from core.models import Meeting, MeetingState


class Lane(StrEnum):
    PP = "pp"
    JOINT = "joint"
    VSS = "vss"


class Kind(StrEnum):
    """In the order in which entries of one day are told."""

    AGREEMENT = "agreement"
    PHASE = "phase"
    T_POINT = "t_point"
    PATH = "path"
    MEETING_DUE = "meeting_due"
    MEETING = "meeting"
    ACTION = "action"
    #: How many open actions more the plan holds than the timeline shows.
    MORE_ACTIONS = "more_actions"


class State(StrEnum):
    # of meetings
    PLANNED = "planned"
    INVITED = "invited"
    IN_PROGRESS = "in_progress"
    HELD = "held"
    CONSULTATION = "consultation"
    MISSED = "missed"
    CANCELLED = "cancelled"
    #: Its day has passed and nobody has said what became of it.
    UNSETTLED = "unsettled"
    # of times, actions and meetings that are due
    OPEN = "open"
    OVERDUE = "overdue"
    DONE = "done"
    HIS_DONE = "his_done"
    HERS_DONE = "hers_done"
    NO_DAY = "no_day"
    MEETING_PLANNED = "meeting_planned"
    # of phases and agreements
    NOW = "now"
    PAST = "past"
    TO_COME = "to_come"
    IN_FORCE = "in_force"
    ENDED = "ended"
    # of what happened on a path
    SHARED_BY_US = "shared_by_us"
    SHARED_BY_THEM = "shared_by_them"
    OURS_ONLY = "ours_only"


@dataclass(frozen=True)
class Entry:
    lane: Lane
    kind: Kind
    #: Which one, as the content or the protocol names it: a phase, a kind of meeting, T2.1, a kind of path entry.
    what: str
    on: date | None
    state: State
    until: date | None = None
    at: datetime | None = None
    #: The day of what made a meeting due.
    since: date | None = None
    #: What a person typed.
    text: str = ""
    pp_done: bool = False
    vss_done: bool = False
    is_moved: bool = False
    number: int = 0
    calls_meeting: bool = False
    #: Nobody of the other service sees this entry.
    is_ours_only: bool = False
    record_id: UUID | None = None
    #: The page that it opens, and the id in that page's address.
    page: str = ""
    page_id: UUID | None = None

    @property
    def is_emergency(self) -> bool:
        return self.kind is Kind.MEETING and self.what == "emergency"


_OF_A_MEETING = {
    MeetingState.PLANNED: State.PLANNED,
    MeetingState.INVITED: State.INVITED,
    MeetingState.IN_PROGRESS: State.IN_PROGRESS,
    MeetingState.CLOSED: State.HELD,
    MeetingState.AGREED: State.HELD,
    MeetingState.MISSED: State.MISSED,
    MeetingState.CANCELLED: State.CANCELLED,
}


def meeting_state(meeting: Meeting, today: date) -> State:
    """How a meeting stands on the line."""
    state = _OF_A_MEETING[meeting.state]
    if state is State.HELD and meeting.is_consultation:
        return State.CONSULTATION
    if state in {State.PLANNED, State.INVITED} and clock.day(meeting.planned_at) < today:
        return State.UNSETTLED
    return state
