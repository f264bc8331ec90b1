"""An agreement while it is drafted: which clauses it has, what is asked, and what stands before the signature."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from core.content.agreements import Agreement, Answer, Ask
from core.documents.clause import Clause, parse
from core.documents.kinds import DocumentKind


class ClauseState(StrEnum):
    OPEN = "open"
    AGREED = "agreed"
    CONTESTED = "contested"


class AgreementStatus(StrEnum):
    """All but `in_force` and `ended` are printed with DRAFT in the header."""

    DRAFT = "draft"
    AGREED = "agreed"
    IN_FORCE = "in_force"
    ENDED = "ended"


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
    version: int = 1
    status: AgreementStatus = AgreementStatus.DRAFT

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
    placed: list[PlacedClause] = []
    for chapter in draft.content.chapters:
        for item in draft.content.clauses_of(chapter.id):
            choice = draft.clauses.get(item.id, ClauseChoice(item.is_default))
            if choice.is_included:
                text = item.text if choice.text is None else choice.text
                clause = parse(text, heading=item.heading)
                placed.append(PlacedClause(item.id, chapter.id, clause, choice.state, choice.note))
        placed += [
            PlacedClause(own.id, chapter.id, parse(own.text), own.state, own.note)
            for own in draft.own
            if own.chapter == chapter.id
        ]
    return tuple(placed)


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
