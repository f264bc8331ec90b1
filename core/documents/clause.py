"""The text of one clause: a `# heading`, paragraphs, `- ` bullets, and `{{ placeholders }}`; no more of Markdown.

The lines are told apart first and filled in after, so that no value can turn a paragraph into a bullet. Each line
is a paragraph or a bullet of its own; blank lines between them are for the eye.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from core.documents.text import clean, one_line

_PLACEHOLDER = re.compile(r"\{\{\s*([a-z][a-z0-9_]*)\s*\}\}")


@dataclass(frozen=True)
class ClauseBlock:
    """`is_answer`: the paragraph is one placeholder and nothing else, and belongs to the one before it."""

    kind: Literal["paragraph", "bullet"]
    text: str
    is_answer: bool = False


@dataclass(frozen=True)
class Clause:
    heading: str
    blocks: tuple[ClauseBlock, ...]

    @property
    def paragraph_count(self) -> int:
        return sum(block.kind == "paragraph" and not block.is_answer for block in self.blocks)

    def placeholders(self) -> tuple[str, ...]:
        """What the text asks for, in its order, each once."""
        return _placeholders(self)


@lru_cache(maxsize=1024)
def _placeholders(clause: Clause) -> tuple[str, ...]:
    texts = (clause.heading, *(block.text for block in clause.blocks))
    return tuple(dict.fromkeys(name for text in texts for name in _PLACEHOLDER.findall(text)))


@lru_cache(maxsize=1024)
def parse(text: str, *, heading: str = "") -> Clause:
    """The clause that a text says; `heading` stands in where the text has none of its own."""
    blocks: list[ClauseBlock] = []
    for line in clean(text).split("\n"):
        said = line.strip()
        if said.startswith("# "):
            heading = said[2:].strip()
        elif said.startswith("- "):
            blocks.append(ClauseBlock("bullet", said[2:].strip()))
        elif said:
            blocks.append(ClauseBlock("paragraph", said, bool(_PLACEHOLDER.fullmatch(said))))
    return Clause(one_line(heading), tuple(blocks))


def fill(
    clause: Clause, values: Mapping[str, str], blank: Callable[[str], str | None] | None = None
) -> Clause:
    """The clause with its values; `blank` says what stands for one that is missing.

    A placeholder that neither knows stays as it was typed: it is somebody's text.
    """

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if name in values:
            return values[name]
        shown = blank(name) if blank is not None else None
        return found[0] if shown is None else shown

    def filled(text: str) -> str:
        return clean(_PLACEHOLDER.sub(value, text))

    blocks = tuple(replace(block, text=filled(block.text)) for block in clause.blocks)
    return Clause(one_line(filled(clause.heading)), blocks)


def placeholder_lines(text: str) -> Iterator[tuple[int, str]]:
    """Each placeholder with the line it stands on, for the author of a clause file."""
    for number, line in enumerate(text.split("\n"), 1):
        for name in _PLACEHOLDER.findall(line):
            yield number, name
