"""Somebody leaves: what they answered for goes to colleagues of the same service, unseen by the administrator."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session

from core import audit, clock
from core.access import Actor, Permission, require, require_fresh
from core.errors import Invalid, NotFound
from core.models import Assignment, Case, CaseFile, Duty, EventKind, NoticeKind, Person, Role, Seal
from core.operations import accounts
from core.sign_in import notices
from core.text import line


@dataclass(frozen=True)
class Left:
    """What waits for somebody else: how many cases, and turns of duty."""

    cases: int
    #: Cases on which nobody else of the service is case manager.
    cases_alone: int
    #: Cases that are closed and that nobody else of the service manages, where the person works here no more.
    closed_alone: int
    duties: list[Duty]

    @property
    def is_empty(self) -> bool:
        return not (self.cases or self.closed_alone or self.duties)


def left_by(db: Session, actor: Actor, person_id: UUID) -> Left:
    """The cases, as numbers only, and the turns of duty of a person."""
    require(actor, Permission.ADMINISTER)
    person = accounts.find(db, actor, person_id)
    count = select(func.count()).select_from(Case).where(Case.id.in_(_open_cases(person)))
    alone = count.where(Case.id.not_in(_managed_by_others(person)))
    closed = select(func.count()).select_from(Case).where(Case.id.in_(_closed_cases(person)))
    duties = select(Duty).where(Duty.person_id == person.id, Duty.until_at > clock.now())
    return Left(
        cases=db.scalar(count) or 0,
        cases_alone=db.scalar(alone) or 0,
        closed_alone=db.scalar(closed) or 0,
        duties=list(db.scalars(duties.order_by(Duty.from_at))),
    )


def successors(db: Session, actor: Actor, person_id: UUID) -> list[Person]:
    """The active case managers of the same service."""
    require(actor, Permission.ADMINISTER)
    return list(db.scalars(_successors(accounts.find(db, actor, person_id)).order_by(Person.name)))


def hand_over(db: Session, actor: Actor, person_id: UUID, *, to_id: UUID | None) -> int:
    """Give the cases of a person to a case manager of the same service; says how many, and shows none of them.

    An administrator sees no case, and without this nobody would see those of somebody who left: of the closed ones go
    those that nobody else manages, for the other service may take one up again. Who is only away for a while goes on
    working on the open ones, and keeps the closed ones.
    """
    person = _leaver(db, actor, person_id)
    successor = _successor(db, person, to_id)
    theirs = select(Assignment.case_id).where(Assignment.person_id == successor.id, _is_current())
    given = {*db.scalars(_open_cases(person)), *db.scalars(_closed_cases(person))}
    new = given - set(db.scalars(theirs))
    added = [Assignment(case_id=case_id, person_id=successor.id, since=clock.today()) for case_id in new]
    db.add_all(added)
    ended = [] if person.is_active else _end(db, person, given)
    db.flush()
    for act, assignments in (("assign", added), ("unassign", ended)):
        for one in assignments:
            audit.record(db, actor, act, one, case_id=one.case_id, kind=EventKind.CHANGE)
    audit.record(db, actor, "hand_over", person)
    if given:
        notices.leave(db, person.id, NoticeKind.CASES_HANDED_OVER)
        told_already = [actor.person_id, person.id, successor.id]
        notices.tell_service(db, person.service_id, NoticeKind.CASES_HANDED_OVER, but=told_already)
    return len(given)


def _end(db: Session, person: Person, case_ids: Collection[UUID]) -> list[Assignment]:
    ended = select(Assignment).where(
        Assignment.person_id == person.id, Assignment.case_id.in_(case_ids), _is_current()
    )
    found = list(db.scalars(ended))
    for one in found:
        one.until = clock.today() - timedelta(days=1)
    return found


def hand_over_duty(
    db: Session, actor: Actor, person_id: UUID, duty_id: UUID, *, to_id: UUID | None, phone: str
) -> Duty:
    """Give a turn of duty to a case manager of the same service, with the telephone that they answer."""
    person = _leaver(db, actor, person_id)
    duty = db.scalar(
        select(Duty).where(Duty.id == duty_id, Duty.person_id == person.id, Duty.until_at > clock.now())
    )
    if duty is None:
        raise NotFound
    successor = _successor(db, person, to_id)
    taken = Duty(
        service_id=person.service_id,
        person_id=successor.id,
        phone=line(phone, field="phone", longest=60),
        from_at=max(duty.from_at, clock.now()),
        until_at=duty.until_at,
    )
    duty.until_at = clock.now()
    db.add(taken)
    db.flush()
    audit.record(db, actor, "hand_over", duty)
    return taken


def _leaver(db: Session, actor: Actor, person_id: UUID) -> Person:
    require(actor, Permission.ADMINISTER)
    require_fresh(actor)
    return accounts.find(db, actor, person_id)


def _successors(person: Person) -> Select[Person]:
    return select(Person).where(
        Person.id != person.id,
        Person.service_id == person.service_id,
        Person.is_active,
        Person.roles.any(role=Role.CASE_MANAGER),
    )


def _successor(db: Session, person: Person, to_id: UUID | None) -> Person:
    found = db.scalar(_successors(person).where(Person.id == to_id))
    if found is None:
        raise Invalid("error.name_case_manager", field="to_id")
    return found


def _is_current() -> ColumnElement[bool]:
    # Who opened a file in an emergency holds nothing that could be handed over.
    return and_(
        or_(Assignment.until.is_(None), Assignment.until >= clock.today()), Assignment.ends_at.is_(None)
    )


def _open_cases(person: Person) -> Select[UUID]:
    """A sealed case goes to nobody by this way as long as somebody else manages it: named people alone know of it."""
    sealed = (
        select(CaseFile.case_id)
        .join(Seal, Seal.file_id == CaseFile.id)
        .where(CaseFile.service_id == person.service_id)
    )
    return _cases(person).where(
        Case.closed_on.is_(None), or_(Case.id.not_in(sealed), Case.id.not_in(_managed_by_others(person)))
    )


def _closed_cases(person: Person) -> Select[UUID]:
    """Nobody reads a closed file without need: only of somebody who left, and where nobody else could open it again."""
    closed = _cases(person).where(Case.closed_on.is_not(None), Case.id.not_in(_managed_by_others(person)))
    return closed.where(false()) if person.is_active else closed


def _cases(person: Person) -> Select[UUID]:
    return (
        select(Assignment.case_id)
        .join(Case, Case.id == Assignment.case_id)
        .where(Assignment.person_id == person.id, _is_current())
    )


def _managed_by_others(person: Person) -> Select[UUID]:
    return (
        select(Assignment.case_id)
        .join(Person, Person.id == Assignment.person_id)
        .where(Person.id.in_(_successors(person).with_only_columns(Person.id)), _is_current())
    )
