"""The people who work with Concord: who they are, what they may do, and their accounts."""

import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from core import access, audit, clock, sign_in
from core.access import Actor, Permission, require, require_version
from core.errors import Conflict, Invalid
from core.first_start import ALPHABET
from core.models import (
    Account,
    Assignment,
    Case,
    Person,
    PersonRole,
    Role,
    Service,
    ServiceKind,
    SignIn,
)
from core.operations import cases
from core.text import line

__all__ = ["Role"]


@dataclass(frozen=True)
class FirstPassword:
    """A password that the program made and shows once; whoever signs in with it must choose another."""

    person: Person
    username: str
    password: str


@dataclass(frozen=True)
class Member:
    """A person with the state of their account, for the administrator."""

    person: Person
    username: str
    is_enabled: bool
    is_locked: bool
    must_change: bool
    sessions: int


def of_cooperation(db: Session, actor: Actor, cooperation_id: UUID) -> list[Person]:
    """The active people of the two services of a cooperation, with service and roles; offices left out."""
    cooperation = access.find(db, access.visible_cooperations(actor), cooperation_id)
    statement = (
        access.visible_people(actor)
        .where(Person.service_id.in_([cooperation.pp_id, cooperation.vss_id]), Person.is_active)
        .options(joinedload(Person.service), selectinload(Person.roles))
        .order_by(Person.name)
    )
    offices = {Role.ADMINISTRATOR, Role.DATA_PROTECTION}
    return [person for person in db.scalars(statement) if person.role_names - offices]


def of_case(db: Session, actor: Actor, case_id: UUID) -> list[Person]:
    """Who works on a case now, on both sides, with service and roles."""
    case = cases.find(db, actor, case_id)
    today = clock.today()
    at_work = access.visible_assignments(actor).where(
        Assignment.case_id == case.id,
        Assignment.since <= today,
        or_(Assignment.until.is_(None), Assignment.until >= today),
    )
    statement = (
        select(Person)
        .where(Person.id.in_(at_work.with_only_columns(Assignment.person_id)), Person.is_active)
        .options(joinedload(Person.service), selectinload(Person.roles))
        .order_by(Person.name)
    )
    return list(db.scalars(statement))


def colleagues(db: Session, actor: Actor) -> list[Person]:
    """The active people of the actor's own service who can work on cases, with their roles."""
    statement = (
        access.visible_people(actor)
        .where(Person.service_id == actor.service_id, Person.is_active)
        .options(selectinload(Person.roles))
        .order_by(Person.name)
    )
    return [person for person in db.scalars(statement) if person.role_names - access.NO_WORKERS]


def of_agencies(db: Session, actor: Actor) -> list[Person]:
    """The people of other agencies who can be let into a meeting or a case, with their service."""
    statement = (
        access.visible_people(actor)
        .where(Person.is_active, Person.roles.any(role=Role.GUEST))
        .options(joinedload(Person.service))
        .order_by(Person.name)
    )
    return list(db.scalars(statement))


def members(db: Session, actor: Actor, service_id: UUID) -> list[Member]:
    """The people of a service with the state of their accounts, in a fixed number of statements."""
    require(actor, Permission.ADMINISTER)
    live = (
        select(SignIn.person_id, func.count().label("sessions"))
        .where(SignIn.ended_at.is_(None), SignIn.expires_at > clock.now())
        .group_by(SignIn.person_id)
        .subquery()
    )
    rows = db.execute(
        access.visible_people(actor)
        .where(Person.service_id == service_id)
        .outerjoin(Account, Account.person_id == Person.id)
        .outerjoin(live, live.c.person_id == Person.id)
        .options(selectinload(Person.roles))
        .order_by(Person.is_active.desc(), Person.name)
        .with_only_columns(Person, Account, live.c.sessions)
    ).all()
    locked = sign_in.locked(db, [account.username for _, account, _ in rows if account])
    return [
        Member(
            person=person,
            username=account.username if account else "",
            is_enabled=bool(account and account.is_enabled),
            is_locked=bool(account and account.username in locked),
            must_change=bool(account and account.must_change),
            sessions=sessions or 0,
        )
        for person, account, sessions in rows
    ]


def add(
    db: Session,
    actor: Actor,
    *,
    service_id: UUID | None,
    name: str,
    username: str,
    roles: Collection[Role],
    job: str = "",
    email: str = "",
    phone: str = "",
) -> FirstPassword:
    """Enter a person with an account and a first password that nobody can look up later."""
    require(actor, Permission.ADMINISTER)
    service = _service(db, actor, service_id)
    held = _fitting(service.kind, roles)
    person = Person(
        name=line(name, field="name", longest=120),
        service_id=service.id,
        roles=[PersonRole(role=role) for role in sorted(held)],
    )
    _write(person, job=job, email=email, phone=phone)
    chosen = _free_username(db, username)
    db.add(person)
    db.flush()
    password = _new_password()
    db.add(
        Account(
            person_id=person.id,
            username=chosen,
            password_hash=sign_in.hash_password(password),
            must_change=True,
        )
    )
    db.flush()
    audit.record(db, actor, "add", person)
    return FirstPassword(person, chosen, password)


def revise(
    db: Session,
    actor: Actor,
    person_id: UUID,
    *,
    name: str,
    roles: Collection[Role],
    job: str,
    email: str,
    phone: str,
    version: int,
) -> Person:
    """Change what is known of a person and what they may do; a person who lost a role signs in anew."""
    require(actor, Permission.ADMINISTER)
    person = _find(db, actor, person_id)
    require_version(person, version)
    held = _fitting(person.service.kind, roles)
    if Role.ADMINISTRATOR in person.role_names - held:
        _require_another_administrator(db, person)
    person.name = line(name, field="name", longest=120)
    _write(person, job=job, email=email, phone=phone)
    if person.role_names != held:
        kept = [role for role in person.roles if role.role in held]
        new = [PersonRole(role=role) for role in sorted(held - person.role_names)]
        person.roles = [*kept, *new]
        sign_in.end_all(db, person.id)
    audit.record(db, actor, "revise", person)
    db.flush()
    return person


def disable(db: Session, actor: Actor, person_id: UUID) -> Person:
    """Nobody signs in as this person any more, from this moment on; what they did stays.

    Refused while they are the only case manager of a case: hand that over first.
    """
    require(actor, Permission.ADMINISTER)
    person = _find(db, actor, person_id)
    if Role.ADMINISTRATOR in person.role_names:
        _require_another_administrator(db, person)
    if _sole_cases(db, person):
        raise Conflict("error.hand_over_first")
    person.is_active = False
    _account(db, person).is_enabled = False
    sign_in.end_all(db, person.id)
    audit.record(db, actor, "disable", person)
    db.flush()
    return person


def enable(db: Session, actor: Actor, person_id: UUID) -> FirstPassword:
    """The person can sign in again, with a new first password."""
    require(actor, Permission.ADMINISTER)
    person = _find(db, actor, person_id)
    person.is_active = True
    _account(db, person).is_enabled = True
    audit.record(db, actor, "enable", person)
    return new_password(db, actor, person_id)


def new_password(db: Session, actor: Actor, person_id: UUID) -> FirstPassword:
    """Make a new first password, for somebody who forgot theirs; every session of theirs ends."""
    require(actor, Permission.ADMINISTER)
    person = _find(db, actor, person_id)
    account = _account(db, person)
    password = _new_password()
    account.password_hash = sign_in.hash_password(password)
    account.must_change, account.changed_at = True, clock.now()
    sign_in.forgive(db, account.username)
    sign_in.end_all(db, person.id)
    audit.record(db, actor, "new_password", person)
    db.flush()
    return FirstPassword(person, account.username, password)


def unlock(db: Session, actor: Actor, person_id: UUID) -> Person:
    """Failed sign-ins of this person count no more."""
    require(actor, Permission.ADMINISTER)
    person = _find(db, actor, person_id)
    sign_in.forgive(db, _account(db, person).username)
    audit.record(db, actor, "unlock", person)
    return person


def end_sessions(db: Session, actor: Actor, person_id: UUID) -> Person:
    """Sign this person out everywhere."""
    require(actor, Permission.ADMINISTER)
    person = _find(db, actor, person_id)
    sign_in.end_all(db, person.id)
    audit.record(db, actor, "end_sessions", person)
    return person


def hand_over(db: Session, actor: Actor, person_id: UUID, *, to_id: UUID | None) -> int:
    """Give all cases of a person to a case manager of the same service; says how many, and shows none of them.

    For somebody who left: an administrator sees no case, and without this nobody would.
    """
    require(actor, Permission.ADMINISTER)
    person = _find(db, actor, person_id)
    successor = db.scalar(
        access.visible_people(actor).where(
            Person.id == to_id,
            Person.id != person.id,
            Person.service_id == person.service_id,
            Person.is_active,
            Person.roles.any(role=Role.CASE_MANAGER),
        )
    )
    if successor is None:
        raise Invalid("error.name_case_manager", field="to_id")
    leaving = set(db.scalars(_current(person.id)))
    new = leaving - set(db.scalars(_current(successor.id)))
    db.add_all([Assignment(case_id=case_id, person_id=successor.id, since=clock.today()) for case_id in new])
    db.flush()
    audit.record(db, actor, "hand_over", person)
    return len(new)


def _current(person_id: UUID) -> Select[UUID]:
    today = clock.today()
    return select(Assignment.case_id).where(
        Assignment.person_id == person_id,
        or_(Assignment.until.is_(None), Assignment.until >= today),
    )


def _sole_cases(db: Session, person: Person) -> bool:
    """Is there an open case that no other case manager of the same service works on?"""
    if Role.CASE_MANAGER not in person.role_names:
        return False
    today = clock.today()
    others = (
        select(Assignment.case_id)
        .join(Person, Person.id == Assignment.person_id)
        .where(
            Person.service_id == person.service_id,
            Person.id != person.id,
            Person.is_active,
            Person.roles.any(role=Role.CASE_MANAGER),
            or_(Assignment.until.is_(None), Assignment.until >= today),
        )
    )
    sole = select(Case.id).where(
        Case.id.in_(_current(person.id)), Case.closed_on.is_(None), Case.id.not_in(others)
    )
    return db.scalar(sole.limit(1)) is not None


def _find(db: Session, actor: Actor, person_id: UUID) -> Person:
    statement = access.visible_people(actor).options(joinedload(Person.service), selectinload(Person.roles))
    return access.find(db, statement, person_id)


def _account(db: Session, person: Person) -> Account:
    return db.scalars(select(Account).where(Account.person_id == person.id)).one()


def _service(db: Session, actor: Actor, service_id: UUID | None) -> Service:
    found = service_id and db.scalar(
        access.visible_services(actor).where(Service.id == service_id, Service.is_active)
    )
    if not found:
        raise Invalid("error.choose_service", field="service_id")
    return found


def roles_for(kind: ServiceKind) -> tuple[Role, ...]:
    """The roles that people of a kind of service can hold."""
    if not kind.is_side:
        return (Role.GUEST,)
    # The one who speaks with her does not belong to the programme that works with him.
    without = {Role.GUEST} | ({Role.PARTNER_CONTACT} if kind is ServiceKind.PP else set())
    return tuple(role for role in Role if role not in without)


def _fitting(kind: ServiceKind, roles: Iterable[Role]) -> frozenset[Role]:
    held = frozenset(roles)
    if not held:
        raise Invalid("error.choose_role", field="roles")
    if not held <= set(roles_for(kind)):
        raise Invalid("error.role_of_service", field="roles")
    if Role.ADMINISTRATOR in held and len(held) > 1:
        raise Invalid("error.administrator_alone", field="roles")
    if Role.DATA_PROTECTION in held and len(held) > 1:
        raise Invalid("error.data_protection_alone", field="roles")
    return held


def _require_another_administrator(db: Session, person: Person) -> None:
    another = (
        select(Person.id)
        .join(Account, Account.person_id == Person.id)
        .where(
            Person.id != person.id,
            Person.is_active,
            Account.is_enabled,
            Person.roles.any(role=Role.ADMINISTRATOR),
        )
    )
    if db.scalar(another.limit(1)) is None:
        raise Conflict("error.last_administrator")


def _write(person: Person, **typed: str) -> None:
    for field, value in typed.items():
        setattr(person, field, line(value, field=field, required=False, longest=120))


def _free_username(db: Session, username: str) -> str:
    chosen = line(username, field="username", longest=60).lower()
    if any(sign.isspace() for sign in chosen):
        raise Invalid("error.username_blank", field="username")
    if db.scalar(select(Account.id).where(Account.username == chosen)) is not None:
        raise Invalid("error.username_taken", field="username")
    return chosen


def _new_password() -> str:
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(4))
