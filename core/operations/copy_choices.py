"""What goes into the copy of a person's own data: chosen by one, looked at by a second person.

What is kept is what each of them read. A text that somebody writes or changes meanwhile is in no choice, and so it
does not leave with the copy, whoever clicks when.
"""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy.orm import Session

from core import audit
from core.access import Actor, Permission, require, require_version
from core.errors import Conflict, NotAllowed
from core.models import PersonRequest
from core.operations import copies, person_requests
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
    request.checked_by = actor.person_id
    db.flush()
    audit.record(db, actor, "check", request, case_id=request.case_id)
    return request
