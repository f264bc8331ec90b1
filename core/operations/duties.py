"""Who is on duty at a service, with which telephone, from when until when."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from core import access, audit, clock
from core.access import Actor
from core.errors import Invalid, NotAllowed
from core.models import Cooperation, Duty, Person
from core.operations import people
from core.text import line

LONGEST = timedelta(days=31)


@dataclass(frozen=True)
class OnDuty:
    """One turn of duty with the name of the person."""

    id: UUID
    service_id: UUID
    person_id: UUID
    name: str
    phone: str
    from_at: datetime
    until_at: datetime


def take(
    db: Session,
    actor: Actor,
    *,
    phone: str,
    from_at: datetime | None,
    until_at: datetime | None,
    person_id: UUID | None = None,
) -> Duty:
    """Say that a person of one's own service is on duty; oneself where nobody is named."""
    _require_worker(actor)
    named = person_id or actor.person_id
    if named not in {person.id for person in people.colleagues(db, actor)}:
        raise Invalid("error.choose_colleague", field="person_id")
    if from_at is None:
        raise Invalid("error.no_date", field="from_at")
    if until_at is None:
        raise Invalid("error.no_date", field="until_at")
    if until_at <= max(from_at, clock.now()):
        raise Invalid("error.duty_over", field="until_at")
    if until_at - from_at > LONGEST:
        raise Invalid("error.duty_too_long", field="until_at", days=LONGEST.days)
    duty = Duty(
        service_id=actor.service_id,
        person_id=named,
        phone=line(phone, field="phone", longest=60),
        from_at=from_at,
        until_at=until_at,
    )
    db.add(duty)
    db.flush()
    audit.record(db, actor, "take", duty)
    return duty


def give_up(db: Session, actor: Actor, duty_id: UUID) -> Duty:
    """End a turn of duty of one's own service now, or strike one that has not begun."""
    _require_worker(actor)
    own = access.visible_duties(actor).where(Duty.service_id == actor.service_id)
    duty = access.find(db, own, duty_id)
    duty.until_at = min(duty.until_at, clock.now())
    audit.record(db, actor, "give_up", duty)
    db.flush()
    return duty


def of_my_service(db: Session, actor: Actor) -> list[OnDuty]:
    """Who of one's own service is on duty now and later."""
    return _list(db, actor, [actor.service_id], now_only=False)


def now(db: Session, actor: Actor, cooperation_id: UUID) -> list[OnDuty]:
    """Who is on duty now on both sides of a cooperation."""
    found = access.find(db, access.own_cooperations(actor), cooperation_id)
    return _list(db, actor, _sides(found), now_only=True)


def _sides(cooperation: Cooperation) -> list[UUID]:
    return [cooperation.pp_id, cooperation.vss_id]


def _list(db: Session, actor: Actor, services: list[UUID], *, now_only: bool) -> list[OnDuty]:
    statement = (
        access.visible_duties(actor)
        .join(Person, Person.id == Duty.person_id)
        .where(Duty.service_id.in_(services), Duty.until_at > clock.now(), Person.is_active)
        .order_by(Duty.from_at)
        .with_only_columns(Duty, Person.name)
    )
    if now_only:
        statement = statement.where(Duty.from_at <= clock.now())
    return [
        OnDuty(duty.id, duty.service_id, duty.person_id, name, duty.phone, duty.from_at, duty.until_at)
        for duty, name in db.execute(statement)
    ]


def _require_worker(actor: Actor) -> None:
    if not access.is_worker(actor):
        raise NotAllowed
