"""Cooperations, services and the people in them: who sees whom, and who administers whom."""

from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import selectinload

from core.access.actors import OFFICES, Actor, Permission, is_worker, may
from core.access.statements import kept
from core.models import (
    Account,
    Cooperation,
    Duty,
    GlossaryTerm,
    Lesson,
    Person,
    Proposal,
    Role,
    Service,
    ServiceKind,
)


@kept
def visible_duties(actor: Actor) -> Select[Duty]:
    """Who is on duty at the services that the actor may see."""
    return select(Duty).where(Duty.service_id.in_(visible_services(actor).with_only_columns(Service.id)))


@kept
def visible_lessons(actor: Actor) -> Select[Lesson]:
    """What was learned from working together, about no case."""
    return select(Lesson).where(Lesson.cooperation_id.in_(own_cooperation_ids(actor)))


@kept
def visible_cooperations(actor: Actor) -> Select[Cooperation]:
    """The cooperations of the actor's service; all for an administrator, who sets them up."""
    if may(actor, Permission.ADMINISTER):
        return select(Cooperation)
    if not is_worker(actor):
        return select(Cooperation).where(false())
    return select(Cooperation).where(
        or_(Cooperation.pp_id == actor.service_id, Cooperation.vss_id == actor.service_id)
    )


@kept
def own_cooperations(actor: Actor) -> Select[Cooperation]:
    """The cooperations that the actor works in; an administrator's office alone opens none."""
    if not is_worker(actor):
        return select(Cooperation).where(false())
    return select(Cooperation).where(
        or_(Cooperation.pp_id == actor.service_id, Cooperation.vss_id == actor.service_id)
    )


@kept
def own_cooperation_ids(actor: Actor) -> Select[UUID]:
    return own_cooperations(actor).with_only_columns(Cooperation.id)


@kept
def visible_proposals(actor: Actor) -> Select[Proposal]:
    """The drafts of the actor's cooperations, on their way to the agreement."""
    return select(Proposal).where(Proposal.cooperation_id.in_(own_cooperation_ids(actor)))


@kept
def visible_terms(actor: Actor) -> Select[GlossaryTerm]:
    """The shared words of the actor's cooperations."""
    return select(GlossaryTerm).where(GlossaryTerm.cooperation_id.in_(own_cooperation_ids(actor)))


@kept
def visible_services(actor: Actor) -> Select[Service]:
    """All services for an administrator; else the actor's own, those it cooperates with, and other agencies."""
    if may(actor, Permission.ADMINISTER):
        return select(Service)
    if not is_worker(actor):
        return select(Service).where(Service.id == actor.service_id)
    partners = own_cooperations(actor)
    return select(Service).where(
        or_(
            Service.id == actor.service_id,
            Service.id.in_(partners.with_only_columns(Cooperation.pp_id)),
            Service.id.in_(partners.with_only_columns(Cooperation.vss_id)),
            Service.kind.not_in([ServiceKind.PP, ServiceKind.VSS]),
        )
    )


@kept
def administered_services(actor: Actor) -> Select[Service]:
    """Where an administrator makes people: their own service, agencies, and a side that nobody of its own administers yet.

    As soon as an administrator of that side has come in once, nobody else administers it.
    """
    if not may(actor, Permission.ADMINISTER):
        return select(Service).where(false())
    own_administrator = (
        select(Person.id)
        .join(Account, Account.person_id == Person.id)
        .where(Person.service_id == Service.id, is_administrator())
        .correlate(Service)
    )
    return select(Service).where(or_(_is_own_or_agency(actor), ~own_administrator.exists()))


def is_administrator() -> ColumnElement[bool]:
    """Somebody with an account who administers: active, and in at least once."""
    return and_(
        Person.is_active,
        Account.is_enabled,
        Account.signed_in_at.is_not(None),
        Person.roles.any(role=Role.ADMINISTRATOR),
    )


@kept
def managed_services(actor: Actor) -> Select[Service]:
    """Whose people and accounts an administrator changes: their own service's, and those of agencies, which have none."""
    if not may(actor, Permission.ADMINISTER):
        return select(Service).where(false())
    return select(Service).where(_is_own_or_agency(actor))


def _is_own_or_agency(actor: Actor) -> ColumnElement[bool]:
    return or_(Service.id == actor.service_id, Service.kind.not_in([ServiceKind.PP, ServiceKind.VSS]))


@kept
def managed_people(actor: Actor) -> Select[Person]:
    """The people of managed_services."""
    services = managed_services(actor).with_only_columns(Service.id)
    return select(Person).where(Person.service_id.in_(services))


@kept
def visible_people(actor: Actor) -> Select[Person]:
    """The people of visible_services; for an administrator those of administered_services."""
    chosen = administered_services if may(actor, Permission.ADMINISTER) else visible_services
    services = chosen(actor).with_only_columns(Service.id)
    return select(Person).where(Person.service_id.in_(services))


@kept
def former_people(actor: Actor) -> Select[Person]:
    """Who left the actor's own service and is still known by name, for its offices."""
    if not actor.kind.is_side or not may(actor, Permission.KEEP) or not actor.has(*OFFICES):
        return select(Person).where(false())
    return (
        select(Person)
        .where(
            Person.service_id == actor.service_id, Person.is_active.is_(False), Person.reduced_at.is_(None)
        )
        .options(selectinload(Person.roles))
    )
