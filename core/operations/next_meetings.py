"""The meeting that follows the one at the table: what it can be, and who of the people there can be asked to it."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from core import access, clock
from core.access import Actor, Permission, may
from core.models import Meeting, Person
from core.operations import agendas, invitees, meeting_frames, meetings, registers
from core.operations.joint_spaces import Standing

__all__ = ["Person"]

_QUARTER = timedelta(days=91)
_FRIDAY = 4


@dataclass(frozen=True)
class SamePeople:
    """Of the people at one table, those who can be invited to the next meeting, and what they do there."""

    people: tuple[UUID, ...]
    chair_id: UUID | None
    minute_taker_id: UUID | None
    #: By name: who is not, or no longer, of the case, and guests whom the actor may not invite.
    left_out: tuple[str, ...]
    #: Whom the own register keeps out: the other service reads nothing of it.
    kept_out: tuple[Person, ...]


@access.of_case_of(Meeting)
def same_people(db: Session, actor: Actor, meeting_id: UUID) -> SamePeople:
    """The people of a meeting, as far as a meeting planned now may have them."""
    meeting = meetings.find(db, actor, meeting_id)
    may_come, kept_out = _who_may_come(db, actor, meeting)
    seated = [seat.person for seat in meeting.attendances]
    barred = tuple(person for person in kept_out if person in seated)
    return SamePeople(
        people=tuple(person.id for person in seated if person.id in may_come),
        chair_id=meeting.chair_id if meeting.chair_id in may_come else None,
        minute_taker_id=meeting.minute_taker_id if meeting.minute_taker_id in may_come else None,
        left_out=tuple(
            person.name for person in seated if person.id not in may_come and person not in barred
        ),
        kept_out=barred,
    )


def proposed_day(meeting: Meeting) -> date:
    """The day proposed for the meeting after one at the table, never a Saturday or a Sunday.

    Of a case it lies near the T2 date, and so on the Monday after; both teams meet at least that often, and so on the
    Friday before.
    """
    day = clock.today() + _QUARTER
    if (over := day.weekday() - _FRIDAY) <= 0:
        return day
    return day + timedelta(days=3 - over) if meeting.case_id else day - timedelta(days=over)


def kinds(space: Standing | None) -> tuple[str, ...]:
    """The kinds of meeting that can be planned next, as the joint space of the case stands; without a case Phase 1.

    Before the agreement holds these are the ones that lead to it. An emergency is not planned.
    """
    if space is None:
        return (meetings.PHASE_1,)
    return tuple(
        kind
        for kind in agendas.kinds().ids
        if kind not in {meetings.PHASE_1, meetings.EMERGENCY} and meeting_frames.has_ground(space, kind)
    )


def _who_may_come(db: Session, actor: Actor, meeting: Meeting) -> tuple[set[UUID], list[Person]]:
    """Whom the actor may invite, and whom their register keeps out of it; a guest only where they may invite guests."""
    cooperation = access.find(db, access.own_cooperations(actor), meeting.cooperation_id)
    found = invitees.candidates(db, cooperation, meeting.case_id)
    if not may(actor, Permission.INVITE_GUEST):
        found = [person for person in found if person.service.kind.is_side]
    people, kept_out = registers.offered(db, actor, meeting.case_id, found)
    return {person.id for person in people}, kept_out
