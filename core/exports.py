"""Lists as CSV and XLSX: every text comes out as it was typed, and none of them can start as a formula."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Literal

from core.turns import in_turn

Format = Literal["csv", "xlsx"]
Cell = str | int | float | date | datetime | None

#: A spreadsheet reads a cell that begins so as a formula or a command (also in the wide forms of Asian fonts).
_FORMULA_SIGNS = tuple("=+-@＝＋－＠")  # noqa: RUF001  the wide forms are meant
_CONTROLS = ("\t", "\r", "\n")
#: Excel cannot hold a longer text in a cell; the library that writes it would drop the whole text silently.
_LONGEST_CELL = 32_000
_WIDEST = 60


@dataclass(frozen=True)
class Sheet:
    """The heads of the columns and the rows under them."""

    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def harmless(text: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet would run it."""
    would_run = text.startswith(_CONTROLS) or text.lstrip().startswith(_FORMULA_SIGNS)
    return f"'{text}" if would_run else text


@in_turn
def make(sheet: Sheet, form: Format) -> bytes:
    """The file of a list in one of the two formats."""
    return to_csv(sheet) if form == "csv" else to_xlsx(sheet)


def to_csv(sheet: Sheet) -> bytes:
    """Comma-separated, every cell quoted; begins with the mark by which spreadsheets know UTF-8."""
    import csv  # noqa: PLC0415  with pandas, which is slow to load and needed for a download only

    import pandas as pd  # noqa: PLC0415

    frame = pd.DataFrame(_cells(sheet), columns=_heads(sheet), dtype=object)
    text = frame.to_csv(index=False, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    return text.encode("utf-8-sig")


def to_xlsx(sheet: Sheet) -> bytes:
    """One worksheet whose texts are texts: no formula, no link; its head stays in sight."""
    import pandas as pd  # noqa: PLC0415

    frame = pd.DataFrame(_cells(sheet), columns=_heads(sheet), dtype=object)
    target = BytesIO()
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with pd.ExcelWriter(
        target,
        engine="xlsxwriter",
        date_format="yyyy-mm-dd",
        datetime_format="yyyy-mm-dd hh:mm",
        engine_kwargs={"options": options},
    ) as writer:
        frame.to_excel(writer, index=False, sheet_name="Concord", freeze_panes=(1, 0))
        page = writer.sheets["Concord"]
        for place, head in enumerate(frame.columns):
            longest = max([len(head), *(len(str(row[place])) for row in sheet.rows[:200])])
            page.set_column(place, place, min(longest + 2, _WIDEST))
        # Who made the file, and when, is not in it: it may travel further than it should.
        writer.book.set_properties({"author": "Concord", "created": datetime(1980, 1, 1)})  # noqa: DTZ001
    return target.getvalue()


def _heads(sheet: Sheet) -> list[str]:
    return [harmless(head) for head in sheet.heads]


def _cells(sheet: Sheet) -> Iterable[list[object]]:
    return [[_cell(value) for value in row] for row in sheet.rows]


def _cell(value: Cell) -> object:
    if value is None:
        return ""
    if isinstance(value, str):
        return harmless(value[:_LONGEST_CELL])
    if isinstance(value, datetime):
        # A spreadsheet knows no zone; the caller gives the place's own time, and nobody reads parts of a minute.
        return value.replace(tzinfo=None, second=0, microsecond=0)
    return value
