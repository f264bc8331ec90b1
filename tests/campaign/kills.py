"""kill -9 in the middle of saving, again and again: what was acknowledged is there, whole, and the log's chain holds."""

import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from core import chain
from core.store import Store
from tests import postgresql
from tests.campaign.saving import Ground, halves, heard, kept, lay, whole, worker

#: Seconds after the first save within which the worker dies.
LONGEST = 0.3


@dataclass
class Result:
    """What came out of so many kills."""

    kills: int = 0
    saved: int = 0
    lost: int = 0
    twice: int = 0
    half: int = 0
    broken: int = 0
    restarts: list[float] = field(default_factory=list)

    def look(self, store: Store, acknowledged: set[str]) -> None:
        """Count what is missing after a kill."""
        with store.reading.begin() as db:
            found = kept(db)
            self.lost += len(acknowledged - found.keys())
            self.twice += sum(times > 1 for mark, times in found.items() if "-" in mark)
            self.half += halves(db)
            intact = chain.verify(db, chain.key_of(db)).wrong is None
        self.broken += not (whole(store) and intact)

    @property
    def is_clean(self) -> bool:
        return not (self.lost or self.twice or self.half or self.broken)

    def rows(self, what: str) -> list[tuple[str, str]]:
        slow = max(self.restarts, default=0)
        return [
            (f"{what}: kills, and saves acknowledged before them", f"{self.kills}, {self.saved}"),
            (f"{what}: acknowledged and lost, kept twice, half", f"{self.lost}, {self.twice}, {self.half}"),
            (f"{what}: database or chain of the log broken", f"{self.broken} of {self.kills}"),
            (f"{what}: open again after", f"{slow:.2f} s at most"),
        ]


def kill(ground: Ground, *, times: int, seed: int) -> Result:
    """Kill somebody who saves, open the store again, and look."""
    chance, result, acknowledged = random.Random(seed), Result(), set[str]()  # noqa: S311
    for number in range(times):
        with worker(ground, f"w{seed}.{number}") as (process, hears):
            hears.poll(60)
            time.sleep(chance.random() * LONGEST)
            process.kill()
            process.join()
            marks = heard(hears)
        begin = time.perf_counter()
        store = ground.open()
        result.restarts.append(time.perf_counter() - begin)
        acknowledged |= set(marks)
        result.kills += 1
        result.saved += len(marks)
        result.look(store, acknowledged)
        store.engine.dispose()
    return result


@contextmanager
def grounds() -> Iterator[list[tuple[str, Ground]]]:
    """A store of each kind with a case in it."""
    with tempfile.TemporaryDirectory() as name, postgresql.server() as url:
        folder = Path(name)
        yield [
            ("SQLite", lay(f"sqlite:///{folder / 'concord.db'}", folder / "sqlite" / "database.key")),
            ("PostgreSQL", lay(url, folder / "postgresql" / "database.key")),
        ]


def trial(*, times: tuple[int, int] = (400, 80)) -> list[tuple[str, str]]:
    """What was tried, and the figure."""
    rows = []
    with grounds() as found:
        for (name, ground), number in zip(found, times, strict=True):
            rows += kill(ground, times=number, seed=7).rows(f"kill -9, a process that saves, {name}")
    return rows
