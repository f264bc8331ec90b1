"""Who of one's own service works on a case."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import or_
from sqlalchemy.orm import Session, selectinload

from core import access, audit, clock
from core.access import Actor, Permission, require
from core.errors import Conflict, Invalid
from core.models import Assignment, Case, Person, Role
from core.operations import cases, people


def assign(db: Session, actor: Actor, case_id: UUID, *, person_id: UUID | None) -> Assignment:
    """A colleague of one's own service works on the case from today."""
    require(actor, Permission.ASSIGN)
    case = cases.find(db, actor, case_id)
    cases.require_at_work(db, actor, case.id)
    if person_id not in {person.id for person in people.colleagues(db, actor)} or person_id is None:
        raise Invalid("error.choose_colleague", field="person_id")
    if any(found.person_id == person_id for found in _current(db, actor, case)):
        raise Conflict("error.assigned_already")
    assignment = Assignment(case_id=case.id, person_id=person_id, since=clock.today())
    db.add(assignment)
    db.flush()
    audit.record(db, actor, "assign", assignment, case_id=case.id)
    return assignment


def unassign(db: Session, actor: Actor, case_id: UUID, *, person_id: UUID | None) -> Case:
    """A colleague no longer works on the case, and it does not exist for them from now on.

    Refused for the last case manager of a service: nobody there could find the case any more.
    """
    require(actor, Permission.ASSIGN)
    case = cases.find(db, actor, case_id)
    cases.require_at_work(db, actor, case.id)
    current = _current(db, actor, case)
    leaving = [found for found in current if found.person_id == person_id]
    if not leaving:
        raise Invalid("error.choose_colleague", field="person_id")
    managers = {found.person_id for found in current if Role.CASE_MANAGER in found.person.role_names}
    if managers == {person_id}:
        raise Conflict("error.last_case_manager")
    for assignment in leaving:
        assignment.until = clock.today() - timedelta(days=1)
        audit.record(db, actor, "unassign", assignment, case_id=case.id)
    db.flush()
    return case


def _current(db: Session, actor: Actor, case: Case) -> list[Assignment]:
    """The assignments of the actor's own service that hold today, with the person and their roles."""
    statement = (
        access.visible_assignments(actor)
        .join(Person, Person.id == Assignment.person_id)
        .where(
            Assignment.case_id == case.id,
            Person.service_id == actor.service_id,
            Person.is_active,
            or_(Assignment.until.is_(None), Assignment.until >= clock.today()),
            Assignment.ends_at.is_(None),
        )
        .options(selectinload(Assignment.person).selectinload(Person.roles))
    )
    return list(db.scalars(statement))
