"""A case of five years in the load: the busiest case of the worker who is measured, made older."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from core import clock
from core.access import Actor
from core.models import Assignment, Case, CaseFile, Cooperation, Person, Role
from tests import five_years
from tests.make import Pair

#: A case of the load is younger than this.
MADE_OLDER = timedelta(days=4 * 365)


def lay(db: Session, case_id: UUID) -> None:
    """Put five years of accounts, meetings and levels into a case."""
    case = db.scalars(
        select(Case)
        .where(Case.id == case_id)
        .options(
            joinedload(Case.cooperation).options(joinedload(Cooperation.pp), joinedload(Cooperation.vss))
        )
    ).one()
    if case.opened_on < clock.today() - MADE_OLDER:
        return
    pp, vss = (
        _worker(db, case, service_id) for service_id in (case.cooperation.pp_id, case.cooperation.vss_id)
    )
    files = {
        file.service_id: file for file in db.scalars(select(CaseFile).where(CaseFile.case_id == case.id))
    }
    five_years.lay(db, Pair(case, pp, vss, files[pp.service_id], files[vss.service_id]))


def _worker(db: Session, case: Case, service_id: UUID) -> Actor:
    """Somebody of a service who works on the case."""
    person = db.scalars(
        select(Person)
        .join(Assignment, Assignment.person_id == Person.id)
        .where(Assignment.case_id == case.id, Person.service_id == service_id)
        .options(joinedload(Person.service))
        .limit(1)
    ).one()
    return Actor(
        person_id=person.id,
        service_id=service_id,
        kind=person.service.kind,
        roles=frozenset({Role.CASE_MANAGER}),
        name=person.name,
    )
