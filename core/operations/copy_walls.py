"""What shows that a text of the own file came from the other service, or names somebody else."""

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from core import access, clock, spelling
from core.access import Actor
from core.content import retention
from core.content.retention import HeldBy
from core.models import (
    Action,
    Case,
    CaseFile,
    ClosingText,
    Erasure,
    Event,
    HandedIn,
    JointItem,
    Meeting,
    PathEntry,
    RiskAssessment,
    ServiceKind,
    Strike,
    Subject,
    SubjectKind,
)
from core.operations import copy_names, copy_others, strikes
from core.operations.copy_names import Names
from core.operations.copy_pieces import Piece

#: So many words in a row as the other service wrote them are no chance.
_IN_A_ROW = 5
_LEAST = 2


#: Said by the person themselves, or a day: that something lay open beside it casts no doubt on it.
_OWN_WORDS = frozenset({"answers", "attended"})
#: Of others than him only what is written down in whole sentences.
_SENTENCES = frozenset({"note", "path"})
#: What she agreed to and what protects her: that the table speaks of it too takes it from nobody, somebody looks.
_HERS = frozenset({"consent", "digital", "risk"})


class Walls:
    """What shows that a text of the own file comes from the other service, or names somebody else."""

    def __init__(self, db: Session, actor: Actor, case_id: UUID, subject: Subject) -> None:
        texts = set(copy_others.texts(db, actor, case_id))
        self.rows = {row for text in texts for row in _in_a_row(text)}
        self.taken_back_since = _taken_back_since(db, actor, case_id)
        # That the victim support service works on this case is not his to know; whoever comes to it knows the programme.
        is_pp, case = actor.kind is ServiceKind.PP, db.get_one(Case, case_id)
        self._service = copy_names.of_the_other(db, actor, case, subject) if is_pp else Names((), ())
        self._people = copy_names.of_others_in_file(db, subject)
        self._is_his = subject.kind is SubjectKind.HIM

    def judged(self, piece: Piece) -> Piece:
        """The piece with what speaks against it: all its text is looked at, whatever kind it is and whoever made it."""
        said = f"{piece.heading}\n{piece.text}"
        typed = piece.text if piece.typed is None else piece.typed
        if piece.never or self.is_of_the_other(typed) or self._service.hold_whole(said):
            if not piece.never and not self._is_his and piece.section in _HERS:
                return replace(piece, doubt=piece.doubt or "of_others")
            return replace(piece, doubt="never", never=True)
        return replace(piece, doubt=piece.doubt or self._doubt(piece, said))

    def is_of_the_other(self, text: str) -> bool:
        """Does it hold a stretch as the other service wrote it, or say who they are?"""
        return not self.rows.isdisjoint(_all_rows(text)) or self._service.hold_whole(text)

    def _doubt(self, piece: Piece, said: str) -> str:
        if self._service.hold_part(said) or self._service.hold_within(said):
            return "names_service"
        if self._people.hold_whole(said) or self._people.hold_part(said) or self._people.hold_within(said):
            return "names"
        is_looked_at = piece.section not in _OWN_WORDS if self._is_his else piece.section in _SENTENCES
        is_open = self._may_be_of_what_was_taken_back(piece.written_on or piece.on)
        return "taken_back" if piece.text and is_looked_at and is_open else ""

    def _may_be_of_what_was_taken_back(self, on: date) -> bool:
        """Was it written when the other service had shared what nobody here can read any more?"""
        return self.taken_back_since is not None and on >= self.taken_back_since


def _taken_back_since(db: Session, actor: Actor, case_id: UUID) -> date | None:
    """Since when something could be read here that the other service has taken back.

    It lies sealed for its own service again, other words stand in its place, or it was struck out or erased, or lies in
    the installation from which the own file came: nothing can be compared with it.
    """
    unread = (
        select(HandedIn.item_id)
        .join(RiskAssessment, RiskAssessment.id == HandedIn.assessment_id)
        .where(HandedIn.item_id == JointItem.id, ~access.was_laid_open())
        .correlate(JointItem)
    )
    items = select(func.min(JointItem.released_at)).where(
        JointItem.case_id == case_id,
        JointItem.service_id != actor.service_id,
        JointItem.withdrawn_at.is_not(None),
        ~unread.exists(),
    )
    # A step that is shown no more bears no mark of it; the log does.
    hidden = select(Event.subject_id).where(
        Event.case_id == case_id, Event.subject == PathEntry.__tablename__, Event.act == "unshare"
    )
    entries = select(func.min(PathEntry.created_at)).where(
        PathEntry.case_id == case_id,
        PathEntry.service_id != actor.service_id,
        or_(
            and_(PathEntry.is_shared.is_(True), PathEntry.removed_at.is_not(None)),
            and_(PathEntry.is_shared.is_(False), PathEntry.id.in_(hidden)),
        ),
    )
    # What was written over at the end of the case is gone for good.
    texts = select(func.min(ClosingText.created_at)).where(
        ClosingText.case_id == case_id,
        ClosingText.service_id != actor.service_id,
        ClosingText.version > 1,
    )
    moments = [db.scalar(each) for each in (items, entries, texts)] + _struck_since(db, case_id)
    if _lacks_joint_records(db, actor, case_id):
        moments.append(db.get_one(Case, case_id).paired_at)
    known = [moment for moment in moments if moment is not None]
    return clock.day(min(known)) if known else None


def _lacks_joint_records(db: Session, actor: Actor, case_id: UUID) -> bool:
    """Is something not here that both services read once: left behind with a move, or erased with a part of both's?

    Of a pair each service has its file, be it empty. Where the other one's is not, the own one was read in from another
    installation, with no more of the other service than could be read on the day of the move.
    """
    other = select(CaseFile.id).where(CaseFile.case_id == case_id, CaseFile.service_id != actor.service_id)
    if db.scalar(other.limit(1)) is None:
        return True
    of_both = {part.id for part in retention.load().of_cases if part.held_by is HeldBy.BOTH}
    erased = select(Erasure.parts).where(Erasure.case_id == case_id, Erasure.done_at.is_not(None))
    return any(of_both & set(parts) for parts in db.scalars(erased))


def _struck_since(db: Session, case_id: UUID) -> list[datetime | None]:
    """Since when words could be read that were struck out since, whoever struck them: nothing holds them any more."""
    has_strike = select(Strike.id).where(Strike.meeting_id == Meeting.id).exists()
    found: list[datetime | None] = []
    for meeting in db.scalars(select(Meeting).where(Meeting.case_id == case_id, has_strike)):
        # Of the plan also what an earlier meeting brought, where this one spoke of it.
        actions = select(func.min(Action.created_at)).where(Action.id.in_(strikes.actions_of(db, meeting)))
        found += [meeting.started_at or meeting.closed_at, db.scalar(actions)]
    return found


def _in_a_row(text: str) -> set[str]:
    """Every stretch of so many words; of a shorter text all of it, where it says anything."""
    said = spelling.words(text)
    if len(said) < _LEAST:
        return set()
    length = min(_IN_A_ROW, len(said))
    return {" ".join(said[start : start + length]) for start in range(len(said) - length + 1)}


def _all_rows(text: str) -> set[str]:
    """Every stretch of the text that a row may be."""
    said = spelling.words(text)
    return {
        " ".join(said[start : start + length])
        for length in range(_LEAST, _IN_A_ROW + 1)
        for start in range(len(said) - length + 1)
    }
