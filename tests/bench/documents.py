"""How long each kind of Word document takes, with all checks of the text in it."""

import time
from collections.abc import Callable
from statistics import median, quantiles
from typing import Any

from tests.core.documents import samples
from tests.core.documents.agreement_samples import full
from tests.core.documents.test_agreement import word_file

TIMES = 20


def _measure(make: Callable[[], bytes]) -> tuple[float, float, float, float]:
    """Processor time in the middle and late, wall time, and the size."""
    size = len(make())
    times, walls = [], []
    for _ in range(TIMES):
        begun, wall = time.thread_time(), time.perf_counter()
        make()
        times.append((time.thread_time() - begun) * 1000)
        walls.append((time.perf_counter() - wall) * 1000)
    return median(times), quantiles(times, n=20)[-1], median(walls), size / 1000


def rows() -> list[tuple[Any, ...]]:
    """One row a kind."""
    makers: dict[str, Callable[[], bytes]] = {
        "agreement, organisation level": lambda: word_file(full("organisation")),
        "agreement, case level": lambda: word_file(full("case")),
    }
    return [(name, *_measure(make)) for name, make in makers.items()] + [
        (str(kind), *_measure(make)) for kind, make in samples.makers().items()
    ]
