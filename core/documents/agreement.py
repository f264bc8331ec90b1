"""An agreement laid out: one list of blocks, from which the preview and the Word file both come.

draft = AgreementDraft(content=load("organisation"), answers={...}, clauses={...}, own=(...), ...)
blocks = layout(draft, words)        the one structure
plain_text(blocks)                   the preview; `markdown(blocks)` is the same with its headings marked
make(draft, recipient, words, printed)   the Word file, with exactly these lines
missing(draft), contested(draft), open_clauses(draft)    what stands before the signature
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal

from babel.dates import format_date
from babel.numbers import format_decimal
from babel.units import format_unit

from core.content.agreements import COUNTED, Agreement, Answer, Ask, template
from core.documents import kinds
from core.documents.clause import Clause, fill, parse
from core.documents.frame import Printed, Words, frame
from core.documents.kinds import DocumentKind, Recipient
from core.documents.text import clean, one_line
from core.documents.word import render

_UNITS = {"days": "duration-day", "months": "duration-month", "hours": "duration-hour"}
_LEADS = {"chapter": "## ", "section": "## ", "clause": "### ", "title": "# ", "bullet": "- ", "note": "> "}
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:&])")


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
class Pair:
    """A row of two: label and value, or the two sides of the signatures."""

    label: str
    value: str


@dataclass(frozen=True)
class Block:
    kind: Literal[
        "title", "subtitle", "purpose", "section", "text", "facts", "chapter", "clause", "paragraph", "single",
        "bullet", "note", "party", "lead", "signatures",
    ]  # fmt: skip
    text: str = ""
    number: str = ""
    rows: tuple[Pair, ...] = ()


Layout = tuple[Block, ...]


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
    """What is still needed before the agreement can be signed."""

    kind: Literal["answer", "choice"]
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
    """Questions without an answer, and alternatives of which not exactly one is chosen."""
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
    return (*wrong, *unanswered)


def contested(draft: AgreementDraft) -> tuple[PlacedClause, ...]:
    return tuple(placed for placed in included(draft) if placed.state is ClauseState.CONTESTED)


def open_clauses(draft: AgreementDraft) -> tuple[PlacedClause, ...]:
    return tuple(placed for placed in included(draft) if placed.state is ClauseState.OPEN)


def layout(draft: AgreementDraft, words: Words) -> Layout:
    """Everything that the agreement says, in its order, with the numbers that Word will give it."""
    values = shown_answers(draft)
    blocks = [
        Block("title", draft.content.title),
        Block("subtitle", _subtitle(draft, values)),
        Block("purpose", words("document.purpose")),
        *_parties(draft, values),
    ]
    clauses = included(draft)
    number = 0
    for chapter in draft.content.chapters:
        here = [placed for placed in clauses if placed.chapter == chapter.id]
        if not here:
            continue
        if not chapter.is_opening:
            number += 1
            blocks.append(Block("chapter", chapter.title, str(number)))
        for index, placed in enumerate(here, 1):
            own_number = "" if chapter.is_opening else f"{number}.{index}"
            blocks += _clause(draft, placed, values, own_number, words)
    return (*blocks, *_annexes(draft), *_signatures(draft, values, words))


def shown_answers(draft: AgreementDraft) -> dict[str, str]:
    """Each question's answer as it is printed; `[… what is asked …]` where it is missing."""
    return {
        ask.id: _shown(ask, draft.answers.get(ask.id, ""), draft.content.language)
        for ask in draft.content.asks
    }


def printed_lines(blocks: Layout) -> list[tuple[str, str]]:
    """Number and text of each line, as the Word file has them."""
    lines: list[tuple[str, str]] = []
    for block in blocks:
        if block.kind in {"facts", "signatures"}:
            lines += [("", cell) for row in block.rows for cell in (row.label, row.value)]
        else:
            lines.append((block.number, block.text))
    return lines


def plain_text(blocks: Layout) -> str:
    """The preview: every line of the agreement, with its number."""
    return "\n\n".join(_paragraph(block) for block in blocks)


def markdown(blocks: Layout) -> str:
    """The preview with its headings marked; whatever was typed is escaped and shows as typed."""
    return "\n\n".join(_marked(block) for block in blocks)


def make(draft: AgreementDraft, recipient: Recipient, words: Words, printed: Printed) -> bytes:
    """The agreement as a Word file; DRAFT stands in its header until it is in force."""
    kinds.check(draft.kind, recipient)
    title = draft.content.title
    version = words("document.agreement.version", number=draft.version)
    context = {
        "doc": frame(
            draft.kind,
            words,
            printed,
            title=title,
            header=f"{title} · {version}",
            status=words(f"document.agreement.status.{draft.status.value}"),
        ),
        "blocks": _plain(layout(draft, words)),
    }
    path = template(draft.content.id, draft.content.version, draft.content.language)
    return render(path, context, title=title, language=draft.content.language)


def _subtitle(draft: AgreementDraft, values: Mapping[str, str]) -> str:
    return " · ".join(one_line(values[party.signs[0]]) for party in draft.content.parties)


def _parties(draft: AgreementDraft, values: Mapping[str, str]) -> list[Block]:
    blocks = [Block("section", draft.content.parties_title)]
    for party in draft.content.parties:
        rows = tuple(Pair(draft.content.ask(name).label, values[name]) for name in party.asks)
        blocks += [Block("party", party.title), Block("facts", rows=rows)]
    return blocks


def _clause(
    draft: AgreementDraft, placed: PlacedClause, values: Mapping[str, str], number: str, words: Words
) -> list[Block]:
    clause = fill(placed.clause, values)
    heading = clause.heading or words("document.agreement.own_clause")
    blocks = [Block("clause" if number else "section", heading, number)]
    is_counted = number and clause.paragraph_count > 1
    count = 0
    for block in clause.blocks:
        if block.kind == "bullet":
            blocks.append(Block("bullet", block.text, "•"))
        elif is_counted and not block.is_answer:
            count += 1
            blocks.append(Block("paragraph", block.text, f"({count})"))
        else:
            blocks.append(Block("single" if number else "text", block.text))
    is_settled = draft.status in {AgreementStatus.IN_FORCE, AgreementStatus.ENDED}
    if placed.state is ClauseState.CONTESTED and not is_settled:
        blocks.append(Block("note", clean(words("document.agreement.contested", note=placed.note)).strip()))
    return blocks


def _annexes(draft: AgreementDraft) -> list[Block]:
    if not draft.content.annexes:
        return []
    titles = [Block("bullet", annex.title, "•") for annex in draft.content.annexes]
    return [Block("section", draft.content.annex_title), *titles]


def _signatures(draft: AgreementDraft, values: Mapping[str, str], words: Words) -> list[Block]:
    sides: list[Sequence[str]] = [
        [
            party.title,
            *(values[name] for name in party.signs),
            words("document.agreement.place_and_date"),
            words("document.agreement.signature"),
        ]
        for party in draft.content.parties
    ]
    rows = tuple(Pair(left, right) for left, right in zip(*sides, strict=True))
    return [
        Block("section", draft.content.signature_title),
        Block("lead", draft.content.signature_lead),
        Block("signatures", rows=rows),
    ]


def _shown(ask: Ask, answer: Answer, language: str) -> str:
    locale = "en_GB" if language == "en" else language
    if str(answer).strip() == "":
        return ask.if_empty if ask.is_optional else f"[… {ask.long_label} …]"
    if ask.kind in COUNTED and isinstance(answer, int):
        unit = _UNITS.get(ask.kind)
        return format_unit(answer, unit, locale=locale) if unit else format_decimal(answer, locale=locale)
    if ask.kind == "date":
        return format_date(date.fromisoformat(str(answer)), "d MMMM y", locale=locale)
    if ask.kind == "choice":
        return next((option.label for option in ask.options if option.id == answer), str(answer))
    return clean(str(answer))


def _paragraph(block: Block) -> str:
    if block.kind == "facts":
        return "\n".join(f"{row.label}: {row.value}" for row in block.rows)
    if block.kind == "signatures":
        return "\n".join(f"{row.label} | {row.value}" for row in block.rows)
    return f"{block.number} {block.text}" if block.number else block.text


def _marked(block: Block) -> str:
    if block.kind in {"facts", "signatures"}:
        between = ": " if block.kind == "facts" else " · "
        return "  \n".join(f"{_escaped(row.label)}{between}{_escaped(row.value)}" for row in block.rows)
    number = f"{_escaped(block.number)} " if block.number and block.kind != "bullet" else ""
    return _LEADS.get(block.kind, "") + number + _escaped(block.text)


def _escaped(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", text).replace("\n", "  \n")


def _plain(blocks: Layout) -> list[dict[str, object]]:
    """The blocks for the template; a line that introduces others stays on their page."""
    return [
        {
            "kind": block.kind,
            "text": block.text,
            "rows": [{"label": row.label, "value": row.value} for row in block.rows],
            "keeps": following.kind == "bullet" or block.text.endswith(":"),
        }
        for block, following in zip(blocks, (*blocks[1:], blocks[-1]), strict=True)
    ]
