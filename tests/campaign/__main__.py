"""python -m tests.campaign [NAME … [--WHAT NUMBER …]]: run the long trials, or those named, and print a row a figure.

    python -m tests.campaign serving --kills 20 --saves 0 --forgeries 0

`--kills` and the like say how often, in the place of what the whole trial does; each trial takes its own.
"""

import inspect
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
    "ending": False,
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


def trial_of(name: str) -> Callable[..., Rows]:
    found: Callable[..., Rows] = import_module(f"tests.campaign.{name}").trial
    return found


def run(name: str, often: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """What one trial found."""
    trial = trial_of(name)
    if not TRIALS[name]:
        yield from trial(**often)
        return
    with engines() as opened:
        for engine in opened:
            yield from trial(engine, **often)


def asked(given: Sequence[str]) -> tuple[list[str], dict[str, int]]:
    """The trials that are named, and how often each thing is to be done.

    Raises SystemExit in a sentence where there is no such trial, or one of them does nothing of the kind.
    """
    first = next((place for place, one in enumerate(given) if one.startswith("--")), len(given))
    names, options = list(given[:first]), given[first:]
    if set(names) - TRIALS.keys():
        raise SystemExit(f"There is no such trial. There are: {', '.join(TRIALS)}.")
    keys, numbers = options[::2], options[1::2]
    if len(keys) != len(numbers) or not all(number.isdecimal() for number in numbers):
        raise SystemExit("Say how often by a number: --kills 20.")
    often = {key.removeprefix("--"): int(number) for key, number in zip(keys, numbers, strict=True)}
    if often and len(names) != 1:
        raise SystemExit("Name one trial, and then how often.")
    known = list(inspect.signature(trial_of(names[0])).parameters) if often else []
    if set(often) - set(known):
        told = ", ".join(f"--{one}" for one in known if one != "engine") or "nothing"
        raise SystemExit(f"The trial '{names[0]}' can be told {told}.")
    return names or list(TRIALS), often


def main(given: Sequence[str]) -> None:
    names, often = asked(given)
    for name in names:
        begin = time.monotonic()
        for what, figure in run(name, often):
            _print(f"| {what} | {figure} |")
        whole = " ".join(f"--{key} {number}" for key, number in often.items()) or "whole"
        _print(f"| {name}: run on {clock.today()}, {whole} | {time.monotonic() - begin:.0f} s |")


def _print(row: str) -> None:
    sys.stdout.write(f"{row}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
