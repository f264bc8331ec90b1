"""What minutes keep of the joint risk assessment: the level in force at the closing, and what this meeting settled."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.orm import Session

from core import access, clock
from core.access import Actor
from core.models import Meeting, RiskAssessment, RiskGrade, RiskLevel, Seen, Service, Settlement
from core.operations import risk_assessments


class LevelInForce(BaseModel, frozen=True, extra="forbid"):
    """The level that people chose and that held when the meeting was closed."""

    grade: RiskGrade
    chosen_by: str
    service: str
    on: date
    #: Where it needed both: who agreed for the other service, and when.
    agreed_by: str = ""
    agreed_on: date | None = None


class SettledItem(BaseModel, frozen=True, extra="forbid"):
    """An item and what both services hold of it since this meeting."""

    about: str
    #: Its words on the list that was asked; no person typed them here.
    item: str
    seen: Seen
    past_on: date | None


def level(
    db: Session, actor: Actor, case_id: UUID | None, until: datetime | None = None
) -> LevelInForce | None:
    """The level of a case as it held then, or holds now; None where nobody had chosen one."""
    statement = (
        access.visible_risk_levels(actor)
        .join(RiskAssessment, RiskAssessment.id == RiskLevel.assessment_id)
        .where(RiskAssessment.case_id == case_id, RiskLevel.holds)
        .order_by(RiskAssessment.number, RiskLevel.number)
    )
    held = [
        one for one in db.scalars(statement) if until is None or (one.agreed_at or one.created_at) <= until
    ]
    if not held:
        return None
    last = held[-1]
    names = risk_assessments.names_of(db, [last.chosen_by, last.agreed_by])
    return LevelInForce(
        grade=last.grade,
        chosen_by=names[last.chosen_by],
        service=db.get_one(Service, last.service_id).name,
        on=clock.day(last.created_at),
        agreed_by=names[last.agreed_by] if last.agreed_by else "",
        agreed_on=clock.day(last.agreed_at) if last.agreed_at else None,
    )


def settled(db: Session, actor: Actor, meeting: Meeting, until: datetime) -> tuple[SettledItem, ...]:
    """What was settled between the beginning of the meeting and its closing, in the order of the lists."""
    rows = _settled_then(db, actor, meeting, until)
    ids = {one.assessment_id for one in rows}
    found = []
    of_these = access.visible_assessments(actor).where(RiskAssessment.id.in_(ids))
    for assessment in db.scalars(of_these.order_by(RiskAssessment.number)):
        version = risk_assessments.version(db, actor, assessment.id)
        last = {(one.about, one.item): one for one in rows if one.assessment_id == assessment.id}
        found += [
            SettledItem(about=about, item=item.title, seen=row.seen, past_on=row.past_on)
            for about in version.about
            for item in version.list_of(about).items
            if (row := last.get((about, item.id))) is not None
        ]
    return tuple(found)


def _settled_then(db: Session, actor: Actor, meeting: Meeting, until: datetime) -> Sequence[Settlement]:
    statement = (
        access.visible_settlements(actor)
        .join(RiskAssessment, RiskAssessment.id == Settlement.assessment_id)
        .where(
            RiskAssessment.case_id == meeting.case_id,
            Settlement.created_at >= (meeting.started_at or until),
            Settlement.created_at <= until,
        )
        .order_by(Settlement.number)
    )
    return db.scalars(statement).all()
