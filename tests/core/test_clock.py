"""The day is that of the place where the services are, not of Greenwich."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time

import pytest
import time_machine
from sqlalchemy.orm import Session

from core import clock
from core.errors import Invalid
from core.locale import Words
from core.operations import notice_times, path_entries
from core.settings import SettingsError, settings
from pages.ui import notice_words
from tests.make import Make

#: Half an hour after midnight in Skopje, on a Monday.
NIGHT = datetime(2026, 11, 29, 23, 30, tzinfo=UTC)
MONDAY = date(2026, 11, 30)


@pytest.fixture
def skopje(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    settings.cache_clear()
    monkeypatch.setenv("CONCORD_TIMEZONE", "Europe/Skopje")
    yield
    settings.cache_clear()


@pytest.mark.usefixtures("skopje")
def test_after_midnight_there_it_is_the_next_day(db: Session, make: Make) -> None:
    pair = make.pair()
    with time_machine.travel(NIGHT):
        assert clock.today() == MONDAY
        assert clock.day(clock.moment(MONDAY)) == MONDAY
        made = path_entries.add(db, pair.pp, pair.case.id, kind="court", happened_on=MONDAY)
        assert made.happened_on == MONDAY
        with pytest.raises(Invalid, match=r"error\.in_the_future"):
            path_entries.add(db, pair.pp, pair.case.id, kind="court", happened_on=date(2026, 12, 1))


@pytest.mark.usefixtures("skopje")
@pytest.mark.parametrize(
    ("at", "by"),
    [
        # A Friday evening there, and the first hour of a Monday.
        (datetime(2026, 11, 27, 20, 0, tzinfo=UTC), datetime(2026, 11, 27, 23, 0, tzinfo=UTC)),
        (NIGHT, datetime(2026, 11, 30, 23, 0, tzinfo=UTC)),
        # A Friday after midnight, which is a Saturday; the week before the clocks go back.
        (datetime(2026, 10, 23, 22, 30, tzinfo=UTC), datetime(2026, 10, 26, 23, 0, tzinfo=UTC)),
    ],
)
def test_a_notice_is_to_be_read_until_the_working_day_ends_there(at: datetime, by: datetime) -> None:
    assert notice_times.read_by(at, 0) == by


@pytest.mark.usefixtures("skopje")
def test_a_time_of_a_day_is_said_by_the_clocks_there() -> None:
    assert clock.moment(MONDAY, time(9)) == datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
    assert clock.local(NIGHT).hour == 0


def test_a_zone_that_nobody_knows_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    settings.cache_clear()
    monkeypatch.setenv("CONCORD_TIMEZONE", "Mars")

    with pytest.raises(SettingsError, match="name of a time zone"):
        settings()
    monkeypatch.setenv("CONCORD_TIMEZONE", "")
    assert settings().timezone is None
    settings.cache_clear()


@pytest.mark.usefixtures("skopje")
def test_the_end_of_a_working_day_is_said_as_the_end_of_that_day() -> None:
    class Place:
        words = Words("en", "UTC")

    by = notice_times.read_by(datetime(2026, 11, 27, 9, 0, tzinfo=UTC), 0)

    assert notice_words.by(Place(), by) == "the end of 27 Nov 2026"  # type: ignore[arg-type]
