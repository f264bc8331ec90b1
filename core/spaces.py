"""Whose a sealed value is: one file's, one service's, or both services' in a case or a cooperation.

What lies in a file, and what nobody has shared, is its own service's. What was shared is both services' until it is
taken back. What is written into the frame of a case (why a step was left, why a day was moved) is the writer's until
their side has confirmed that the two files belong together.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from core.db import Record
from core.models import (
    Agreement,
    BreakGlass,
    Case,
    CaseFile,
    ClosingStep,
    Consent,
    ContactFlag,
    ContactUse,
    Departure,
    DigitalFinding,
    DigitalMedium,
    DigitalStep,
    Episode,
    Erasure,
    Evidence,
    FileNote,
    FileRequest,
    FirstAnswer,
    FirstPass,
    HandedAnswer,
    HandedIn,
    Hold,
    JointItem,
    MustNotReceive,
    NoticeCall,
    NoticeTalk,
    PathEntry,
    Person,
    PersonRequest,
    PhaseEntry,
    QuestionnaireAnswer,
    QuestionnaireResponse,
    Reentry,
    Release,
    ReleasedEpisode,
    RiskAssessment,
    SafetyAction,
    SafetyPlan,
    Seal,
    ServiceExport,
    SignedCopy,
    StepMark,
    Subject,
    TPoint,
    TPointMove,
    UnsentText,
)

R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class Space:
    """What has a key of its own; without a service it is for both."""

    service_id: UUID | None
    id: UUID


class Finder:
    """Finds records that the space of another one depends on, also those that the flush is about to write."""

    def __init__(self, db: Session) -> None:
        self.db = db
        self._files: dict[tuple[UUID, UUID], CaseFile | None] = {}

    @cached_property
    def _new(self) -> dict[UUID, Record]:
        return {record.id: record for record in self.db.new if isinstance(record, Record)}

    def held(self, model: type[R], record_id: UUID) -> R:
        found = self.db.get(model, record_id) or self._new.get(record_id)
        if not isinstance(found, model):
            raise NoResultFound
        return found

    def file_in(self, case_id: UUID, service_id: UUID) -> CaseFile | None:
        """The service's file of a case."""
        place = case_id, service_id
        if place not in self._files:
            statement = select(CaseFile).where(CaseFile.case_id == case_id, CaseFile.service_id == service_id)
            self._files[place] = self.db.scalar(statement) or self._new_file(*place)
        return self._files[place]

    def _new_file(self, *place: UUID) -> CaseFile | None:
        files = (record for record in self._new.values() if isinstance(record, CaseFile))
        return next((file for file in files if (file.case_id, file.service_id) == place), None)


def space_of(found: Finder, record: Record, writer: UUID | None) -> Space:
    """Where the sealed values of a record belong now; `writer` is the service that acts, where one does."""
    return _SPACES[type(record)](found, record, writer)


def _file(found: Finder, file_id: UUID) -> Space:
    return Space(found.held(CaseFile, file_id).service_id, file_id)


def _own(found: Finder, case_id: UUID, service_id: UUID) -> Space:
    """The service's file of the case; the service itself while it has none."""
    file = found.file_in(case_id, service_id)
    return Space(service_id, file.id if file else service_id)


def _frame(found: Finder, case_id: UUID, service_id: UUID, writer: UUID | None) -> Space:
    case = found.held(Case, case_id)
    if writer not in {None, service_id}:
        return Space(None, case_id)  # the empty frame of a case that the other side parted from its own
    file = None if case.is_paired else found.file_in(case_id, service_id)
    is_open = case.is_paired or (file is not None and file.confirmed_at is not None)
    return Space(None, case_id) if is_open else _own(found, case_id, service_id)


def _of_file(
    found: Finder,
    record: ClosingStep | DigitalFinding | DigitalMedium | DigitalStep | Evidence | SafetyAction | SafetyPlan,
    _writer: UUID | None,
) -> Space:
    return _file(found, record.file_id)


def _walked(found: Finder, entry: PhaseEntry | StepMark, person_id: UUID, writer: UUID | None) -> Space:
    if entry.case_id is None:
        return Space(None, entry.cooperation_id)
    return _frame(found, entry.case_id, found.held(Person, person_id).service_id, writer)


def _subjects(found: Finder, record: Consent | ContactFlag | ContactUse, _writer: UUID | None) -> Space:
    return _file(found, found.held(Subject, record.subject_id).file_id)


def _departed(found: Finder, departure: Departure, _writer: UUID | None) -> Space:
    service_id = departure.service_id
    if departure.case_id is None:
        return Space(service_id, service_id)
    return _own(found, departure.case_id, service_id)


def _item(found: Finder, item: JointItem, _writer: UUID | None) -> Space:
    is_shared = item.released_at is not None and item.withdrawn_at is None
    return Space(None, item.case_id) if is_shared else _own(found, item.case_id, item.service_id)


def _path(found: Finder, entry: PathEntry, _writer: UUID | None) -> Space:
    # The other side sees what happened and when; a note leaves as a joint item, or not at all.
    return _own(found, entry.case_id, entry.service_id)


def _episode(found: Finder, episode: Episode, _writer: UUID | None) -> Space:
    entry = found.held(PathEntry, episode.entry_id)
    return _own(found, entry.case_id, entry.service_id)


def _returned(found: Finder, reentry: Reentry, _writer: UUID | None) -> Space:
    entry = found.held(PathEntry, reentry.entry_id)
    return _own(found, entry.case_id, entry.service_id)


def _moved(found: Finder, move: TPointMove, writer: UUID | None) -> Space:
    point = found.held(TPoint, move.t_point_id)
    return _frame(found, point.case_id, found.held(Person, move.moved_by).service_id, writer)


def _point(found: Finder, point: TPoint, writer: UUID | None) -> Space:
    return _frame(found, point.case_id, writer or found.held(Case, point.case_id).opened_by, writer)


def _unsent(found: Finder, text: UnsentText, _writer: UUID | None) -> Space:
    service_id = found.held(Person, text.person_id).service_id
    return Space(service_id, service_id)


def _erasure(_found: Finder, erasure: Erasure, writer: UUID | None) -> Space:
    # Why the other service refuses what both hold is for itself alone.
    service_id = writer if erasure.is_joint and writer is not None else erasure.service_id
    return Space(service_id, service_id)


def _service(
    _found: Finder,
    record: BreakGlass | Hold | NoticeCall | PersonRequest | ServiceExport,
    _writer: UUID | None,
) -> Space:
    # They outlive the file.
    return Space(record.service_id, record.service_id)


def _signed(found: Finder, copy: SignedCopy, _writer: UUID | None) -> Space:
    agreement = found.held(Agreement, copy.agreement_id)
    return Space(None, agreement.case_id or agreement.cooperation_id)


def _answer(found: Finder, answer: FirstAnswer, _writer: UUID | None) -> Space:
    return _file(found, found.held(FirstPass, answer.pass_id).file_id)


def _asked(found: Finder, answer: QuestionnaireAnswer, _writer: UUID | None) -> Space:
    return _file(found, found.held(QuestionnaireResponse, answer.response_id).file_id)


def _handed(found: Finder, handed: HandedIn, _writer: UUID | None) -> Space:
    # For both from the start: whoever opens the first passes cannot unseal the other service's to seal it anew.
    return Space(None, found.held(RiskAssessment, handed.assessment_id).case_id)


def _handed_answer(found: Finder, answer: HandedAnswer, writer: UUID | None) -> Space:
    return _handed(found, found.held(HandedIn, answer.handed_in_id), writer)


_SPACES: dict[type[Record], Callable[[Finder, Any, UUID | None], Space]] = {
    BreakGlass: _service,
    Case: lambda found, case, writer: _frame(found, case.id, case.opened_by, writer),
    CaseFile: lambda _found, file, _writer: Space(file.service_id, file.id),
    ClosingStep: _of_file,
    Consent: _subjects,
    ContactFlag: _subjects,
    ContactUse: _subjects,
    Departure: _departed,
    DigitalFinding: _of_file,
    DigitalMedium: _of_file,
    DigitalStep: _of_file,
    Episode: _episode,
    Erasure: _erasure,
    Evidence: _of_file,
    FileNote: lambda found, note, _writer: _file(found, note.file_id),
    FileRequest: lambda _found, request, _writer: Space(None, request.case_id),
    FirstAnswer: _answer,
    FirstPass: lambda found, first, _writer: _file(found, first.file_id),
    HandedAnswer: _handed_answer,
    HandedIn: _handed,
    Hold: _service,
    JointItem: _item,
    MustNotReceive: lambda found, entry, _writer: _file(found, entry.file_id),
    # Whoever answers for the service may have telephoned without working on the case.
    NoticeCall: _service,
    NoticeTalk: lambda found, talk, _writer: _file(found, talk.file_id),
    PathEntry: _path,
    PersonRequest: _service,
    PhaseEntry: lambda found, entry, writer: _walked(found, entry, entry.entered_by, writer),
    QuestionnaireAnswer: _asked,
    QuestionnaireResponse: lambda found, response, _writer: _file(found, response.file_id),
    Reentry: _returned,
    Release: lambda found, release, _writer: _file(found, release.file_id),
    SafetyAction: _of_file,
    SafetyPlan: _of_file,
    # For both from the start, as what is handed in: the confirming second person need not seal it anew.
    ReleasedEpisode: lambda found, told, _writer: Space(None, found.held(JointItem, told.item_id).case_id),
    Seal: lambda found, seal, _writer: _file(found, seal.file_id),
    ServiceExport: _service,
    SignedCopy: _signed,
    StepMark: lambda found, mark, writer: _walked(found, mark, mark.marked_by, writer),
    Subject: lambda found, subject, _writer: _file(found, subject.file_id),
    TPoint: _point,
    TPointMove: _moved,
    UnsentText: _unsent,
}
