"""What minutes keep of the joint risk assessment: the level in force at the closing, and what this meeting settled."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from core import access, clock
from core.access import Actor
from core.models import Event, Meeting, RiskAssessment, RiskGrade, RiskLevel, Seen, Service, Settlement
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
    db: Session, actor: Actor, case_id: UUID | None, meeting: Meeting | None = None
) -> LevelInForce | None:
    """The level of a case as the meeting knew it at its closing, or as it holds now; None where nobody had chosen one."""
    statement = (
        access.visible_risk_levels(actor)
        .join(RiskAssessment, RiskAssessment.id == RiskLevel.assessment_id)
        .where(RiskAssessment.case_id == case_id, RiskLevel.holds)
        .order_by(RiskAssessment.number, RiskLevel.number)
    )
    held = db.scalars(statement).all()
    if meeting is not None:
        until, opened = meeting.closed_at or clock.now(), opened_at(db, meeting)
        held = [one for one in held if not until < (one.agreed_at or one.created_at) < opened]
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


def settled(db: Session, actor: Actor, meeting: Meeting) -> tuple[SettledItem, ...]:
    """What was settled between the beginning of the meeting and its closing, in the order of the lists."""
    rows = _settled_then(db, actor, meeting)
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


def _settled_then(db: Session, actor: Actor, meeting: Meeting) -> Sequence[Settlement]:
    until = meeting.closed_at or clock.now()
    statement = (
        access.visible_settlements(actor)
        .join(RiskAssessment, RiskAssessment.id == Settlement.assessment_id)
        .where(
            RiskAssessment.case_id == meeting.case_id,
            or_(
                Settlement.created_at.between(meeting.started_at or until, until),
                Settlement.created_at >= opened_at(db, meeting),
            ),
        )
        .order_by(Settlement.number)
    )
    return db.scalars(statement).all()


def is_chosen(db: Session, meeting: Meeting) -> bool:
    """Was a level chosen, or agreed to, that holds, while the table was open? The minutes keep it in a part of their own."""
    until, since = meeting.closed_at or clock.now(), meeting.started_at
    of_case = select(RiskAssessment.id).where(RiskAssessment.case_id == meeting.case_id)
    at = func.coalesce(RiskLevel.agreed_at, RiskLevel.created_at)
    chosen = exists().where(
        RiskLevel.assessment_id.in_(of_case),
        RiskLevel.holds,
        or_(at.between(since or until, until), at >= opened_at(db, meeting)),
    )
    return bool(db.scalar(select(chosen)))


def is_touched(db: Session, meeting: Meeting) -> bool:
    """Was anything settled, or a level chosen, in the case of the meeting since its table was opened?"""
    since = opened_at(db, meeting)
    of_case = select(RiskAssessment.id).where(RiskAssessment.case_id == meeting.case_id)
    settled = exists().where(Settlement.assessment_id.in_(of_case), Settlement.created_at >= since)
    chosen = exists().where(
        RiskLevel.assessment_id.in_(of_case),
        or_(RiskLevel.created_at >= since, RiskLevel.agreed_at >= since),
    )
    return bool(db.scalar(select(or_(settled, chosen))))


def opened_at(db: Session, meeting: Meeting) -> datetime:
    """When the table was really opened: one at which a meeting is written down later bears the meeting's day.

    What is settled at it belongs to the meeting; what came between the meeting and it does not.
    """
    opened = select(Event.created_at).where(
        Event.case_id == meeting.case_id,
        Event.subject == "meeting",
        Event.subject_id == meeting.id,
        Event.act == "begin",
    )
    return db.scalar(opened.order_by(Event.created_at.desc()).limit(1)) or clock.now()
