"""The IT safety plan of the victim support service: its measures, its reporting route, and when it is looked at again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import access, audit, clock
from core.access import Actor
from core.content import reporting_routes
from core.errors import Conflict, Invalid
from core.models import Case, CaseFile, SafetyPlan, ServiceKind, Subject, SubjectKind
from core.operations import contact_changes, own_files
from core.text import day, text

__all__ = ["SafetyPlan"]

#: The measures that stand in the plan itself; how she is reached safely stands in her entry of the file.
MEASURES = ("safe_device", "account_use", "escalation")
LONGEST = 1500


@dataclass(frozen=True)
class Standing:
    """The plan as it stands, and her own entry, which says how she is reached while it is certain who looks."""

    case_id: UUID
    plan: SafetyPlan | None
    her: Subject | None
    has_channel: bool
    #: The channel carries a flag, or it was said that it has changed.
    is_warned: bool = False

    @property
    def version(self) -> int:
        return self.plan.version if self.plan else 0

    @property
    def is_due(self) -> bool:
        """Is it time to look at it again?"""
        on = self.plan.review_on if self.plan else None
        return on is not None and on <= clock.today()

    def says(self, measure: str) -> str:
        return str(getattr(self.plan, measure)) if self.plan else ""


@access.of_one_case
def of_case(db: Session, actor: Actor, case_id: UUID) -> Standing:
    """The plan; nothing of it where there is none yet."""
    file = own_files.hers(db, actor, case_id)
    audit.look(db, file, "read_digital", case_id=case_id)
    plan = db.scalar(access.visible_safety_plans(actor).where(SafetyPlan.file_id == file.id))
    own = access.visible_subjects(actor).where(Subject.file_id == file.id, Subject.kind == SubjectKind.HER)
    her = db.scalar(own)
    warns = contact_changes.of_case(db, actor, case_id)
    return Standing(
        case_id,
        plan,
        her=own_files.shown(actor, her) if her else None,
        has_channel=her is not None and bool(her.safe_channel),
        is_warned=warns.has_changed or bool(warns.marks),
    )


def write(
    db: Session,
    actor: Actor,
    case_id: UUID,
    *,
    safe_device: str,
    account_use: str,
    escalation: str,
    review_on: date | None,
    not_again: bool = False,
    version: int,
) -> SafetyPlan:
    """Write the measures down, and when the plan is looked at again; `version` is 0 where there is no plan yet.

    Raises Conflict where a colleague wrote meanwhile, and Invalid where the day on which it was to be looked at has come
    and nobody says when next, or that it need not be.
    """
    typed = zip(MEASURES, (safe_device, account_use, escalation), strict=True)
    checked = {name: text(said, field=name, required=False, longest=LONGEST) for name, said in typed}
    if review_on is not None and day(review_on, field="review_on") < clock.today():
        raise Invalid("error.digital.review_past", field="review_on")
    plan = _plan(db, actor, case_id, version)
    is_due = plan.review_on is not None and plan.review_on <= clock.today()
    if is_due and review_on is None and not not_again:
        raise Invalid("error.digital.review_again", field="review_on")
    for name, said in checked.items():
        setattr(plan, name, said)
    plan.review_on = review_on
    db.flush()
    audit.record(db, actor, "write", plan, case_id=case_id)
    return plan


def choose_route(db: Session, actor: Actor, case_id: UUID, *, route: str, version: int) -> SafetyPlan:
    """Say which country's reporting route holds."""
    if route not in {one.id for one in reporting_routes.load().routes}:
        raise Invalid("error.digital.route", field="route")
    plan = _plan(db, actor, case_id, version)
    plan.route = route
    db.flush()
    audit.record(db, actor, "choose_route", plan, case_id=case_id)
    return plan


def due(db: Session, actor: Actor, *, limit: int) -> Sequence[Case]:
    """The cases whose plan is to be looked at again, the oldest first; at any other service none."""
    if actor.kind is not ServiceKind.VSS:
        return []
    plans = (
        access.visible_safety_plans(actor)
        .join(CaseFile, CaseFile.id == SafetyPlan.file_id)
        .where(SafetyPlan.review_on <= clock.today())
        .with_only_columns(CaseFile.case_id, SafetyPlan.review_on)
        .subquery()
    )
    statement = select(Case).join(plans, plans.c.case_id == Case.id).where(Case.closed_on.is_(None))
    return db.scalars(statement.order_by(plans.c.review_on).limit(limit)).all()


def _plan(db: Session, actor: Actor, case_id: UUID, version: int) -> SafetyPlan:
    file = own_files.hers_writable(db, actor, case_id)
    plan = db.scalar(select(SafetyPlan).where(SafetyPlan.file_id == file.id))
    if (plan.version if plan else 0) != version:
        raise Conflict
    if plan is None:
        plan = SafetyPlan(file_id=file.id)
        db.add(plan)
    return plan
