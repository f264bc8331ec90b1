"""An agreement laid out: one list of blocks, from which the preview and the Word file both come.

draft = AgreementDraft(content=load("organisation"), answers={...}, clauses={...}, own=(...), ...)
blocks = layout(draft, words)        the one structure
plain_text(blocks)                   the preview; `markdown(blocks)` is the same with its headings marked
make(draft, recipient, words, printed)   the Word file, with exactly these lines
make_from(draft, blocks, …)          the Word file of a layout that was kept
missing(draft), contested(draft), open_clauses(draft)    what stands before the signature
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from babel.dates import format_date
from babel.numbers import format_decimal
from babel.units import format_unit

from core.content.agreements import COUNTED, Answer, Ask, Chapter, template
from core.documents import kinds
from core.documents.agreement_draft import (
    SETTLED,
    AgreementDraft,
    AgreementStatus,
    ClauseChoice,
    ClauseState,
    Missing,
    OwnClause,
    PlacedClause,
    asked,
    contested,
    included,
    missing,
    open_clauses,
    wording,
)
from core.documents.clause import fill
from core.documents.frame import Printed, Words, frame
from core.documents.kinds import Recipient
from core.documents.text import clean, one_line
from core.documents.word import render
from core.locale import said

__all__ = [
    "AgreementDraft", "AgreementStatus", "Block", "ClauseChoice", "ClauseState", "Layout", "Missing", "OwnClause",
    "Pair", "PlacedClause", "asked", "clause_numbers", "contested", "included", "layout", "layout_of_chapter", "layout_of_clause", "make", "make_from",
    "markdown", "missing",
    "open_clauses", "plain_text", "printed_lines", "shown_answers", "wording",
]  # fmt: skip

_UNITS = {"days": "duration-day", "months": "duration-month", "hours": "duration-hour"}
_LEADS = {"chapter": "## ", "section": "## ", "clause": "### ", "title": "# ", "bullet": "- ", "note": "> "}
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~$:&])")


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


def layout(draft: AgreementDraft, words: Words) -> Layout:
    """Everything that the agreement says, in its order, with the numbers that Word will give it."""
    values = shown_answers(draft)
    clauses = included(draft)
    chapters = (_chapter(draft, chapter, clauses, values, words) for chapter in draft.content.chapters)
    return (
        *_opening(draft, values, words),
        *(block for blocks in chapters for block in blocks),
        *_annexes(draft),
        *_signatures(draft, values, words),
    )


def layout_of_chapter(draft: AgreementDraft, chapter_id: str, words: Words) -> Layout:
    """The same lines for one chapter alone; the opening has the parties with it."""
    values = shown_answers(draft)
    chapter = draft.content.chapter(chapter_id)
    opening = _opening(draft, values, words) if chapter.is_opening else []
    return (*opening, *_chapter(draft, chapter, included(draft), values, words))


def layout_of_clause(draft: AgreementDraft, clause_id: str, words: Words) -> Layout:
    """The lines of one clause; none where it is left out."""
    placed = next((one for one in included(draft) if one.id == clause_id), None)
    if placed is None:
        return ()
    return tuple(_clause(draft, placed, shown_answers(draft), clause_numbers(draft)[clause_id], words))


def clause_numbers(draft: AgreementDraft) -> dict[str, str]:
    """The number that each clause carries; those of the opening carry none."""
    clauses = included(draft)
    numbers: dict[str, str] = {}
    for chapter in draft.content.chapters:
        number = _chapter_number(draft, chapter.id, clauses)
        here = [placed.id for placed in clauses if placed.chapter == chapter.id]
        numbers |= {one: f"{number}.{index}" if number else "" for index, one in enumerate(here, 1)}
    return numbers


def _chapter_number(draft: AgreementDraft, chapter_id: str, clauses: Sequence[PlacedClause]) -> str:
    """The number that a chapter carries; none for the opening and for a chapter without clauses."""
    filled = {placed.chapter for placed in clauses}
    numbered = [one.id for one in draft.content.chapters if one.id in filled and not one.is_opening]
    return str(numbered.index(chapter_id) + 1) if chapter_id in numbered else ""


def _opening(draft: AgreementDraft, values: Mapping[str, str], words: Words) -> list[Block]:
    return [
        Block("title", draft.content.title),
        Block("subtitle", _subtitle(draft, values)),
        Block("purpose", words("document.purpose")),
        *_parties(draft, values),
    ]


def _chapter(
    draft: AgreementDraft,
    chapter: Chapter,
    clauses: Sequence[PlacedClause],
    values: Mapping[str, str],
    words: Words,
) -> list[Block]:
    here = [placed for placed in clauses if placed.chapter == chapter.id]
    number = _chapter_number(draft, chapter.id, clauses)
    blocks = [Block("chapter", chapter.title, number)] if number else []
    for index, placed in enumerate(here, 1):
        blocks += _clause(draft, placed, values, f"{number}.{index}" if number else "", words)
    return blocks


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
    """The agreement as a Word file; its header says DRAFT until both sides have approved it."""
    return make_from(draft, layout(draft, words), recipient, words, printed)


def make_from(
    draft: AgreementDraft, blocks: Layout, recipient: Recipient, words: Words, printed: Printed
) -> bytes:
    """The same from a layout that was kept: what was approved is printed as it was, whatever changed since."""
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
            status=_status(draft, words),
        ),
        "blocks": _plain(blocks),
    }
    path = template(draft.content.id, draft.content.version, draft.content.language)
    return render(path, context, title=title, language=draft.content.language)


def _status(draft: AgreementDraft, words: Words) -> str:
    dates = said(draft.content.language)
    day = format_date(draft.day, dates["dates.long_day"], locale=dates["dates.locale"]) if draft.day else ""
    return words(f"document.agreement.status.{draft.status.value}", day=day)


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
    if placed.state is ClauseState.CONTESTED and draft.status not in SETTLED:
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
    words = said(language)
    locale = words["dates.locale"]
    if str(answer).strip() == "":
        return ask.if_empty if ask.is_optional else f"[… {ask.long_label} …]"
    if ask.kind in COUNTED and isinstance(answer, int):
        unit = _UNITS.get(ask.kind)
        return format_unit(answer, unit, locale=locale) if unit else format_decimal(answer, locale=locale)
    if ask.kind == "date":
        return format_date(date.fromisoformat(str(answer)), words["dates.long_day"], locale=locale)
    if ask.kind == "choice":
        return next((option.label for option in ask.options if option.id == answer), str(answer))
    if ask.kind == "choices":
        chosen = str(answer).split()
        return ", ".join(option.label for option in ask.options if option.id in chosen)
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
