"""Which cases a person works on, which joint spaces are open to them, and what belongs to the frame of a case."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, exists, false, or_, select

from core import clock
from core.access.actors import Actor, Permission, is_worker, may
from core.access.statements import is_of_the_case, kept
from core.db import UTCDateTime
from core.models import (
    Agreement,
    AgreementLevel,
    AgreementRole,
    Assignment,
    Case,
    CaseFile,
    EmergencyOpening,
    FileRequest,
    Guest,
    Role,
    Seal,
)


@kept
def assigned_case_ids(actor: Actor) -> Select[UUID]:
    """The cases that the actor works on now, as a person of a service that holds a file in them."""
    if actor.is_whole:
        return select(CaseFile.case_id).where(
            CaseFile.service_id == actor.service_id, CaseFile.id.not_in(sealed_file_ids())
        )
    today = clock.today()
    found = (
        select(Assignment.case_id)
        .join(
            CaseFile,
            and_(CaseFile.case_id == Assignment.case_id, CaseFile.service_id == actor.service_id),
        )
        .where(
            Assignment.person_id == actor.person_id,
            Assignment.since <= today,
            or_(Assignment.until.is_(None), Assignment.until >= today),
            or_(Assignment.ends_at.is_(None), Assignment.ends_at > _now()),
        )
    )
    return found.where(is_of_the_case(Assignment.case_id))


def at_work() -> ColumnElement[bool]:
    """The assignment holds today; who opened the file in an emergency does not work on the case, and is named to nobody elsewhere."""
    today = clock.today()
    return and_(
        Assignment.since <= today,
        or_(Assignment.until.is_(None), Assignment.until >= today),
        Assignment.ends_at.is_(None),
    )


@kept
def guest_case_ids(actor: Actor) -> Select[UUID]:
    """The cases that the actor was let into as a guest."""
    return _let_in(actor).where(Guest.meeting_id.is_(None)).with_only_columns(Guest.case_id)


@kept
def guest_meeting_ids(actor: Actor) -> Select[UUID | None]:
    """The single meetings that the actor was let into as a guest."""
    return _let_in(actor).where(Guest.meeting_id.is_not(None)).with_only_columns(Guest.meeting_id)


def _let_in(actor: Actor) -> Select[Guest]:
    """Where the actor is a guest now; a guest leaves with the agreement on which they were let in."""
    agreed = case_agreements_in_force().with_only_columns(Agreement.case_id)
    return select(Guest).where(
        Guest.person_id == actor.person_id,
        Guest.until >= clock.today(),
        or_(Guest.case_id.in_(agreed), Guest.case_id.in_(emergency_case_ids())),
    )


@kept
def visible_cases(actor: Actor) -> Select[Case]:
    """The cases that the actor is assigned to; never a service's cases as a whole."""
    if not is_worker(actor):
        return select(Case).where(false())
    return select(Case).where(Case.id.in_(assigned_case_ids(actor)))


@kept
def visible_guest_cases(actor: Actor) -> Select[Case]:
    """The cases of which a guest may see code and phase: those that they were let into as a whole."""
    if not actor.has(Role.GUEST):
        return select(Case).where(false())
    return select(Case).where(Case.id.in_(guest_case_ids(actor)))


@kept
def visible_case_ids(actor: Actor) -> Select[UUID]:
    """The ids of visible_cases, for statements about what hangs on a case."""
    return assigned_case_ids(actor) if is_worker(actor) else select(Case.id).where(false())


def case_agreements_in_force() -> Select[Agreement]:
    """The case-level agreements that hold today: by them, and by nothing else but an emergency, a joint space is open."""
    return select(Agreement).where(Agreement.level == AgreementLevel.CASE, Agreement.holds_today())


def emergencies_open() -> Select[EmergencyOpening]:
    """The joint spaces that are open for some hours without an agreement."""
    return select(EmergencyOpening).where(
        EmergencyOpening.until_at > _now(), EmergencyOpening.is_asked.is_(False)
    )


def emergencies_asked() -> Select[EmergencyOpening]:
    """The openings that one service asks for after the agreement ended, and the other has not confirmed.

    Where another agreement holds by now nothing is asked for: it says who reads what.
    """
    holding = case_agreements_in_force().where(Agreement.case_id == EmergencyOpening.case_id)
    return select(EmergencyOpening).where(
        EmergencyOpening.until_at > _now(),
        EmergencyOpening.is_asked.is_(True),
        ~holding.correlate(EmergencyOpening).exists(),
    )


def _now() -> BindParameter[datetime]:
    """Bound when the statement runs: a statement may be kept for a day."""
    return bindparam("now", callable_=clock.now, type_=UTCDateTime(), unique=True)


def emergency_case_ids() -> Select[UUID]:
    """Cases whose joint space an emergency holds open now."""
    return emergencies_open().with_only_columns(EmergencyOpening.case_id)


@kept
def joint_case_ids(actor: Actor) -> Select[UUID]:
    """The actor's cases whose joint space is open to them.

    It is open to the roles that the agreement in force names, until its end; where none is in force, in an emergency,
    for some hours, to all who work on the case.
    """
    if not is_worker(actor):
        return select(Case.id).where(false())
    # Asked of each case of the actor: a subquery of all agreements in force would be read through for every statement.
    held = CaseFile if actor.is_whole else Assignment
    holding = case_agreements_in_force().where(Agreement.case_id == held.case_id)
    named = holding.join(AgreementRole, AgreementRole.agreement_id == Agreement.id).where(
        AgreementRole.role.in_(actor.roles)
    )
    urgent = emergencies_open().where(EmergencyOpening.case_id == held.case_id)
    in_emergency = and_(urgent.correlate(held).exists(), ~holding.correlate(held).exists())
    return assigned_case_ids(actor).where(or_(named.correlate(held).exists(), in_emergency))


@kept
def before_agreement_ids(actor: Actor) -> Select[UUID]:
    """The actor's confirmed cases that no agreement has ever held for: their opening meeting comes before it."""
    held = exists().where(Agreement.case_id == Case.id, Agreement.in_force_from <= clock.today())
    paired = visible_cases(actor).where(Case.paired_at.is_not(None), ~held)
    return paired.with_only_columns(Case.id)


def sealed_file_ids() -> Select[UUID]:
    """Files that named people alone may know of: no office, no break-glass."""
    return select(Seal.file_id)


def is_open_to(actor: Actor, case: Case) -> bool:
    """May the actor read what both wrote in this case of theirs?

    A service that only answered that it holds the parallel file may not, until both have confirmed the pair.
    """
    return case.is_paired or case.opened_by == actor.service_id


def opens_to(actor: Actor) -> ColumnElement[bool]:
    """The same for the rows of a statement about cases of the actor."""
    return or_(Case.paired_at.is_not(None), Case.opened_by == actor.service_id)


@kept
def open_case_ids(actor: Actor) -> Select[UUID]:
    """The ids of the cases of the actor of which this holds."""
    return visible_cases(actor).where(opens_to(actor)).with_only_columns(Case.id)


@kept
def visible_assignments(actor: Actor) -> Select[Assignment]:
    """Who works, or worked, on the actor's cases."""
    return select(Assignment).where(Assignment.case_id.in_(visible_case_ids(actor)))


@kept
def visible_emergencies(actor: Actor) -> Select[EmergencyOpening]:
    """When the joint spaces of the actor's cases were opened without an agreement, by whom and why."""
    return select(EmergencyOpening).where(EmergencyOpening.case_id.in_(visible_case_ids(actor)))


@kept
def visible_guests(actor: Actor) -> Select[Guest]:
    """Whom either side let into the actor's cases."""
    return select(Guest).where(Guest.case_id.in_(visible_case_ids(actor)))


@kept
def visible_requests(actor: Actor) -> Select[FileRequest]:
    """Blind requests: those asked of the actor's service, for people who may answer; those of their own cases."""
    own = FileRequest.case_id.in_(visible_case_ids(actor)) & (FileRequest.from_service_id == actor.service_id)
    if is_worker(actor) and may(actor, Permission.ANSWER_REQUEST):
        return select(FileRequest).where(or_(FileRequest.to_service_id == actor.service_id, own))
    return select(FileRequest).where(own)
