"""What a person should know of their own account: said inside the program until they have seen it."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from core import clock
from core.models import Account, Notice, NoticeKind, Person, PersonRole, Role

#: Who of a service looks after cases, or answers for them.
ANSWERING = (Role.CASE_MANAGER, Role.MANAGER, Role.DATA_PROTECTION)


def leave(db: Session, person_id: UUID, kind: NoticeKind) -> None:
    db.add(Notice(person_id=person_id, kind=kind))
    db.flush()


def leave_once(db: Session, person_id: UUID, kind: NoticeKind) -> None:
    """The same, unless the person has it before them already."""
    unseen = Notice.person_id == person_id, Notice.kind == kind, Notice.seen_at.is_(None)
    if db.scalar(select(Notice.id).where(*unseen).limit(1)) is None:
        leave(db, person_id, kind)


def withdraw(db: Session, kind: NoticeKind, *person_ids: UUID) -> None:
    """Take back what nobody has to know any more, before these people or everybody has seen it."""
    unseen = update(Notice).where(Notice.kind == kind, Notice.seen_at.is_(None))
    if person_ids:
        unseen = unseen.where(Notice.person_id.in_(person_ids))
    db.execute(unseen.values(seen_at=clock.now()))


def tell_service(db: Session, service_id: UUID, kind: NoticeKind, *, but: Collection[UUID]) -> None:
    """Tell those of a service who look after cases, or answer for them: so that nobody does it alone and unseen."""
    for person_id in db.scalars(answering(service_id, but=but)):
        leave_once(db, person_id, kind)


def answering(service_id: UUID, *, but: Collection[UUID]) -> Select[UUID]:
    """The ids of those of a service who look after cases, or answer for them."""
    return (
        select(Account.person_id)
        .join(Person, Person.id == Account.person_id)
        .where(
            Person.service_id == service_id,
            Person.id.not_in(but),
            Person.is_active,
            Person.roles.any(PersonRole.role.in_(ANSWERING)),
        )
    )
