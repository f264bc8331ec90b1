"""What of a page's time goes into its guards: who asks and what they may see, opening what is sealed, and the log of reads.

A second thread looks a thousand times a second where the page is. Whatever runs below a function of a guard counts as
that guard's, the queries that it makes included; what a condition of access costs inside the query of an operation does
not show, and is part of the database's time.
"""

import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import FrameType

from pages.ui import frame

EVERY = 0.001
GUARDS: Mapping[str, tuple[str, ...]] = {
    "access": ("core/access/", "core/sign_in/"),
    "sealing": ("core/sealed.py", "core/sealing.py", "core/keys.py", "core/key_rings.py", "core/key_file.py"),
    "log": ("core/audit.py", "core/chain.py"),
}
#: All looks at a page, whatever it was doing.
ALL = "all"


@contextmanager
def watched(seen: Counter[str]) -> Iterator[None]:
    """Count in which guard the pages are that run meanwhile."""
    original, interval = frame.run, sys.getswitchinterval()
    running: set[int] = set()
    ends = threading.Event()

    def run() -> None:
        me = threading.get_ident()
        running.add(me)
        try:
            original()
        finally:
            running.discard(me)

    def look() -> None:
        while not ends.is_set():
            time.sleep(EVERY)
            stacks = sys._current_frames()
            seen.update(name for page in tuple(running) if page in stacks for name in _names(stacks[page]))

    watcher = threading.Thread(target=look, daemon=True)
    frame.run = run
    # The page gives way at once: where it did so when it pleased, it was found where it waited for the database.
    sys.setswitchinterval(EVERY / 100)
    watcher.start()
    try:
        yield
    finally:
        ends.set()
        watcher.join()
        sys.setswitchinterval(interval)
        frame.run = original


def share(seen: Counter[str], guard: str) -> float:
    """How many of a hundred looks found the page there."""
    return 100 * seen[guard] / max(seen[ALL], 1)


def _names(stack: object) -> tuple[str, ...]:
    """Everything, and the guard in which it is, the innermost of several; nothing where the look came to no end."""
    while isinstance(stack, FrameType):
        file = stack.f_code.co_filename
        for name, parts in GUARDS.items():
            if any(part in file for part in parts):
                return ALL, name
        stack = stack.f_back
    # The page goes on while it is looked at: what called a piece that has just ended may be anything.
    return (ALL,) if stack is None else ()
