"""The people of a meeting before it begins: inviting them, and taking them off the list."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.orm import Session

from core import audit
from core.access import Actor
from core.errors import Invalid
from core.models import Meeting
from core.operations import invitees, meetings


def add(db: Session, actor: Actor, meeting_id: UUID, *, people: Iterable[UUID]) -> Meeting:
    """Invite more people to a meeting that has not begun."""
    meeting = meetings.find_unbegun(db, actor, meeting_id)
    chosen = list(people)
    if not chosen:
        raise Invalid("error.meeting.nobody", field="people")
    invitees.seat(db, actor, meeting, meetings.allowed(db, actor, meeting), chosen, field="people")
    db.flush()
    audit.record(db, actor, "people_added", meeting, case_id=meeting.case_id)
    return meeting


def remove(db: Session, actor: Actor, meeting_id: UUID, person_id: UUID) -> Meeting:
    """Take a person off a meeting's list; a guest sees the meeting no longer."""
    meeting = meetings.find_unbegun(db, actor, meeting_id)
    meeting.attendances[:] = [each for each in meeting.attendances if each.person_id != person_id]
    if meeting.chair_id == person_id:
        meeting.chair_id = None
    if meeting.minute_taker_id == person_id:
        meeting.minute_taker_id = None
    invitees.show_out(db, meeting, person_id)
    db.flush()
    audit.record(db, actor, "person_removed", meeting, case_id=meeting.case_id)
    return meeting
