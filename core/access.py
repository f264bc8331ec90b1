"""Who may see and do what: the actor, the permissions, and the statements every query starts from.

A record that is not visible and a record that does not exist give the same answer: NotFound. Nothing else in the
core decides visibility; an operation that needs a record asks for it by one of the `visible_…` statements below.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select
from sqlalchemy.orm import Session

from core import clock
from core.db import Versioned
from core.errors import Conflict, NotAllowed, NotFound
from core.models import (
    Account,
    Action,
    Agreement,
    AgreementLevel,
    Assignment,
    Case,
    CaseFile,
    Cooperation,
    Duty,
    Event,
    FileNote,
    FileRequest,
    GlossaryTerm,
    Guest,
    JointItem,
    Meeting,
    PathEntry,
    Person,
    PhaseEntry,
    Proposal,
    Role,
    Service,
    ServiceKind,
    Subject,
    TPoint,
)

T = TypeVar("T")


@dataclass(frozen=True)
class Actor:
    """The person on whose behalf an operation runs."""

    person_id: UUID
    service_id: UUID
    kind: ServiceKind
    roles: frozenset[Role] = field(default_factory=frozenset)
    name: str = ""
    service_name: str = ""
    #: Has this person proved in the last minutes that it is them who sit there?
    is_fresh: bool = False

    def has(self, *roles: Role) -> bool:
        return not self.roles.isdisjoint(roles)


class Permission(StrEnum):
    OPEN_CASE = "open_case"
    ANSWER_REQUEST = "answer_request"
    ASSIGN = "assign"
    READ_FILE = "read_file"
    WRITE_FILE = "write_file"
    SHARE = "share"
    MARK_STEP = "mark_step"
    WALK_PHASES = "walk_phases"
    PLAN_MEETING = "plan_meeting"
    RUN_MEETING = "run_meeting"
    AGREE_MINUTES = "agree_minutes"
    WRITE_PLAN = "write_plan"
    DRAFT_CASE_AGREEMENT = "draft_case_agreement"
    APPROVE_CASE_AGREEMENT = "approve_case_agreement"
    DRAFT_ORGANISATION_AGREEMENT = "draft_organisation_agreement"
    APPROVE_ORGANISATION_AGREEMENT = "approve_organisation_agreement"
    WRITE_COOPERATION = "write_cooperation"
    INVITE_GUEST = "invite_guest"
    ADMINISTER = "administer"


CASE_WORKERS = frozenset({Role.CASE_MANAGER, Role.PARTNER_CONTACT, Role.CHILD_PROTECTION})
TABLE = CASE_WORKERS | {Role.CHAIR, Role.MINUTE_TAKER}

#: Which roles may do what; whether they may see the record is decided by the statements below.
PERMISSIONS: dict[Permission, frozenset[Role]] = {
    Permission.OPEN_CASE: frozenset({Role.CASE_MANAGER}),
    Permission.ANSWER_REQUEST: frozenset({Role.CASE_MANAGER, Role.PARTNER_CONTACT}),
    Permission.ASSIGN: frozenset({Role.CASE_MANAGER}),
    Permission.READ_FILE: CASE_WORKERS,
    Permission.WRITE_FILE: CASE_WORKERS,
    Permission.SHARE: frozenset({Role.CASE_MANAGER, Role.PARTNER_CONTACT}),
    Permission.MARK_STEP: TABLE | {Role.MANAGER},
    Permission.WALK_PHASES: frozenset({Role.CASE_MANAGER, Role.MANAGER}),
    Permission.PLAN_MEETING: TABLE | {Role.MANAGER},
    Permission.RUN_MEETING: TABLE | {Role.MANAGER},
    Permission.AGREE_MINUTES: frozenset({Role.CASE_MANAGER, Role.PARTNER_CONTACT, Role.MANAGER}),
    Permission.WRITE_PLAN: TABLE,
    Permission.DRAFT_CASE_AGREEMENT: frozenset({Role.CASE_MANAGER, Role.MANAGER}),
    Permission.APPROVE_CASE_AGREEMENT: frozenset({Role.CASE_MANAGER}),
    Permission.DRAFT_ORGANISATION_AGREEMENT: frozenset({Role.MANAGER}),
    Permission.APPROVE_ORGANISATION_AGREEMENT: frozenset({Role.MANAGER}),
    Permission.WRITE_COOPERATION: TABLE | {Role.MANAGER},
    Permission.INVITE_GUEST: frozenset({Role.CASE_MANAGER, Role.CHAIR}),
    Permission.ADMINISTER: frozenset({Role.ADMINISTRATOR}),
}


def may(actor: Actor, permission: Permission) -> bool:
    """Does one of the actor's roles carry the permission?"""
    return not actor.roles.isdisjoint(PERMISSIONS[permission])


def require(actor: Actor, permission: Permission) -> None:
    """Raise NotAllowed where no role of the actor carries the permission."""
    if not may(actor, permission):
        raise NotAllowed


def require_fresh(actor: Actor) -> None:
    """Raise NotAllowed where it is too long ago that the actor proved that it is them."""
    if not actor.is_fresh:
        raise NotAllowed("error.step_up")


def find(db: Session, statement: Select[T], record_id: UUID) -> T:
    """The one record with this id among those that the statement shows.

    Raises NotFound both where there is none and where it is not the actor's to see.
    """
    model = statement.column_descriptions[0]["entity"]
    record = db.scalars(statement.where(model.id == record_id)).unique().one_or_none()
    if record is None:
        raise NotFound
    return record


def require_version(record: Versioned, version: int) -> None:
    """Raise Conflict where the record was saved since the actor opened it."""
    if record.version != version:
        raise Conflict


def is_worker(actor: Actor) -> bool:
    """The actor belongs to one of the two sides and is neither a guest nor only an administrator."""
    return actor.kind.is_side and bool(actor.roles - {Role.ADMINISTRATOR, Role.GUEST})


def _assigned(actor: Actor) -> Select[UUID]:
    """The cases that the actor works on now, as a person of a service that holds a file in them."""
    today = clock.today()
    return (
        select(Assignment.case_id)
        .join(
            CaseFile,
            and_(CaseFile.case_id == Assignment.case_id, CaseFile.service_id == actor.service_id),
        )
        .where(
            Assignment.person_id == actor.person_id,
            Assignment.since <= today,
            or_(Assignment.until.is_(None), Assignment.until >= today),
        )
    )


def _guest_cases(actor: Actor) -> Select[UUID]:
    return select(Guest.case_id).where(
        Guest.person_id == actor.person_id, Guest.meeting_id.is_(None), Guest.until >= clock.today()
    )


def _guest_meetings(actor: Actor) -> Select[UUID | None]:
    return select(Guest.meeting_id).where(
        Guest.person_id == actor.person_id, Guest.meeting_id.is_not(None), Guest.until >= clock.today()
    )


def visible_cases(actor: Actor) -> Select[Case]:
    """The cases that the actor is assigned to; never a service's cases as a whole."""
    if not is_worker(actor):
        return select(Case).where(false())
    return select(Case).where(Case.id.in_(_assigned(actor)))


def visible_guest_cases(actor: Actor) -> Select[Case]:
    """The cases whose frame (code, phase) a guest may see."""
    return select(Case).where(Case.id.in_(_guest_cases(actor)))


def visible_files(actor: Actor) -> Select[CaseFile]:
    """The actor's own service's files of the cases they are assigned to; the other side's never."""
    if not is_worker(actor) or not may(actor, Permission.READ_FILE):
        return select(CaseFile).where(false())
    return select(CaseFile).where(
        CaseFile.service_id == actor.service_id, CaseFile.case_id.in_(_assigned(actor))
    )


def _visible_file_ids(actor: Actor) -> Select[UUID]:
    return visible_files(actor).with_only_columns(CaseFile.id)


def visible_subjects(actor: Actor) -> Select[Subject]:
    """The people of the actor's own file."""
    return select(Subject).where(Subject.file_id.in_(_visible_file_ids(actor)))


def visible_notes(actor: Actor) -> Select[FileNote]:
    """The notes of the actor's own file."""
    return select(FileNote).where(FileNote.file_id.in_(_visible_file_ids(actor)))


def visible_joint_items(actor: Actor) -> Select[JointItem]:
    """What either service put into the joint space of the actor's cases and has not taken back."""
    return select(JointItem).where(
        JointItem.case_id.in_(visible_case_ids(actor)), JointItem.withdrawn_at.is_(None)
    )


def visible_case_ids(actor: Actor) -> Select[UUID]:
    """The ids of visible_cases, for statements about what hangs on a case."""
    return visible_cases(actor).with_only_columns(Case.id)


#: What both services may read in a case's history. Everything else is known to the service that did it alone: that a
#: file was written in, or a request answered, would tell the other side when she was in touch.
JOINT_SUBJECTS = (
    "case",
    "joint_item",
    "assignment",
    "guest",
    "meeting",
    "agenda_item",
    "minutes",
    "addendum",
    "action",
    "agreement",
    "phase_entry",
    "t_point",
)


def visible_events(actor: Actor) -> Select[Event]:
    """What happened in the actor's cases: all that their own service did, and the other's joint acts.

    What the other service did before both confirmed the pair is its own: it would tell since when she was in touch.
    """
    since_the_pair = exists().where(Case.id == Event.case_id, Case.paired_at <= Event.created_at)
    return select(Event).where(
        Event.case_id.in_(visible_case_ids(actor)),
        or_(Event.service_id == actor.service_id, and_(Event.subject.in_(JOINT_SUBJECTS), since_the_pair)),
    )


def is_open_to(actor: Actor, case: Case) -> bool:
    """May the actor read what both wrote in this case of theirs?

    A service that only answered that it holds the parallel file may not, until both have confirmed the pair.
    """
    return case.is_paired or case.opened_by == actor.service_id


def _open_case_ids(actor: Actor) -> Select[UUID]:
    """The same as a statement."""
    return visible_case_ids(actor).where(or_(Case.paired_at.is_not(None), Case.opened_by == actor.service_id))


def visible_assignments(actor: Actor) -> Select[Assignment]:
    """Who works, or worked, on the actor's cases."""
    return select(Assignment).where(Assignment.case_id.in_(visible_case_ids(actor)))


def visible_guests(actor: Actor) -> Select[Guest]:
    """Whom either side let into the actor's cases."""
    return select(Guest).where(Guest.case_id.in_(visible_case_ids(actor)))


def visible_duties(actor: Actor) -> Select[Duty]:
    """Who is on duty at the services that the actor may see."""
    return select(Duty).where(Duty.service_id.in_(visible_services(actor).with_only_columns(Service.id)))


def visible_path_entries(actor: Actor) -> Select[PathEntry]:
    """The entries of the actor's own path, and those of the other path that were shared."""
    return select(PathEntry).where(
        PathEntry.case_id.in_(visible_case_ids(actor)),
        PathEntry.removed_at.is_(None),
        or_(PathEntry.service_id == actor.service_id, PathEntry.is_shared.is_(True)),
    )


def own_path_entries(actor: Actor) -> Select[PathEntry]:
    """The entries that the actor may change: those of their own service's path, for who may write its file."""
    return visible_path_entries(actor).where(
        PathEntry.service_id == actor.service_id, PathEntry.case_id.in_(_own_file_cases(actor))
    )


def _own_file_cases(actor: Actor) -> Select[UUID]:
    return visible_files(actor).with_only_columns(CaseFile.case_id)


def visible_phase_entries(actor: Actor) -> Select[PhaseEntry]:
    """The phases that the actor's cases went through."""
    return select(PhaseEntry).where(PhaseEntry.case_id.in_(_open_case_ids(actor)))


def visible_t_points(actor: Actor) -> Select[TPoint]:
    return select(TPoint).where(TPoint.case_id.in_(_open_case_ids(actor)))


def visible_requests(actor: Actor) -> Select[FileRequest]:
    """Blind requests: those asked of the actor's service, for people who may answer; those of their own cases."""
    own = FileRequest.case_id.in_(visible_case_ids(actor)) & (FileRequest.from_service_id == actor.service_id)
    if is_worker(actor) and may(actor, Permission.ANSWER_REQUEST):
        return select(FileRequest).where(or_(FileRequest.to_service_id == actor.service_id, own))
    return select(FileRequest).where(own)


def visible_cooperations(actor: Actor) -> Select[Cooperation]:
    """The cooperations of the actor's service; all for an administrator, who sets them up."""
    if may(actor, Permission.ADMINISTER):
        return select(Cooperation)
    if not is_worker(actor):
        return select(Cooperation).where(false())
    return select(Cooperation).where(
        or_(Cooperation.pp_id == actor.service_id, Cooperation.vss_id == actor.service_id)
    )


def own_cooperations(actor: Actor) -> Select[Cooperation]:
    """The cooperations that the actor works in; an administrator's office alone opens none."""
    if not is_worker(actor):
        return select(Cooperation).where(false())
    return select(Cooperation).where(
        or_(Cooperation.pp_id == actor.service_id, Cooperation.vss_id == actor.service_id)
    )


def _own_cooperation_ids(actor: Actor) -> Select[UUID]:
    return own_cooperations(actor).with_only_columns(Cooperation.id)


def visible_proposals(actor: Actor) -> Select[Proposal]:
    """The drafts of the actor's cooperations, on their way to the agreement."""
    return select(Proposal).where(Proposal.cooperation_id.in_(_own_cooperation_ids(actor)))


def visible_terms(actor: Actor) -> Select[GlossaryTerm]:
    """The shared words of the actor's cooperations."""
    return select(GlossaryTerm).where(GlossaryTerm.cooperation_id.in_(_own_cooperation_ids(actor)))


def visible_meetings(actor: Actor) -> Select[Meeting]:
    """Meetings of the actor's cases and cooperations; for a guest, those they were let into."""
    if actor.has(Role.GUEST):
        return select(Meeting).where(
            or_(Meeting.id.in_(_guest_meetings(actor)), Meeting.case_id.in_(_guest_cases(actor)))
        )
    return select(Meeting).where(
        or_(
            Meeting.case_id.in_(visible_case_ids(actor)),
            and_(Meeting.case_id.is_(None), Meeting.cooperation_id.in_(_own_cooperation_ids(actor))),
        )
    )


def joint_meetings(actor: Actor) -> Select[Meeting]:
    """Meetings whose minutes the actor may read and write: never a guest's."""
    return visible_meetings(actor) if is_worker(actor) else select(Meeting).where(false())


def visible_actions(actor: Actor) -> Select[Action]:
    """The action plans of the actor's cases; for a guest, the rows of their own agency."""
    if actor.has(Role.GUEST):
        return select(Action).where(
            Action.case_id.in_(_guest_cases(actor)), Action.service_id == actor.service_id
        )
    return select(Action).where(Action.case_id.in_(visible_case_ids(actor)))


def visible_agreements(actor: Actor) -> Select[Agreement]:
    """Organisation-level agreements of the actor's cooperations, case-level ones of the actor's cases."""
    return select(Agreement).where(
        or_(
            and_(
                Agreement.level == AgreementLevel.ORGANISATION,
                Agreement.cooperation_id.in_(_own_cooperation_ids(actor)),
            ),
            and_(Agreement.level == AgreementLevel.CASE, Agreement.case_id.in_(visible_case_ids(actor))),
        )
    )


def visible_services(actor: Actor) -> Select[Service]:
    """All services for an administrator; else the actor's own, those it cooperates with, and other agencies."""
    if may(actor, Permission.ADMINISTER):
        return select(Service)
    if not is_worker(actor):
        return select(Service).where(Service.id == actor.service_id)
    partners = own_cooperations(actor)
    return select(Service).where(
        or_(
            Service.id == actor.service_id,
            Service.id.in_(partners.with_only_columns(Cooperation.pp_id)),
            Service.id.in_(partners.with_only_columns(Cooperation.vss_id)),
            Service.kind.not_in([ServiceKind.PP, ServiceKind.VSS]),
        )
    )


def administered_services(actor: Actor) -> Select[Service]:
    """Where an administrator makes people: their own service, agencies, and a side that nobody of its own administers yet.

    As soon as an administrator of that side has come in once, nobody else administers it.
    """
    if not may(actor, Permission.ADMINISTER):
        return select(Service).where(false())
    own_administrator = (
        select(Person.id)
        .join(Account, Account.person_id == Person.id)
        .where(Person.service_id == Service.id, is_administrator())
        .correlate(Service)
    )
    return select(Service).where(or_(_is_own_or_agency(actor), ~own_administrator.exists()))


def is_administrator() -> ColumnElement[bool]:
    """Somebody with an account who administers: active, and in at least once."""
    return and_(
        Person.is_active,
        Account.is_enabled,
        Account.signed_in_at.is_not(None),
        Person.roles.any(role=Role.ADMINISTRATOR),
    )


def managed_services(actor: Actor) -> Select[Service]:
    """Whose people and accounts an administrator changes: their own service's, and those of agencies, which have none."""
    if not may(actor, Permission.ADMINISTER):
        return select(Service).where(false())
    return select(Service).where(_is_own_or_agency(actor))


def _is_own_or_agency(actor: Actor) -> ColumnElement[bool]:
    return or_(Service.id == actor.service_id, Service.kind.not_in([ServiceKind.PP, ServiceKind.VSS]))


def managed_people(actor: Actor) -> Select[Person]:
    """The people of managed_services."""
    services = managed_services(actor).with_only_columns(Service.id)
    return select(Person).where(Person.service_id.in_(services))


def visible_people(actor: Actor) -> Select[Person]:
    """The people of visible_services; for an administrator those of administered_services."""
    chosen = administered_services if may(actor, Permission.ADMINISTER) else visible_services
    services = chosen(actor).with_only_columns(Service.id)
    return select(Person).where(Person.service_id.in_(services))
