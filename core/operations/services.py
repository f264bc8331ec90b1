"""Services and the cooperations that join two of them: the administrator's work, and what a case's people read of it."""

from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from core import access, audit, clock
from core.access import Actor, Permission, require, require_version
from core.errors import Conflict, Invalid
from core.models import CaseFile, Cooperation, Guest, Person, Service, ServiceKind
from core.text import line

__all__ = ["ServiceKind"]


def list_all(db: Session, actor: Actor) -> list[Service]:
    """The services that the actor may see, by kind and name; for an administrator all of them."""
    order = {kind: place for place, kind in enumerate(ServiceKind)}
    found = db.scalars(access.visible_services(actor).order_by(Service.name))
    return sorted(found, key=lambda service: order[service.kind])


def add(
    db: Session,
    actor: Actor,
    *,
    name: str,
    kind: ServiceKind,
    legal_form: str = "",
    address: str = "",
    contact_point: str = "",
    duty_phone: str = "",
) -> Service:
    """Enter a service."""
    require(actor, Permission.ADMINISTER)
    service = Service(name=_free_name(db, name, except_for=None), kind=kind)
    _write(
        service,
        legal_form=legal_form,
        address=address,
        contact_point=contact_point,
        duty_phone=duty_phone,
    )
    db.add(service)
    db.flush()
    audit.record(db, actor, "add", service)
    return service


def revise(
    db: Session,
    actor: Actor,
    service_id: UUID,
    *,
    name: str,
    legal_form: str,
    address: str,
    contact_point: str,
    duty_phone: str,
    version: int,
) -> Service:
    """Change what is known of a service; its kind stays, because its files hang on it."""
    require(actor, Permission.ADMINISTER)
    service = access.find(db, access.administered_services(actor), service_id)
    require_version(service, version)
    service.name = _free_name(db, name, except_for=service.id)
    _write(
        service,
        legal_form=legal_form,
        address=address,
        contact_point=contact_point,
        duty_phone=duty_phone,
    )
    audit.record(db, actor, "revise", service)
    db.flush()
    return service


def set_active(db: Session, actor: Actor, service_id: UUID, *, is_active: bool, version: int) -> Service:
    """Take an agency out of the choices, or back in; a service that holds open cases stays."""
    require(actor, Permission.ADMINISTER)
    service = access.find(db, access.administered_services(actor), service_id)
    require_version(service, version)
    if not is_active and _has_work(db, service):
        raise Conflict("error.service_in_use")
    service.is_active = is_active
    audit.record(db, actor, "activate" if is_active else "deactivate", service)
    db.flush()
    return service


def cooperations(db: Session, actor: Actor) -> list[Cooperation]:
    """The cooperations that the actor may see, with their two services."""
    statement = access.visible_cooperations(actor).options(
        joinedload(Cooperation.pp), joinedload(Cooperation.vss)
    )
    return sorted(db.scalars(statement), key=lambda found: (found.pp.name, found.vss.name))


def own_cooperations(db: Session, actor: Actor) -> list[Cooperation]:
    """The cooperations that the actor works in, with their two services."""
    statement = access.own_cooperations(actor).options(
        joinedload(Cooperation.pp), joinedload(Cooperation.vss)
    )
    return sorted(db.scalars(statement), key=lambda found: (found.pp.name, found.vss.name))


def join(
    db: Session, actor: Actor, *, pp_id: UUID | None, vss_id: UUID | None, identification: str = ""
) -> Cooperation:
    """Join a perpetrator programme and a victim support service; from then on they can open cases together."""
    require(actor, Permission.ADMINISTER)
    pp = _of_kind(db, actor, pp_id, ServiceKind.PP, field="pp_id")
    vss = _of_kind(db, actor, vss_id, ServiceKind.VSS, field="vss_id")
    statement = select(Cooperation.id).where(Cooperation.pp_id == pp.id, Cooperation.vss_id == vss.id)
    if db.scalar(statement) is not None:
        raise Invalid("error.joined_already", field="vss_id")
    cooperation = Cooperation(
        pp_id=pp.id,
        vss_id=vss.id,
        identification=line(identification, field="identification", required=False, longest=200),
    )
    db.add(cooperation)
    db.flush()
    audit.record(db, actor, "join", cooperation)
    return cooperation


def agree_identification(
    db: Session, actor: Actor, cooperation_id: UUID, *, identification: str, version: int
) -> Cooperation:
    """Write down what a blind question may say of a person, as the two services agreed it."""
    require(actor, Permission.ADMINISTER)
    cooperation = access.find(db, access.visible_cooperations(actor), cooperation_id)
    require_version(cooperation, version)
    cooperation.identification = line(identification, field="identification", required=False, longest=200)
    audit.record(db, actor, "agree_identification", cooperation)
    db.flush()
    return cooperation


def _write(service: Service, **typed: str) -> None:
    for field, value in typed.items():
        setattr(service, field, line(value, field=field, required=False))


def _free_name(db: Session, name: str, *, except_for: UUID | None) -> str:
    checked = line(name, field="name", longest=120)
    same = db.scalar(select(Service.id).where(Service.name == checked))
    if same not in {None, except_for}:
        raise Invalid("error.service_name_taken", field="name")
    return checked


def _of_kind(db: Session, actor: Actor, service_id: UUID | None, kind: ServiceKind, *, field: str) -> Service:
    found = service_id and db.scalar(
        access.visible_services(actor).where(Service.id == service_id, Service.kind == kind)
    )
    if not found:
        raise Invalid("error.choose_service", field=field)
    return found


def _has_work(db: Session, service: Service) -> bool:
    """Does anything hang on the service that would stand still without it?"""
    cooperation = select(Cooperation.id).where(
        or_(Cooperation.pp_id == service.id, Cooperation.vss_id == service.id)
    )
    guest = (
        select(Guest.id)
        .join(Person, Person.id == Guest.person_id)
        .where(Person.service_id == service.id, Guest.until >= clock.today())
    )
    file = select(CaseFile.id).where(CaseFile.service_id == service.id)
    return any(db.scalar(statement.limit(1)) is not None for statement in (cooperation, guest, file))
