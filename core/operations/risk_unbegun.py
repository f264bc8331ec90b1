"""A risk assessment that was begun by mistake: it is gone again, while neither side has put anything into it."""

from uuid import UUID

from sqlalchemy import delete, exists, or_, select
from sqlalchemy.orm import Session

from core import audit
from core.access import Actor, Permission, require, require_version
from core.errors import Conflict
from core.models import (
    FirstPass,
    HandedIn,
    OutsideResult,
    RiskAction,
    RiskChild,
    RiskLevel,
    Settlement,
    UnsentText,
)
from core.operations import risk_assessments

#: What people put into an assessment; the codes of its children are no more than its beginning.
_PUT_IN = (FirstPass, HandedIn, OutsideResult, RiskAction, RiskLevel, Settlement)


def may_take_back(db: Session, actor: Actor, assessment_id: UUID) -> bool:
    """Can it still be said that this one was begun by mistake?"""
    found = risk_assessments.find(db, actor, assessment_id)
    return not (found.is_open or found.is_finished or _is_used(db, found.id))


def take_back(db: Session, actor: Actor, assessment_id: UUID, *, version_: int) -> None:
    """Say that the assessment was begun by mistake; both services read in the history who began it and who said so.

    Raises Conflict where one of them has answered something meanwhile: no answer is thrown away.
    """
    require(actor, Permission.ASSESS_RISK)
    found = risk_assessments.require_running(db, actor, assessment_id)
    require_version(found, version_)
    if not may_take_back(db, actor, found.id):
        raise Conflict("error.risk.used")
    audit.record(db, actor, "take_back", found, case_id=found.case_id)
    db.execute(delete(RiskChild).where(RiskChild.assessment_id == found.id))
    db.delete(found)
    db.flush()


def _is_used(db: Session, assessment_id: UUID) -> bool:
    """Somebody of either side saved something, or types it now."""
    rows = [exists().where(model.assessment_id == assessment_id) for model in _PUT_IN]
    typed = exists().where(UnsentText.slot.contains(str(assessment_id), autoescape=True))
    return bool(db.scalar(select(or_(typed, *rows))))
