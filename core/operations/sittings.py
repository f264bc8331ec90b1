"""What the people at the table see: the meeting as it stands, and one number that changes with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from core import access, audit, clock
from core.access import Actor
from core.content.meeting_kinds import MeetingKind, MeetingKinds
from core.models import Action, AgendaItem, Attendance, Meeting, UnsentText
from core.operations import (
    action_plans,
    agendas,
    identifying,
    joint_spaces,
    last_writers,
    meetings,
    minutes_contents,
    next_meetings,
    presences,
    risk_minutes,
    telling,
    unsent,
)
from core.operations.item_entries import begins, entries_of, written
from core.operations.joint_spaces import Standing

__all__ = ["AgendaItem", "Attendance", "Meeting", "Missing", "Pulse", "Sitting", "Timing", "UnsentText"]

#: So far from its time a meeting is begun without a question.
LEEWAY = timedelta(hours=2)


class Missing(StrEnum):
    """What the minutes would lack if the meeting were closed now."""

    NOBODY = "nobody"
    PP = "pp"
    VSS = "vss"
    CHAIR = "chair"
    MINUTE_TAKER = "minute_taker"
    DECLARATION = "declaration"
    ITEMS = "items"
    LAST_ACTIONS = "last_actions"
    ACTION_PP = "action_pp"
    ACTION_VSS = "action_vss"
    NEXT_MEETING = "next_meeting"
    UNSENT = "unsent"
    UNSENT_OTHERS = "unsent_others"


class Timing(StrEnum):
    """How the time at which a meeting is begun stands to the time for which it is planned."""

    ON_TIME = "on_time"
    EARLY = "early"
    LATE = "late"


class Pulse(NamedTuple):
    """How far a table has come, as its actor sees it."""

    saves: int = 0
    #: Of the actor's own texts that the record does not hold.
    kept: int = 0
    kept_at: datetime | None = None


@dataclass(frozen=True)
class Sitting:
    """A meeting, and all that its table shows."""

    meeting: Meeting
    kinds: MeetingKinds
    kind: MeetingKind
    last_actions: list[Action]
    #: The reason for each action that was carried over in this meeting.
    carried_over: dict[UUID, str]
    new_actions: list[Action]
    #: How the joint space of the case stands for the actor; None for a meeting of both teams.
    space: Standing | None
    #: The actor's own texts that the record does not hold, by their slot.
    unsent: dict[str, UnsentText]
    #: Other people who have such texts.
    others_unsent: list[str]
    #: Those of the actor's own that hold a name or a contact of their own file.
    telling: frozenset[str]
    pulse: Pulse
    #: May everybody who looks at it read what is written at the table? On a shared screen a guest may not.
    may_read: bool = True
    #: At the victim support service, by slot, what in an entry looks as if it said where somebody is.
    alike: Mapping[str, Sequence[str]] = field(default_factory=dict)
    #: The slots in which the record holds what the actor saved themselves, here or in another window.
    by_actor: frozenset[str] = frozenset()
    #: Those of the actor's texts that go on where one of these ends, and have never stood there.
    going_on: frozenset[str] = frozenset()

    @property
    def has_plan(self) -> bool:
        """Can actions be added? Before the case's first agreement there is no joint plan, after its end nothing new."""
        case = self.meeting.case
        return self.space is not None and self.space.is_open and case is not None and case.closed_on is None

    @property
    def next_kinds(self) -> tuple[str, ...]:
        """The kinds of meeting that can be planned next."""
        return next_meetings.kinds(self.space)


@access.of_case_of(Meeting)
def of_meeting(db: Session, actor: Actor, meeting_id: UUID) -> Sitting:
    """The meeting with its agenda, its people, what was left to do and what is new."""
    beat = pulse(db, actor, meeting_id)  # first: what changes while we read is seen at the next look
    meeting = meetings.find(db, actor, meeting_id)
    if meeting.case_id is not None:
        audit.look(db, meeting, "read_table", case_id=meeting.case_id)
    slots = {
        unsent.slot(item.id, entry): written(item, entry)
        for item in meeting.items
        for entry in entries_of(item)
    }
    last: list[Action] = []
    new: list[Action] = []
    if meeting.case_id is not None:
        last = action_plans.open_of_last_meetings(db, actor, meeting.case_id, meeting_id=meeting.id)
        plan = action_plans.list_of_case(db, actor, meeting.case_id)
        new = [action for action in plan if action.meeting_id == meeting.id]
    kinds = agendas.kinds()
    own = unsent.of_slots(db, actor, slots)
    by_actor = frozenset(
        slot for slot, text in slots.items() if last_writers.is_by(actor.person_id, slot, text)
    )
    return Sitting(
        meeting=meeting,
        kinds=kinds,
        kind=kinds.kind(meeting.kind),
        last_actions=last,
        carried_over=minutes_contents.carried_over(db, meeting.id),
        new_actions=new,
        space=joint_spaces.standing(db, actor, meeting.case) if meeting.case else None,
        unsent=own,
        others_unsent=unsent.others(db, actor, slots),
        telling=frozenset(
            slot
            for slot, kept in own.items()
            if identifying.tells_so_far(db, actor, meeting.case_id, kept.text, known=slots[slot])
        ),
        pulse=beat,
        alike=telling.looks_in(db, actor, meeting.case_id, slots),
        by_actor=by_actor,
        going_on=frozenset(
            slot
            for slot in by_actor & own.keys()
            if begins(slots[slot], own[slot].text)
            and not last_writers.was_by(actor.person_id, slot, own[slot].text)
        ),
    )


def timing(meeting: Meeting) -> Timing:
    """Is it the meeting's time now, about?"""
    now = clock.now()
    if now < meeting.planned_at - LEEWAY:
        return Timing.EARLY
    if now > meeting.planned_at + meeting.duration + LEEWAY:
        return Timing.LATE
    return Timing.ON_TIME


@access.of_case_of(Meeting)
def pulse(db: Session, actor: Actor, meeting_id: UUID) -> Pulse:
    """What changes with every save of the meeting, its agenda, its people, its case's plan and the meetings beside it.

    Also with what is kept of the case for the actor alone.
    """
    items = select(func.coalesce(func.sum(AgendaItem.version), 0)).where(AgendaItem.meeting_id == Meeting.id)
    people = select(func.coalesce(func.sum(Attendance.version), 0)).where(Attendance.meeting_id == Meeting.id)
    actions = select(func.coalesce(func.sum(Action.version), 0)).where(Action.case_id == Meeting.case_id)
    is_kept = (
        UnsentText.person_id == actor.person_id,
        UnsentText.case_id.is_not_distinct_from(Meeting.case_id),
    )
    kept, latest = (
        select(what(UnsentText.kept_at)).where(*is_kept).correlate(Meeting).scalar_subquery()
        for what in (func.count, func.max)
    )
    other = aliased(Meeting)
    beside = select(func.coalesce(func.sum(other.version), 0)).where(
        other.cooperation_id == Meeting.cooperation_id,
        other.case_id.is_not_distinct_from(Meeting.case_id),
        other.id != Meeting.id,
    )
    total = (
        Meeting.version
        + beside.correlate(Meeting).scalar_subquery()
        + items.correlate(Meeting).scalar_subquery()
        + people.correlate(Meeting).scalar_subquery()
        + actions.correlate(Meeting).scalar_subquery()
    )
    visible = (
        access.joint_meetings(actor).with_only_columns(total, kept, latest).where(Meeting.id == meeting_id)
    )
    found = db.execute(visible).one_or_none()
    return Pulse(*found) if found else Pulse()


@access.of_case_of(Meeting)
def following(db: Session, actor: Actor, meeting_id: UUID) -> tuple[datetime, str] | None:
    """When the next meeting of the same case, or of the same two services, is planned, and its kind."""
    found = minutes_contents.next_meeting(db, meetings.find(db, actor, meeting_id))
    return (found.planned_at, agendas.kinds().kind(found.kind).title) if found else None


@access.of_case_of(Meeting)
def missing(db: Session, actor: Actor, meeting_id: UUID) -> list[Missing]:
    """What the minutes would lack if the meeting were closed now; the first three decide what they are.

    What cannot be had yet is not missing: an action before the agreement, a next meeting where none can be planned.
    """
    sitting = of_meeting(db, actor, meeting_id)
    meeting = sitting.meeting
    present = [attendance for attendance in meeting.attendances if attendance.is_present]
    cooperation = minutes_contents.cooperation_of(db, meeting)
    deciders = presences.deciders(db, meeting)
    is_risk_settled = risk_minutes.is_chosen(db, meeting) or bool(risk_minutes.settled(db, actor, meeting))
    acting = {
        action.service_id for action in [*sitting.last_actions, *sitting.new_actions] if action.state.is_open
    }
    found = {
        Missing.NOBODY: not present,
        Missing.PP: cooperation.pp_id not in deciders,
        Missing.VSS: cooperation.vss_id not in deciders,
        Missing.CHAIR: meeting.chair_id is None,
        Missing.MINUTE_TAKER: meeting.minute_taker_id is None,
        Missing.DECLARATION: any(attendance.declared_at is None for attendance in present),
        Missing.ITEMS: any(
            not agendas.is_dealt_with(item, is_risk_settled=is_risk_settled) for item in meeting.items
        ),
        Missing.LAST_ACTIONS: any(
            action.state.is_open and action.id not in sitting.carried_over for action in sitting.last_actions
        ),
        Missing.ACTION_PP: sitting.has_plan and cooperation.pp_id not in acting,
        Missing.ACTION_VSS: sitting.has_plan and cooperation.vss_id not in acting,
        Missing.NEXT_MEETING: bool(sitting.next_kinds) and minutes_contents.next_meeting(db, meeting) is None,
        Missing.UNSENT: bool(sitting.unsent),
        Missing.UNSENT_OTHERS: bool(sitting.others_unsent),
    }
    return [each for each, is_missing in found.items() if is_missing]
