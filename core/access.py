"""Who may see and do what: the actor, the permissions, and the statements every query starts from.

A record that is not visible and a record that does not exist give the same answer: NotFound. Nothing else in the
core decides visibility; an operation that needs a record asks for it by one of the `visible_…` statements below.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache, wraps
from typing import TypeVar
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Date,
    Select,
    and_,
    bindparam,
    exists,
    false,
    func,
    not_,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased, selectinload

from core import clock
from core.content import access_rules, meeting_kinds
from core.content.access_rules import Act
from core.db import UTCDateTime, Versioned
from core.errors import Conflict, NotAllowed, NotFound
from core.models import (
    Account,
    Action,
    Agreement,
    AgreementLevel,
    AgreementRole,
    AgreementState,
    Assignment,
    AttendedDay,
    BreakGlass,
    Case,
    CaseFile,
    ChildPart,
    Closing,
    ClosingStep,
    ClosingText,
    Consent,
    ContactFlag,
    ContactUse,
    Cooperation,
    Departure,
    DigitalFinding,
    DigitalMedium,
    DigitalStep,
    Duty,
    EmergencyOpening,
    Episode,
    EpisodeJoin,
    Erasure,
    Event,
    EventKind,
    Evidence,
    FileNote,
    FileRequest,
    FirstAnswer,
    FirstPass,
    GlossaryTerm,
    Guest,
    HandedAnswer,
    HandedIn,
    Hold,
    ImmediateNotice,
    JointItem,
    Lesson,
    Meeting,
    MustNotReceive,
    NoticeAnswer,
    NoticeCall,
    NoticeReceipt,
    NoticeTalk,
    OutsideResult,
    PathEntry,
    Person,
    PersonRequest,
    PhaseEntry,
    Proposal,
    Questionnaire,
    QuestionnaireAnswer,
    QuestionnaireResponse,
    Reentry,
    Release,
    ReleasedEpisode,
    RiskAction,
    RiskAssessment,
    RiskChild,
    RiskLevel,
    RiskList,
    Role,
    SafetyAction,
    SafetyPlan,
    Seal,
    Service,
    ServiceExport,
    ServiceKind,
    Settlement,
    StepMark,
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
    is_fresh: bool = field(default=False, compare=False)
    #: Stands for the whole service (`whole_service`), and for no person of it.
    is_whole: bool = False
    #: And that by both steps, password and code?
    is_certain: bool = field(default=False, compare=False)

    def has(self, *roles: Role) -> bool:
        return not self.roles.isdisjoint(roles)


class Permission(StrEnum):
    OPEN_CASE = "open_case"
    ANSWER_REQUEST = "answer_request"
    ASSIGN = "assign"
    READ_FILE = "read_file"
    WRITE_FILE = "write_file"
    SHARE = "share"
    WRITE_CONSENT = "write_consent"
    WRITE_REGISTER = "write_register"
    PRINT_FOR_HIM = "print_for_him"
    PLAN_SAFETY = "plan_safety"
    PRINT_SAFETY_PLAN = "print_safety_plan"
    CONFIRM_RELEASE = "confirm_release"
    ANSWER_NOTICE = "answer_notice"
    RECORD_CALL = "record_call"
    MARK_STEP = "mark_step"
    WALK_PHASES = "walk_phases"
    PLAN_MEETING = "plan_meeting"
    RUN_MEETING = "run_meeting"
    AGREE_MINUTES = "agree_minutes"
    WRITE_PLAN = "write_plan"
    ANSWER_RISK = "answer_risk"
    HAND_IN_RISK = "hand_in_risk"
    ASSESS_RISK = "assess_risk"
    CHOOSE_LEVEL = "choose_level"
    END_CASE = "end_case"
    AGREE_END = "agree_end"
    WRITE_CLOSING = "write_closing"
    GIVE_LESSONS = "give_lessons"
    DRAFT_CASE_AGREEMENT = "draft_case_agreement"
    APPROVE_CASE_AGREEMENT = "approve_case_agreement"
    DRAFT_ORGANISATION_AGREEMENT = "draft_organisation_agreement"
    APPROVE_ORGANISATION_AGREEMENT = "approve_organisation_agreement"
    WRITE_COOPERATION = "write_cooperation"
    INVITE_GUEST = "invite_guest"
    READ_LOG = "read_log"
    KEEP = "keep"
    ERASE = "erase"
    CONFIRM_ERASURE = "confirm_erasure"
    ERASE_JOINT = "erase_joint"
    CONFIRM_JOINT_ERASURE = "confirm_joint_erasure"
    RECORD_REQUEST = "record_request"
    CHECK_COPY = "check_copy"
    TAKE_COPY = "take_copy"
    EXPORT_SERVICE = "export_service"
    CONFIRM_SERVICE_EXPORT = "confirm_service_export"
    TAKE_SERVICE_EXPORT = "take_service_export"
    BREAK_GLASS = "break_glass"
    REVIEW_BREAK_GLASS = "review_break_glass"
    SEAL = "seal"
    ADMINISTER = "administer"


#: Roles that open no page of the two services' work.
NO_WORKERS = frozenset({Role.ADMINISTRATOR, Role.DATA_PROTECTION, Role.GUEST})
#: Where in the table of access each permission stands: the kind of record and the act.
GRANTED_BY: dict[Permission, tuple[str, Act]] = {
    Permission.OPEN_CASE: ("case", Act.WRITE),
    Permission.ANSWER_REQUEST: ("file_request", Act.APPROVE),
    Permission.ASSIGN: ("assignment", Act.WRITE),
    Permission.READ_FILE: ("case_file", Act.READ),
    Permission.WRITE_FILE: ("case_file", Act.WRITE),
    Permission.SHARE: ("joint_item", Act.WRITE),
    Permission.WRITE_CONSENT: ("consent", Act.WRITE),
    Permission.WRITE_REGISTER: ("must_not_receive", Act.WRITE),
    Permission.PRINT_FOR_HIM: ("attended_day", Act.EXPORT),
    Permission.PLAN_SAFETY: ("safety_plan", Act.WRITE),
    Permission.PRINT_SAFETY_PLAN: ("safety_plan_paper", Act.EXPORT),
    Permission.CONFIRM_RELEASE: ("release", Act.APPROVE),
    Permission.ANSWER_NOTICE: ("immediate_notice", Act.APPROVE),
    Permission.RECORD_CALL: ("notice_call", Act.WRITE),
    Permission.MARK_STEP: ("step", Act.WRITE),
    Permission.WALK_PHASES: ("phase", Act.WRITE),
    Permission.PLAN_MEETING: ("meeting", Act.WRITE),
    Permission.RUN_MEETING: ("minutes", Act.WRITE),
    Permission.AGREE_MINUTES: ("minutes", Act.APPROVE),
    Permission.WRITE_PLAN: ("action", Act.WRITE),
    Permission.ANSWER_RISK: ("first_pass", Act.WRITE),
    Permission.HAND_IN_RISK: ("first_pass", Act.SHARE),
    Permission.ASSESS_RISK: ("risk_assessment", Act.WRITE),
    Permission.CHOOSE_LEVEL: ("risk_assessment", Act.APPROVE),
    Permission.END_CASE: ("closing", Act.WRITE),
    Permission.AGREE_END: ("closing", Act.APPROVE),
    Permission.WRITE_CLOSING: ("closing_report", Act.WRITE),
    Permission.GIVE_LESSONS: ("closing_report", Act.SHARE),
    Permission.DRAFT_CASE_AGREEMENT: ("case_agreement", Act.WRITE),
    Permission.APPROVE_CASE_AGREEMENT: ("case_agreement", Act.APPROVE),
    Permission.DRAFT_ORGANISATION_AGREEMENT: ("organisation_agreement", Act.WRITE),
    Permission.APPROVE_ORGANISATION_AGREEMENT: ("organisation_agreement", Act.APPROVE),
    Permission.WRITE_COOPERATION: ("cooperation", Act.WRITE),
    Permission.INVITE_GUEST: ("guest", Act.INVITE),
    Permission.READ_LOG: ("log", Act.READ),
    Permission.KEEP: ("retention", Act.WRITE),
    Permission.ERASE: ("erasure", Act.WRITE),
    Permission.CONFIRM_ERASURE: ("erasure", Act.APPROVE),
    Permission.ERASE_JOINT: ("joint_erasure", Act.WRITE),
    Permission.CONFIRM_JOINT_ERASURE: ("joint_erasure", Act.APPROVE),
    Permission.RECORD_REQUEST: ("person_request", Act.WRITE),
    Permission.CHECK_COPY: ("person_request", Act.APPROVE),
    Permission.TAKE_COPY: ("person_request", Act.EXPORT),
    Permission.EXPORT_SERVICE: ("service_export", Act.WRITE),
    Permission.CONFIRM_SERVICE_EXPORT: ("service_export", Act.APPROVE),
    Permission.TAKE_SERVICE_EXPORT: ("service_export", Act.EXPORT),
    Permission.BREAK_GLASS: ("break_glass", Act.WRITE),
    Permission.REVIEW_BREAK_GLASS: ("break_glass", Act.APPROVE),
    Permission.SEAL: ("seal", Act.WRITE),
    Permission.ADMINISTER: ("account", Act.ADMINISTER),
}
#: Which roles may do what; whether they may see the record is decided by the statements below.
PERMISSIONS: dict[Permission, frozenset[Role]] = {
    permission: frozenset(Role(role) for role in access_rules.load().roles_for(kind, act))
    for permission, (kind, act) in GRANTED_BY.items()
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


def require_certain(actor: Actor) -> None:
    """Raise NotAllowed where it is too long ago that the actor proved by password and code that it is them."""
    if not actor.is_certain:
        raise NotAllowed("error.step_up_both")


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


def whole_service(actor: Actor) -> Actor:
    """The actor's service as a whole, for the export that two of its people signed: all that its workers may read now.

    A sealed file is not in it: named people alone know of that.
    """
    roles = frozenset(Role) - NO_WORKERS
    return Actor(actor.person_id, actor.service_id, actor.kind, roles, is_whole=True)


def is_worker(actor: Actor) -> bool:
    """The actor belongs to one of the two sides and does its work: no guest, no office that sees no case."""
    return actor.kind.is_side and bool(actor.roles - NO_WORKERS)


def kept(build: Callable[[Actor], Select[T]]) -> Callable[[Actor], Select[T]]:
    """Build the statement once for an actor and a day; it says which records are theirs and holds none.

    An actor with another role, or on the next day, is another key.
    """

    @lru_cache(maxsize=64)
    def of_day(actor: Actor, _today: date) -> Select[T]:
        return build(actor)

    @wraps(build)
    def of_today(actor: Actor) -> Select[T]:
        return of_day(actor, clock.today())

    return of_today


@kept
def _assigned(actor: Actor) -> Select[UUID]:
    """The cases that the actor works on now, as a person of a service that holds a file in them."""
    if actor.is_whole:
        return select(CaseFile.case_id).where(
            CaseFile.service_id == actor.service_id, CaseFile.id.not_in(sealed_file_ids())
        )
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
            or_(Assignment.ends_at.is_(None), Assignment.ends_at > _now()),
        )
    )


@kept
def _guest_cases(actor: Actor) -> Select[UUID]:
    return _let_in(actor).where(Guest.meeting_id.is_(None)).with_only_columns(Guest.case_id)


@kept
def _guest_meetings(actor: Actor) -> Select[UUID | None]:
    return _let_in(actor).where(Guest.meeting_id.is_not(None)).with_only_columns(Guest.meeting_id)


def _let_in(actor: Actor) -> Select[Guest]:
    """Where the actor is a guest now; a guest leaves with the agreement on which they were let in."""
    agreed = case_agreements_in_force().with_only_columns(Agreement.case_id)
    return select(Guest).where(
        Guest.person_id == actor.person_id,
        Guest.until >= clock.today(),
        or_(Guest.case_id.in_(agreed), Guest.case_id.in_(_emergency_case_ids())),
    )


@kept
def visible_cases(actor: Actor) -> Select[Case]:
    """The cases that the actor is assigned to; never a service's cases as a whole."""
    if not is_worker(actor):
        return select(Case).where(false())
    return select(Case).where(Case.id.in_(_assigned(actor)))


@kept
def visible_guest_cases(actor: Actor) -> Select[Case]:
    """The cases whose frame (code, phase) a guest may see."""
    return select(Case).where(Case.id.in_(_guest_cases(actor)))


@kept
def visible_files(actor: Actor) -> Select[CaseFile]:
    """The actor's own service's files of the cases they are assigned to; the other side's never."""
    if not is_worker(actor) or not may(actor, Permission.READ_FILE):
        return select(CaseFile).where(false())
    return select(CaseFile).where(
        CaseFile.service_id == actor.service_id, CaseFile.case_id.in_(_assigned(actor))
    )


@kept
def _visible_file_ids(actor: Actor) -> Select[UUID]:
    return visible_files(actor).with_only_columns(CaseFile.id)


@kept
def visible_subjects(actor: Actor) -> Select[Subject]:
    """The people of the actor's own file."""
    return select(Subject).where(Subject.file_id.in_(_visible_file_ids(actor)))


@kept
def visible_notes(actor: Actor) -> Select[FileNote]:
    """The notes of the actor's own file."""
    return select(FileNote).where(FileNote.file_id.in_(_visible_file_ids(actor)))


@kept
def visible_consents(actor: Actor) -> Select[Consent]:
    """What the people of the actor's own file agreed to; the other side's never."""
    own = visible_subjects(actor).with_only_columns(Subject.id)
    return select(Consent).where(Consent.subject_id.in_(own))


@kept
def visible_releases(actor: Actor) -> Select[Release]:
    """On what ground things left the actor's own file."""
    return select(Release).where(Release.file_id.in_(_visible_file_ids(actor)))


@kept
def visible_contact_flags(actor: Actor) -> Select[ContactFlag]:
    """What is wrong with contacts of the people of the actor's own file."""
    own = visible_subjects(actor).with_only_columns(Subject.id)
    return select(ContactFlag).where(ContactFlag.subject_id.in_(own))


@kept
def visible_contact_uses(actor: Actor) -> Select[ContactUse]:
    """When the contact card of a person of the actor's own file was used, and whether it was still safe."""
    own = visible_subjects(actor).with_only_columns(Subject.id)
    return select(ContactUse).where(ContactUse.subject_id.in_(own))


@kept
def visible_must_not_receive(actor: Actor) -> Select[MustNotReceive]:
    """Who must not be written to, called or told, as the actor's own file has it; the other side's never."""
    return select(MustNotReceive).where(MustNotReceive.file_id.in_(_visible_file_ids(actor)))


@kept
def visible_digital_steps(actor: Actor) -> Select[DigitalStep]:
    """What the actor's own service knows of digital violence, step by step; the other's never."""
    return select(DigitalStep).where(DigitalStep.file_id.in_(_visible_file_ids(actor)))


@kept
def visible_digital_media(actor: Actor) -> Select[DigitalMedium]:
    """The map of devices and accounts, in her file."""
    return select(DigitalMedium).where(DigitalMedium.file_id.in_(_visible_file_ids(actor)))


@kept
def visible_digital_findings(actor: Actor) -> Select[DigitalFinding]:
    return select(DigitalFinding).where(DigitalFinding.file_id.in_(_visible_file_ids(actor)))


@kept
def visible_safety_plans(actor: Actor) -> Select[SafetyPlan]:
    """The IT safety plan, in her file."""
    return select(SafetyPlan).where(SafetyPlan.file_id.in_(_visible_file_ids(actor)))


@kept
def visible_safety_actions(actor: Actor) -> Select[SafetyAction]:
    """The actions of the own file: of her plan, or what he does; the other's never."""
    return select(SafetyAction).where(SafetyAction.file_id.in_(_visible_file_ids(actor)))


@kept
def visible_evidence(actor: Actor) -> Select[Evidence]:
    return select(Evidence).where(Evidence.file_id.in_(_visible_file_ids(actor)))


@kept
def visible_attended_days(actor: Actor) -> Select[AttendedDay]:
    """The days on which he was there, in the file of the programme."""
    return select(AttendedDay).where(AttendedDay.file_id.in_(_visible_file_ids(actor)))


@kept
def visible_departures(actor: Actor) -> Select[Departure]:
    """What people of the actor's own service took along of the actor's cases."""
    return select(Departure).where(
        Departure.service_id == actor.service_id, Departure.case_id.in_(visible_case_ids(actor))
    )


@kept
def visible_joint_items(actor: Actor) -> Select[JointItem]:
    """What the two services put into open joint spaces and have not taken back, and all that the actor's own put.

    What waits for a second person, and what has reached its end, is there for nobody.
    """
    return select(JointItem).where(
        JointItem.released_at.is_not(None),
        JointItem.withdrawn_at.is_(None),
        or_(JointItem.ends_on.is_(None), JointItem.ends_on >= clock.today()),
        or_(
            JointItem.case_id.in_(joint_case_ids(actor)),
            and_(JointItem.service_id == actor.service_id, JointItem.case_id.in_(visible_case_ids(actor))),
        ),
    )


@kept
def own_joint_items(actor: Actor) -> Select[JointItem]:
    """All that the actor's own service put, or meant to put, into joint spaces; its grounds hang on them."""
    return select(JointItem).where(
        JointItem.service_id == actor.service_id,
        JointItem.case_id.in_(_own_file_cases(actor)),
    )


@kept
def visible_case_ids(actor: Actor) -> Select[UUID]:
    """The ids of visible_cases, for statements about what hangs on a case."""
    return _assigned(actor) if is_worker(actor) else select(Case.id).where(false())


def case_agreements_in_force() -> Select[Agreement]:
    """The case-level agreements that hold today: by them, and by nothing else but an emergency, a joint space is open."""
    today = clock.today()
    return select(Agreement).where(
        Agreement.level == AgreementLevel.CASE,
        Agreement.state == AgreementState.IN_FORCE,
        Agreement.in_force_from <= today,
        or_(Agreement.ends_on.is_(None), Agreement.ends_on >= today),
    )


def emergencies_open() -> Select[EmergencyOpening]:
    """The joint spaces that are open for some hours without an agreement."""
    return select(EmergencyOpening).where(EmergencyOpening.until_at > _now())


def _now() -> BindParameter[datetime]:
    """Bound when the statement runs: a statement may be kept for a day."""
    return bindparam("now", callable_=clock.now, type_=UTCDateTime(), unique=True)


def _emergency_case_ids() -> Select[UUID]:
    return emergencies_open().with_only_columns(EmergencyOpening.case_id)


@kept
def joint_case_ids(actor: Actor) -> Select[UUID]:
    """The actor's cases whose joint space is open to them.

    It is open to the roles that the agreement in force names, until its end; or in an emergency, for some hours, to
    all who work on the case.
    """
    if not is_worker(actor):
        return select(Case.id).where(false())
    # Asked of each case of the actor: a subquery of all agreements in force would be read through for every statement.
    held = CaseFile if actor.is_whole else Assignment
    named = (
        case_agreements_in_force()
        .join(AgreementRole, AgreementRole.agreement_id == Agreement.id)
        .where(Agreement.case_id == held.case_id, AgreementRole.role.in_(actor.roles))
    )
    urgent = emergencies_open().where(EmergencyOpening.case_id == held.case_id)
    return _assigned(actor).where(or_(named.correlate(held).exists(), urgent.correlate(held).exists()))


@kept
def _before_agreement_ids(actor: Actor) -> Select[UUID]:
    """The actor's confirmed cases that no agreement has ever held for: their opening meeting comes before it."""
    held = exists().where(Agreement.case_id == Case.id, Agreement.in_force_from <= clock.today())
    paired = visible_cases(actor).where(Case.paired_at.is_not(None), ~held)
    return paired.with_only_columns(Case.id)


#: What both services may read in a case's history. Everything else is known to the service that did it alone: that a
#: file was written in, or a request answered, would tell the other side when she was in touch.
JOINT_SUBJECTS = (
    "case",
    "joint_item",
    "notice_receipt",
    "notice_answer",
    "assignment",
    "guest",
    "meeting",
    "agenda_item",
    "minutes",
    "addendum",
    "strike",
    "action",
    "risk_assessment",
    "agreement",
    "phase_entry",
    "t_point",
    "emergency_opening",
    "closing",
    "closing_text",
)


#: Of these, what belongs to the frame of a case and stays readable while its joint space is closed.
FRAME_SUBJECTS = ("case", "assignment", "agreement", "phase_entry", "t_point", "emergency_opening", "closing")


@kept
def visible_events(actor: Actor) -> Select[Event]:
    """What happened in the actor's cases: all that their own service did, and the other's joint acts.

    What the other service did before both confirmed the pair is its own: it would tell since when she was in touch.
    """
    joint = and_(
        Event.subject.in_(JOINT_SUBJECTS),
        _since_the_pair(),
        or_(Event.subject.in_(FRAME_SUBJECTS), Event.case_id.in_(joint_case_ids(actor))),
    )
    return select(Event).where(
        Event.case_id.in_(visible_case_ids(actor)),
        Event.kind.in_([EventKind.CHANGE, EventKind.EXPORT]),
        or_(Event.service_id == actor.service_id, joint),
    )


def _since_the_pair() -> ColumnElement[bool]:
    pair = aliased(Case)  # a statement around this one may join the case
    return exists().where(pair.id == Event.case_id, pair.paired_at <= Event.created_at)


def _of_what_was_shared(actor: Actor) -> ColumnElement[bool]:
    """Somebody of elsewhere looked at a joint space in which something of the actor's service lay.

    That they read their own file, their timeline or the minutes, and when, is not said: it would tell when she was in
    touch.
    """
    lay_there = exists().where(
        JointItem.case_id == Event.case_id,
        JointItem.service_id == actor.service_id,
        JointItem.released_at <= Event.created_at,
        or_(JointItem.withdrawn_at.is_(None), JointItem.withdrawn_at > Event.created_at),
        or_(JointItem.ends_on.is_(None), JointItem.ends_on >= func.date(Event.created_at, type_=Date)),
    )
    return and_(
        Event.kind == EventKind.READ,
        Event.act.in_(("read_joint", "read_risk", "read_notice")),
        Event.service_id != actor.service_id,
        _since_the_pair(),
        lay_there,
    )


def visible_reads(actor: Actor) -> Select[Event]:
    """Who read what in the actor's cases: their own service's reads, and those of what it shared."""
    own = and_(Event.kind == EventKind.READ, Event.service_id == actor.service_id)
    return select(Event).where(
        Event.case_id.in_(visible_case_ids(actor)), or_(own, _of_what_was_shared(actor))
    )


def visible_log(actor: Actor) -> Select[Event]:
    """The log of the actor's service: what its people did, what was done to their accounts, who read what it shared.

    An administrator stands between the two sides: what they did to a person is that person's service's to know.
    """
    if not may(actor, Permission.READ_LOG) or not actor.kind.is_side:
        return select(Event).where(false())
    own = aliased(Person)  # a statement around this one may join the person
    own_people = select(own.id).where(own.service_id == actor.service_id)
    is_own_person = and_(Event.subject == "person", Event.subject_id.in_(own_people))
    is_office = Event.kind == EventKind.ADMINISTRATION
    return select(Event).where(
        or_(
            and_(Event.service_id == actor.service_id, not_(is_office)),
            and_(is_office, or_(is_own_person, Event.subject != "person")),
            _of_what_was_shared(actor),
        )
    )


#: Whoever answers for how long the own service keeps its cases, without working on them.
OFFICES = frozenset({Role.MANAGER, Role.DATA_PROTECTION})


def sealed_file_ids() -> Select[UUID]:
    """Files that named people alone may know of: no office, no break-glass."""
    return select(Seal.file_id)


@kept
def kept_files(actor: Actor) -> Select[CaseFile]:
    """The files of the actor's service for whose keeping they answer: by their office, or because they work on the case.

    A sealed file is not among those of an office.
    """
    if not actor.kind.is_side or not may(actor, Permission.KEEP):
        return select(CaseFile).where(false())
    own: ColumnElement[bool] = CaseFile.case_id.in_(_assigned(actor))
    if actor.has(*OFFICES):
        own = or_(own, CaseFile.id.not_in(sealed_file_ids()))
    return select(CaseFile).where(CaseFile.service_id == actor.service_id, own)


@kept
def kept_case_ids(actor: Actor) -> Select[UUID]:
    return kept_files(actor).with_only_columns(CaseFile.case_id)


@kept
def visible_holds(actor: Actor) -> Select[Hold]:
    """What the actor's own service keeps longer, and why; the other's reasons never."""
    return select(Hold).where(Hold.service_id == actor.service_id, Hold.case_id.in_(kept_case_ids(actor)))


@kept
def visible_erasures(actor: Actor) -> Select[Erasure]:
    """What the actor's own service asked to erase or erased, by whoever may; a case that is gone has offices alone."""
    if not actor.kind.is_side or not may(actor, Permission.ERASE):
        return select(Erasure).where(false())
    mine: ColumnElement[bool] = Erasure.case_id.in_(kept_case_ids(actor))
    if actor.has(*OFFICES):
        mine = or_(mine, ~exists().where(CaseFile.case_id == Erasure.case_id))
    return select(Erasure).where(Erasure.service_id == actor.service_id, mine)


@kept
def joint_erasures(actor: Actor) -> Select[Erasure]:
    """What either service asked to erase of what both hold together, for the offices of both."""
    if not actor.kind.is_side or not may(actor, Permission.ERASE_JOINT):
        return select(Erasure).where(false())
    return select(Erasure).where(Erasure.is_joint.is_(True), Erasure.case_id.in_(kept_case_ids(actor)))


@kept
def visible_person_requests(actor: Actor) -> Select[PersonRequest]:
    """What people of the own files asked for: for who works on the case, and for offices, which read no file."""
    if not actor.kind.is_side:
        return select(PersonRequest).where(false())
    own: ColumnElement[bool] = PersonRequest.case_id.in_(_own_file_cases(actor))
    if actor.has(*OFFICES):
        office = PersonRequest.case_id.in_(kept_case_ids(actor))
        gone = ~exists().where(CaseFile.case_id == PersonRequest.case_id)
        own = or_(own, office, gone)
    return select(PersonRequest).where(PersonRequest.service_id == actor.service_id, own)


@kept
def visible_service_exports(actor: Actor) -> Select[ServiceExport]:
    """What people of the actor's own service asked to take along of all that it keeps, for its offices."""
    if not actor.kind.is_side or not may(actor, Permission.EXPORT_SERVICE):
        return select(ServiceExport).where(false())
    return select(ServiceExport).where(ServiceExport.service_id == actor.service_id)


@kept
def visible_break_glass(actor: Actor) -> Select[BreakGlass]:
    """Where somebody of the actor's service opened a file without working on it."""
    if not actor.kind.is_side:
        return select(BreakGlass).where(false())
    own: ColumnElement[bool] = BreakGlass.case_id.in_(_own_file_cases(actor))
    if actor.has(*OFFICES):
        own = or_(own, BreakGlass.case_id.in_(kept_case_ids(actor)))
    return select(BreakGlass).where(BreakGlass.service_id == actor.service_id, own)


def files_to_open(actor: Actor) -> Select[CaseFile]:
    """The files that somebody who reads files may open in an emergency though they do not work on them."""
    if not is_worker(actor) or not may(actor, Permission.BREAK_GLASS):
        return select(CaseFile).where(false())
    return select(CaseFile).where(
        CaseFile.service_id == actor.service_id,
        CaseFile.case_id.not_in(_assigned(actor)),
        CaseFile.id.not_in(sealed_file_ids()),
    )


@kept
def visible_seals(actor: Actor) -> Select[Seal]:
    """That the actor's own file is sealed, and why."""
    return select(Seal).where(Seal.file_id.in_(_visible_file_ids(actor)))


def is_open_to(actor: Actor, case: Case) -> bool:
    """May the actor read what both wrote in this case of theirs?

    A service that only answered that it holds the parallel file may not, until both have confirmed the pair.
    """
    return case.is_paired or case.opened_by == actor.service_id


@kept
def _open_case_ids(actor: Actor) -> Select[UUID]:
    """The same as a statement."""
    is_open = or_(Case.paired_at.is_not(None), Case.opened_by == actor.service_id)
    return visible_cases(actor).where(is_open).with_only_columns(Case.id)


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
def visible_duties(actor: Actor) -> Select[Duty]:
    """Who is on duty at the services that the actor may see."""
    return select(Duty).where(Duty.service_id.in_(visible_services(actor).with_only_columns(Service.id)))


@kept
def visible_path_entries(actor: Actor) -> Select[PathEntry]:
    """The entries of the actor's own path, and those of the other path that were shared in an open joint space."""
    return select(PathEntry).where(
        PathEntry.case_id.in_(visible_case_ids(actor)),
        PathEntry.removed_at.is_(None),
        or_(PathEntry.service_id == actor.service_id, is_shared_entry(actor)),
    )


def is_shared_entry(actor: Actor) -> ColumnElement[bool]:
    """Both services see this entry now: shared by hand, or because something of its episode is released."""
    released = visible_released_episodes(actor).with_only_columns(ReleasedEpisode.entry_id)
    return and_(
        PathEntry.case_id.in_(joint_case_ids(actor)),
        or_(PathEntry.is_shared.is_(True), PathEntry.id.in_(released)),
    )


@kept
def joint_path_entries(actor: Actor) -> Select[PathEntry]:
    """The entries that both services see: for a screen that both look at."""
    return visible_path_entries(actor).where(is_shared_entry(actor))


@kept
def visible_episodes(actor: Actor) -> Select[Episode]:
    """What was told of new violence, in the actor's own file; the other side's never."""
    own = own_path_entries(actor).with_only_columns(PathEntry.id)
    return select(Episode).where(Episode.entry_id.in_(own))


@kept
def visible_released_episodes(actor: Actor) -> Select[ReleasedEpisode]:
    """What either service released of new violence, in open joint spaces: both read the same."""
    items = visible_joint_items(actor).where(JointItem.case_id.in_(joint_case_ids(actor)))
    return select(ReleasedEpisode).where(ReleasedEpisode.item_id.in_(items.with_only_columns(JointItem.id)))


@kept
def joint_episode_joins(actor: Actor) -> Select[EpisodeJoin]:
    """Which episodes tell of one event, where both services read both of them."""
    return _joins_among(joint_path_entries(actor))


@kept
def visible_episode_joins(actor: Actor) -> Select[EpisodeJoin]:
    """The same, and what the actor's own service joined of what it sees: that it did says something of what is not released."""
    own = _joins_among(visible_path_entries(actor)).where(EpisodeJoin.service_id == actor.service_id)
    both = joint_episode_joins(actor).with_only_columns(EpisodeJoin.id)
    ids = own.with_only_columns(EpisodeJoin.id)
    return select(EpisodeJoin).where(or_(EpisodeJoin.id.in_(ids), EpisodeJoin.id.in_(both)))


def _joins_among(entries: Select[PathEntry]) -> Select[EpisodeJoin]:
    ids = entries.with_only_columns(PathEntry.id)
    return select(EpisodeJoin).where(EpisodeJoin.first_id.in_(ids), EpisodeJoin.second_id.in_(ids))


@kept
def visible_immediate_notices(actor: Actor) -> Select[ImmediateNotice]:
    """What either service told the other at once and both read, and all that the actor's own wrote, whatever became of it."""
    read = visible_joint_items(actor).where(JointItem.case_id.in_(joint_case_ids(actor)))
    own = own_joint_items(actor).with_only_columns(JointItem.id)
    return select(ImmediateNotice).where(
        or_(
            ImmediateNotice.item_id.in_(read.with_only_columns(JointItem.id)),
            ImmediateNotice.item_id.in_(own),
        )
    )


@kept
def received_notices(actor: Actor) -> Select[ImmediateNotice]:
    """Of these, what the other service sent and the actor reads."""
    items = visible_joint_items(actor).where(
        JointItem.service_id != actor.service_id, JointItem.case_id.in_(joint_case_ids(actor))
    )
    return select(ImmediateNotice).where(ImmediateNotice.item_id.in_(items.with_only_columns(JointItem.id)))


@kept
def joint_notices(actor: Actor) -> Select[ImmediateNotice]:
    """Both: what either service sent and both read now."""
    items = visible_joint_items(actor).where(JointItem.case_id.in_(joint_case_ids(actor)))
    return select(ImmediateNotice).where(ImmediateNotice.item_id.in_(items.with_only_columns(JointItem.id)))


@kept
def sent_notices(actor: Actor) -> Select[ImmediateNotice]:
    """What the actor's own service sent and the other reads now."""
    items = visible_joint_items(actor).where(
        JointItem.service_id == actor.service_id, JointItem.case_id.in_(joint_case_ids(actor))
    )
    return select(ImmediateNotice).where(ImmediateNotice.item_id.in_(items.with_only_columns(JointItem.id)))


@kept
def unread_notices(actor: Actor) -> Select[ImmediateNotice]:
    """What came to the actor's service and nobody of it has read, in any case that is not sealed: for its managers.

    That it lies there and where, never what it says: for that somebody works on the case.
    """
    if not actor.kind.is_side or not actor.has(Role.MANAGER):
        return select(ImmediateNotice).where(false())
    agreed = case_agreements_in_force().with_only_columns(Agreement.case_id)
    items = select(JointItem.id).where(
        JointItem.released_at.is_not(None),
        JointItem.withdrawn_at.is_(None),
        or_(JointItem.ends_on.is_(None), JointItem.ends_on >= clock.today()),
        JointItem.service_id != actor.service_id,
        JointItem.case_id.in_(kept_case_ids(actor)),
        or_(JointItem.case_id.in_(agreed), JointItem.case_id.in_(_emergency_case_ids())),
    )
    return select(ImmediateNotice).where(
        ImmediateNotice.item_id.in_(items), ~is_read_by(actor.service_id).exists()
    )


def is_read_by(service_id: UUID) -> Select[UUID]:
    """Somebody of this service said that they have read the notice of the statement around this one."""
    receipt = select(NoticeReceipt.id).where(
        NoticeReceipt.notice_id == ImmediateNotice.id, NoticeReceipt.service_id == service_id
    )
    return receipt.correlate(ImmediateNotice)


@kept
def _notice_ids(actor: Actor) -> Select[UUID]:
    return visible_immediate_notices(actor).with_only_columns(ImmediateNotice.id)


@kept
def visible_notice_receipts(actor: Actor) -> Select[NoticeReceipt]:
    """Who read which notice, for both services."""
    return select(NoticeReceipt).where(NoticeReceipt.notice_id.in_(_notice_ids(actor)))


@kept
def visible_notice_answers(actor: Actor) -> Select[NoticeAnswer]:
    return select(NoticeAnswer).where(NoticeAnswer.notice_id.in_(_notice_ids(actor)))


@kept
def visible_notice_calls(actor: Actor) -> Select[NoticeCall]:
    """Whom the actor's own service telephoned about a notice; for its managers too."""
    if not actor.kind.is_side:
        return select(NoticeCall).where(false())
    own: ColumnElement[bool] = NoticeCall.case_id.in_(_own_file_cases(actor))
    if actor.has(Role.MANAGER):
        own = or_(own, NoticeCall.case_id.in_(kept_case_ids(actor)))
    return select(NoticeCall).where(NoticeCall.service_id == actor.service_id, own)


@kept
def visible_notice_talks(actor: Actor) -> Select[NoticeTalk]:
    """What she was told of notices, in her file."""
    return select(NoticeTalk).where(NoticeTalk.file_id.in_(_visible_file_ids(actor)))


@kept
def visible_reentries(actor: Actor) -> Select[Reentry]:
    """On what he came back, in the programme's file."""
    return select(Reentry).where(
        Reentry.entry_id.in_(own_path_entries(actor).with_only_columns(PathEntry.id))
    )


@kept
def own_path_entries(actor: Actor) -> Select[PathEntry]:
    """The entries that the actor may change: those of their own service's path, for who may write its file."""
    return visible_path_entries(actor).where(
        PathEntry.service_id == actor.service_id, PathEntry.case_id.in_(_own_file_cases(actor))
    )


@kept
def _own_file_cases(actor: Actor) -> Select[UUID]:
    return visible_files(actor).with_only_columns(CaseFile.case_id)


@kept
def visible_phase_entries(actor: Actor) -> Select[PhaseEntry]:
    """The phases that the actor's cases went through."""
    return select(PhaseEntry).where(PhaseEntry.case_id.in_(_open_case_ids(actor)))


@kept
def visible_step_marks(actor: Actor) -> Select[StepMark]:
    """What was ticked by hand in the actor's cases and cooperations; before the pair, by their own service alone."""
    own = aliased(Person)  # a statement around this one may join the person
    by_own = StepMark.marked_by.in_(select(own.id).where(own.service_id == actor.service_id))
    return select(StepMark).where(
        or_(
            StepMark.case_id.in_(_open_case_ids(actor)),
            and_(StepMark.case_id.in_(visible_case_ids(actor)), by_own),
            and_(StepMark.case_id.is_(None), StepMark.cooperation_id.in_(_own_cooperation_ids(actor))),
        )
    )


@kept
def phase_1_entries(actor: Actor) -> Select[PhaseEntry]:
    """The phases that the actor's cooperations went through, about no case."""
    return select(PhaseEntry).where(
        PhaseEntry.case_id.is_(None), PhaseEntry.cooperation_id.in_(_own_cooperation_ids(actor))
    )


@kept
def visible_t_points(actor: Actor) -> Select[TPoint]:
    return select(TPoint).where(TPoint.case_id.in_(_open_case_ids(actor)))


@kept
def visible_closings(actor: Actor) -> Select[Closing]:
    """How the actor's cases end: who proposed it, who agreed, from when on."""
    return select(Closing).where(Closing.case_id.in_(_open_case_ids(actor)))


@kept
def visible_closing_texts(actor: Actor) -> Select[ClosingText]:
    """What both services wrote at the end of a case, while its joint space is open."""
    return select(ClosingText).where(ClosingText.case_id.in_(joint_case_ids(actor)))


@kept
def visible_closing_steps(actor: Actor) -> Select[ClosingStep]:
    """What the actor's own service does for its own person before a case ends; the other's never."""
    return select(ClosingStep).where(ClosingStep.file_id.in_(_visible_file_ids(actor)))


@kept
def visible_lessons(actor: Actor) -> Select[Lesson]:
    """What was learned from working together, about no case."""
    return select(Lesson).where(Lesson.cooperation_id.in_(_own_cooperation_ids(actor)))


@kept
def visible_requests(actor: Actor) -> Select[FileRequest]:
    """Blind requests: those asked of the actor's service, for people who may answer; those of their own cases."""
    own = FileRequest.case_id.in_(visible_case_ids(actor)) & (FileRequest.from_service_id == actor.service_id)
    if is_worker(actor) and may(actor, Permission.ANSWER_REQUEST):
        return select(FileRequest).where(or_(FileRequest.to_service_id == actor.service_id, own))
    return select(FileRequest).where(own)


@kept
def visible_cooperations(actor: Actor) -> Select[Cooperation]:
    """The cooperations of the actor's service; all for an administrator, who sets them up."""
    if may(actor, Permission.ADMINISTER):
        return select(Cooperation)
    if not is_worker(actor):
        return select(Cooperation).where(false())
    return select(Cooperation).where(
        or_(Cooperation.pp_id == actor.service_id, Cooperation.vss_id == actor.service_id)
    )


@kept
def own_cooperations(actor: Actor) -> Select[Cooperation]:
    """The cooperations that the actor works in; an administrator's office alone opens none."""
    if not is_worker(actor):
        return select(Cooperation).where(false())
    return select(Cooperation).where(
        or_(Cooperation.pp_id == actor.service_id, Cooperation.vss_id == actor.service_id)
    )


@kept
def _own_cooperation_ids(actor: Actor) -> Select[UUID]:
    return own_cooperations(actor).with_only_columns(Cooperation.id)


@kept
def visible_proposals(actor: Actor) -> Select[Proposal]:
    """The drafts of the actor's cooperations, on their way to the agreement."""
    return select(Proposal).where(Proposal.cooperation_id.in_(_own_cooperation_ids(actor)))


@kept
def visible_terms(actor: Actor) -> Select[GlossaryTerm]:
    """The shared words of the actor's cooperations."""
    return select(GlossaryTerm).where(GlossaryTerm.cooperation_id.in_(_own_cooperation_ids(actor)))


@kept
def visible_meetings(actor: Actor) -> Select[Meeting]:
    """Meetings of open joint spaces and of the actor's cooperations; for a guest, those they were let into.

    The meeting that opens a case comes before its agreement, and is there until the first one holds.
    """
    if actor.has(Role.GUEST):
        return select(Meeting).where(
            or_(Meeting.id.in_(_guest_meetings(actor)), Meeting.case_id.in_(_guest_cases(actor)))
        )
    return select(Meeting).where(
        or_(
            Meeting.case_id.in_(joint_case_ids(actor)),
            and_(
                Meeting.kind.in_(meeting_kinds.load().before_agreement),
                Meeting.case_id.in_(_before_agreement_ids(actor)),
            ),
            and_(Meeting.case_id.is_(None), Meeting.cooperation_id.in_(_own_cooperation_ids(actor))),
        )
    )


@kept
def framed_meetings(actor: Actor) -> Select[Meeting]:
    """That there were meetings, of which kind, when and how they ended: the frame of a case, which stays readable.

    For the facts that steps of the protocol are told from; never for what was said at the table.
    """
    if not is_worker(actor):
        return select(Meeting).where(false())
    return select(Meeting).where(
        or_(
            Meeting.case_id.in_(visible_case_ids(actor)),
            and_(Meeting.case_id.is_(None), Meeting.cooperation_id.in_(_own_cooperation_ids(actor))),
        )
    )


@kept
def framed_actions(actor: Actor) -> Select[Action]:
    """That each side has actions and whether they are open, for the same facts; never what they say."""
    return select(Action).where(Action.case_id.in_(visible_case_ids(actor)))


@kept
def joint_meetings(actor: Actor) -> Select[Meeting]:
    """Meetings whose minutes the actor may read and write: never a guest's."""
    return visible_meetings(actor) if is_worker(actor) else select(Meeting).where(false())


@kept
def visible_actions(actor: Actor) -> Select[Action]:
    """The plans of open joint spaces, and the actor's own service's actions always; for a guest, their agency's."""
    if actor.has(Role.GUEST):
        return select(Action).where(
            Action.case_id.in_(_guest_cases(actor)), Action.service_id == actor.service_id
        )
    return select(Action).where(
        or_(
            Action.case_id.in_(joint_case_ids(actor)),
            and_(Action.service_id == actor.service_id, Action.case_id.in_(visible_case_ids(actor))),
        )
    )


@kept
def visible_agreements(actor: Actor) -> Select[Agreement]:
    """Organisation-level agreements of the actor's cooperations, case-level ones of the actor's cases."""
    return select(Agreement).where(
        or_(
            and_(
                Agreement.level == AgreementLevel.ORGANISATION,
                Agreement.case_id.is_(None),
                Agreement.cooperation_id.in_(_own_cooperation_ids(actor)),
            ),
            and_(Agreement.level == AgreementLevel.CASE, Agreement.case_id.in_(visible_case_ids(actor))),
        )
    )


@kept
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


@kept
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


@kept
def managed_services(actor: Actor) -> Select[Service]:
    """Whose people and accounts an administrator changes: their own service's, and those of agencies, which have none."""
    if not may(actor, Permission.ADMINISTER):
        return select(Service).where(false())
    return select(Service).where(_is_own_or_agency(actor))


def _is_own_or_agency(actor: Actor) -> ColumnElement[bool]:
    return or_(Service.id == actor.service_id, Service.kind.not_in([ServiceKind.PP, ServiceKind.VSS]))


@kept
def managed_people(actor: Actor) -> Select[Person]:
    """The people of managed_services."""
    services = managed_services(actor).with_only_columns(Service.id)
    return select(Person).where(Person.service_id.in_(services))


@kept
def visible_people(actor: Actor) -> Select[Person]:
    """The people of visible_services; for an administrator those of administered_services."""
    chosen = administered_services if may(actor, Permission.ADMINISTER) else visible_services
    services = chosen(actor).with_only_columns(Service.id)
    return select(Person).where(Person.service_id.in_(services))


@kept
def former_people(actor: Actor) -> Select[Person]:
    """Who left the actor's own service and is still known by name, for its offices."""
    if not actor.kind.is_side or not may(actor, Permission.KEEP) or not actor.has(*OFFICES):
        return select(Person).where(false())
    return (
        select(Person)
        .where(
            Person.service_id == actor.service_id, Person.is_active.is_(False), Person.reduced_at.is_(None)
        )
        .options(selectinload(Person.roles))
    )


@kept
def visible_first_passes(actor: Actor) -> Select[FirstPass]:
    """What the actor's own service answers on its own; the other side's never."""
    return select(FirstPass).where(FirstPass.file_id.in_(_visible_file_ids(actor)))


@kept
def visible_first_answers(actor: Actor) -> Select[FirstAnswer]:
    own = visible_first_passes(actor).with_only_columns(FirstPass.id)
    return select(FirstAnswer).where(FirstAnswer.pass_id.in_(own))


@kept
def visible_child_parts(actor: Actor) -> Select[ChildPart]:
    own = visible_first_passes(actor).with_only_columns(FirstPass.id)
    return select(ChildPart).where(ChildPart.pass_id.in_(own))


@kept
def visible_assessments(actor: Actor) -> Select[RiskAssessment]:
    """The joint risk assessments of open joint spaces."""
    return select(RiskAssessment).where(RiskAssessment.case_id.in_(joint_case_ids(actor)))


@kept
def _assessment_ids(actor: Actor) -> Select[UUID]:
    return visible_assessments(actor).with_only_columns(RiskAssessment.id)


@kept
def visible_risk_children(actor: Actor) -> Select[RiskChild]:
    return select(RiskChild).where(RiskChild.assessment_id.in_(_assessment_ids(actor)))


@kept
def visible_settlements(actor: Actor) -> Select[Settlement]:
    return select(Settlement).where(Settlement.assessment_id.in_(_assessment_ids(actor)))


@kept
def visible_risk_levels(actor: Actor) -> Select[RiskLevel]:
    return select(RiskLevel).where(RiskLevel.assessment_id.in_(_assessment_ids(actor)))


@kept
def visible_risk_actions(actor: Actor) -> Select[RiskAction]:
    return select(RiskAction).where(RiskAction.assessment_id.in_(_assessment_ids(actor)))


@kept
def visible_outside_results(actor: Actor) -> Select[OutsideResult]:
    return select(OutsideResult).where(OutsideResult.assessment_id.in_(_assessment_ids(actor)))


def _is_released(actor: Actor) -> ColumnElement[bool]:
    """What was handed in is shared, not taken back and not over."""
    return HandedIn.item_id.in_(visible_joint_items(actor).with_only_columns(JointItem.id))


@kept
def visible_handed_in(actor: Actor) -> Select[HandedIn]:
    """What the actor's own service handed in; of the other side only once the two first passes are open."""
    own = select(RiskAssessment.id).where(RiskAssessment.case_id.in_(visible_case_ids(actor)))
    opened = visible_assessments(actor).where(RiskAssessment.opened_at.is_not(None))
    return select(HandedIn).where(
        or_(
            and_(HandedIn.service_id == actor.service_id, HandedIn.assessment_id.in_(own)),
            and_(
                HandedIn.assessment_id.in_(opened.with_only_columns(RiskAssessment.id)), _is_released(actor)
            ),
        )
    )


@kept
def joint_handed_in(actor: Actor) -> Select[HandedIn]:
    """Of these, what both services read: for a screen that both look at."""
    opened = visible_assessments(actor).where(RiskAssessment.opened_at.is_not(None))
    return select(HandedIn).where(
        HandedIn.assessment_id.in_(opened.with_only_columns(RiskAssessment.id)), _is_released(actor)
    )


@kept
def visible_handed_answers(actor: Actor) -> Select[HandedAnswer]:
    handed = visible_handed_in(actor).with_only_columns(HandedIn.id)
    return select(HandedAnswer).where(HandedAnswer.handed_in_id.in_(handed))


@kept
def handed_in_marks(actor: Actor) -> Select[UUID]:
    """Which service handed in, by assessment: that it did, and nothing of what."""
    return (
        select(HandedIn)
        .where(HandedIn.assessment_id.in_(_assessment_ids(actor)), _is_released(actor))
        .with_only_columns(HandedIn.service_id)
    )


@kept
def visible_risk_lists(actor: Actor) -> Select[RiskList]:
    """The services' own lists: every one for an administrator, the released ones for who works with them."""
    if may(actor, Permission.ADMINISTER):
        return select(RiskList)
    if not is_worker(actor):
        return select(RiskList).where(false())
    return select(RiskList).where(RiskList.released_at.is_not(None))


@kept
def visible_responses(actor: Actor) -> Select[QuestionnaireResponse]:
    """What the person of the actor's own file was asked; the other side's never."""
    return select(QuestionnaireResponse).where(QuestionnaireResponse.file_id.in_(_visible_file_ids(actor)))


@kept
def visible_questionnaire_answers(actor: Actor) -> Select[QuestionnaireAnswer]:
    own = visible_responses(actor).with_only_columns(QuestionnaireResponse.id)
    return select(QuestionnaireAnswer).where(QuestionnaireAnswer.response_id.in_(own))


@kept
def visible_questionnaires(actor: Actor) -> Select[Questionnaire]:
    """The services' own questionnaires: every one for an administrator, the released ones for who works with them."""
    if may(actor, Permission.ADMINISTER):
        return select(Questionnaire)
    if not is_worker(actor):
        return select(Questionnaire).where(false())
    return select(Questionnaire).where(Questionnaire.released_at.is_not(None))
