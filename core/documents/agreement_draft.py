"""An agreement while it is drafted: which clauses it has, what is asked, and what stands before the signature."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final, Literal

from core.content.agreements import Agreement, Answer, Ask
from core.documents.clause import Clause, parse
from core.documents.kinds import DocumentKind


class ClauseState(StrEnum):
    OPEN = "open"
    AGREED = "agreed"
    CONTESTED = "contested"


class AgreementStatus(StrEnum):
    """What the header says of it: DRAFT, and For signature on the paper that both have approved and are to sign."""

    DRAFT = "draft"
    GIVEN_UP = "given_up"
    AGREED = "agreed"
    COMING = "coming"
    IN_FORCE = "in_force"
    #: In force, and somebody has ended it for a later day.
    TO_END = "to_end"
    ENDED = "ended"
    #: Signed for a later day, and ended before it began.
    CALLED_OFF = "called_off"


#: Nothing in it is contested between the two any more, whatever was noted on the way.
SETTLED: Final = frozenset(AgreementStatus) - {
    AgreementStatus.DRAFT,
    AgreementStatus.GIVEN_UP,
    AgreementStatus.AGREED,
}


@dataclass(frozen=True)
class ClauseChoice:
    """What this agreement does with a clause of the library; `text` is its own Markdown where it was adapted."""

    is_included: bool
    text: str | None = None
    state: ClauseState = ClauseState.OPEN
    note: str = ""


@dataclass(frozen=True)
class OwnClause:
    """A clause that only this agreement has, at the end of its chapter."""

    id: str
    chapter: str
    text: str
    state: ClauseState = ClauseState.OPEN
    note: str = ""


@dataclass(frozen=True)
class AgreementDraft:
    content: Agreement
    answers: Mapping[str, Answer] = field(default_factory=dict)
    #: What is not named here is included as the library has it by default.
    clauses: Mapping[str, ClauseChoice] = field(default_factory=dict)
    own: tuple[OwnClause, ...] = ()
    #: Places of clauses in their chapter; one that is not named stands where the library has it, own ones last.
    order: Mapping[str, int] = field(default_factory=dict)
    version: int = 1
    status: AgreementStatus = AgreementStatus.DRAFT
    #: From when on it holds, or the first day on which it does not; where its status names one.
    day: date | None = None

    @property
    def kind(self) -> DocumentKind:
        return DocumentKind(f"{self.content.id}_agreement")


@dataclass(frozen=True)
class PlacedClause:
    """A clause as this agreement has it: its text chosen, its values not yet filled in."""

    id: str
    chapter: str
    clause: Clause
    state: ClauseState
    note: str


@dataclass(frozen=True)
class Missing:
    """What is still needed: an answer, one of several alternatives, or why an essential clause is left out."""

    kind: Literal["answer", "choice", "reason"]
    id: str
    label: str


def included(draft: AgreementDraft) -> tuple[PlacedClause, ...]:
    """The clauses that this agreement has, in their order."""
    return tuple(placed for chapter in draft.content.chapters for placed in _of_chapter(draft, chapter.id))


def _of_chapter(draft: AgreementDraft, chapter_id: str) -> list[PlacedClause]:
    here: list[PlacedClause] = []
    for item in draft.content.clauses_of(chapter_id):
        choice = draft.clauses.get(item.id, ClauseChoice(item.is_default))
        if choice.is_included:
            clause = wording(draft.content, item.id, choice.text)
            here.append(PlacedClause(item.id, chapter_id, clause, choice.state, choice.note))
    here += [
        PlacedClause(own.id, chapter_id, parse(own.text), own.state, own.note)
        for own in draft.own
        if own.chapter == chapter_id
    ]
    places = {clause.id: draft.order.get(clause.id, index) for index, clause in enumerate(here)}
    return sorted(here, key=lambda clause: places[clause.id])


def wording(content: Agreement, clause_id: str, adapted: str | None) -> Clause:
    """A clause of the library as an agreement words it; it keeps its heading unless the wording has its own."""
    item = content.clause(clause_id)
    return item.clause if adapted is None else parse(adapted, heading=item.heading)


def asked(draft: AgreementDraft) -> tuple[Ask, ...]:
    """The questions that the chosen clauses need, in the order of the form; no others need to be shown."""
    return draft.content.asked_by(name for placed in included(draft) for name in placed.clause.placeholders())


def missing(draft: AgreementDraft) -> tuple[Missing, ...]:
    """What keeps the agreement from being signed, in the order: alternatives, reasons, answers.

    The reason for leaving out an essential clause is the note of its choice.
    """
    chosen = {placed.id for placed in included(draft)}
    wrong = [
        Missing("choice", choice.id, choice.title)
        for choice in draft.content.choices
        if len(chosen & {clause.id for clause in draft.content.clauses_of_choice(choice.id)}) != 1
    ]
    unanswered = [
        Missing("answer", ask.id, ask.long_label)
        for ask in asked(draft)
        if not ask.is_optional and str(draft.answers.get(ask.id, "")).strip() == ""
    ]
    unexplained = [
        Missing("reason", clause.id, clause.heading)
        for clause in draft.content.clauses
        if clause.is_essential and clause.id not in chosen and not _note(draft, clause.id)
    ]
    return (*wrong, *unexplained, *unanswered)


def _note(draft: AgreementDraft, clause_id: str) -> str:
    choice = draft.clauses.get(clause_id)
    return choice.note.strip() if choice else ""


def contested(draft: AgreementDraft) -> tuple[PlacedClause, ...]:
    return tuple(placed for placed in included(draft) if placed.state is ClauseState.CONTESTED)


def open_clauses(draft: AgreementDraft) -> tuple[PlacedClause, ...]:
    return tuple(placed for placed in included(draft) if placed.state is ClauseState.OPEN)
