"""What speaks against erasing a case, because somebody may still need it to be safe: said by name, never by number.

What is open is settled first. A level above low, with which a case was closed, nobody can settle any more: it is said to
whoever asks and to whoever confirms, and they decide.
"""

from enum import StrEnum
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core import access, clock
from core.models import (
    Action,
    ActionState,
    Agreement,
    Case,
    EmergencyOpening,
    Meeting,
    MeetingState,
    RiskAssessment,
    RiskGrade,
    RiskLevel,
)


class OpenRisk(StrEnum):
    OPEN_ACTIONS = "open_actions"
    AGREEMENT_IN_FORCE = "agreement_in_force"
    EMERGENCY = "emergency"
    MEETING_AHEAD = "meeting_ahead"
    RISK_LEVEL = "risk_level"


#: What a closed case may be erased with, by people who know it.
DECIDED = frozenset({OpenRisk.RISK_LEVEL})
_AHEAD = (MeetingState.PLANNED, MeetingState.INVITED, MeetingState.IN_PROGRESS)
_OPEN = (ActionState.OPEN, ActionState.IN_PROGRESS)


def of_case(db: Session, case_id: UUID) -> tuple[OpenRisk, ...]:
    """What is open in a case."""
    asked = {
        OpenRisk.OPEN_ACTIONS: select(Action.id).where(Action.case_id == case_id, Action.state.in_(_OPEN)),
        OpenRisk.AGREEMENT_IN_FORCE: access.case_agreements_in_force()
        .where(Agreement.case_id == case_id)
        .with_only_columns(Agreement.id),
        OpenRisk.EMERGENCY: access.emergencies_open()
        .where(EmergencyOpening.case_id == case_id)
        .with_only_columns(EmergencyOpening.id),
        OpenRisk.MEETING_AHEAD: select(Meeting.id).where(
            Meeting.case_id == case_id, Meeting.state.in_(_AHEAD), Meeting.planned_at > clock.now()
        ),
        OpenRisk.RISK_LEVEL: _above_low(case_id),
    }
    return tuple(risk for risk, statement in asked.items() if db.scalar(statement.limit(1)) is not None)


def forbidding(db: Session, case: Case) -> frozenset[OpenRisk]:
    """What of it forbids to erase the case now: all of it as long as the case is open."""
    return frozenset(of_case(db, case.id)) - (DECIDED if case.closed_on else frozenset())


def is_above_low(db: Session, case_id: UUID) -> bool:
    """Did people choose another level than low last?"""
    return db.scalar(_above_low(case_id)) is not None


def _above_low(case_id: UUID) -> Select[UUID]:
    """The level that holds, where people chose another one than low."""
    newest = (
        select(RiskLevel.id)
        .join(RiskAssessment, RiskAssessment.id == RiskLevel.assessment_id)
        .where(RiskAssessment.case_id == case_id, RiskLevel.holds)
        .order_by(RiskAssessment.number.desc(), RiskLevel.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    return select(RiskLevel.id).where(RiskLevel.id == newest, RiskLevel.grade != RiskGrade.LOW)
