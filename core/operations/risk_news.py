"""Levels of risk that the other service chose, and at which the actor has not looked since."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import Select, exists
from sqlalchemy.orm import Session

from core import access, clock
from core.access import Actor
from core.models import Case, Event, Person, RiskAssessment, RiskLevel

#: So long it is news; then it stands on the page of the case as everything else.
NEWS_FOR: Final = timedelta(days=14)
_MOST: Final = 20


def waiting(db: Session, actor: Actor) -> Sequence[Case]:
    """The open cases of the actor in which such a level holds; one that waits for an agreement is asked for elsewhere."""
    since = clock.now() - NEWS_FOR
    return db.scalars(_unseen(actor).where(RiskLevel.created_at > since)).unique().all()


@access.kept
def _unseen(actor: Actor) -> Select[Case]:
    looked = exists().where(
        Event.person_id == actor.person_id,
        Event.subject_id == RiskAssessment.case_id,
        Event.act == "read_risk",
        Event.created_at >= RiskLevel.created_at,
    )
    return (
        access.visible_risk_levels(actor)
        .join(RiskAssessment, RiskAssessment.id == RiskLevel.assessment_id)
        .join(Case, Case.id == RiskAssessment.case_id)
        .join(Person, Person.id == RiskLevel.chosen_by)
        .where(
            RiskLevel.holds,
            RiskLevel.agreed_by.is_(None),  # what the own service agreed to is no news to it
            Person.service_id != actor.service_id,
            Case.closed_on.is_(None),
            ~looked,
        )
        .order_by(Case.code)
        .limit(_MOST)
        .with_only_columns(Case)
    )
