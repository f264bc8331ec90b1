"""The joint risk assessment at the table of a meeting: the newest of the case, as both services read it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from core import access
from core.access import Actor
from core.models import Meeting, RiskAssessment
from core.operations import risk_boards, risk_levels, shared_screens
from core.operations.risk_boards import Board
from core.operations.risk_levels import Standing


@dataclass(frozen=True)
class Laid:
    """An assessment that lies on the table, and the levels that were chosen in it."""

    board: Board
    levels: Standing


@access.of_case_of(Meeting)
def of_meeting(db: Session, actor: Actor, meeting_id: UUID, *, is_shared: bool) -> Laid | None:
    """The newest assessment of the meeting's case; None where there is none that everybody who looks may read.

    On a shared screen these are all who are there, as their own pages know them.
    """
    meeting = access.find(db, access.joint_meetings(actor), meeting_id)
    newest = db.scalars(
        access.visible_assessments(actor)
        .where(RiskAssessment.case_id == meeting.case_id)
        .order_by(RiskAssessment.number.desc())
        .limit(1)
    ).one_or_none()
    if newest is None:
        return None
    if is_shared and not all(_reads(db, each, newest) for each in shared_screens.present(db, meeting.id)):
        return None
    return Laid(risk_boards.of_assessment(db, actor, newest.id), risk_levels.standing(db, actor, newest))


def _reads(db: Session, each: Actor, found: RiskAssessment) -> bool:
    statement = access.visible_assessments(each).where(RiskAssessment.id == found.id)
    return db.scalar(statement.with_only_columns(RiskAssessment.id)) is not None
