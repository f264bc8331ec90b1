"""python -m tests.campaign [NAME …]: run the long trials, or those named, and print what came out, a row a figure."""

import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from sqlalchemy import Engine

from core import clock, store
from core.db import open_engine
from tests import postgresql

Rows = Iterable[tuple[str, str]]

#: The modules of this folder with a function `trial`, and whether it takes an empty database of each kind.
#: They are imported when they run: a process that is made for being killed reads this file again, and should not wait.
TRIALS = {
    "access": True,
    "log": True,
    "backup": True,
    "rotations": True,
    "guesses": True,
    "migrating": False,
    "outages": False,
    "kills": False,
    "serving": False,
    "writers": False,
    "hostile": True,
    "canaries": False,
}


@contextmanager
def engines() -> Iterator[list[Engine]]:
    """An empty database of each kind."""
    with tempfile.TemporaryDirectory() as name, postgresql.server() as url:
        folder = Path(name)
        opened = [
            open_engine(f"sqlite:///{folder / 'concord.db'}", folder / "database.key"),
            open_engine(url, folder / "database.key"),
        ]
        for engine in opened:
            store.migrate(engine)
        yield opened
        for engine in opened:
            engine.dispose()


def run(name: str) -> Iterator[tuple[str, str]]:
    """What one trial found."""
    trial: Callable[..., Rows] = import_module(f"tests.campaign.{name}").trial
    if not TRIALS[name]:
        yield from trial()
        return
    with engines() as opened:
        for engine in opened:
            yield from trial(engine)


def main(names: list[str]) -> None:
    unknown = set(names) - TRIALS.keys()
    if unknown:
        raise SystemExit(f"There is no such trial. There are: {', '.join(TRIALS)}.")
    for name in names or TRIALS:
        begin = time.monotonic()
        for what, figure in run(name):
            _print(f"| {what} | {figure} |")
        _print(f"| {name}: run on {clock.today()}, whole | {time.monotonic() - begin:.0f} s |")


def _print(row: str) -> None:
    sys.stdout.write(f"{row}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
