"""The joint table: a meeting in progress, item by item, until it is closed and its minutes exist."""

from collections.abc import Collection
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import access, audit, clock
from core import text as texts
from core.access import Actor, Permission, require
from core.content.meeting_kinds import Entry
from core.errors import Conflict, Invalid, NotFound
from core.models import Action, ActionState, AgendaItem, Meeting, MeetingState, Minutes
from core.operations import (
    action_plans,
    agendas,
    aims,
    identifying,
    last_writers,
    meetings,
    minutes_contents,
    presences,
    sittings,
    unsent,
)
from core.operations.item_entries import COLUMNS, begins, entries_of, is_written, same, written

__all__ = [
    "AgendaItem",
    "Entry",
    "Meeting",
    "MeetingState",
    "Outcome",
    "entries_of",
    "is_written",
    "same",
    "written",
]

LONGEST_ITEM = 120


class Outcome(StrEnum):
    """What became of an action of an earlier meeting."""

    DONE = "done"
    NOT_POSSIBLE = "not_possible"
    NOT_DONE = "not_done"
    HANDED_ON = "handed_on"
    CARRIED_OVER = "carried_over"


def begin(db: Session, actor: Actor, meeting_id: UUID, *, was_held_as_planned: bool = False) -> Meeting:
    """Open the table at the first item; one that is open already stays as it is.

    The day of the meeting is today, unless it `was_held_as_planned` and is only written down now.
    Raises Conflict where the meeting is over or was called off, where nothing stands on its agenda, and where what is
    still ahead was held.
    """
    require(actor, Permission.RUN_MEETING)
    meetings.hold(db, actor, meeting_id)
    meeting = meetings.find(db, actor, meeting_id)
    if meeting.state is MeetingState.IN_PROGRESS:
        return meeting
    if meeting.is_over:
        raise Conflict("error.meeting.over")
    if was_held_as_planned and sittings.timing(meeting) is not sittings.Timing.LATE:
        raise Conflict("error.meeting.not_held_yet")
    meetings.start(db, meeting)
    if not meeting.items:
        raise Conflict("error.meeting.no_agenda")
    if was_held_as_planned:
        meeting.started_at = meeting.planned_at
    db.flush()
    audit.record(db, actor, "begin", meeting, case_id=meeting.case_id)
    return meeting


def go_to(db: Session, actor: Actor, meeting_id: UUID, *, position: int) -> Meeting:
    """Put another agenda item on the screen of everybody; its time begins now."""
    meeting = presences.running(db, actor, meeting_id)
    if meeting.item_position == position:
        return meeting
    items = db.scalars(select(AgendaItem).where(AgendaItem.meeting_id == meeting.id))
    item = next((each for each in items if each.position == position), None)
    if item is None:
        raise NotFound
    item.is_reached = True
    meeting.item_position, meeting.item_since = position, clock.now()
    db.flush()
    return meeting


def write_item(
    db: Session,
    actor: Actor,
    item_id: UUID,
    *,
    entry: Entry,
    text: str,
    seen: str,
    kept: str | None = None,
) -> AgendaItem:
    """Write one entry of an agenda item; `seen` is what the author had before them when they began.

    With the text goes what was kept of this place for its author: `kept`, as they have read it.

    Two people who write into different entries of one item do not disturb each other: that is why the text itself is
    compared and not the version of the item. Raises Conflict where somebody else has changed this entry, or the author
    has elsewhere, unless that was an older state of what they write or of `kept`; and Invalid where the text says who or
    where somebody of the author's own file is: it never reaches the other screens.
    """
    item = find_item(db, actor, item_id)
    meeting = presences.running(db, actor, item.meeting_id)
    db.refresh(item)
    if entry not in entries_of(item):
        raise NotFound
    new = texts.text(text, field=entry, required=False)
    current = written(item, entry)
    if new != current:
        if identifying.tells_so_far(db, actor, meeting.case_id, new, known=current):
            raise Invalid("error.names_in_joint", field=entry)
        slot = unsent.slot(item.id, entry)
        is_older = last_writers.is_by(actor.person_id, slot, current) and begins(current, new, kept or "")
        if not (same(current, seen) or is_older):
            raise Conflict
        setattr(item, COLUMNS[entry], new)
        last_writers.wrote(actor.person_id, slot, new)
        # A text is saved many times while it is written: one row a person, item and ten minutes.
        wrote = audit.Look("agenda_item", item.id, "write", meeting.case_id)
        audit.note(db, actor, [wrote], audit.EventKind.CHANGE)
    unsent.let_go(db, actor, {unsent.slot(item.id, entry): [new, new if kept is None else kept]})
    db.flush()
    return item


def add_item(db: Session, actor: Actor, meeting_id: UUID, *, title: str, minutes: int) -> AgendaItem:
    """Put a point that came up onto the agenda, right after the one on the screen; a second click adds no second."""
    title = texts.line(title, field="title", longest=LONGEST_ITEM)
    if not 1 <= minutes <= 120:  # noqa: PLR2004  two hours are a meeting of their own
        raise Invalid("error.meeting.minutes", field="minutes")
    meeting = presences.running(db, actor, meeting_id)
    identifying.require_nameless(db, actor, meeting.case_id, title=title)
    items = list(
        db.scalars(
            select(AgendaItem).where(AgendaItem.meeting_id == meeting.id).order_by(AgendaItem.position)
        )
    )
    for known in items:
        if not known.key and known.title == title:
            return known
    meeting = meetings.find(db, actor, meeting_id)
    # On an empty agenda it is the one on the screen.
    item = AgendaItem(position=0, title=title, minutes=minutes, is_reached=not items)
    meeting.items.insert(meeting.item_position + 1, item)
    agendas.renumber(meeting)
    db.flush()
    audit.record(db, actor, "add_item", meeting, case_id=meeting.case_id)
    return item


def take_on(db: Session, actor: Actor, meeting_id: UUID, left_id: UUID) -> AgendaItem:
    """Put a point that other meetings left over onto the agenda, right after the one on the screen."""
    presences.running(db, actor, meeting_id)
    meeting = meetings.find(db, actor, meeting_id)
    item = agendas.take_on(db, meeting, left_id, place=meeting.item_position + 1)
    identifying.require_nameless(db, actor, meeting.case_id, title=item.title)
    audit.record(db, actor, "add_item", meeting, case_id=meeting.case_id)
    return item


def settle_last_action(
    db: Session,
    actor: Actor,
    meeting_id: UUID,
    action_id: UUID,
    *,
    outcome: Outcome | None,
    reason: str = "",
    due_on: date | None = None,
    version: int,
    meant: Collection[str] | None = None,
) -> Action:
    """Say what became of an action of an earlier meeting; carried over, it gets a later term.

    `meant` is what its author was asked about (telling.require_meant).
    """
    presences.running(db, actor, meeting_id)
    if outcome is None:
        raise Invalid("error.choose_answer", field="outcome")
    if outcome is Outcome.CARRIED_OVER:
        return action_plans.postpone(
            db,
            actor,
            action_id,
            due_on=due_on,
            reason=reason,
            version=version,
            meeting_id=meeting_id,
            meant=meant,
        )
    return action_plans.set_state(
        db,
        actor,
        action_id,
        state=ActionState(outcome.value),
        reason=reason,
        version=version,
        meeting_id=meeting_id,
        meant=meant,
    )


def close(db: Session, actor: Actor, meeting_id: UUID) -> Minutes:
    """End the meeting: from this moment its minutes exist, complete. Closing twice gives the same minutes.

    What it left over stands on the agenda of the next meeting from now on; an invitation to that is out of date then.
    Without an authorised person of both services at the table they are a consultation note.
    Raises Conflict where nobody was marked as present.
    """
    require(actor, Permission.RUN_MEETING)
    meetings.hold(db, actor, meeting_id)
    first = db.scalars(
        select(Minutes).where(Minutes.meeting_id == meeting_id).order_by(Minutes.number).limit(1)
    ).one_or_none()
    if first is not None:
        return first
    presences.running(db, actor, meeting_id)
    meeting = meetings.find(db, actor, meeting_id)
    if not any(attendance.is_present for attendance in meeting.attendances):
        raise Conflict("error.meeting.nobody_present")
    cooperation = minutes_contents.cooperation_of(db, meeting)
    meeting.is_consultation = not presences.deciders(db, meeting) >= {cooperation.pp_id, cooperation.vss_id}
    meeting.state, meeting.closed_at = MeetingState.CLOSED, _ended_at(meeting)
    content = minutes_contents.snapshot(db, actor, meeting)
    minutes = minutes_contents.keep(db, actor, meeting, content, number=1)
    aims.hand_on(db, meeting)
    audit.record(db, actor, "close", meeting, case_id=meeting.case_id)
    _hand_on(db, actor, meeting)
    return minutes


def _hand_on(db: Session, actor: Actor, meeting: Meeting) -> None:
    following = agendas.following(db, meeting)
    if following is None or not agendas.carry_over(db, following):
        return
    if following.invited_at is not None:
        meetings.outdate(following)
    audit.record(db, actor, "agenda_changed", following, case_id=following.case_id)


def _ended_at(meeting: Meeting) -> datetime:
    """Now; where a meeting is written down later, when it was planned to end."""
    is_written_later = meeting.started_at == meeting.planned_at
    is_written_later = is_written_later and sittings.timing(meeting) is sittings.Timing.LATE
    return meeting.planned_at + meeting.duration if is_written_later else clock.now()


def find_item(db: Session, actor: Actor, item_id: UUID) -> AgendaItem:
    """An item of a meeting whose table the actor sits at."""
    meeting_ids = access.joint_meetings(actor).with_only_columns(Meeting.id)
    return access.find(db, select(AgendaItem).where(AgendaItem.meeting_id.in_(meeting_ids)), item_id)
