"""Removing a second factor, for somebody who lost the telephone and the recovery codes: never by one person alone.

An administrator asks; a second administrator, or a manager, of the same service confirms, who has spoken with the person.
An agency has neither, so there a second administrator of any service confirms.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session, aliased

from core import access, audit, clock, sign_in
from core.access import Actor, Permission, require, require_fresh
from core.errors import Conflict
from core.models import Account, FactorRemoval, NoticeKind, Person, Role, Service, ServiceKind
from core.operations import accounts
from core.sign_in import factors, notices

LIFE = timedelta(hours=24)
#: So long somebody counts as made by whoever entered them, or gave them a role.
NEW = timedelta(days=7)
SIDES = (ServiceKind.PP, ServiceKind.VSS)


@dataclass(frozen=True)
class Waiting:
    """A removal that waits for a second person."""

    id: UUID
    name: str
    service: str
    asked_by: str
    until: datetime
    #: It is the second step of the reader.
    is_mine: bool = False


def ask(db: Session, actor: Actor, person_id: UUID) -> FactorRemoval:
    """Ask that somebody's second factor be removed; they are told, and so is who may confirm it."""
    require(actor, Permission.ADMINISTER)
    require_fresh(actor)
    person = accounts.find(db, actor, person_id)
    if accounts.of(db, person).totp_secret is None:
        raise Conflict("error.no_factor")
    if db.scalar(_open().where(FactorRemoval.person_id == person.id).limit(1)) is not None:
        raise Conflict("error.removal_waits")
    confirmers = _confirmers(db, actor, person)
    if not confirmers:
        raise Conflict("error.no_second_person")
    removal = FactorRemoval(person_id=person.id, asked_by=actor.person_id, expires_at=clock.now() + LIFE)
    db.add(removal)
    db.flush()
    notices.leave(db, person.id, NoticeKind.FACTOR_REMOVAL_ASKED)
    for confirmer_id in confirmers:
        notices.leave_once(db, confirmer_id, NoticeKind.CONFIRMATION_WAITS)
    audit.record(db, actor, "ask_factor_removal", person)
    return removal


def waiting(db: Session, actor: Actor) -> list[Waiting]:
    """What the actor may confirm."""
    asker = aliased(Person)
    statement = (
        _confirmable(actor)
        .join(asker, asker.id == FactorRemoval.asked_by)
        .with_only_columns(FactorRemoval.id, Person.name, Service.name, asker.name, FactorRemoval.expires_at)
    )
    return [Waiting(*row) for row in db.execute(statement.order_by(FactorRemoval.created_at))]


def under_way(db: Session, actor: Actor) -> list[Waiting]:
    """What the actor asked for, or what was asked of them, and a second person has not decided."""
    asker = aliased(Person)
    statement = (
        _own(actor)
        .join(Person, Person.id == FactorRemoval.person_id)
        .join(Service, Service.id == Person.service_id)
        .join(asker, asker.id == FactorRemoval.asked_by)
        .with_only_columns(
            FactorRemoval.id,
            Person.name,
            Service.name,
            asker.name,
            FactorRemoval.expires_at,
            FactorRemoval.person_id == actor.person_id,
        )
    )
    return [Waiting(*row) for row in db.execute(statement.order_by(FactorRemoval.created_at))]


def stop(db: Session, actor: Actor, removal_id: UUID) -> None:
    """Whoever asked takes it back, or whose step it is says that they need none: it stays, and the other one is told."""
    removal = access.find(db, _own(actor), removal_id)
    _settle(db, removal, actor)
    notices.withdraw(db, NoticeKind.FACTOR_REMOVAL_ASKED, removal.person_id)
    for person_id in {removal.asked_by, removal.person_id} - {actor.person_id}:
        notices.leave(db, person_id, NoticeKind.FACTOR_STAYS)
    audit.record(db, actor, "stop_factor_removal", db.get_one(Person, removal.person_id))
    db.flush()


def confirm(db: Session, actor: Actor, removal_id: UUID) -> Person:
    """Remove the second factor and end every session; the person comes in again by a code of their administrator's.

    Their password counts no more: whoever else knows it would set up a second factor of their own.
    """
    require_fresh(actor)
    # Locked: in the same moment the person may set up the new one.
    removal = access.find(db, _confirmable(actor).with_for_update(of=FactorRemoval), removal_id)
    person = db.get_one(Person, removal.person_id)
    _settle(db, removal, actor)
    account = accounts.of(db, person)
    account.password_hash = ""
    factors.remove(db, account)
    sign_in.end_all(db, person.id)
    notices.leave(db, person.id, NoticeKind.FACTOR_REMOVED)
    notices.leave(db, removal.asked_by, NoticeKind.FACTOR_GONE)
    audit.record(db, actor, "remove_factor", person)
    db.flush()
    return person


def refuse(db: Session, actor: Actor, removal_id: UUID) -> None:
    """Say no: the second factor stays; who asked learns it, and so does the person who was told that it was asked."""
    removal = access.find(db, _confirmable(actor), removal_id)
    _settle(db, removal, actor)
    notices.withdraw(db, NoticeKind.FACTOR_REMOVAL_ASKED, removal.person_id)
    for person_id in (removal.asked_by, removal.person_id):
        notices.leave(db, person_id, NoticeKind.FACTOR_KEPT)
    audit.record(db, actor, "refuse_factor_removal", db.get_one(Person, removal.person_id))
    db.flush()


def _settle(db: Session, removal: FactorRemoval, actor: Actor) -> None:
    """Nobody else is called to it any more, unless another one waits: they cannot be told apart in what was said."""
    removal.settled_by, removal.settled_at = actor.person_id, clock.now()
    db.flush()
    if db.scalar(_open().limit(1)) is None:
        notices.withdraw(db, NoticeKind.CONFIRMATION_WAITS)


def _open() -> Select[FactorRemoval]:
    """Whoever asked must still be an administrator: else one person alone would remove it."""
    askers = (
        select(Person.id)
        .join(Account, Account.person_id == Person.id)
        .where(Person.roles.any(role=Role.ADMINISTRATOR), Person.is_active, Account.is_enabled)
    )
    return select(FactorRemoval).where(
        FactorRemoval.settled_at.is_(None),
        FactorRemoval.expires_at > clock.now(),
        FactorRemoval.asked_by.in_(askers),
    )


def _own(actor: Actor) -> Select[FactorRemoval]:
    """Open removals that the actor asked for, or of the actor's own second factor."""
    return _open().where(
        or_(FactorRemoval.asked_by == actor.person_id, FactorRemoval.person_id == actor.person_id)
    )


def _confirmable(actor: Actor) -> Select[FactorRemoval]:
    """Open removals of other people, asked by somebody else, in the actor's own service or in an agency."""
    reach: list[ColumnElement[bool]] = []
    if actor.has(Role.ADMINISTRATOR, Role.MANAGER):
        reach.append(Person.service_id == actor.service_id)
    if actor.has(Role.ADMINISTRATOR):
        reach.append(Service.kind.not_in(SIDES))
    return (
        _open()
        .join(Person, Person.id == FactorRemoval.person_id)
        .join(Service, Service.id == Person.service_id)
        .where(
            or_(*reach) if reach else FactorRemoval.id.is_(None),
            FactorRemoval.asked_by != actor.person_id,
            FactorRemoval.person_id != actor.person_id,
            ~accounts.was_given(actor.person_id, within=NEW, by=FactorRemoval.asked_by),
        )
    )


def _confirmers(db: Session, actor: Actor, person: Person) -> list[UUID]:
    """Who may confirm a removal that the actor asks for."""
    of_service = and_(
        Person.service_id == person.service_id,
        or_(Person.roles.any(role=Role.ADMINISTRATOR), Person.roles.any(role=Role.MANAGER)),
    )
    is_agency = person.service.kind not in SIDES
    reach = Person.roles.any(role=Role.ADMINISTRATOR) if is_agency else of_service
    statement = (
        select(Person.id)
        .join(Account, Account.person_id == Person.id)
        .where(reach, Person.is_active, Account.is_enabled, Person.id.not_in([actor.person_id, person.id]))
        .where(~accounts.was_given(Person.id, within=NEW, by=actor.person_id))
    )
    return list(db.scalars(statement))
