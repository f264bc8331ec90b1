"""A case without the agreement that held: who ended it is told to both sides, and which meetings cannot be held now.

A meeting that was planned stays planned, for the next agreement opens the joint space again with all that is in it;
until then both sides are told that nobody can hold it, by its kind and time alone: they are of the frame of the case.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from core import access, clock
from core.access import Actor, Permission, may
from core.models import (
    Agreement,
    AgreementLevel,
    AgreementState,
    Case,
    EmergencyOpening,
    Meeting,
    MeetingState,
    Person,
    Service,
)
from core.operations import joint_spaces, meeting_frames, phases

#: So long both sides are told that an agreement was ended.
TOLD_FOR: Final = timedelta(days=14)
#: A meeting stays ahead until the morning after it.
_STILL: Final = timedelta(hours=12)
_MOST: Final = 20
_LASTING: Final = (AgreementState.IN_FORCE, AgreementState.TERMINATED)


@dataclass(frozen=True)
class Ended:
    """An agreement that one service ended before its time: the first day without it, and by whom.

    Without a code it is the one between the two organisations; one that never began was called off. A draft was given up.
    """

    agreement_id: UUID
    code: str
    on: date
    service: str
    has_begun: bool = True
    #: Who gave up the draft; empty for what was agreed.
    given_up_by: str = ""

    @property
    def is_coming(self) -> bool:
        return self.on > clock.today()


@dataclass(frozen=True)
class Stopped:
    """A planned meeting that nobody can hold now: its frame, and nothing that was typed to it."""

    meeting_id: UUID
    case_id: UUID
    code: str
    kind: str
    planned_at: datetime
    #: The first day of the signed agreement under which it can be held after all.
    begins_on: date | None = None


def waiting(db: Session, actor: Actor) -> Sequence[Ended]:
    """What was ended of late, of the actor's open cases and organisations, for those who answer for it.

    Until the next agreement begins; of a draft that somebody else gave up, until the next is begun.
    """
    found: list[tuple[Agreement, str | None, str | None]] = []
    if may(actor, Permission.APPROVE_CASE_AGREEMENT):
        found += [(row[0], row[1], row[2]) for row in db.execute(_ended_of_cases(actor))]
    if may(actor, Permission.APPROVE_ORGANISATION_AGREEMENT):
        found += [(row[0], row[1], row[2]) for row in db.execute(_ended_of_organisations(actor))]
    return [_told(agreement, service or "", name or "") for agreement, service, name in found]


def _told(agreement: Agreement, service: str, name: str) -> Ended:
    code = agreement.case.code if agreement.case else ""
    if agreement.given_up_at is not None:
        return Ended(agreement.id, code, clock.day(agreement.given_up_at), service, given_up_by=name)
    on = agreement.terminated_on or clock.today()
    return Ended(agreement.id, code, on, service, has_begun=agreement.in_force_from is not None)


def ended_by(db: Session, agreement: Agreement) -> tuple[str, str]:
    """Who ended an agreement that the caller has found, or gave up the draft, and of which service."""
    person_id = agreement.terminated_by or agreement.given_up_by
    if person_id is None:
        return "", ""
    row = db.execute(
        select(Person.name, Service.name)
        .join(Service, Service.id == Person.service_id)
        .where(Person.id == person_id)
    ).one()
    return row[0], row[1]


def stopped(db: Session, actor: Actor, *where: ColumnElement[bool]) -> list[Stopped]:
    """The planned meetings of the actor's cases that nobody can hold, as no agreement and no emergency opens the table.

    Of cases whose agreement has ended; the first to come first.
    """
    rows = db.execute(_stopped(actor).where(Meeting.planned_at >= clock.now() - _STILL, *where)).all()
    coming = db.scalars(_coming(actor).where(Agreement.case_id.in_({row[1] for row in rows}))) if rows else ()
    signed = list(coming)
    return [Stopped(*row, begins_on=_begins(signed, row[1], clock.day(row[4]))) for row in rows]


def _begins(signed: Sequence[Agreement], case_id: UUID, day: date) -> date | None:
    """From when the agreement holds that covers a day of a case."""
    for one in signed:
        begins = one.in_force_from
        if (
            one.case_id == case_id
            and begins
            and begins <= day
            and (one.ends_on is None or day <= one.ends_on)
        ):
            return begins
    return None


@access.kept
def _coming(actor: Actor) -> Select[Agreement]:
    """What is signed and begins on a later day."""
    return access.visible_agreements(actor).where(
        Agreement.level == AgreementLevel.CASE,
        Agreement.state == AgreementState.IN_FORCE,
        Agreement.in_force_from > clock.today(),
    )


@access.of_one_case
def stopped_of_case(db: Session, actor: Actor, case_id: UUID) -> list[Stopped]:
    """The same for one case."""
    return stopped(db, actor, Meeting.case_id == case_id)


@access.of_one_case
def comes_first(db: Session, actor: Actor, case_id: UUID, *, is_planning: bool) -> bool:
    """Does an agreement come before the meeting that is the next step: no table is open to it?

    The meeting that leads to the first agreement needs none.
    """
    found = joint_spaces.of_case(db, actor, case_id)
    if found.ground in joint_spaces.OVER:
        return True
    if found.ground not in {joint_spaces.Ground.NO_AGREEMENT, joint_spaces.Ground.NOT_YET}:
        return False
    return is_planning and not meeting_frames.has_ground(found, phases.proposed_meeting(db, actor, case_id))


@access.kept
def _ended_of_cases(actor: Actor) -> Select[Any]:
    return (
        _ended(actor, lambda following: following.case_id == Agreement.case_id)
        .join(Agreement.case)
        .where(Agreement.level == AgreementLevel.CASE, Case.closed_on.is_(None))
    )


@access.kept
def _ended_of_organisations(actor: Actor) -> Select[Any]:
    def is_between_the_same(following: type[Agreement]) -> ColumnElement[bool]:
        same = following.cooperation_id == Agreement.cooperation_id
        return and_(same, following.level == AgreementLevel.ORGANISATION)

    is_between = Agreement.level == AgreementLevel.ORGANISATION
    return _ended(actor, is_between_the_same).where(is_between)


def _ended(actor: Actor, follows: Callable[[type[Agreement]], ColumnElement[bool]]) -> Select[Any]:
    following = aliased(Agreement)
    begun = exists().where(
        follows(following),
        following.id != Agreement.id,
        following.state.in_(_LASTING),
        # What never began was to follow those that were there before it.
        or_(Agreement.in_force_from.is_not(None), following.created_at > Agreement.created_at),
        or_(
            following.in_force_from <= clock.today(),
            following.in_force_from <= Agreement.terminated_on,
        ),
        or_(
            following.in_force_from >= Agreement.terminated_on,
            following.in_force_from > Agreement.in_force_from,
        ),
    )
    since = clock.today() - TOLD_FOR
    begun_anew = exists().where(
        follows(following), following.level == Agreement.level, following.created_at > Agreement.given_up_at
    )
    is_over = and_(Agreement.terminated_on > since, ~begun)
    is_given_up = and_(
        Agreement.given_up_at >= clock.moment(since + timedelta(days=1)),
        Agreement.given_up_by != actor.person_id,
        ~begun_anew,
    )
    return (
        access.visible_agreements(actor)
        .outerjoin(Person, Person.id == func.coalesce(Agreement.terminated_by, Agreement.given_up_by))
        .outerjoin(Service, Service.id == Person.service_id)
        .where(or_(is_over, is_given_up))
        .options(joinedload(Agreement.case))
        .order_by(Agreement.terminated_on.desc().nulls_first(), Agreement.given_up_at.desc())
        .limit(_MOST)
        .add_columns(Service.name, Person.name)
    )


@access.kept
def _stopped(actor: Actor) -> Select[UUID, UUID, str, str, datetime]:
    of_case = aliased(Agreement)
    began = exists().where(
        of_case.case_id == Meeting.case_id,
        of_case.level == AgreementLevel.CASE,
        of_case.state.in_(_LASTING),
        of_case.in_force_from <= clock.today(),
    )
    holding = access.case_agreements_in_force().with_only_columns(Agreement.case_id)
    urgent = access.emergencies_open().with_only_columns(EmergencyOpening.case_id)
    return (
        access.framed_meetings(actor)
        .join(Case, Case.id == Meeting.case_id)
        .where(
            Meeting.state.in_([MeetingState.PLANNED, MeetingState.INVITED]),
            Case.closed_on.is_(None),
            began,
            Meeting.case_id.not_in(holding),
            Meeting.case_id.not_in(urgent),
        )
        .order_by(Meeting.planned_at, Meeting.id)
        .limit(_MOST)
        .with_only_columns(Meeting.id, Case.id, Case.code, Meeting.kind, Meeting.planned_at)
    )
