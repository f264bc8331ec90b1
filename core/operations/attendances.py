"""The people of a meeting before it begins: who may be invited, inviting them, taking them off the list."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.orm import Session, joinedload

from core import access, audit
from core.access import Actor
from core.errors import Invalid
from core.models import Case, Meeting, Person
from core.operations import invitees, meetings


def candidates(
    db: Session, actor: Actor, *, case_id: UUID | None = None, cooperation_id: UUID | None = None
) -> list[Person]:
    """The people who may be invited to a meeting of a case or of a cooperation, with their services."""
    if case_id is not None:
        case = access.find(db, access.visible_cases(actor).options(joinedload(Case.cooperation)), case_id)
        return invitees.candidates(db, case.cooperation, case.id)
    if cooperation_id is None:
        return []
    cooperation = access.find(db, access.own_cooperations(actor), cooperation_id)
    return invitees.candidates(db, cooperation, None)


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
