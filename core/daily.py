"""What the server does once a day, as long as it runs."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread

from core.errors import Unavailable

log = logging.getLogger("concord")

DAY = timedelta(days=1)


@contextmanager
def every_day(act: Callable[[], object], *, failed: str) -> Iterator[None]:
    """Do it a day from now and each day after; what fails is said in the console and tried the next day."""
    stop = Event()

    def watch() -> None:
        while not stop.wait(DAY.total_seconds()):
            try:
                act()
            except (OSError, Unavailable):
                log.error(failed)  # noqa: TRY400  the console takes no traceback

    Thread(target=watch, daemon=True).start()
    try:
        yield
    finally:
        stop.set()
