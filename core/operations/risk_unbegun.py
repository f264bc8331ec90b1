"""A risk assessment that was begun by mistake: it is gone again, while neither side has put anything into it."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists, or_, select
from sqlalchemy.orm import Session

from core import access, audit
from core.access import Actor, Permission, require, require_version
from core.errors import Conflict
from core.models import (
    FirstPass,
    HandedIn,
    OutsideResult,
    RiskAction,
    RiskAssessment,
    RiskChild,
    RiskLevel,
    Settlement,
    UnsentText,
)
from core.operations import risk_assessments

#: What people put into an assessment; the codes of its children are no more than its beginning.
_PUT_IN = (FirstPass, HandedIn, OutsideResult, RiskAction, RiskLevel, Settlement)
#: Of these, what both services see before the first passes lie open, beside what was handed in and waits for nobody.
_SEEN_BY_BOTH = (RiskAction, RiskLevel, Settlement)


@access.of_case_of(RiskAssessment)
def may_ask(db: Session, actor: Actor, assessment_id: UUID) -> bool:
    """Could it be one begun by mistake, by all that the actor's own service knows?

    Whether the other one has begun to answer is not told by what stands on a page.
    """
    found = risk_assessments.find(db, actor, assessment_id)
    if found.is_open or found.is_finished:
        return False
    known = (
        access.handed_in_marks(actor).where(HandedIn.assessment_id == found.id).exists(),
        access.visible_first_passes(actor).where(FirstPass.assessment_id == found.id).exists(),
        access.visible_outside_results(actor)
        .where(OutsideResult.assessment_id == found.id, OutsideResult.service_id == actor.service_id)
        .exists(),
    )
    return not db.scalar(select(or_(*_rows(found.id, _SEEN_BY_BOTH), *known)))


def take_back(db: Session, actor: Actor, assessment_id: UUID, *, version_: int) -> None:
    """Say that the assessment was begun by mistake; both services read in the history who began it and who said so.

    Raises Conflict where one of them has answered something meanwhile: no answer is thrown away.
    """
    require(actor, Permission.ASSESS_RISK)
    found = risk_assessments.require_running(db, actor, assessment_id)
    require_version(found, version_)
    if found.is_open or _is_used(db, found.id):
        raise Conflict("error.risk.used")
    audit.record(db, actor, "take_back", found, case_id=found.case_id)
    db.execute(delete(RiskChild).where(RiskChild.assessment_id == found.id))
    db.delete(found)
    db.flush()


def _is_used(db: Session, assessment_id: UUID) -> bool:
    """Somebody of either side saved something, or types it now."""
    typed = exists().where(UnsentText.slot.contains(str(assessment_id), autoescape=True))
    return bool(db.scalar(select(or_(typed, *_rows(assessment_id, _PUT_IN)))))


def _rows(assessment_id: UUID, models: Iterable[type[Any]]) -> list[ColumnElement[bool]]:
    return [exists().where(model.assessment_id == assessment_id) for model in models]
