"""python -m tests.campaign: run the long trials and print what came out, a row a figure."""

import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine

from core import store
from core.db import open_engine
from tests import postgresql
from tests.campaign import backup, canaries, log, rotations


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


#: Each takes an empty database and gives rows of what was tried and what came out.
TRIALS = (log.trial, backup.trial, rotations.trial)


def main() -> None:
    with engines() as opened:
        for trial in TRIALS:
            for engine in opened:
                _print(trial(engine))
    _print(canaries.trial())


def _print(rows: Iterable[tuple[str, str]]) -> None:
    for what, figure in rows:
        sys.stdout.write(f"| {what} | {figure} |\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
