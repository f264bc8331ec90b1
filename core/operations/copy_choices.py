"""What goes into the copy of a person's own data: chosen by one, looked at by a second person.

What is kept is what each of them read. A text that somebody writes or changes meanwhile is in no choice, and so it
does not leave with the copy, whoever clicks when.
"""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy.orm import Session

from core import access, audit
from core.access import Actor, Permission, require, require_version
from core.errors import Conflict, NotAllowed
from core.models import Case, CaseFile, PersonRequest
from core.operations import cases, copies, people, person_requests
from core.operations.copy_pieces import chosen


def choose(
    db: Session,
    actor: Actor,
    request_id: UUID,
    *,
    goes: Collection[str],
    read: Collection[str],
    version: int,
) -> PersonRequest:
    """Say which of the texts that were read go into the copy, by their marks; a second person looks at it anew."""
    request = person_requests.still_open(db, actor, request_id, version)
    request.choice = chosen(copies.pieces(db, actor, request_id), read=read, goes=goes)
    request.chosen_by, request.checked_by = actor.person_id, None
    db.flush()
    audit.record(db, actor, "choose", request, case_id=request.case_id)
    return request


def check(db: Session, actor: Actor, request_id: UUID, *, version: int) -> PersonRequest:
    """Confirm as a second person that nothing of others is in the copy.

    `version` is that of the choice that stood on their screen. Raises Conflict where it is another one by now.
    """
    request = person_requests.find(db, actor, request_id)
    require(actor, Permission.CHECK_COPY)
    require_version(request, version)
    if request.chosen_by is None or request.answered_on is not None:
        raise Conflict("error.person_request.choose_first")
    if request.chosen_by == actor.person_id:
        raise NotAllowed("error.person_request.own_choice")
    cases.require_at_work(db, actor, request.case_id)
    request.checked_by = actor.person_id
    db.flush()
    audit.record(db, actor, "check", request, case_id=request.case_id)
    return request


def waiting(db: Session, actor: Actor, *, limit: int) -> list[tuple[PersonRequest, Case]]:
    """Copies that a colleague chose and that the actor may look at as the second person, with their cases."""
    if not access.may(actor, Permission.CHECK_COPY):
        return []
    asked = access.visible_person_requests(actor).where(
        PersonRequest.case_id.in_(access.visible_files(actor).with_only_columns(CaseFile.case_id)),
        PersonRequest.chosen_by.is_not(None),
        PersonRequest.chosen_by != actor.person_id,
        PersonRequest.checked_by.is_(None),
        PersonRequest.answered_on.is_(None),
    )
    statement = asked.join(Case, Case.id == PersonRequest.case_id).with_only_columns(PersonRequest, Case)
    return [(one, case) for one, case in db.execute(statement.order_by(PersonRequest.due_on).limit(limit))]


def second_people(db: Session, actor: Actor, request_id: UUID) -> list[str]:
    """The names of those who may look at a copy after whoever chose it: they work on the case at the same service."""
    request = person_requests.find(db, actor, request_id)
    may = access.PERMISSIONS[Permission.CHECK_COPY]
    return [
        person.name
        for person in people.of_case(db, actor, request.case_id)
        if person.service_id == actor.service_id
        and person.id != request.chosen_by
        and may & person.role_names
    ]
