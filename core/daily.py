"""What the server does once a day, or oftener, as long as it runs."""

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from threading import Event, Thread

from core import outages
from core.errors import Unavailable

log = logging.getLogger("concord")

DAY = timedelta(days=1)


def every_day(act: Callable[[], object], *, failed: str) -> AbstractContextManager[None]:
    """Do it now and each day; what fails is said in the console and tried the next day."""
    return every(DAY, act, failed=failed)


@contextmanager
def every(period: timedelta, act: Callable[[], object], *, failed: str) -> Iterator[None]:
    """Do it now and each time that so much time is over; what fails is said in the console and tried the next time."""
    stop = Event()
    _try(act, failed)

    def watch() -> None:
        while not stop.wait(period.total_seconds()):
            # An error that nobody foresaw ends this time's work alone, and is said without its words.
            with ThreadPoolExecutor(1) as once:
                error = once.submit(_try, act, failed).exception()
            if error is not None:
                log.error("%s: %s", failed, type(error).__name__)

    Thread(target=watch, daemon=True).start()
    try:
        yield
    finally:
        stop.set()


def _try(act: Callable[[], object], failed: str) -> None:
    """Do it once; a full disk, or a database that is away, keeps nothing else from being done."""
    try:
        with outages.told():
            act()
    except (OSError, Unavailable):
        log.error(failed)  # noqa: TRY400  the console takes no traceback
