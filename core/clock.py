"""Now and today, in one place, so that the fictional example can tell a story that began last year."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta

#: How far this thread of work stands away from the real time: nothing, except while the example is written.
_AWAY: ContextVar[timedelta] = ContextVar("away", default=timedelta())


def now() -> datetime:
    return datetime.now(UTC) + _AWAY.get()  # noqa: TID251  the one place


def today() -> date:
    return now().date()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """What is done inside is done at that moment and in the seconds after it. For the fictional example alone."""
    token = _AWAY.set(moment - datetime.now(UTC))  # noqa: TID251
    try:
        yield
    finally:
        _AWAY.reset(token)
