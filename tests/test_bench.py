"""What is measured: every page of the site, as somebody who has it."""

import time
from collections import Counter
from collections.abc import Callable
from uuid import uuid4

import pytest

from core.access import Actor
from core.demo.people import PEOPLE
from pages.ui import frame
from pages.ui.site import PAGES, PageSpec
from tests.bench import guards
from tests.bench.openings import OPENINGS


def actor(person: str) -> Actor:
    _, name, service, _, roles = next(each for each in PEOPLE if each[0] == person)
    return Actor(uuid4(), uuid4(), service[1], frozenset(roles), name=name)


def test_every_page_of_the_site_is_measured_and_no_page_that_is_gone() -> None:
    assert set(OPENINGS) == {spec.key for spec in PAGES}


@pytest.mark.parametrize("spec", PAGES, ids=lambda spec: spec.key)
def test_a_page_is_measured_as_somebody_who_has_it(spec: PageSpec) -> None:
    assert frame.is_allowed(actor(OPENINGS[spec.key].person), spec)


def busy_in(file: str) -> Callable[[float], None]:
    """A function of this file, as far as anybody can tell, that is busy for some seconds."""
    made: dict[str, Callable[[float], None]] = {}
    code = "def busy(long):\n    until = now() + long\n    while now() < until: pass"
    exec(compile(code, file, "exec"), {"now": time.perf_counter}, made)  # noqa: S102  our own line above
    return made["busy"]


def test_what_an_operation_does_below_its_mark_is_its_own_and_what_the_mark_asks_is_access() -> None:
    operation, mark = "/there/core/operations/timelines.py", f"/there/{guards.MARK}"

    assert guards.names(["/lib/sql.py", operation, mark, "/there/core/store.py"]) == (guards.ALL,)
    assert guards.names(["/lib/sql.py", mark, "/there/core/store.py"]) == (guards.ALL, "access")
    assert guards.names(["/there/core/access/actors.py", operation, mark]) == (guards.ALL, "access")
    assert guards.names(["/there/core/audit.py", operation, mark]) == (guards.ALL, "log")


def test_what_a_page_does_below_a_guard_counts_as_that_guards(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: Counter[str] = Counter()
    in_access, elsewhere = busy_in("/there/core/access/cases.py"), busy_in("/there/core/lists.py")
    monkeypatch.setattr(frame, "run", lambda: (in_access(0.3), elsewhere(0.1)))

    with guards.watched(seen):
        frame.run()

    assert seen["access"] > seen[guards.ALL] / 2
    assert seen["access"] < seen[guards.ALL]
    assert guards.share(seen, "sealing") == guards.share(Counter(), "log") == 0
