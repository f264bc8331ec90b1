"""What of a page's time goes into its guards: who asks and what they may see, opening what is sealed, and the log of reads.

A second thread looks some hundred times a second where the page is. Whatever runs below a function of a guard counts as
that guard's, the queries that it makes included; what a condition of access costs inside the query of an operation does
not show, and is part of the database's time.
"""

import faulthandler
import os
import re
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from pages.ui import frame

EVERY = 0.001
GUARDS: Mapping[str, tuple[str, ...]] = {
    "access": ("core/access/", "core/sign_in/"),
    "sealing": ("core/sealed.py", "core/sealing.py", "core/keys.py", "core/key_rings.py", "core/key_file.py"),
    "log": ("core/audit.py", "core/chain.py", "core/log_keys.py"),
}
#: Every operation that is about one case runs below this; what it does there is its own.
MARK = "core/access/statements.py"
OPERATION = "core/operations/"
#: All looks at a page, whatever it was doing.
ALL = "all"
_THREAD = re.compile(r"hread 0x([0-9a-f]+) ")
_FILE = re.compile(r'  File "([^"]*)"')


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
        with tempfile.TemporaryFile() as paper:
            while not ends.is_set():
                time.sleep(EVERY)
                # Between two pages there is nothing to see, and to write it down takes their time.
                stacks = _stacks(paper.fileno()) if running else {}
                seen.update(name for page in tuple(running) if page in stacks for name in names(stacks[page]))

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


def _stacks(paper: int) -> Mapping[int, Sequence[str]]:
    """The files in which each thread is, the innermost first, all of one moment.

    Whoever follows the frames of a thread in Python does so while it goes on, and reads what is not there any more.
    """
    os.ftruncate(paper, 0)
    os.lseek(paper, 0, os.SEEK_SET)
    faulthandler.dump_traceback(paper)
    length = os.lseek(paper, 0, os.SEEK_CUR)
    os.lseek(paper, 0, os.SEEK_SET)
    written = os.read(paper, length).decode(errors="replace")
    found: dict[int, list[str]] = {}
    files: list[str] = []
    for line in written.splitlines():
        if thread := _THREAD.search(line):
            files = found[int(thread[1], 16)] = []
        elif file := _FILE.match(line):
            files.append(file[1])
    return found


def names(files: Sequence[str]) -> tuple[str, ...]:
    """Everything, and the guard in which it is, the innermost of several."""
    is_in_operation = False
    for file in files:
        is_in_operation = is_in_operation or OPERATION in file
        if is_in_operation and MARK in file:
            continue
        for name, parts in GUARDS.items():
            if any(part in file for part in parts):
                return ALL, name
    return (ALL,)
