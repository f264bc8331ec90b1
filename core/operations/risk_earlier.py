"""What both services held of an item in the version before: beside the item, so that a change is seen where it is made."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from core import access
from core.access import Actor
from core.models import RiskAssessment, Settlement
from core.models.first_pass import HER
from core.operations import risk_lists
from core.operations.risk_assessments import Version


def settled_before(db: Session, actor: Actor, version: Version) -> Mapping[tuple[str, str], Settlement]:
    """By person and item of this version's lists, what was settled last in the version before, where it asked the same."""
    found = version.assessment
    statement = (
        access.visible_settlements(actor)
        .join(RiskAssessment, RiskAssessment.id == Settlement.assessment_id)
        .where(RiskAssessment.case_id == found.case_id, RiskAssessment.number == found.number - 1)
        .order_by(Settlement.number)
        .add_columns(RiskAssessment.woman_list, RiskAssessment.children_list)
    )
    held: dict[tuple[str, str], Settlement] = {}
    for row, woman, of_children in db.execute(statement):
        asked = risk_lists.load(db, woman) if row.about == HER else risk_lists.children(of_children)
        same = version.list_of(row.about).same(asked.item(row.item))
        if same is not None:
            held[row.about, same.id] = row
    return held
