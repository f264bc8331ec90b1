"""People of the own service who left: when their time is over, a pseudonym stands for them, and their account is gone."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core import access, audit, clock
from core.access import Actor, Permission, require, require_fresh, require_version
from core.db import Record
from core.errors import Conflict
from core.models import (
    Account,
    Arrival,
    Device,
    EntryCode,
    FactorRemoval,
    Identity,
    Notice,
    Person,
    RecoveryCode,
    SignIn,
    Ticket,
    UnsentText,
)
from core.operations import retention
from core.operations.retention import Period
from core.sign_in import limits

#: What of somebody goes with their account, those first that point at others.
_OF_THEIRS: Final[tuple[type[Record], ...]] = (
    Arrival, EntryCode, FactorRemoval, Ticket, SignIn, Device, Notice, RecoveryCode, Identity, UnsentText, Account,
)  # fmt: skip


@dataclass(frozen=True)
class Former:
    """Somebody who left, and the day on which their time is over."""

    person: Person
    left_on: date
    on: date

    @property
    def is_due(self) -> bool:
        return self.on <= clock.today()


def list_all(db: Session, actor: Actor) -> list[Former]:
    """Those of the own service who left and are not reduced yet, whose time is over first."""
    _require_office(actor)
    months = period(db, actor).months
    found = []
    for person in db.scalars(access.former_people(actor)):
        if person.left_at is not None:
            left_on = clock.day(person.left_at)
            found.append(Former(person, left_on, retention.after(left_on, months)))
    return sorted(found, key=lambda one: (one.on, one.person.name))


def period(db: Session, actor: Actor) -> Period:
    """How long the own service keeps them."""
    _require_office(actor)
    return retention.own_period(db, actor.service_id, "staff")


def waiting(db: Session, actor: Actor) -> int:
    """Of how many the time is over."""
    return sum(one.is_due for one in list_all(db, actor))


def reduce(db: Session, actor: Actor, person_id: UUID, *, version: int) -> Person:
    """Put a pseudonym in place of the name; functions, contacts, account and all ways in are gone.

    What they wrote stays, and that it was one and the same person. Nobody comes back from it.
    """
    _require_office(actor)
    require_fresh(actor)
    person = access.find(db, access.former_people(actor), person_id)
    require_version(person, version)
    if not any(one.is_due for one in list_all(db, actor) if one.person.id == person.id):
        raise Conflict("error.former.not_due")
    username = db.scalar(select(Account.username).where(Account.person_id == person.id))
    if username is not None:
        limits.forget(db, username)
    for model in _OF_THEIRS:
        theirs = model.__table__.c.person_id
        db.execute(delete(model).where(theirs == person.id))
    person.name = pseudonym(person.id)
    person.job = person.email = person.phone = ""
    person.roles = []
    person.reduced_at = clock.now()
    db.flush()
    audit.record(db, actor, "reduce", person)
    return person


def pseudonym(person_id: UUID) -> str:
    """The same for the same person, and it says nothing of them."""
    return f"P-{person_id.hex[:6].upper()}"


def _require_office(actor: Actor) -> None:
    require(actor, Permission.KEEP)
    require(actor, Permission.ERASE_JOINT)
