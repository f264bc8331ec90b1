"""The people who work with Concord: who they are, what they may do, and their accounts."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from core import access, audit, clock, sign_in
from core.access import Actor, Permission, require, require_fresh, require_version
from core.errors import Invalid, NotAllowed
from core.models import (
    Account,
    Assignment,
    CaseFile,
    NoticeKind,
    Person,
    PersonRole,
    Role,
    Service,
    ServiceKind,
    SignIn,
)
from core.operations import accounts, cases
from core.operations.accounts import Handover
from core.sign_in import limits, notices, sessions
from core.text import line

__all__ = ["Role"]


@dataclass(frozen=True)
class Member:
    """A person with the state of their account, for the administrator."""

    person: Person
    username: str
    is_enabled: bool
    is_locked: bool
    has_password: bool
    has_factor: bool
    sessions: int
    #: False for somebody of a side that the administrator only helps to set up.
    is_managed: bool


@access.of_one_case
def of_case(db: Session, actor: Actor, case_id: UUID) -> list[Person]:
    """Who works on a case now, on both sides, with service and roles."""
    case = cases.find(db, actor, case_id)
    at_work = access.visible_assignments(actor).where(
        Assignment.case_id == case.id,
        access.at_work(),
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


def services(db: Session, actor: Actor) -> list[Service]:
    """Where the administrator may make people: their own service first, then agencies and a side that is being set up."""
    require(actor, Permission.ADMINISTER)
    found = db.scalars(access.administered_services(actor).order_by(Service.name))
    return sorted(found, key=lambda service: service.id != actor.service_id)


def members(db: Session, actor: Actor, service_id: UUID) -> list[Member]:
    """The people of a service with the state of their accounts, in a fixed number of statements."""
    require(actor, Permission.ADMINISTER)
    live = (
        select(SignIn.person_id, func.count().label("sessions"))
        .where(sessions.is_live(clock.now()))
        .group_by(SignIn.person_id)
        .subquery()
    )
    managed = set(db.scalars(access.managed_services(actor).with_only_columns(Service.id)))
    rows = db.execute(
        access.visible_people(actor)
        .where(Person.service_id == service_id)
        .outerjoin(Account, Account.person_id == Person.id)
        .outerjoin(live, live.c.person_id == Person.id)
        .options(selectinload(Person.roles))
        .order_by(Person.is_active.desc(), Person.name)
        .with_only_columns(Person, Account, live.c.sessions)
    ).all()
    locked = limits.locked(db, [account.username for _, account, _ in rows if account])
    return [
        Member(
            person=person,
            username=account.username if account else "",
            is_enabled=bool(account and account.is_enabled),
            is_locked=bool(account and account.username in locked),
            has_password=bool(account and account.password_hash),
            has_factor=bool(account and account.totp_secret),
            sessions=number or 0,
            is_managed=person.service_id in managed,
        )
        for person, account, number in rows
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
) -> Handover:
    """Enter a person with an account, and make the code with which they choose a password of their own."""
    require(actor, Permission.ADMINISTER)
    require_fresh(actor)
    service = _service(db, actor, service_id)
    held = _fitting(service.kind, roles)
    _require_right_to_give(db, actor, service, held)
    person = Person(
        name=line(name, field="name", longest=120),
        service_id=service.id,
        roles=[PersonRole(role=role) for role in sorted(held)],
    )
    _write(person, job=job, email=email, phone=phone)
    chosen = _free_username(db, username)
    db.add(person)
    db.flush()
    db.add(Account(person_id=person.id, username=chosen))
    db.flush()
    audit.record(db, actor, "add", person)
    _tell(db, actor, service, person.id, held)
    return accounts.new_code(db, actor, person.id)


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
    require_fresh(actor)
    person = accounts.find(db, actor, person_id)
    require_version(person, version)
    held = _fitting(person.service.kind, roles)
    if person.id == actor.person_id and held != person.role_names:
        raise NotAllowed("error.own_roles")
    if Role.ADMINISTRATOR in person.role_names - held:
        accounts.require_another_administrator(db, person)
    person.name = line(name, field="name", longest=120)
    _write(person, job=job, email=email, phone=phone)
    if person.role_names != held:
        kept = [role for role in person.roles if role.role in held]
        added = held - person.role_names
        _require_right_to_give(db, actor, person.service, added)
        person.roles = [*kept, *(PersonRole(role=role) for role in sorted(added))]
        sign_in.end_all(db, person.id)
        if added:
            audit.record(db, actor, "give_role", person)
            _tell(db, actor, person.service, person.id, added)
    audit.record(db, actor, "revise", person)
    db.flush()
    return person


def _require_right_to_give(db: Session, actor: Actor, service: Service, roles: Collection[Role]) -> None:
    """Raise Invalid where somebody of another service would make people who open files that are there already."""
    is_outside = service.id != actor.service_id and service.kind.is_side
    has_files = select(CaseFile.id).where(CaseFile.service_id == service.id).limit(1)
    if is_outside and not set(roles) <= {Role.ADMINISTRATOR} and db.scalar(has_files) is not None:
        raise Invalid("error.own_administrator_first", field="roles")


def _tell(db: Session, actor: Actor, service: Service, person_id: UUID, roles: Collection[Role]) -> None:
    """Those of the service learn that somebody may open files from now on: nobody makes up a colleague unseen."""
    if set(roles) - access.NO_WORKERS and service.kind.is_side:
        notices.tell_service(db, service.id, NoticeKind.WORKER_ENTERED, but=[actor.person_id, person_id])


def _service(db: Session, actor: Actor, service_id: UUID | None) -> Service:
    found = service_id and db.scalar(
        access.administered_services(actor).where(Service.id == service_id, Service.is_active)
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
