"""Who may be invited to a meeting, and what an invitation to it makes: a place at the table, a guest's right to see it."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session, joinedload

from core import access, audit, clock
from core.access import Actor, Permission
from core.errors import Invalid
from core.models import (
    Assignment,
    Attendance,
    Cooperation,
    Duty,
    Guest,
    Meeting,
    MeetingState,
    Person,
    PersonRole,
    Service,
    ServiceKind,
)
from core.operations import agendas

SIDES = (ServiceKind.PP, ServiceKind.VSS)


def candidates(
    db: Session,
    cooperation: Cooperation,
    case_id: UUID | None,
    *,
    is_emergency: bool = False,
    begun_by: UUID | None = None,
) -> list[Person]:
    """The people who may be invited, with their services: those of the case or both teams, and of agencies.

    In an emergency also whoever is on duty, assigned to the case or not, and the one who begins it.
    """
    own = _of_case(case_id) if case_id else _of_teams(cooperation)
    if is_emergency:
        # Whoever opened the file for some hours is not assigned, and sits at the table of the meeting they call.
        own = or_(own, Person.id.in_(on_duty_ids(cooperation)), Person.id == begun_by)
    agency = Service.kind.not_in(SIDES) if case_id else Person.id.is_(None)
    statement = (
        select(Person)
        .join(Person.service)
        .where(Person.is_active.is_(True), Service.is_active.is_(True), or_(own, agency))
        .options(joinedload(Person.service))
        .order_by(Service.kind, Person.name)
    )
    return list(db.scalars(statement))


def _of_case(case_id: UUID) -> ColumnElement[bool]:
    return Person.id.in_(
        select(Assignment.person_id).where(
            Assignment.case_id == case_id,
            access.at_work(),
        )
    )


def _of_teams(cooperation: Cooperation) -> ColumnElement[bool]:
    """Who works at the table of the two services; whoever only administers or watches over data cannot open it."""
    at_table = select(PersonRole.person_id).where(PersonRole.role.not_in(access.NO_WORKERS))
    return and_(
        Person.service_id.in_([cooperation.pp_id, cooperation.vss_id]),
        Person.id.in_(at_table),
    )


def on_duty_ids(cooperation: Cooperation) -> Select[UUID]:
    """The people who answer for one of the two services now."""
    now = clock.now()
    return select(Duty.person_id).where(
        Duty.service_id.in_([cooperation.pp_id, cooperation.vss_id]), Duty.from_at <= now, Duty.until_at > now
    )


def seat(
    db: Session,
    actor: Actor,
    meeting: Meeting,
    allowed: Iterable[Person],
    chosen: Iterable[UUID],
    *,
    field: str,
) -> None:
    """Give each chosen person a place at the meeting, once; a person of another agency may see it until it is over.

    Raises Invalid for somebody who is not among the allowed, NotAllowed where the actor may not invite guests.
    """
    known = {person.id: person for person in allowed}
    seated = {attendance.person_id for attendance in meeting.attendances}
    for person_id in dict.fromkeys(chosen):
        if person_id in seated:
            continue
        person = known.get(person_id)
        if person is None:
            raise Invalid("error.meeting.person", field=field)
        meeting.attendances.append(
            Attendance(
                person_id=person.id,
                service_id=person.service_id,
                mode="remote" if meeting.is_remote else "in_person",
            )
        )
        if person.service.kind not in SIDES:
            _let_in(db, actor, meeting, person)


def _let_in(db: Session, actor: Actor, meeting: Meeting, person: Person) -> None:
    access.require(actor, Permission.INVITE_GUEST)
    if meeting.case_id is None:
        raise Invalid("error.meeting.person", field="people")
    db.add(
        Guest(
            person_id=person.id,
            case_id=meeting.case_id,
            meeting_id=meeting.id,
            until=last_day(meeting.planned_at),
            granted_by=actor.person_id,
        )
    )
    hold_back(db, actor, meeting)


def hold_back(db: Session, actor: Actor, meeting: Meeting) -> None:
    """What people typed for other meetings came onto this agenda before a guest did: it waits now until it is put there.

    At a table that is open the agenda lies before everybody, and what was written to it stays.
    """
    if meeting.state in {MeetingState.PLANNED, MeetingState.INVITED} and agendas.hold_back(meeting):
        audit.record(db, actor, "agenda_changed", meeting, case_id=meeting.case_id)


def last_day(planned_at: datetime) -> date:
    """A guest sees the meeting until the day after it, so that no time zone ends it early."""
    return clock.day(planned_at) + timedelta(days=1)


def keep_guests(db: Session, meeting: Meeting, *, moved_from: datetime) -> None:
    """The guests of a meeting that was moved see it as long as it is ahead; whoever was shown out stays out."""
    for guest in guests(db, meeting.id):
        if guest.until >= last_day(moved_from):
            guest.until = last_day(meeting.planned_at)


def show_out(db: Session, meeting: Meeting, person_id: UUID) -> None:
    """A guest who is not invited any more sees the meeting no longer; that they were let in stays on record."""
    for guest in guests(db, meeting.id):
        if guest.person_id == person_id:
            guest.until = clock.today() - timedelta(days=1)


def guests(db: Session, meeting_id: UUID) -> list[Guest]:
    return list(db.scalars(select(Guest).where(Guest.meeting_id == meeting_id)))
