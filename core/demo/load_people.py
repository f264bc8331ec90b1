"""The case managers of a generated load, beside those of the story."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from core.content import trainings
from core.models import Cooperation, Person, PersonRole, Role, TrainingMark

#: Beside the people of the story, on each side.
WORKERS: Final = 5


def of(db: Session, cooperation: Cooperation, service_id: UUID, today: date) -> Sequence[Person]:
    """All case managers of a service, after more of them were added; each with its service."""
    for number in range(WORKERS):
        person = Person(
            name=f"Worker {number + 1} (fictional)",
            service_id=service_id,
            job="Case manager",
            roles=[PersonRole(role=Role.CASE_MANAGER)],
        )
        db.add(person)
        db.flush()
        # Nobody joins a case without the last session, the one on the protocol.
        db.add(
            TrainingMark(
                cooperation_id=cooperation.id,
                person_id=person.id,
                training=trainings.load().sessions[-1].id,
                done_on=today - timedelta(days=30),
                marked_by=person.id,
            )
        )
    db.flush()
    statement = (
        select(Person)
        .join(PersonRole)
        .where(Person.service_id == service_id, PersonRole.role == Role.CASE_MANAGER)
        .order_by(Person.created_at)
        .options(joinedload(Person.service))
    )
    return db.scalars(statement).all()
