"""What a person of a file asked for: written down on the day, answered within a month, or refused on a named ground."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import access, audit, clock
from core.access import Actor, Permission, require, require_version
from core.errors import Conflict, Invalid
from core.models import Case, CaseFile, PersonRequest, RefusalGround, RequestKind, Subject
from core.operations import cases
from core.operations.retention import after
from core.text import day, text

__all__ = ["RefusalGround", "RequestKind"]

#: Months for an answer, and with a reason (Article 12(3)).
MONTHS, MOST_MONTHS = 1, 3


def record(
    db: Session,
    actor: Actor,
    subject_id: UUID,
    *,
    kind: RequestKind,
    asked_on: date | None,
    note: str = "",
    is_identified: bool = False,
) -> PersonRequest:
    """Write down what somebody of the own file asked for; the time runs from that day."""
    require(actor, Permission.RECORD_REQUEST)
    subject = access.find(db, access.visible_subjects(actor), subject_id)
    on = day(asked_on, field="asked_on")
    if on > clock.today():
        raise Invalid("error.future_date", field="asked_on")
    made = PersonRequest(
        service_id=actor.service_id,
        case_id=db.get_one(CaseFile, subject.file_id).case_id,
        subject_id=subject.id,
        subject_kind=subject.kind,
        kind=kind,
        asked_on=on,
        due_on=after(on, MONTHS),
        is_identified=is_identified,
        note=text(note, field="note", required=False, longest=2000),
        recorded_by=actor.person_id,
    )
    db.add(made)
    db.flush()
    audit.record(db, actor, "record", made, case_id=made.case_id)
    return made


def extend(db: Session, actor: Actor, request_id: UUID, *, reason: str, version: int) -> PersonRequest:
    """Take two more months, once, for a reason that the person is told."""
    request = still_open(db, actor, request_id, version)
    if request.extended_reason:
        raise Conflict("error.person_request.extended")
    request.extended_reason = text(reason, field="reason", longest=500)
    request.due_on = after(request.asked_on, MOST_MONTHS)
    db.flush()
    audit.record(db, actor, "extend", request, case_id=request.case_id)
    return request


def identify(db: Session, actor: Actor, request_id: UUID, *, version: int) -> PersonRequest:
    """Note that it is certain who asks: whoever calls in her name may not be her."""
    request = still_open(db, actor, request_id, version)
    request.is_identified = True
    db.flush()
    audit.record(db, actor, "identify", request, case_id=request.case_id)
    return request


def answer(
    db: Session,
    actor: Actor,
    request_id: UUID,
    *,
    note: str,
    refused_for: RefusalGround | None = None,
    version: int,
) -> PersonRequest:
    """Say how it was answered, or on which ground it was refused; what was asked stays beside it.

    Raises Conflict for an answer to somebody who may be anybody, and for a copy that no second person looked at. Where the
    entry of who asks is erased there is no copy left to look at: then it is said how they were answered.
    """
    request = still_open(db, actor, request_id, version)
    is_gone = db.get(Subject, request.subject_id) is None
    # Of a copy its choice and who looked at it say how; of everything else these words alone.
    is_told = is_gone or refused_for is not None or request.kind is not RequestKind.ACCESS
    said = text(note, field="note", required=is_told, longest=2000)
    if refused_for is None:
        if not request.is_identified:
            raise Conflict("error.person_request.who")
        if request.kind is RequestKind.ACCESS and request.checked_by is None and not is_gone:
            raise Conflict("error.person_request.unchecked")
    request.refused_for, request.answer = refused_for, said
    request.answered_on, request.answered_by = clock.today(), actor.person_id
    db.flush()
    audit.record(db, actor, "refuse" if refused_for else "answer", request, case_id=request.case_id)
    return request


@access.of_case_of(PersonRequest)
def find(db: Session, actor: Actor, request_id: UUID) -> PersonRequest:
    """One of the actor's service, for who reads its file."""
    statement = access.visible_person_requests(actor).where(
        PersonRequest.case_id.in_(access.visible_files(actor).with_only_columns(CaseFile.case_id))
    )
    found = access.find(db, statement, request_id)
    audit.look(db, found, case_id=found.case_id)
    return found


@access.of_one_case
def of_case(db: Session, actor: Actor, case_id: UUID) -> list[PersonRequest]:
    """What was asked in a case, the newest first."""
    case = cases.find(db, actor, case_id)
    statement = access.visible_person_requests(actor).where(PersonRequest.case_id == case.id)
    newest_first = statement.order_by(PersonRequest.asked_on.desc(), PersonRequest.created_at.desc())
    found = list(db.scalars(newest_first))
    for request in found:
        audit.look(db, request, case_id=case.id)
    return found


@dataclass(frozen=True)
class Listed:
    """A request as an office reads it: no name, no word of it."""

    id: UUID
    code: str
    kind: RequestKind
    asked_on: date
    due_on: date
    answered_on: date | None
    refused_for: RefusalGround | None

    @property
    def is_overdue(self) -> bool:
        return self.answered_on is None and self.due_on < clock.today()


def register(db: Session, actor: Actor) -> list[Listed]:
    """The register of the actor's service, open ones first, by their day."""
    statement = (
        select(PersonRequest, Case.code)
        .outerjoin(Case, Case.id == PersonRequest.case_id)
        .where(
            PersonRequest.id.in_(access.visible_person_requests(actor).with_only_columns(PersonRequest.id))
        )
        .order_by(PersonRequest.answered_on.is_not(None), PersonRequest.due_on)
    )
    return [
        Listed(one.id, code or "", one.kind, one.asked_on, one.due_on, one.answered_on, one.refused_for)
        for one, code in db.execute(statement)
    ]


def subject_of(db: Session, actor: Actor, request: PersonRequest) -> Subject:
    """Who asks. Raises NotFound where that entry is erased."""
    return access.find(db, access.visible_subjects(actor), request.subject_id)


def still_open(db: Session, actor: Actor, request_id: UUID, version: int) -> PersonRequest:
    """One that waits for its answer, to write in. Raises Conflict where somebody else wrote, or it is answered."""
    request = find(db, actor, request_id)
    require(actor, Permission.RECORD_REQUEST)
    require_version(request, version)
    if request.answered_on is not None:
        raise Conflict("error.person_request.answered")
    return request
