"""Before a meeting: everything its page shows, and the cases that one can be planned for."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from core import access, audit, clock
from core.access import Actor, Permission, may
from core.models import AgendaItem, Case, Cooperation, Meeting, MeetingMove, Person, Service
from core.operations import agendas, cases, invitees, meetings, registers, remote_steps
from core.operations.remote_steps import RemoteStepDone


@dataclass(frozen=True)
class Preparation:
    """A meeting with how it was moved and what waits beside its agenda; at a distance also its six steps."""

    meeting: Meeting
    moves: tuple[MeetingMove, ...]
    steps: tuple[RemoteStepDone, ...]
    #: Empty where it has begun or is called off.
    waiting: tuple[AgendaItem, ...]

    @property
    def may_be_prepared(self) -> bool:
        return self.meeting.state in meetings.BEFORE

    @property
    def is_unsettled(self) -> bool:
        """Its time is over, and nobody has said whether it was held."""
        return self.may_be_prepared and self.meeting.planned_at + self.meeting.duration < clock.now()

    @property
    def is_case_closed(self) -> bool:
        return self.meeting.case is not None and self.meeting.case.closed_on is not None

    @property
    def steps_source(self) -> str:
        """Where the six steps of a meeting at a distance come from."""
        return agendas.kinds().remote_source

    @property
    def is_outdated(self) -> bool:
        """The invitation was sent and something in it has changed since."""
        return self.meeting.state is meetings.MeetingState.PLANNED and self.meeting.invited_at is not None


@access.of_case_of(Meeting)
def of_meeting(db: Session, actor: Actor, meeting_id: UUID) -> Preparation:
    """What the page of a meeting shows to the people of the two services."""
    meeting = meetings.find(db, actor, meeting_id)
    audit.look(db, meeting, case_id=meeting.case_id)
    moves = db.scalars(
        select(MeetingMove).where(MeetingMove.meeting_id == meeting.id).order_by(MeetingMove.created_at)
    )
    steps = remote_steps.of_found(db, meeting) if meeting.is_remote else []
    waiting = agendas.waiting(db, meeting) if meeting.state in meetings.BEFORE else []
    return Preparation(meeting, tuple(moves), tuple(steps), tuple(waiting))


@dataclass(frozen=True)
class Occasion:
    """What a meeting can be planned for: a case, or the cooperation of two services; and who may come."""

    cooperation_id: UUID
    case: Case | None
    services: str
    people: tuple[Person, ...]
    #: Whom the own register keeps out: they are not offered.
    kept_out: tuple[Person, ...] = ()


@access.of_one_case
def for_case(db: Session, actor: Actor, case_id: UUID) -> Occasion:
    """The case with the people who may be invited."""
    case = cases.find(db, actor, case_id)
    people = invitees.candidates(db, case.cooperation, case.id)
    may, kept_out = registers.offered(db, actor, case.id, people)
    return Occasion(case.cooperation_id, case, _services(case.cooperation), tuple(may), tuple(kept_out))


def for_cooperation(db: Session, actor: Actor, cooperation_id: UUID) -> Occasion:
    """The two services with the people of both."""
    statement = access.own_cooperations(actor).options(
        joinedload(Cooperation.pp), joinedload(Cooperation.vss)
    )
    cooperation = access.find(db, statement, cooperation_id)
    people = invitees.candidates(db, cooperation, None)
    return Occasion(cooperation.id, None, _services(cooperation), tuple(people))


def occasions(db: Session, actor: Actor) -> list[Occasion]:
    """The cooperations of the actor."""
    statement = access.own_cooperations(actor).options(
        joinedload(Cooperation.pp), joinedload(Cooperation.vss)
    )
    found = db.scalars(statement.join(Service, Service.id == Cooperation.vss_id).order_by(Service.name))
    return [Occasion(each.id, None, _services(each), ()) for each in found]


def cases_to_plan(db: Session, actor: Actor) -> list[Occasion]:
    """The open cases of the actor in which they may plan a meeting now, by their codes."""
    if not may(actor, Permission.PLAN_MEETING):
        return []
    has_ground = or_(
        Case.id.in_(access.joint_case_ids(actor)), Case.id.in_(access.before_agreement_ids(actor))
    )
    found = access.visible_cases(actor).where(
        Case.closed_on.is_(None), Case.paired_at.is_not(None), has_ground
    )
    services = joinedload(Case.cooperation).options(joinedload(Cooperation.pp), joinedload(Cooperation.vss))
    return [
        Occasion(case.cooperation_id, case, _services(case.cooperation), ())
        for case in db.scalars(found.options(services).order_by(Case.code, Case.id))
    ]


def _services(cooperation: Cooperation) -> str:
    return f"{cooperation.vss.name}, {cooperation.pp.name}"
