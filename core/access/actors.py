"""Who acts, what their roles let them do, and how a record is found: not visible and not there are the same answer."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import Select, bindparam
from sqlalchemy.orm import Session

from core.content import access_rules
from core.content.access_rules import Act
from core.db import Versioned
from core.errors import Conflict, NotAllowed, NotFound
from core.models import Role, ServiceKind

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
    #: The session in which they sit there: the log says it of what they do.
    sign_in_id: UUID | None = field(default=None, compare=False)

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


#: Whoever answers for how long the own service keeps its cases, without working on them.
OFFICES = frozenset({Role.MANAGER, Role.DATA_PROTECTION})


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
    record = db.scalars(_by_id(statement), {"record_id": record_id}).unique().one_or_none()
    if record is None:
        raise NotFound
    return record


#: Statements that are kept, each with the same one that asks for one record: built anew for each look, a third of a
#: look's time went into what SQLAlchemy has to know of a statement.
_BY_ID: WeakKeyDictionary[Select[Any], Select[Any]] = WeakKeyDictionary()


def _by_id(statement: Select[T]) -> Select[T]:
    found = _BY_ID.get(statement)
    if found is None:
        model = statement.column_descriptions[0]["entity"]
        found = _BY_ID[statement] = statement.where(model.id == bindparam("record_id"))
    return found


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
