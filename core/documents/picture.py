"""The picture of a case on paper: lanes over time as a table, where accounts differ, and month by month in words.

Two editions: what both services read, for both; and with what only she and her service know, for her service alone.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final

from core.documents import kinds
from core.documents.frame import Printed, Words, facts, frame, labels
from core.documents.kinds import DocumentKind, Recipient
from core.documents.word import render, template_path

_LABELS = (
    "glance", "account", "differ", "differ_empty",
    "months", "month", "him", "her", "others", "both", "months_empty",
)  # fmt: skip
#: So many fit beside each other on a lying page.
COLUMNS: Final = 21


@dataclass(frozen=True)
class GridRow:
    """One kind of account, with a cell for each of the heads."""

    name: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Month:
    month: str
    him: str = ""
    her: str = ""
    others: str = ""
    both: str = ""


@dataclass(frozen=True)
class CasePicture:
    case_code: str
    as_of_text: str
    span_text: str
    printed: Printed
    heads: tuple[str, ...]
    lanes: tuple[GridRow, ...]
    #: What the signs of the lanes mean.
    signs: str
    differences: tuple[str, ...] = ()
    months: tuple[Month, ...] = ()
    language: str = "en"


def make(
    picture: CasePicture, recipient: Recipient, words: Words, *, kind: DocumentKind = DocumentKind.PICTURE
) -> bytes:
    """The picture of this edition for one of its recipients."""
    kinds.check(kind, recipient)
    title = words(f"document.{kind}.title")
    is_joint = kind is DocumentKind.PICTURE
    context = {
        "doc": frame(
            kind,
            words,
            picture.printed,
            title=title,
            subtitle=words(f"document.{kind}.edition"),
            header=f"{title} · {picture.case_code}",
            status="" if is_joint else words(f"document.{kind}.status"),
        ),
        "w": labels(words, "picture", _LABELS),
        "facts": facts(
            words, "picture", case=picture.case_code, span=picture.span_text, as_of=picture.as_of_text
        ),
        "heads": _filled(picture.heads),
        "lanes": [{"name": row.name, "cells": _filled(row.cells)} for row in picture.lanes],
        "signs": picture.signs,
        "differences": [
            {"number": number, "text": text} for number, text in enumerate(picture.differences, start=1)
        ],
        "months": [asdict(month) for month in picture.months],
    }
    return render(template_path("picture", picture.language), context, title=title, language=picture.language)


def _filled(texts: Sequence[str]) -> list[str]:
    return [*texts, *[""] * (COLUMNS - len(texts))]
