"""How long a page takes while others make Word documents as fast as they can."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any, Final

from pages.ui import stores
from tests.bench import targets
from tests.bench.pages import Bench
from tests.core.documents.agreement_samples import full
from tests.core.documents.test_agreement import word_file

#: A page that reads much, one that draws much, and the one that stands on the wall.
PAGES: Final = ("today", "risk", "table")
MAKERS: Final = (0, 1, 8)
HEAD: Final = ("page", "wall alone", *(f"beside {count}" for count in MAKERS[1:]), "times alone")


def rows(session: Callable[[str], str]) -> list[tuple[Any, ...]]:
    """One row a page: the wall time in the middle of its runs, in ms, and the last beside the first."""
    found = []
    for person, page, ids in targets.pages(stores.real(), PAGES):
        bench = Bench(session(person))
        walls = []
        for count in MAKERS:
            with _makers(count):
                walls.append(bench.page(page, ids, looks=0).wall_middle)
        bench.close()
        found.append((page, *walls, walls[-1] / walls[0]))
    return found


@contextmanager
def _makers(count: int) -> Iterator[None]:
    """So many who make one document after the other, in the process of the page."""
    agreement, is_over = full("organisation"), Event()

    def make() -> None:
        while not is_over.is_set():
            word_file(agreement)

    threads = [Thread(target=make) for _ in range(count)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        is_over.set()
        for thread in threads:
            thread.join()
