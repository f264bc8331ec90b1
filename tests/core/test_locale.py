"""The words of a language: its plurals, its days, and the source language where it lacks a word."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from core import locale
from core.locale import Words

ROOT = Path(__file__).parents[2]
#: A language that counts in three ways, and writes the year first.
OTHER = """
[dates]
locale = "pl"
day = "y-MM-dd"
field = "YYYY/MM/DD"

[meetings.found]
one = "{number} spotkanie"
few = "{number} spotkania"
many = "{number} spotka\u0144"
other = "{number} spotkania"
"""
SOURCE = """
[dates]
locale = "en_GB"
day = "d MMM y"
moment = "d MMM y, HH:mm"
field = "DD/MM/YYYY"

[meetings]
title = "Meetings"

[meetings.found]
one = "{number} meeting"
other = "{number} meetings"
"""


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A folder of words with a second language in it."""
    (tmp_path / "en.toml").write_text(SOURCE, encoding="utf-8")
    (tmp_path / "pl.toml").write_text(OTHER, encoding="utf-8")
    monkeypatch.setattr(locale, "FOLDER", tmp_path)
    caches = (locale.load, locale.said, locale.languages)
    for cached in caches:
        cached.cache_clear()
    yield
    monkeypatch.undo()
    for cached in caches:
        cached.cache_clear()


@pytest.mark.usefixtures("two")
def test_a_language_counts_in_its_own_forms() -> None:
    polish, english = Words("pl"), Words("en")

    assert [polish.count("meetings.found", number) for number in (1, 3, 5, 22)] == [
        "1 spotkanie",
        "3 spotkania",
        "5 spotka\u0144",
        "22 spotkania",
    ]
    assert [english.count("meetings.found", number) for number in (0, 1, 3)] == [
        "0 meetings",
        "1 meeting",
        "3 meetings",
    ]


@pytest.mark.usefixtures("two")
def test_a_language_writes_its_days_in_its_own_way_and_lends_the_rest_from_the_source() -> None:
    polish, english = Words("pl"), Words("en")

    assert (polish.day(date(2027, 2, 4)), english.day(date(2027, 2, 4))) == ("2027-02-04", "4 Feb 2027")
    assert (polish.day_field, english.day_field) == ("YYYY/MM/DD", "DD/MM/YYYY")
    assert polish.moment(datetime(2027, 2, 4, 9, 5, tzinfo=UTC)) == "4 lut 2027, 09:05"
    assert polish("meetings.title") == "Meetings"
    assert locale.languages() == ("en", "pl")


def test_no_page_writes_a_day_in_a_way_of_its_own() -> None:
    pages = {path: path.read_text(encoding="utf-8") for path in (ROOT / "pages").rglob("*.py")}

    assert [path for path, source in pages.items() if "DD/MM" in source or "MMM" in source] == []
