"""What a person should know of their own account: said inside the program until they have seen it."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.models import Notice, NoticeKind


def leave(db: Session, person_id: UUID, kind: NoticeKind) -> None:
    db.add(Notice(person_id=person_id, kind=kind))
    db.flush()


def leave_once(db: Session, person_id: UUID, kind: NoticeKind) -> None:
    """The same, unless the person has it before them already."""
    unseen = Notice.person_id == person_id, Notice.kind == kind, Notice.seen_at.is_(None)
    if db.scalar(select(Notice.id).where(*unseen).limit(1)) is None:
        leave(db, person_id, kind)
