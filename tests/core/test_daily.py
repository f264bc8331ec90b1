"""What is done once a day is done the next day too, whatever happened."""

from datetime import timedelta
from threading import Event

import pytest

from core import daily
from core.errors import Unavailable


def test_what_fails_at_the_start_is_said_and_the_start_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    def full() -> None:
        raise Unavailable("error.disk_full")

    with daily.every_day(full, failed="it could not be done"):
        pass

    assert "it could not be done" in caplog.text


def test_an_error_that_nobody_foresaw_ends_no_later_day_and_its_words_stand_in_no_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(daily, "DAY", timedelta(milliseconds=5))
    days, third = list[int](), Event()

    def act() -> None:
        days.append(1)
        if len(days) == 2:
            raise ValueError("Anna Bianchi")
        if len(days) > 2:
            third.set()

    with daily.every_day(act, failed="it could not be done"):
        assert third.wait(10)

    assert "it could not be done: ValueError" in caplog.text
    assert "Bianchi" not in caplog.text
