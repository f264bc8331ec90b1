"""Who can be responsible for an action of a case."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from core import access
from core.access import Actor
from core.errors import Invalid
from core.models import Assignment, Case, Person, Service, ServiceKind
from core.operations import cases


@dataclass(frozen=True)
class Responsible:
    """Somebody who can be responsible for an action: a service or agency, or one of its people."""

    service: Service
    person: Person | None = None


@access.of_one_case
def responsible_for(db: Session, actor: Actor, case_id: UUID) -> list[Responsible]:
    """Whom an action can be given to: the two services, active agencies, and their people.

    Of the two services only who works on the case: somebody else would never see the action.
    """
    case = cases.find(db, actor, case_id)
    services = db.scalars(_possible_services(case)).all()
    people: dict[UUID, list[Person]] = {}
    for person in db.scalars(_possible_people(case).order_by(Person.name)):
        people.setdefault(person.service_id, []).append(person)
    sides = (case.cooperation.pp_id, case.cooperation.vss_id)
    ordered = sorted(services, key=lambda service: (service.id not in sides, service.kind, service.name))
    return [
        Responsible(service, person) for service in ordered for person in (None, *people.get(service.id, []))
    ]


def require(db: Session, case: Case, service_id: UUID | None, person_id: UUID | None) -> UUID:
    """The service, where it and the person can be responsible for an action of this case."""
    if service_id is None:
        raise Invalid("error.empty", field="responsible")
    if db.scalars(_possible_services(case).where(Service.id == service_id)).one_or_none() is None:
        raise Invalid("error.not_responsible", field="responsible")
    if person_id is not None:
        of_the_service = (Person.id == person_id) & (Person.service_id == service_id)
        if db.scalars(_possible_people(case).where(of_the_service)).one_or_none() is None:
            raise Invalid("error.not_responsible", field="responsible")
    return service_id


def _possible_services(case: Case) -> Select[Service]:
    sides = (case.cooperation.pp_id, case.cooperation.vss_id)
    other_agencies = Service.kind.not_in([ServiceKind.PP, ServiceKind.VSS]) & Service.is_active.is_(True)
    return select(Service).where(or_(Service.id.in_(sides), other_agencies))


def _possible_people(case: Case) -> Select[Person]:
    on_the_case = select(Assignment.person_id).where(
        Assignment.case_id == case.id,
        access.at_work(),
    )
    of_agencies = Person.service_id.in_(
        _possible_services(case)
        .where(Service.kind.not_in([ServiceKind.PP, ServiceKind.VSS]))
        .with_only_columns(Service.id)
    )
    return select(Person).where(Person.is_active.is_(True), or_(Person.id.in_(on_the_case), of_agencies))
