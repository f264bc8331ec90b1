"""Writing what happened: ids and keys only, in the transaction of the act itself."""

from uuid import UUID

from sqlalchemy.orm import Session

from core.access import Actor
from core.db import Record
from core.models import Event


def record(db: Session, actor: Actor, act: str, subject: Record, *, case_id: UUID | None = None) -> None:
    """Leave an event: who did what to which record."""
    db.add(
        Event(
            person_id=actor.person_id,
            service_id=actor.service_id,
            case_id=case_id,
            subject=type(subject).__tablename__,
            subject_id=subject.id,
            act=act,
        )
    )
