"""First passes that lie open beside the other's: the programme has read hers by then, and takes its own back no more."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Actor
from core.errors import Conflict
from core.models import HandedIn, JointItem, RiskAssessment, ServiceKind


def stays(item: JointItem, side: ServiceKind | None, *, is_open: bool) -> bool:
    """Must it stay on the table? Her right to take hers back is never lost, nor his where his consent has ended."""
    return is_open and side is not ServiceKind.VSS and not item.has_ended


def of_items(db: Session, actor: Actor, items: Collection[JointItem]) -> set[UUID]:
    """The ids of those that must stay."""
    statement = (
        select(HandedIn.item_id)
        .join(RiskAssessment, RiskAssessment.id == HandedIn.assessment_id)
        .where(HandedIn.item_id.in_([item.id for item in items]), RiskAssessment.opened_at.is_not(None))
    )
    opened = set(db.scalars(statement))
    return {item.id for item in items if stays(item, actor.kind, is_open=item.id in opened)}


def require_free(db: Session, actor: Actor, item: JointItem) -> None:
    """Raise Conflict where it must stay."""
    if of_items(db, actor, [item]):
        raise Conflict("error.risk.stays_open")
