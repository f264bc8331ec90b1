import csv
import zipfile
from datetime import UTC, date, datetime
from io import BytesIO, StringIO
from typing import NamedTuple
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import access, exports, lists
from core.access import Actor
from core.exports import Sheet
from core.lists import Asked, Found
from core.models import Case, Cooperation, Event
from core.operations import exports as export_operations
from tests.make import Make

TYPED = st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\t\r"), max_size=60)
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n")


def read_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(content.decode("utf-8-sig"), newline="")))


class Cell(NamedTuple):
    text: str
    is_text: bool


def read_xlsx(content: bytes) -> list[list[Cell]]:
    """The rows of the worksheet, which must hold no formula and no link."""
    with zipfile.ZipFile(BytesIO(content)) as book:
        page = ET.fromstring(book.read("xl/worksheets/sheet1.xml"))  # noqa: S314  our own file
        shared = ET.fromstring(book.read("xl/sharedStrings.xml"))  # noqa: S314
    texts = ["".join(text.itertext()) for text in shared]
    assert page.find(f".//{MAIN}f") is None
    assert page.find(f".//{MAIN}hyperlink") is None
    return [[read_cell(cell, texts) for cell in row] for row in page.iter(f"{MAIN}row")]


def read_cell(cell: ET.Element, texts: list[str]) -> Cell:
    value = cell.findtext(f"{MAIN}v", "")
    is_text = cell.get("t") == "s"
    return Cell(texts[int(value)] if is_text else value, is_text)


@settings(deadline=None)  # the first file waits for pandas to load
@given(st.lists(TYPED, min_size=1, max_size=4))
def test_no_cell_of_a_csv_starts_as_a_formula_and_every_text_comes_out_as_typed(texts: list[str]) -> None:
    rows = read_csv(exports.to_csv(Sheet(["Head"] * len(texts), [texts])))

    assert not any(cell.startswith(SIGNS) or cell.lstrip().startswith(SIGNS) for cell in rows[1])
    assert all(cell in {text, f"'{text}"} for cell, text in zip(rows[1], texts, strict=True))


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+49 30",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        " =1",
        "＝1",  # noqa: RUF001
        '=HYPERLINK("http://example.invalid")',
    ],
)
def test_a_text_that_looks_like_a_formula_is_a_text_in_both_formats(text: str) -> None:
    sheet = Sheet(["Head"], [[text]])

    (_, (in_csv,)), (_, (in_xlsx,)) = (
        read_csv(exports.make(sheet, "csv")),
        read_xlsx(exports.make(sheet, "xlsx")),
    )

    assert in_csv == f"'{text}"
    assert in_xlsx == (f"'{text}".replace("\r", "_x000D_"), True)


@pytest.mark.parametrize(
    "text", ["PP & VSS", "<b>", "{{ x }}", "score <10", "😀 عربي", "007", "http://a.invalid"]
)
def test_what_a_person_typed_comes_out_of_a_worksheet_as_typed(text: str) -> None:
    content = exports.to_xlsx(Sheet(["Head"], [[text]]))

    assert read_xlsx(content)[1] == [(text, True)]


def test_days_and_numbers_stay_days_and_numbers_in_a_worksheet() -> None:
    row: list[exports.Cell] = [date(2027, 2, 6), datetime(2027, 2, 6, 12, 0, tzinfo=UTC), -3, None]

    (_, cells) = read_xlsx(exports.to_xlsx(Sheet(["Day", "At", "Number", "Empty"], [row])))

    assert cells[:3] == [("46424", False), ("46424.5", False), ("-3", False)]
    assert cells[3:] == []


def test_an_empty_list_is_its_heads() -> None:
    assert read_csv(exports.to_csv(Sheet(["=One", "Two"], []))) == [["'=One", "Two"]]
    assert read_xlsx(exports.to_xlsx(Sheet(["One", "Two"], []))) == [[("One", True), ("Two", True)]]


def find(db: Session, actor: Actor, asked: Asked) -> Found[Case]:
    return lists.page(
        db,
        access.visible_cases(actor),
        asked,
        search=[Case.code, Case.phase],
        sorts={"code": [Case.code], "-code": [Case.code.desc()]},
    )


def test_a_search_finds_the_rows_that_hold_every_word_whatever_the_capitals(db: Session, make: Make) -> None:
    pair = make.pair()
    pair.case.phase = "Поискана помощ 100%"
    db.flush()

    for search in ("", pair.case.code.lower(), "поискана", "ПОМОЩ", f"{pair.case.code} помощ", "100%"):
        assert find(db, pair.pp, Asked(search)).rows == [pair.case]
    for search in (f"{pair.case.code} nothing", "100_", "%%"):
        assert find(db, pair.pp, Asked(search)) == Found([], 0)


def test_a_list_gives_as_many_rows_as_asked_for_and_says_how_many_there_are(db: Session, make: Make) -> None:
    pair = make.pair()
    for _ in range(3):
        make.case(db.get_one(Cooperation, pair.case.cooperation_id), pair.pp)

    first = find(db, pair.pp, Asked(limit=2))
    last = find(db, pair.pp, Asked(sort="-code", limit=2))

    assert (len(first.rows), first.total) == (2, 4)
    assert first.rows[0].code < first.rows[1].code
    assert last.rows[0].code > last.rows[1].code


def test_a_file_holds_the_whole_list_and_leaves_an_event(db: Session, make: Make) -> None:
    pair, stranger = make.pair(), make.pair().vss

    def export(actor: Actor) -> list[list[str]]:
        content = export_operations.table(
            db,
            actor,
            find,
            what="cases",
            asked=Asked(limit=1),
            heads=["Code"],
            cells=lambda case: [case.code],
            form="csv",
        )
        return read_csv(content)

    assert export(pair.pp) == [["Code"], [pair.case.code]]
    assert [pair.case.code] not in export(stranger)
    own = select(Event.act).where(Event.person_id == pair.pp.person_id)
    assert db.scalars(own.order_by(Event.seq)).all() == ["export_cases", "list_for_own"]


def test_a_moment_is_written_to_the_minute() -> None:
    at = datetime(2027, 2, 6, 12, 0, 31, 482913, tzinfo=UTC)

    file = exports.to_csv(exports.Sheet(["When"], [[at]])).decode("utf-8-sig")

    assert file == '"When"\r\n"2027-02-06 12:00:00"\r\n'
