"""The shared screen of a meeting: one browser shows what everybody present may see, and nothing else, until it is left.

It is a session of its own: the one before ends, so that no other tab stays behind it, and a code or the password leads
back. What stands on it is the intersection of what those who are there may see, by the statements that their own pages
start from. Whoever was invited may be in the room before anybody has ticked them, and counts as being there.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from core import access, audit, clock, sign_in
from core.access import Actor
from core.errors import NotAllowed, NotFound
from core.models import Action, Attendance, Meeting, Person, SignIn
from core.operations import presences, sittings
from core.operations.presences import Presence
from core.operations.sittings import Sitting

#: Longer than any meeting; then it ends by itself, and with it the session.
LONGEST: Final = timedelta(hours=4)


def begin(db: Session, actor: Actor, meeting_id: UUID, *, here: UUID) -> str:
    """Make the browser of this session the shared screen of a meeting in progress; the ticket leads it there."""
    meeting = presences.running(db, actor, meeting_id)
    session = _session(db, actor, here)
    audit.record(db, actor, "share_screen", meeting, case_id=meeting.case_id)
    return sign_in.issue_ticket_for(
        db,
        actor.person_id,
        shared_meeting_id=meeting.id,
        shared_until=clock.now() + LONGEST,
        session_until=session.expires_at,
    )


def leave(db: Session, actor: Actor, *, here: UUID) -> str:
    """Give the browser back to its person, who has just proved that it is them; the ticket leads it to their pages."""
    access.require_fresh(actor)
    session = _session(db, actor, here)
    if session.shared_meeting_id is None:
        raise NotFound
    meeting = db.get(Meeting, session.shared_meeting_id)
    if meeting is not None:
        audit.record(db, actor, "leave_screen", meeting, case_id=meeting.case_id)
    return sign_in.issue_ticket_for(db, actor.person_id, session_until=session.expires_at)


def of_meeting(db: Session, actor: Actor, meeting_id: UUID) -> Sitting:
    """The meeting as everybody who is there may see it: no text of one person, and no action that one of them may not read."""
    sitting = sittings.of_meeting(db, actor, meeting_id)
    there = present(db, meeting_id) or [actor]
    may_read = all(_reads(db, each, meeting_id) for each in there)
    open_to_all = [
        set(db.scalars(access.visible_actions(each).with_only_columns(Action.id))) for each in there
    ]
    shown = set.intersection(*open_to_all)

    def seen(found: list[Action]) -> list[Action]:
        return [action for action in found if action.id in shown]

    return replace(
        sitting,
        last_actions=seen(sitting.last_actions),
        new_actions=seen(sitting.new_actions),
        carried_over=sitting.carried_over if may_read else {},
        unsent={},
        others_unsent=[],
        telling=frozenset(),
        alike={},
        by_actor=frozenset(),
        going_on=frozenset(),
        may_read=may_read,
    )


def present(db: Session, meeting_id: UUID) -> list[Actor]:
    """Those who are there, or may be, each as their own pages know them.

    Until somebody is marked as present all who were invited; then also the guests, until they are excused.
    """
    seats = db.execute(
        select(Attendance, Person)
        .join(Person, Attendance.person_id == Person.id)
        .where(Attendance.meeting_id == meeting_id)
        .options(selectinload(Person.roles), selectinload(Person.service))
    ).all()
    is_taken = any(seat.is_present for seat, _ in seats)
    people = [
        person
        for seat, person in seats
        if seat.is_present or not (_is_excused(seat) or (is_taken and person.service.kind.is_side))
    ]
    return [
        Actor(
            person_id=person.id,
            service_id=person.service_id,
            kind=person.service.kind,
            roles=person.role_names,
        )
        for person in people
    ]


def _is_excused(seat: Attendance) -> bool:
    """Has somebody written down that this person is not in the room?"""
    return bool(seat.apology) or presences.of(seat) is Presence.WRITTEN


def _reads(db: Session, each: Actor, meeting_id: UUID) -> bool:
    """May this person read what is written at the table?"""
    statement = access.joint_meetings(each).where(Meeting.id == meeting_id).with_only_columns(Meeting.id)
    return db.scalar(statement) is not None


def _session(db: Session, actor: Actor, sign_in_id: UUID) -> SignIn:
    statement = select(SignIn).where(SignIn.id == sign_in_id, SignIn.person_id == actor.person_id)
    if (found := db.scalars(statement).one_or_none()) is None:
        raise NotAllowed("error.session_ended")
    return found
