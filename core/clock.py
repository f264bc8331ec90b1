"""Now and today, in one place, so that the fictional example can tell a story that began last year."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta

from core.settings import settings

#: How far this thread of work stands away from the real time: nothing, except while the example is written.
_AWAY: ContextVar[timedelta] = ContextVar("away", default=timedelta())


def now() -> datetime:
    return datetime.now(UTC) + _AWAY.get()  # noqa: TID251  the one place


def today() -> date:
    """The day that it is where the services are."""
    return day(now())


def day(moment: datetime) -> date:
    """The day that it was, or will be, there at that moment."""
    return local(moment).date()


def local(moment: datetime) -> datetime:
    """The same moment as the clocks there say it."""
    return moment.astimezone(settings().timezone)


def moment(day: date, at: time = time()) -> datetime:
    """That time of a day there; without one, its beginning."""
    return datetime.combine(day, at, settings().timezone).astimezone(UTC)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """What is done inside is done at that moment and in the seconds after it. For the fictional example alone."""
    token = _AWAY.set(moment - datetime.now(UTC))  # noqa: TID251
    try:
        yield
    finally:
        _AWAY.reset(token)
