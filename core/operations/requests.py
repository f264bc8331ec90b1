"""The blind question to the other service, its answer, and the pair that the two case managers confirm.

The side that asks must not learn whether anybody looked: until there is an answer it reads "cannot say", which is
also an answer. So neither when, nor by whom, nor how often it was answered is ever said to it.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core import access, audit, clock
from core.access import Actor, Permission, require
from core.errors import Conflict, Invalid, NotFound
from core.models import Answer, Assignment, Case, CaseFile, FileRequest, Person, Role, Service
from core.operations import cases, files, frames
from core.text import line

__all__ = ["Answer"]

LONGEST_IDENTIFICATION = 60


@dataclass(frozen=True)
class Asked:
    """A question of one's own service, as far as the one who asks may know it."""

    identification: str
    asked_on: date
    answer: Answer


@dataclass(frozen=True)
class Pairing:
    """How far the two files of a case have come together."""

    asked: Asked | None
    #: The other service holds a file in this case.
    has_parallel: bool
    own_confirmed: bool
    other_confirmed: bool
    #: When the other file left, where the own service knew of it and has not asked again.
    parted_on: date | None = None


@dataclass(frozen=True)
class Received:
    """A question of the other service that waits for an answer, or was answered by one's own."""

    id: UUID
    #: Visible to the reader only once a parallel file let them in.
    case_id: UUID
    code: str
    identification: str
    asked_on: date
    asker: str
    answer: Answer
    is_answered: bool
    version: int


def ask(db: Session, actor: Actor, case_id: UUID, *, identification: str) -> FileRequest:
    """Ask the other service blindly whether it holds the parallel file.

    A question that was answered "none" may be asked anew; one that stands is asked again in the new words, which
    looks the same to the asker whether somebody had looked at it or not.
    """
    require(actor, Permission.OPEN_CASE)
    case = cases.find_open(db, actor, case_id)
    if not case.cooperation.identification:
        raise Conflict("error.no_identification_agreed")
    if _other_file(db, actor, case) is not None:
        raise Conflict("error.has_parallel_file")
    wording = line(identification, field="identification", longest=LONGEST_IDENTIFICATION)
    if files.found_in(db, actor, case.id, wording):
        raise Invalid("error.identification_names", field="identification")
    request = _newest(db, actor, case)
    if request is not None and request.answer is Answer.CANNOT_SAY:
        request.identification, request.asked_by = wording, actor.person_id
        request.answered_by = request.answered_at = None
    else:
        request = FileRequest(
            case_id=case.id,
            from_service_id=actor.service_id,
            to_service_id=case.cooperation.other(actor.service_id),
            asked_by=actor.person_id,
            identification=wording,
        )
        db.add(request)
    # What was known of another file is over: from now on silence is about the new question.
    cases.own_file(db, actor, case).parted_at = None
    db.flush()
    audit.record(db, actor, "ask", request, case_id=case.id)
    return request


def list_open(db: Session, actor: Actor, *, limit: int = 20) -> list[Received]:
    """The questions that wait for an answer of the actor's service, oldest first."""
    statement = (
        _received(actor)
        .where(FileRequest.answered_at.is_(None), Case.closed_on.is_(None))
        .order_by(FileRequest.created_at)
        .limit(limit)
    )
    return [_as_received(*row) for row in db.execute(statement)]


def find(db: Session, actor: Actor, request_id: UUID) -> Received:
    """One question that the actor's service was asked.

    Raises NotFound for any other, those that it asked itself included.
    """
    require(actor, Permission.ANSWER_REQUEST)
    row = db.execute(_received(actor).where(FileRequest.id == request_id)).one_or_none()
    if row is None:
        raise NotFound
    audit.look(db, row[0])
    return _as_received(*row)


def answer(
    db: Session,
    actor: Actor,
    request_id: UUID,
    *,
    answer: Answer | None,
    case_manager_id: UUID | None = None,
    version: int,
) -> FileRequest:
    """Answer for one's own service. A parallel file opens that file, and the answerer works on the case from now on.

    Somebody who is no case manager names one, because only a case manager can confirm the pair.
    """
    require(actor, Permission.ANSWER_REQUEST)
    request = _find_asked(db, actor, request_id)
    access.require_version(request, version)
    if request.answer is Answer.PARALLEL_FILE:
        raise Conflict("error.request_settled")
    case = db.get_one(Case, request.case_id)
    if case.closed_on is not None:
        raise Conflict("error.case_closed")
    if answer is None:
        raise Invalid("error.choose_answer", field="answer")
    if answer is Answer.PARALLEL_FILE and not _holds_file(db, actor, case):
        _open_file(db, actor, case, case_manager_id)
    for one in _answered_along(db, request, answer):
        one.answer = answer
        one.answered_by, one.answered_at = actor.person_id, clock.now()
    # Without a case: the answer stands in no history that the other side could read.
    audit.record(db, actor, "answer", request)
    db.flush()
    return request


def _holds_file(db: Session, actor: Actor, case: Case) -> bool:
    """A question that was asked anew may have been answered before this one."""
    statement = select(CaseFile.id).where(
        CaseFile.case_id == case.id, CaseFile.service_id == actor.service_id
    )
    return db.scalar(statement) is not None


def _answered_along(db: Session, request: FileRequest, answer: Answer) -> list[FileRequest]:
    """With a parallel file every question of this case to the same service is answered."""
    if answer is not Answer.PARALLEL_FILE:
        return [request]
    same = select(FileRequest).where(
        FileRequest.case_id == request.case_id, FileRequest.to_service_id == request.to_service_id
    )
    return list(db.scalars(same))


def confirm(db: Session, actor: Actor, case_id: UUID) -> Case:
    """Confirm for one's own side that the two files belong together; the second one opens the joint space."""
    require(actor, Permission.OPEN_CASE)
    case = _hold_open(db, actor, case_id)
    other = _other_file(db, actor, case)
    if other is None:
        raise Conflict("error.no_parallel_file")
    own = cases.own_file(db, actor, case)
    if own.confirmed_at is not None:
        raise Conflict("error.confirmed_already")
    own.confirmed_by, own.confirmed_at = actor.person_id, clock.now()
    frames.seal_again(db, case)
    audit.record(db, actor, "confirm", case, case_id=case.id)
    if other.confirmed_at is not None:
        case.paired_at = clock.now()
        audit.record(db, actor, "pair", case, case_id=case.id)
    db.flush()
    return case


def unconfirm(db: Session, actor: Actor, case_id: UUID) -> Case:
    """Take one's own confirmation back, as long as the other side has not confirmed too."""
    require(actor, Permission.OPEN_CASE)
    case = _hold_open(db, actor, case_id)
    own = cases.own_file(db, actor, case)
    if own.confirmed_at is None:
        raise Conflict("error.not_confirmed")
    own.confirmed_by = own.confirmed_at = None
    frames.seal_again(db, case)
    audit.record(db, actor, "unconfirm", case, case_id=case.id)
    db.flush()
    return case


def hold_unpaired(db: Session, actor: Actor, case_id: UUID) -> Case:
    """A case, held fast against the other side that confirms or parts in the same moment.

    A closed one too: whoever closed it must not keep the other service's file in it. Raises Conflict where both have
    confirmed the pair.
    """
    db.execute(select(Case.id).where(Case.id == case_id).with_for_update())
    case = cases.find(db, actor, case_id)
    if case.is_paired:
        raise Conflict("error.paired_already")
    return case


def _hold_open(db: Session, actor: Actor, case_id: UUID) -> Case:
    hold_unpaired(db, actor, case_id)
    return cases.find_open(db, actor, case_id)


@access.of_one_case
def pairing(db: Session, actor: Actor, case_id: UUID) -> Pairing:
    """How far the two files have come together, as the actor's side may know it."""
    case = cases.find(db, actor, case_id)
    own, other = cases.own_file(db, actor, case), _other_file(db, actor, case)
    request = _newest(db, actor, case)
    if request is not None:
        audit.look(db, request, case_id=case.id)
    asked = (
        Asked(request.identification, clock.day(request.created_at), request.answer)
        if request is not None
        else None
    )
    return Pairing(
        asked=asked,
        has_parallel=other is not None,
        own_confirmed=own.confirmed_at is not None,
        other_confirmed=other is not None and other.confirmed_at is not None,
        parted_on=clock.day(own.parted_at) if own.parted_at is not None and other is None else None,
    )


def case_managers(db: Session, actor: Actor) -> list[Person]:
    """The case managers of the actor's own service."""
    statement = (
        access.visible_people(actor)
        .where(
            Person.service_id == actor.service_id,
            Person.is_active,
            Person.roles.any(role=Role.CASE_MANAGER),
        )
        .order_by(Person.name)
    )
    return list(db.scalars(statement))


@access.kept
def _received(actor: Actor) -> Select[FileRequest, str, str]:
    return (
        access.visible_requests(actor)
        .where(FileRequest.to_service_id == actor.service_id)
        .join(Case, Case.id == FileRequest.case_id)
        .join(Service, Service.id == FileRequest.from_service_id)
        .with_only_columns(FileRequest, Case.code, Service.name)
    )


def _as_received(request: FileRequest, code: str, asker: str) -> Received:
    return Received(
        id=request.id,
        case_id=request.case_id,
        code=code,
        identification=request.identification,
        asked_on=clock.day(request.created_at),
        asker=asker,
        answer=request.answer,
        is_answered=request.answered_at is not None,
        version=request.version,
    )


def _open_file(db: Session, actor: Actor, case: Case, case_manager_id: UUID | None) -> None:
    workers = [actor.person_id]
    if not actor.has(Role.CASE_MANAGER):
        named = [person.id for person in case_managers(db, actor) if person.id == case_manager_id]
        if not named:
            raise Invalid("error.name_case_manager", field="case_manager_id")
        workers += named
    db.add(CaseFile(case_id=case.id, service_id=actor.service_id))
    db.add_all([Assignment(case_id=case.id, person_id=person, since=clock.today()) for person in workers])


def _find_asked(db: Session, actor: Actor, request_id: UUID) -> FileRequest:
    asked = access.visible_requests(actor).where(FileRequest.to_service_id == actor.service_id)
    return access.find(db, asked, request_id)


def _newest(db: Session, actor: Actor, case: Case) -> FileRequest | None:
    return db.scalar(
        access.visible_requests(actor)
        .where(FileRequest.case_id == case.id, FileRequest.from_service_id == actor.service_id)
        .order_by(FileRequest.created_at.desc())
        .limit(1)
    )


def _other_file(db: Session, actor: Actor, case: Case) -> CaseFile | None:
    """That the other service holds a file is told by its answer; nothing of the file goes further than here."""
    return db.scalar(
        select(CaseFile).where(CaseFile.case_id == case.id, CaseFile.service_id != actor.service_id)
    )
