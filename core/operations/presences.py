"""Who is at the table: there or not, the declaration, the private room, and who may decide for a service."""

from collections.abc import Mapping
from enum import StrEnum
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from core import access, audit, clock
from core import text as texts
from core.access import PERMISSIONS, Actor, Permission, require, require_version
from core.errors import Conflict
from core.models import Attendance, Meeting, MeetingState, Person, PersonRole
from core.operations import files, invitees, meetings

LONGEST_REMARK = 1000


class Presence(StrEnum):
    """How a person takes part; a written return is no seat at the table."""

    IN_PERSON = "in_person"
    REMOTE = "remote"
    WRITTEN = "written"
    ABSENT = "absent"


#: There, and not by a written return alone.
AT_THE_TABLE = frozenset({Presence.IN_PERSON, Presence.REMOTE})


def of(attendance: Attendance) -> Presence:
    """How this person takes part."""
    if attendance.is_present:
        return Presence.REMOTE if attendance.mode == Presence.REMOTE else Presence.IN_PERSON
    return Presence.WRITTEN if attendance.mode == Presence.WRITTEN else Presence.ABSENT


def running(db: Session, actor: Actor, meeting_id: UUID) -> Meeting:
    """The meeting that is in progress, held fast until the act is done, so that nobody closes it in between.

    Raises Conflict where it has not begun or is over.
    """
    require(actor, Permission.RUN_MEETING)
    meeting = meetings.hold(db, actor, meeting_id)
    if meeting.state is not MeetingState.IN_PROGRESS:
        raise Conflict("error.meeting.running")
    return meeting


def sitting_of(db: Session, actor: Actor, case_id: UUID) -> UUID | None:
    """The meeting of the case that is in progress with somebody of the actor's service at its table.

    One that was left open overnight is none: what is decided later was not decided there.
    """
    is_here = exists().where(
        Attendance.meeting_id == Meeting.id,
        Attendance.service_id == actor.service_id,
        Attendance.is_present.is_(True),
    )
    statement = access.joint_meetings(actor).where(
        Meeting.case_id == case_id,
        Meeting.state == MeetingState.IN_PROGRESS,
        Meeting.started_at > clock.now() - meetings.STILL_RUNNING,
        is_here,
    )
    newest = statement.order_by(Meeting.started_at.desc()).limit(1)
    return db.scalar(newest.with_only_columns(Meeting.id))


def attend(db: Session, actor: Actor, attendance_id: UUID, *, presence: Presence, version: int) -> Attendance:
    """Say how a person takes part; whoever is not there has declared nothing and sits in no room."""
    attendance = _find(db, actor, attendance_id)
    if of(attendance) is presence:
        return attendance
    require_version(attendance, version)
    apply(attendance, presence)
    return _keep(db, actor, attendance, "attend")


def apply(attendance: Attendance, presence: Presence) -> None:
    """Set how a person takes part, and what follows from it."""
    attendance.is_present = presence in AT_THE_TABLE
    if presence is not Presence.ABSENT:
        attendance.mode = presence.value
    elif attendance.mode == Presence.WRITTEN:
        attendance.mode = Presence.IN_PERSON.value
    if not attendance.is_present:
        attendance.declared_at = None
        attendance.left_early = False
    if presence is not Presence.REMOTE:
        attendance.is_room_private = None


def declare(db: Session, actor: Actor, attendance_id: UUID, *, is_confirmed: bool = True) -> Attendance:
    """Write down that a person has heard the confidentiality declaration and confirmed it, or take that back."""
    attendance = _find(db, actor, attendance_id)
    if not attendance.is_present:
        raise Conflict("error.meeting.not_present")
    if (attendance.declared_at is not None) is is_confirmed:
        return attendance
    attendance.declared_at = clock.now() if is_confirmed else None
    return _keep(db, actor, attendance, "declare" if is_confirmed else "undeclare")


def check_room(db: Session, actor: Actor, attendance_id: UUID, *, is_private: bool) -> Attendance:
    """Write down whether a person at a distance is alone in a room where nobody hears."""
    attendance = _find(db, actor, attendance_id)
    if not attendance.is_present:
        raise Conflict("error.meeting.not_present")
    if attendance.is_room_private is is_private:
        return attendance
    attendance.is_room_private = is_private
    return _keep(db, actor, attendance, "check_room")


def remark(
    db: Session,
    actor: Actor,
    attendance_id: UUID,
    *,
    conflict_of_interest: str,
    left_early: bool,
    apology: str,
    version: int,
) -> Attendance:
    """Write down a conflict of interest, an early leave or an apology."""
    attendance = _find(db, actor, attendance_id)
    require_version(attendance, version)
    said = {
        name: texts.text(typed, field=name, required=False, longest=LONGEST_REMARK)
        for name, typed in (("conflict_of_interest", conflict_of_interest), ("apology", apology))
    }
    require_nameless(db, actor, attendance, said)
    attendance.conflict_of_interest, attendance.apology = said["conflict_of_interest"], said["apology"]
    attendance.left_early = left_early and attendance.is_present
    return _keep(db, actor, attendance, "remark")


def require_nameless(db: Session, actor: Actor, attendance: Attendance, said: Mapping[str, str]) -> None:
    """Raise Invalid where a remark about somebody at the table says who or where somebody of the own file is."""
    case_id = db.get_one(Meeting, attendance.meeting_id).case_id
    for name, words in said.items():
        files.require_nothing_told(db, actor, case_id, words, field=name, known=getattr(attendance, name))


@access.of_case_of(Meeting)
def candidates(db: Session, actor: Actor, meeting_id: UUID) -> list[Person]:
    """The people who may still take a seat: of the case or of the two services, not on the list yet."""
    meeting = meetings.find(db, actor, meeting_id)
    seated = {attendance.person_id for attendance in meeting.attendances}
    return [person for person in meetings.allowed(db, actor, meeting) if person.id not in seated]


def seat(db: Session, actor: Actor, meeting_id: UUID, *, person_id: UUID | None) -> Meeting:
    """Give somebody who came without an invitation a seat; they are there."""
    running(db, actor, meeting_id)
    meeting = meetings.find(db, actor, meeting_id)
    chosen = [person_id] if person_id else []
    texts.line("x" if chosen else "", field="person")
    invitees.seat(db, actor, meeting, meetings.allowed(db, actor, meeting), chosen, field="person")
    for attendance in meeting.attendances:
        if attendance.person_id == person_id:
            attendance.is_present = True
    db.flush()
    audit.record(db, actor, "seat", meeting, case_id=meeting.case_id)
    return meeting


def deciders(db: Session, meeting: Meeting) -> set[UUID]:
    """The services for which somebody sits at the table who may agree minutes for them."""
    statement = (
        select(Attendance.service_id)
        .join(PersonRole, PersonRole.person_id == Attendance.person_id)
        .where(
            Attendance.meeting_id == meeting.id,
            Attendance.is_present.is_(True),
            PersonRole.role.in_(PERMISSIONS[Permission.AGREE_MINUTES]),
        )
    )
    return set(db.scalars(statement))


def _find(db: Session, actor: Actor, attendance_id: UUID) -> Attendance:
    """A seat at a meeting in progress, as it is now that the meeting is held fast."""
    meeting_ids = access.joint_meetings(actor).with_only_columns(Meeting.id)
    statement = select(Attendance).where(Attendance.meeting_id.in_(meeting_ids))
    attendance = access.find(db, statement, attendance_id)
    running(db, actor, attendance.meeting_id)
    db.refresh(attendance)
    return attendance


def _keep(db: Session, actor: Actor, attendance: Attendance, act: str) -> Attendance:
    db.flush()
    audit.record(db, actor, act, attendance, case_id=db.get_one(Meeting, attendance.meeting_id).case_id)
    return attendance
