"""Writes a template: the parts that every document has, and the few shapes that its body is made of.

`{{ … }}` prints a value, `{%p … %}` stands for a paragraph that
vanishes, `{%tr … %}` for a row that vanishes.
"""

import zipfile
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import Table

from core.documents.styles import blank_document

_WIDTH = 16.6
_WIDE = 26.7
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
Column = tuple[float, str, str]  # width in cm, label of the head, what a row prints


class Page:
    """One template while it is being written."""

    def __init__(self, language: str) -> None:
        self.word: WordDocument = blank_document(language)
        self._is_dense = False
        self._width = _WIDTH
        self._head()
        self._foot()

    def line(self, text: str, style: str = "Normal", *, keeps: bool = False) -> None:
        """One paragraph; `keeps` holds it on the page of the next one."""
        paragraph = self.word.add_paragraph(text, style)
        if keeps:
            paragraph.paragraph_format.keep_with_next = True

    def tag(self, code: str) -> None:
        """A paragraph that only steers: it is gone in the document."""
        self.word.add_paragraph(f"{{%p {code} %}}", "Normal")

    def be_dense(self) -> None:
        """For what shall fit on one page: narrow margins above and below, and tables set closer."""
        section = self.word.sections[0]
        section.top_margin, section.bottom_margin = Cm(1.9), Cm(1.5)
        self._is_dense = True

    def be_wide(self) -> None:
        """For what is read across: A4 lying, narrow margins, and the pages of head and foot set to the new edge."""
        section = self.word.sections[0]
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = section.page_height, section.page_width
        section.left_margin = section.right_margin = Cm(1.5)
        section.top_margin, section.bottom_margin = Cm(2.4), Cm(1.8)
        for part in (section.header, section.footer):
            stops = part.paragraphs[0].paragraph_format.tab_stops
            stops.add_tab_stop(Cm(_WIDTH), WD_TAB_ALIGNMENT.CLEAR)
            stops.add_tab_stop(Cm(_WIDE), WD_TAB_ALIGNMENT.RIGHT)
        self._width = _WIDE

    def opening(self) -> None:
        """Title, subtitle and the purpose, as every document begins."""
        self.line("{{ doc.title }}", "Title")
        self.tag("if doc.subtitle")
        self.line("{{ doc.subtitle }}", "Subtitle")
        self.tag("endif")
        self.line("{{ doc.purpose }}", "Purpose")

    def fields(self, rows: str = "facts", label: float = 4.2) -> None:
        """Two columns, a label and its value, from a list of pairs."""
        table = self._table((label, self._width - label), "Facts")
        self._row(table, [f"{{%tr for fact in {rows} %}}", ""], "Table Text")
        self._row(table, ["{{ fact.label }}", "{{ fact.value }}"], ("Table Label", "Table Text"), whole=True)
        self._row(table, ["{%tr endfor %}", ""], "Table Text")
        self._gap()

    def rows(self, name: str, columns: Sequence[Column], empty: str) -> None:
        """A table with a head that repeats on each page, or one sentence where there are no rows."""
        self.tag(f"if {name}")
        total = sum(width for width, _, _ in columns)
        table = self._table([width * self._width / total for width, _, _ in columns])
        head = self._row(table, [label for _, label, _ in columns], "Table Head", whole=True)
        _flag(head, "w:tblHeader")
        blanks = [""] * (len(columns) - 1)
        self._row(table, [f"{{%tr for row in {name} %}}", *blanks], "Table Text")
        self._row(table, [value for _, _, value in columns], "Table Text", whole=True)
        self._row(table, ["{%tr endfor %}", *blanks], "Table Text")
        self._gap()
        self.tag("else")
        self.line(empty)
        self.tag("endif")

    def grid(self, label: str, heads: str, rows: str, *, first: float, count: int) -> None:
        """A table of many narrow columns: `heads` and the cells of each of `rows` are lists of so many texts."""
        places = range(count)
        table = self._table((first, *((self._width - first) / count for _ in places)))
        heading = self._row(
            table, [label, *(f"{{{{ {heads}[{place}] }}}}" for place in places)], "Table Head", whole=True
        )
        _flag(heading, "w:tblHeader")
        blanks = [""] * count
        self._row(table, [f"{{%tr for row in {rows} %}}", *blanks], "Table Text")
        cells = ["{{ row.name }}", *(f"{{{{ row.cells[{place}] }}}}" for place in places)]
        line = self._row(table, cells, ("Table Label", *("Table Text" for _ in places)), whole=True)
        self._row(table, ["{%tr endfor %}", *blanks], "Table Text")
        for row in (heading, line):
            for cell in row.cells[1:]:
                paragraph = cell.paragraphs[0]
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
                paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Cm(-0.12)
                paragraph.runs[0].font.size = Pt(7.5 if row is heading else 9)
        self._gap()

    def signatures(self, rows: str) -> None:
        """Two blocks side by side that never part: every row holds on to the next."""
        table = self._table((8.0, 8.6), "Signatures")
        self._row(table, [f"{{%tr for row in {rows} %}}", ""], "Table Text")
        self._row(table, ["{{ row.label }}", "{{ row.value }}"], "Signature Text", whole=True)
        self._row(table, ["{%tr endfor %}", ""], "Table Text")
        self._gap("End")

    def content(self) -> bytes:
        """The file, the same bytes each time: its parts carry a fixed date."""
        properties = self.word.core_properties
        properties.author = properties.last_modified_by = "Concord"
        properties.title = properties.comments = properties.subject = ""
        for stale in ("created", "modified", "revision"):
            for element in properties._element.xpath(f"./*[local-name()='{stale}']"):  # noqa: SLF001
                element.getparent().remove(element)
        return _with_fixed_dates(self.word)

    def _head(self) -> None:
        paragraph = self.word.sections[0].header.paragraphs[0]
        paragraph.style = "Header"
        paragraph.add_run("{{ doc.header }}")
        paragraph.add_run("\t")
        paragraph.add_run("{{ doc.status }}", "Status")
        line = self.word.sections[0].header.add_paragraph(style="Spacer")
        line.paragraph_format.space_after = 0

    def _foot(self) -> None:
        paragraph = self.word.sections[0].footer.paragraphs[0]
        paragraph.style = "Footer"
        paragraph.add_run("{{ doc.classification }}", "Classification")
        paragraph.add_run(" · {{ doc.printed }}")
        paragraph.add_run("\t{{ doc.page }} ")
        _field(paragraph, "PAGE")
        paragraph.add_run(" {{ doc.of }} ")
        _field(paragraph, "NUMPAGES")

    def _table(self, widths: Sequence[float], style: str = "Lines") -> Table:
        table = self.word.add_table(0, len(widths), style)
        table.autofit = False
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Cm(width)
        return table

    def _row(
        self, table: Table, texts: Sequence[str], style: str | Sequence[str], *, whole: bool = False
    ) -> Any:
        styles = [style] * len(texts) if isinstance(style, str) else style
        row = table.add_row()
        for cell, column, text, cell_style in zip(row.cells, table.columns, texts, styles, strict=True):
            cell.width = column.width
            cell.paragraphs[0].style = cell_style
            run = cell.paragraphs[0].add_run(text)
            if self._is_dense:
                shape = cell.paragraphs[0].paragraph_format
                shape.space_before = shape.space_after = Pt(0)
                shape.line_spacing, run.font.size = 1.0, Pt(9)
        if whole:
            _flag(row, "w:cantSplit")
        return row

    def _gap(self, style: str = "Spacer") -> None:
        """Two tables that touch would be one table in Word, and none may end a document."""
        self.word.add_paragraph(style=style)


def _flag(row: Any, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))  # noqa: SLF001


def _field(paragraph: Any, code: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)  # noqa: SLF001


def _with_fixed_dates(document: WordDocument) -> bytes:
    raw, packed = BytesIO(), BytesIO()
    document.save(raw)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            target.writestr(zipfile.ZipInfo(name, _ZIP_DATE), source.read(name), zipfile.ZIP_DEFLATED)
    return packed.getvalue()
