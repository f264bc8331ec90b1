"""Two files that do not belong together after all: the parallel file leaves the case before the pair is confirmed.

It goes, with all that its service did, to a case of that service's own. The side that asked reads "cannot say" again,
which is what stands there as long as nobody has answered; the new case it never sees. Where it had confirmed the pair
itself, it reads that the two were parted, and when.
"""

from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, select, update
from sqlalchemy.orm import Session

from core import access, audit, clock
from core.access import Actor, Permission, require
from core.content.protocols import Scope
from core.errors import Conflict
from core.models import (
    Answer,
    Assignment,
    BreakGlass,
    Case,
    CaseFile,
    Departure,
    Erasure,
    Event,
    FileRequest,
    Hold,
    PathEntry,
    Person,
    PersonRequest,
    PhaseEntry,
    StepMark,
    Subject,
    TPoint,
    UnsentText,
)
from core.operations import cases, people_codes, protocols, requests


def part(db: Session, actor: Actor, case_id: UUID) -> Case:
    """Say that the two files do not belong together; returns the case in which the actor's own file stands now.

    Raises Conflict where both have confirmed the pair, and where there is no parallel file.
    """
    require(actor, Permission.OPEN_CASE)
    case = requests.hold_unpaired(db, actor, case_id)
    file = db.scalar(
        select(CaseFile).where(CaseFile.case_id == case.id, CaseFile.service_id != case.opened_by)
    )
    if file is None:
        raise Conflict("error.no_parallel_file")
    for each in db.scalars(select(CaseFile).where(CaseFile.case_id == case.id)):
        # Who had confirmed the pair, or parts it, knows that there was one; whoever else asked reads silence.
        if each is not file and (each.confirmed_at is not None or each.service_id == actor.service_id):
            each.parted_at = clock.now()
        each.confirmed_by = each.confirmed_at = None
    for request in db.scalars(
        select(FileRequest).where(FileRequest.case_id == case.id, FileRequest.answer == Answer.PARALLEL_FILE)
    ):
        request.answer = Answer.CANNOT_SAY
    home = _home(db, case, file)
    is_mine = file.service_id == actor.service_id
    # Each side's history holds what its own people did, and no more.
    audit.record(db, actor, "part", file, case_id=home.id if is_mine else None)
    if not is_mine:
        audit.record(db, actor, "part", case, case_id=case.id)
    db.flush()
    return home if is_mine else case


@access.of_one_case
def was_parted(db: Session, actor: Actor, case_id: UUID) -> bool:
    """Did the actor's own file stand in another case before?"""
    file = cases.own_file(db, actor, cases.find(db, actor, case_id))
    parted = select(Event.id).where(
        Event.subject == "case_file", Event.subject_id == file.id, Event.act == "part"
    )
    return db.scalar(parted.limit(1)) is not None


def _home(db: Session, case: Case, file: CaseFile) -> Case:
    """A case of the file's own service, with a code by chance, and in it all that this service wrote in the other.

    The log of what was done stays where it was done: an event is never changed.
    """
    today = clock.today()
    protocol = protocols.current(db)
    home = Case(
        cooperation_id=case.cooperation_id,
        code=cases.free_code(db, case.cooperation, today),
        opened_on=today,
        opened_by=file.service_id,
        protocol_version=protocol.version,
        phase=protocol.phases_of(Scope.CASE)[0].id,
    )
    db.add(home)
    db.flush()
    file.case_id = home.id
    people = _people(file)
    worker = db.scalars(
        select(Assignment.person_id)
        .where(Assignment.case_id == case.id, Assignment.person_id.in_(people))
        .order_by(Assignment.created_at)
        .limit(1)
    ).one()
    db.add(
        PhaseEntry(cooperation_id=home.cooperation_id, case_id=home.id, phase=home.phase, entered_by=worker)
    )
    _move(db, case, file, home)
    _recode(db, file, home)
    return home


def _people(file: CaseFile) -> Select[UUID]:
    return select(Person.id).where(Person.service_id == file.service_id)


def _move(db: Session, case: Case, file: CaseFile, home: Case) -> None:
    """What the file's service and its people wrote goes along; what lies sealed stays as it is, under the same keys."""
    people = _people(file)
    for model, is_theirs in (
        (Assignment, Assignment.person_id.in_(people)),
        (PhaseEntry, PhaseEntry.entered_by.in_(people)),
        (StepMark, StepMark.marked_by.in_(people)),
        (TPoint, _is_point_of(case, file)),
        (PathEntry, PathEntry.service_id == file.service_id),
        (PersonRequest, PersonRequest.service_id == file.service_id),
        (Hold, Hold.service_id == file.service_id),
        (Erasure, Erasure.service_id == file.service_id),
        (BreakGlass, BreakGlass.service_id == file.service_id),
        (Departure, Departure.service_id == file.service_id),
    ):
        db.execute(update(model).where(model.case_id == case.id, is_theirs).values(case_id=home.id))
    # The place of a text in a form of the case names the case.
    slot = func.replace(UnsentText.slot, str(case.id), str(home.id))
    theirs = update(UnsentText).where(UnsentText.case_id == case.id, UnsentText.person_id.in_(people))
    db.execute(theirs.values(case_id=home.id, slot=slot))
    _walk_back(db, case)


def _is_point_of(case: Case, file: CaseFile) -> ColumnElement[bool]:
    """Was a time of the case entered by the file's service alone, as once could be done? Under its keys nobody else reads it.

    A mark that it is done was the opener's: the other one saw no time of the case.
    """
    by = select(Event.subject_id).where(Event.case_id == case.id, Event.subject == "t_point")
    return and_(
        TPoint.id.in_(by.where(Event.service_id == file.service_id)),
        TPoint.id.not_in(by.where(Event.service_id == case.opened_by)),
        TPoint.pp_done_on.is_(None),
        TPoint.vss_done_on.is_(None),
    )


def _walk_back(db: Session, case: Case) -> None:
    """The case stands where its own service led it."""
    entered = select(PhaseEntry.phase).where(PhaseEntry.case_id == case.id)
    case.phase = db.scalars(entered.order_by(PhaseEntry.created_at.desc()).limit(1)).one()


def _recode(db: Session, file: CaseFile, home: Case) -> None:
    """The codes of people are made from the code of their case; the old ones would tie them to the other couple.

    Those in the episodes are read with the new number: they lie sealed for the file's own service, and the other one may
    be who parts.
    """
    for subject in db.scalars(select(Subject).where(Subject.file_id == file.id)):
        subject.code = people_codes.renumbered(subject.code, home)
