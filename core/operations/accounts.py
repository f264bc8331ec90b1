"""Accounts, as an administrator looks after them: never a password, only a code that somebody chooses one with.

An administrator reaches the people of their own service and of agencies. For a side that nobody of its own administers
yet they make people and first codes; nothing that has been used by its owner is theirs to touch.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload, selectinload

from core import access, audit, clock, sign_in, tokens
from core.access import Actor, Permission, require, require_fresh
from core.errors import Conflict, NotFound
from core.models import Account, EntryCode, Event, NoticeKind, Person, Role
from core.sign_in import factors, limits, notices

CODE_LIFE = timedelta(hours=24)


@dataclass(frozen=True)
class Handover:
    """A code that is shown once, and handed over by whoever made it."""

    person: Person
    username: str
    code: str


def find(db: Session, actor: Actor, person_id: UUID) -> Person:
    """A person whom the administrator may change, with service and roles."""
    return access.find(db, _with_roles(access.managed_people(actor)), person_id)


def _with_roles(statement: Select[Person]) -> Select[Person]:
    return statement.options(joinedload(Person.service), selectinload(Person.roles))


def of(db: Session, person: Person) -> Account:
    """The account of a person. Raises NotFound where nobody has made one yet."""
    found = db.scalar(select(Account).where(Account.person_id == person.id))
    if found is None:
        raise NotFound
    return found


def was_given(
    person_id: UUID | InstrumentedAttribute[UUID],
    *,
    within: timedelta,
    by: UUID | InstrumentedAttribute[UUID] | None = None,
) -> ColumnElement[bool]:
    """Was somebody entered, or given a role, so short a time ago; where one is named, by this administrator?"""
    given = exists().where(
        Event.subject == Person.__tablename__,
        Event.subject_id == person_id,
        Event.act.in_(("add", "give_role")),
        Event.created_at > clock.now() - within,
    )
    return given if by is None else given.where(Event.person_id == by)


def new_code(db: Session, actor: Actor, person_id: UUID) -> Handover:
    """Make the code with which somebody chooses a password; earlier codes count no more, nor does their password.

    Their second factor stays. Who only helps to set up a side makes codes for people who have not used theirs.
    """
    require(actor, Permission.ADMINISTER)
    require_fresh(actor)
    person = access.find(db, _with_roles(access.visible_people(actor)), person_id)
    account = of(db, person)
    if account.password_hash or account.signed_in_at:
        find(db, actor, person_id)
    audit.record(db, actor, "new_code", person)
    return _code_for(db, person, account, made_by=actor.person_id)


def rescue(db: Session, username: str) -> Handover | None:
    """For whoever runs the machine: let an administrator in who lost telephone and recovery codes; None for anybody else.

    The other administrators and the managers of the service are told.
    """
    statement = select(Account).where(Account.username == username.strip().lower(), Account.is_enabled)
    account = db.scalar(statement)
    person = account and db.scalar(
        _with_roles(select(Person).where(Person.id == account.person_id, Person.is_active))
    )
    if account is None or not person or Role.ADMINISTRATOR not in person.role_names:
        return None
    factors.remove(db, account)
    told = or_(Person.roles.any(role=Role.ADMINISTRATOR), Person.roles.any(role=Role.MANAGER))
    for person_id in db.scalars(select(Person.id).where(Person.service_id == person.service_id, told)):
        notices.leave(db, person_id, NoticeKind.RESCUED)
    db.add(Event(subject="person", subject_id=person.id, act="rescue", service_id=person.service_id))
    return _code_for(db, person, account, made_by=person.id)


def _code_for(db: Session, person: Person, account: Account, *, made_by: UUID) -> Handover:
    """A new code in place of the password and of earlier codes; the count of failures begins anew."""
    account.password_hash = ""
    limits.unlock(db, account.username)
    sign_in.end_all(db, person.id)
    end_codes(db, person.id)
    code = tokens.new_code()
    expires_at = clock.now() + CODE_LIFE
    db.add(EntryCode(person_id=person.id, digest=tokens.digest(code), expires_at=expires_at, made_by=made_by))
    db.flush()
    return Handover(person, account.username, code)


def end_codes(db: Session, person_id: UUID) -> None:
    """The codes that were handed over count no more."""
    unused = (EntryCode.person_id == person_id, EntryCode.used_at.is_(None))
    db.execute(update(EntryCode).where(*unused).values(used_at=clock.now()))


def disable(db: Session, actor: Actor, person_id: UUID) -> Person:
    """Nobody signs in as this person any more, and every session of theirs ends now; what they did stays."""
    person = _change(db, actor, person_id)
    if Role.ADMINISTRATOR in person.role_names:
        require_another_administrator(db, person)
    person.is_active, person.left_at = False, clock.now()
    of(db, person).is_enabled = False
    sign_in.end_all(db, person.id)
    end_codes(db, person.id)
    audit.record(db, actor, "disable", person)
    db.flush()
    return person


def enable(db: Session, actor: Actor, person_id: UUID) -> Handover:
    """The person can sign in again, with a password that they choose anew."""
    person = _change(db, actor, person_id)
    person.is_active, person.left_at = True, None
    of(db, person).is_enabled = True
    audit.record(db, actor, "enable", person)
    db.flush()
    return new_code(db, actor, person_id)


def unlock(db: Session, actor: Actor, person_id: UUID) -> Person:
    """Failed sign-ins of this person count no more."""
    person = _change(db, actor, person_id)
    limits.unlock(db, of(db, person).username)
    audit.record(db, actor, "unlock", person)
    return person


def end_sessions(db: Session, actor: Actor, person_id: UUID) -> Person:
    """Sign this person out everywhere."""
    person = _change(db, actor, person_id)
    sign_in.end_all(db, person.id)
    audit.record(db, actor, "end_sessions", person)
    return person


def _change(db: Session, actor: Actor, person_id: UUID) -> Person:
    require(actor, Permission.ADMINISTER)
    require_fresh(actor)
    return find(db, actor, person_id)


def require_another_administrator(db: Session, person: Person) -> None:
    """Raise Conflict where nobody else of the same service administers it."""
    another = (
        select(Person.id)
        .join(Account, Account.person_id == Person.id)
        .where(Person.id != person.id, Person.service_id == person.service_id, access.is_administrator())
    )
    if db.scalar(another.limit(1)) is None:
        raise Conflict("error.last_administrator")
