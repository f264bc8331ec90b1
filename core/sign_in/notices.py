"""What a person should know of their own account: said inside the program until they have seen it."""

from uuid import UUID

from sqlalchemy.orm import Session

from core.models import Notice, NoticeKind


def leave(db: Session, person_id: UUID, kind: NoticeKind) -> None:
    db.add(Notice(person_id=person_id, kind=kind))
    db.flush()
