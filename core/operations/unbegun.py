"""A meeting that was begun by mistake: it is ahead again, as it was, while nothing has been said at its table."""

from uuid import UUID

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from core import audit
from core.access import Actor
from core.errors import Conflict
from core.models import Action, ActionChange, Attendance, Meeting, MeetingState, UnsentText
from core.operations import agendas, invitees, meetings, presences, risk_minutes, unsent
from core.operations.item_entries import entries_of, is_written
from core.operations.presences import Presence


def may_take_back(db: Session, actor: Actor, meeting_id: UUID) -> bool:
    """Can it still be said that this meeting was begun by mistake? An emergency had no plan to which it could return."""
    meeting = meetings.find(db, actor, meeting_id)
    is_begun = meeting.state is MeetingState.IN_PROGRESS and meeting.begun_from is not None
    return is_begun and meeting.kind != meetings.EMERGENCY and not _is_used(db, meeting)


def take_back(db: Session, actor: Actor, meeting_id: UUID) -> Meeting:
    """Say that the meeting was begun by mistake; what had come onto its agenda stays there, but before guests.

    Raises Conflict where it is not running, and where something was said at its table meanwhile.
    """
    presences.running(db, actor, meeting_id)
    meeting = meetings.find(db, actor, meeting_id)
    if not may_take_back(db, actor, meeting_id):
        raise Conflict("error.meeting.used")
    meeting.state, meeting.begun_from = meeting.begun_from or MeetingState.PLANNED, None
    meeting.started_at = meeting.item_since = None
    meeting.item_position = 0
    for item in meeting.items:
        item.is_reached = False
    if agendas.has_guests(db, meeting):
        # Whoever was let in while it ran reads its agenda as one that is ahead.
        invitees.hold_back(db, actor, meeting)
    db.flush()
    audit.record(db, actor, "take_back", meeting, case_id=meeting.case_id)
    return meeting


def _is_used(db: Session, meeting: Meeting) -> bool:
    """Somebody is here, or something was written, typed, decided, or settled of the risk."""
    if risk_minutes.is_touched(db, meeting):
        return True
    begun_at = risk_minutes.opened_at(db, meeting)
    if any(not item.is_by_itself and item.created_at > begun_at for item in meeting.items):
        return True  # a point was put there at the table; on an agenda that is ahead a guest would read it
    if any(_is_here(each) for each in meeting.attendances) or any(map(is_written, meeting.items)):
        return True
    typed = [unsent.slot(item.id, entry) for item in meeting.items for entry in entries_of(item)]
    traces = or_(
        exists().where(Action.meeting_id == meeting.id),
        exists().where(ActionChange.meeting_id == meeting.id),
        exists().where(UnsentText.slot.in_(typed)),
    )
    return bool(db.scalar(select(traces)))


def _is_here(attendance: Attendance) -> bool:
    is_absent = presences.of(attendance) is Presence.ABSENT
    return not is_absent or bool(attendance.apology or attendance.conflict_of_interest)
