"""A Word file read back: each paragraph with its place, its style, its text, and the number Word would show.

Used to hold a document equal to its preview, and to show a changed template as text.
"""

from collections import defaultdict
from collections.abc import Iterator
from io import BytesIO
from typing import Any, NamedTuple

from docx import Document
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph


class Line(NamedTuple):
    place: str  # "body", "table", "header" or "footer"
    style: str
    number: str
    text: str


def lines(content: bytes) -> list[Line]:
    """All paragraphs of the body in order, cells row by row, then the header and the footer."""
    document = Document(BytesIO(content))
    numbers = _Numbers(document)
    found = [_line(place, paragraph, numbers) for place, paragraph in _walk(document)]
    for section in document.sections:
        for place, part in (("header", section.header), ("footer", section.footer)):
            found += [_line(place, paragraph, numbers) for paragraph in part.paragraphs]
    return found


def paragraphs(content: bytes) -> list[tuple[str, str]]:
    """Style and text of each paragraph of the body and its tables."""
    return [(line.style, line.text) for line in lines(content) if line.place in {"body", "table"}]


def _walk(container: Any, place: str = "body") -> Iterator[tuple[str, Paragraph]]:
    for block in container.iter_inner_content():
        if isinstance(block, Table):
            for row in block.rows:
                for cell in row.cells:
                    yield from _walk(cell, "table")
        else:
            yield place, block


def _line(place: str, paragraph: Paragraph, numbers: "_Numbers") -> Line:
    style = paragraph.style.name if paragraph.style is not None else ""
    return Line(place, style or "", numbers.next_for(paragraph), paragraph.text)


class _Numbers:
    """Counts as Word does: a level begins again when a level above it moves on."""

    def __init__(self, document: Any) -> None:
        numbering = document.part.numbering_part.element
        levels = {
            item.get(qn("w:abstractNumId")): {
                int(level.get(qn("w:ilvl"))): level for level in item.findall(qn("w:lvl"))
            }
            for item in numbering.findall(qn("w:abstractNum"))
        }
        self._levels = {
            number.get(qn("w:numId")): levels[number.find(qn("w:abstractNumId")).get(qn("w:val"))]
            for number in numbering.findall(qn("w:num"))
        }
        self._counts: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))

    def next_for(self, paragraph: Any) -> str:
        properties = paragraph.style.element.pPr
        marker = properties.numPr if properties is not None else None
        if marker is None or marker.numId is None:
            return ""
        list_id, depth = str(marker.numId.val), marker.ilvl.val if marker.ilvl is not None else 0
        counts = self._counts[list_id]
        counts[depth] += 1
        for deeper in [level for level in counts if level > depth]:
            counts[deeper] = 0
        shown = str(self._levels[list_id][depth].find(qn("w:lvlText")).get(qn("w:val")))
        for level in range(depth + 1):
            shown = shown.replace(f"%{level + 1}", str(counts[level]))
        return shown
