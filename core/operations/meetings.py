"""Meetings before the table: planning, finding, changing, moving and calling them off."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from core import access, audit, clock, text
from core.access import Actor, Permission, require, require_version
from core.errors import Conflict, Invalid
from core.models import (
    Attendance,
    Case,
    Meeting,
    MeetingMove,
    MeetingState,
    Person,
    Role,
)
from core.operations import agendas, invitees, joint_spaces, meeting_frames, registers

__all__ = ["Meeting", "MeetingMove", "MeetingState"]

PHASE_1 = meeting_frames.PHASE_1
EMERGENCY = agendas.EMERGENCY
BEFORE = (MeetingState.PLANNED, MeetingState.INVITED)
STILL_RUNNING = timedelta(hours=12)


def plan(
    db: Session,
    actor: Actor,
    *,
    kind: str,
    planned_at: datetime | None,
    case_id: UUID | None = None,
    cooperation_id: UUID | None = None,
    duration: timedelta | None = None,
    is_remote: bool = False,
    place: str = "",
    link: str = "",
    bring: str = "",
    chair_id: UUID | None = None,
    minute_taker_id: UUID | None = None,
    people: Iterable[UUID] = (),
) -> Meeting:
    """Plan a meeting: its agenda comes from its kind and from what earlier meetings left over.

    Phase 1 is a meeting of the two services, each other kind one of a case whose two files are confirmed as a pair.
    """
    require(actor, Permission.PLAN_MEETING)
    case, cooperation = meeting_frames.scope(db, actor, kind, case_id, cooperation_id)
    content = agendas.kinds().kind(kind)
    meeting = Meeting(
        cooperation_id=cooperation.id,
        case_id=case.id if case else None,
        kind=kind,
        planned_at=meeting_frames.moment(planned_at),
        duration=meeting_frames.length(duration or timedelta(minutes=content.duration_minutes)),
        is_remote=is_remote,
        place=text.line(place, field="place", required=False),
        link=meeting_frames.link(link),
        bring=text.text(bring, field="bring", required=False, longest=2000) or agendas.bring(kind),
        created_by=actor.person_id,
        items=agendas.fresh(kind, is_remote=is_remote),
        attendances=[],
    )
    meeting.case = case
    # What the library asks people to bring names nobody, whatever the people of the case are called.
    asked = "" if meeting.bring == agendas.bring(kind) else meeting.bring
    meeting_frames.nameless(db, actor, meeting.case_id, place=meeting.place, link=meeting.link, bring=asked)
    db.add(meeting)
    db.flush()
    known = allowed(db, actor, meeting)
    invitees.seat(db, actor, meeting, known, people, field="people")
    _appoint(db, actor, meeting, known, chair_id=chair_id, minute_taker_id=minute_taker_id)
    db.flush()
    agendas.carry(db, meeting)
    audit.record(db, actor, "planned", meeting, case_id=meeting.case_id)
    return meeting


def find(db: Session, actor: Actor, meeting_id: UUID) -> Meeting:
    """The meeting with its case, its agenda, and its people and their services.

    A guest has `invitations.find` instead: they see the frame and nothing that was written.
    """
    return joint_spaces.find_meeting(db, actor, _whole(actor), meeting_id)


def hold(db: Session, actor: Actor, meeting_id: UUID) -> Meeting:
    """The meeting without what hangs on it, held fast: others who would change it wait until this act is done."""
    locked = access.joint_meetings(actor).with_for_update(of=Meeting)
    return joint_spaces.find_meeting(db, actor, locked, meeting_id)


@access.kept
def _whole(actor: Actor) -> Select[Meeting]:
    people = selectinload(Meeting.attendances).joinedload(Attendance.person).joinedload(Person.service)
    return access.joint_meetings(actor).options(joinedload(Meeting.case), selectinload(Meeting.items), people)


def list_ahead(db: Session, actor: Actor, *, since: datetime | None = None, limit: int = 50) -> list[Meeting]:
    """The meetings of the actor's cases and cooperations that are not over, a guest's own ones, each with its case."""
    statement = access.visible_meetings(actor).outerjoin(Meeting.case).options(joinedload(Meeting.case))
    statement = statement.where(Meeting.state.in_([*BEFORE, MeetingState.IN_PROGRESS]))
    if since is not None:
        statement = statement.where(Meeting.takes_place_at >= since)
    return list(db.scalars(statement.order_by(Meeting.takes_place_at, Meeting.id).limit(limit)))


@access.of_one_case
def list_of_case(db: Session, actor: Actor, case_id: UUID) -> list[Meeting]:
    """The meetings of a case in the order of their days."""
    statement = access.visible_meetings(actor).where(Meeting.case_id == case_id)
    return list(db.scalars(statement.options(joinedload(Meeting.case)).order_by(Meeting.takes_place_at)))


def list_of_cooperation(db: Session, actor: Actor, cooperation_id: UUID) -> list[Meeting]:
    """The meetings of two services that are about no case, in the order of their days."""
    statement = access.visible_meetings(actor).where(
        Meeting.cooperation_id == cooperation_id, Meeting.case_id.is_(None)
    )
    return list(db.scalars(statement.options(joinedload(Meeting.case)).order_by(Meeting.takes_place_at)))


def find_unbegun(db: Session, actor: Actor, meeting_id: UUID, *, version: int | None = None) -> Meeting:
    """A meeting that may still be prepared, by somebody who may.

    Raises Conflict where it has begun or was called off, and where it was saved since the actor opened it.
    """
    require(actor, Permission.PLAN_MEETING)
    meeting = find(db, actor, meeting_id)
    if meeting.state not in BEFORE:
        raise Conflict("error.meeting.begun")
    if version is not None:
        require_version(meeting, version)
    return meeting


def edit_details(
    db: Session,
    actor: Actor,
    meeting_id: UUID,
    *,
    duration: timedelta,
    is_remote: bool,
    place: str,
    link: str,
    bring: str,
    chair_id: UUID | None,
    minute_taker_id: UUID | None,
    version: int,
) -> Meeting:
    """Change how and where a meeting takes place; an invitation that was sent is out of date then."""
    meeting = find_unbegun(db, actor, meeting_id, version=version)
    asked_before = (meeting.duration, meeting.is_remote, meeting.place, meeting.link)
    bring_before = meeting.bring
    meeting.duration = meeting_frames.length(duration)
    meeting.is_remote = is_remote
    meeting.place = text.line(place, field="place", required=False)
    meeting.link = meeting_frames.link(link)
    meeting.bring = text.text(bring, field="bring", required=False, longest=2000)
    new_bring = "" if meeting.bring == bring_before else meeting.bring
    meeting_frames.nameless(
        db, actor, meeting.case_id, place=meeting.place, link=meeting.link, bring=new_bring
    )
    agendas.suit_distance(meeting)
    for attendance in meeting.attendances:
        attendance.mode = "remote" if is_remote else "in_person"
    _appoint(
        db, actor, meeting, allowed(db, actor, meeting), chair_id=chair_id, minute_taker_id=minute_taker_id
    )
    if asked_before != (meeting.duration, meeting.is_remote, meeting.place, meeting.link):
        outdate(meeting)
    db.flush()
    audit.record(db, actor, "changed", meeting, case_id=meeting.case_id)
    return meeting


def move(
    db: Session, actor: Actor, meeting_id: UUID, *, planned_at: datetime | None, reason: str, version: int
) -> Meeting:
    """Move a meeting to another time, for a reason that stays on record; an invitation that was sent is out of date."""
    meeting = find_unbegun(db, actor, meeting_id, version=version)
    to_at = meeting_frames.moment(planned_at)
    if to_at == meeting.planned_at:
        raise Invalid("error.meeting.same_moment", field="planned_at")
    why = text.line(reason, field="reason")
    meeting_frames.nameless(db, actor, meeting.case_id, reason=why)
    db.add(
        MeetingMove(
            meeting_id=meeting.id,
            from_at=meeting.planned_at,
            to_at=to_at,
            reason=why,
            moved_by=actor.person_id,
        )
    )
    from_at, meeting.planned_at = meeting.planned_at, to_at
    invitees.keep_guests(db, meeting, moved_from=from_at)
    outdate(meeting)
    db.flush()
    audit.record(db, actor, "moved", meeting, case_id=meeting.case_id)
    return meeting


def cancel(db: Session, actor: Actor, meeting_id: UUID, *, reason: str, version: int) -> Meeting:
    """Call a meeting off, for a reason; the points that people had put on its agenda come to the next one."""
    return _call_off(db, actor, meeting_id, MeetingState.CANCELLED, reason=reason, version=version)


def mark_missed(db: Session, actor: Actor, meeting_id: UUID, *, reason: str, version: int) -> Meeting:
    """Say that a meeting whose time has come did not take place, and why."""
    return _call_off(db, actor, meeting_id, MeetingState.MISSED, reason=reason, version=version)


def _call_off(
    db: Session, actor: Actor, meeting_id: UUID, state: MeetingState, *, reason: str, version: int
) -> Meeting:
    meeting = find_unbegun(db, actor, meeting_id, version=version)
    if state is MeetingState.MISSED and meeting.planned_at > clock.now():
        raise Conflict("error.meeting.not_yet")
    meeting.missed_at = clock.now()
    meeting.reason = text.line(reason, field="reason")
    meeting_frames.nameless(db, actor, meeting.case_id, reason=meeting.reason)
    meeting.state = state
    meeting.sequence += 1
    db.flush()
    audit.record(db, actor, str(state), meeting, case_id=meeting.case_id)
    return meeting


def invite(db: Session, actor: Actor, meeting_id: UUID, *, version: int) -> Meeting:
    """Say that the invitation was sent; from then on each change of it counts up its sequence."""
    meeting = find_unbegun(db, actor, meeting_id, version=version)
    lacking = meeting_frames.lacking(is_remote=meeting.is_remote, place=meeting.place, link=meeting.link)
    if lacking is not None:
        raise lacking
    if not meeting.attendances:
        raise Invalid("error.meeting.nobody", field="people")
    meeting.state = MeetingState.INVITED
    meeting.invited_at = clock.now()
    db.flush()
    audit.record(db, actor, "invited", meeting, case_id=meeting.case_id)
    return meeting


def outdate(meeting: Meeting) -> None:
    """The invitation says something else now: where it was sent, it must be sent again."""
    meeting.sequence += 1
    meeting.state = MeetingState.PLANNED


def start(db: Session, meeting: Meeting) -> None:
    """The meeting begins: what other meetings left over meanwhile comes onto its agenda, the first item is open.

    Who may begin it, and when, the caller has checked.
    """
    if agendas.carry_over(db, meeting) and meeting.invited_at is not None:
        # Should it be taken back, the invitation that was sent lists another agenda.
        outdate(meeting)
    meeting.begun_from, meeting.state = meeting.state, MeetingState.IN_PROGRESS
    meeting.started_at = meeting.item_since = clock.now()
    meeting.item_position = 0
    for item in meeting.items[:1]:
        item.is_reached = True
    db.flush()


def start_emergency(
    db: Session,
    actor: Actor,
    case_id: UUID,
    *,
    people: Iterable[UUID],
    is_remote: bool = True,
    private_rooms: Iterable[UUID] = (),
) -> Meeting:
    """Begin an emergency meeting now; where one is running already, join these people to that one.

    Whoever starts it has a place and leads it, on the case by assignment or for some hours; a minute taker among the
    people writes, else the one who leads. They are there, and so is everybody who said that their room is private;
    the others say so at the table.
    """
    require(actor, Permission.RUN_MEETING)
    db.execute(select(Case.id).where(Case.id == case_id).with_for_update())
    chosen, rooms = list(people), set(private_rooms)
    meeting = _running_emergency(db, actor, case_id)
    if meeting is None:
        meeting = plan(
            db,
            actor,
            kind=EMERGENCY,
            planned_at=clock.now(),
            case_id=case_id,
            is_remote=is_remote,
            chair_id=actor.person_id,
            minute_taker_id=_minute_taker(db, chosen) or actor.person_id,
            people=chosen,
        )
        start(db, meeting)
        audit.record(db, actor, "begun", meeting, case_id=case_id)
    else:
        invitees.seat(db, actor, meeting, allowed(db, actor, meeting), chosen, field="people")
    for attendance in meeting.attendances:
        if attendance.person_id in rooms:
            attendance.is_room_private = True
        if attendance.person_id in rooms | {actor.person_id}:
            attendance.is_present = True
    db.flush()
    return meeting


def _running_emergency(db: Session, actor: Actor, case_id: UUID) -> Meeting | None:
    statement = _whole(actor).where(
        Meeting.case_id == case_id,
        Meeting.kind == EMERGENCY,
        Meeting.state == MeetingState.IN_PROGRESS,
        Meeting.started_at > clock.now() - STILL_RUNNING,
    )
    return db.scalars(statement.order_by(Meeting.started_at.desc()).limit(1)).first()


def _minute_taker(db: Session, people: list[UUID]) -> UUID | None:
    statement = select(Person).where(Person.id.in_(people)).options(selectinload(Person.roles))
    return next((each.id for each in db.scalars(statement) if Role.MINUTE_TAKER in each.role_names), None)


def allowed(db: Session, actor: Actor, meeting: Meeting) -> list[Person]:
    """The people who may be at this meeting: none of them whom the own register keeps out."""
    cooperation = access.find(db, access.own_cooperations(actor), meeting.cooperation_id)
    people = invitees.candidates(
        db,
        cooperation,
        meeting.case_id,
        is_emergency=meeting.kind == EMERGENCY,
        begun_by=actor.person_id,
    )
    return registers.offered(db, actor, meeting.case_id, people)[0]


def _appoint(
    db: Session,
    actor: Actor,
    meeting: Meeting,
    people: Iterable[Person],
    *,
    chair_id: UUID | None,
    minute_taker_id: UUID | None,
) -> None:
    """Who leads and who writes is invited too."""
    meeting.chair_id, meeting.minute_taker_id = chair_id, minute_taker_id
    known = list(people)
    for person_id, field in ((chair_id, "chair"), (minute_taker_id, "minute_taker")):
        if person_id is not None:
            invitees.seat(db, actor, meeting, known, [person_id], field=field)
