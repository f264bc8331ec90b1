"""A session is ended while somebody sits there: until the screen is empty, and until its socket is closed."""

import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, sync_playwright

from core import sign_in
from core.access import Actor
from tests.browser.conftest import House
from tests.browser.wire import closed_after, run
from tests.campaign.serving import Ground, ground
from tests.chromium import CHROMIUM, FLAGS

#: What is promised, in seconds.
EMPTY, CLOSED = 5.0, 1.0
#: Long after both: a screen that stays, or a socket that stays open, is counted and does not hold the trial up.
PATIENCE = 20
#: What stands in the page now, under whatever may cover it.
_STANDS = "word => document.documentElement.innerHTML.includes(word)"


def end(here: Ground, actor: Actor) -> None:
    """End every session of somebody, as another process does."""
    with here.store.writing.begin() as db:
        sign_in.end_all(db, actor.person_id)


def sockets(here: Ground, *, times: int) -> list[float]:
    """Seconds from the end of a session to the end of its socket, so many times."""
    found = []
    for _ in range(times):
        with here.wire("pp").socket() as one:
            assert here.actors["pp"].name in run(one).text
            end(here, here.actors["pp"])
            begin = time.perf_counter()
            closed_after(one, PATIENCE)
            found.append(time.perf_counter() - begin)
    return found


def screens(here: Ground, *, times: int) -> list[float]:
    """The same for a screen, in a browser of one's own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        found = emptied(here, browser, times=times)
        browser.close()
    return found


def emptied(here: Ground, browser: Browser, *, times: int) -> list[float]:
    """Seconds from the end of a session until the code of the case is nowhere in the page, so many times."""
    hers, code, found = here.actors["vss"], here.world.pair.case.code, []
    house = House(here.served.address, here.store, browser)
    house.accounts |= here.house.accounts
    for _ in range(times):
        page = house.come_in(hers)
        with closing(page.context):
            house.open(page, "case", case=here.world.pair.case.id)
            page.wait_for_function(_STANDS, arg=code)
            end(here, hers)
            begin = time.perf_counter()
            page.wait_for_function(
                f"word => !({_STANDS})(word)", arg=code, timeout=PATIENCE * 1000, polling=50
            )
            found.append(time.perf_counter() - begin)
    here.house.accounts |= house.accounts
    return found


def _rows(what: str, promised: float, found: Sequence[float]) -> tuple[str, str]:
    late = sum(one > promised for one in found)
    return (
        f"session ended → {what} (promised: {promised:.0f} s): times, in the middle, at most, later than promised",
        f"{len(found)}, {median(found):.2f} s, {max(found):.2f} s, {late}",
    )


def trial(*, ends: int = 50) -> list[tuple[str, str]]:
    """What was tried, and the figure."""
    tried: tuple[tuple[str, float, Callable[..., list[float]]], ...] = (
        ("its socket closed", CLOSED, sockets),
        ("data gone from the screen", EMPTY, screens),
    )
    with tempfile.TemporaryDirectory() as name, ground(Path(name)) as here:
        return [_rows(what, promised, one(here, times=ends)) for what, promised, one in tried]
