"""The served program in a real browser: start to first page, a click until the page stands still, memory."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from uuid import UUID

import psutil
from playwright.sync_api import BrowserContext, Page, sync_playwright
from port_for import get_port

from core import demo, sign_in
from pages.ui import stores
from tests.bench import targets
from tests.chromium import CHROMIUM, FLAGS

ROOT = Path(__file__).resolve().parent.parent.parent
CLICKS = 7
SESSIONS = 10
PATIENCE = 60
SETTLED = "[data-testid=stApp][data-test-script-state=notRunning]"

#: Goes back to the page by the browser's own button and waits for the last change before the run ends.
BACK = """
() => new Promise((done) => {
    const app = document.querySelector("[data-testid=stApp]");
    const begun = performance.now();
    let last = begun, ran = false;
    const changes = new MutationObserver(() => { last = performance.now(); });
    changes.observe(app, { childList: true, subtree: true, characterData: true });
    const watch = () => {
        const state = app.getAttribute("data-test-script-state");
        if (state !== "notRunning") ran = true;
        const quiet = performance.now() - last > 120;
        if ((ran || performance.now() - begun > 1500) && state === "notRunning" && quiet) {
            changes.disconnect();
            done(last - begun);
        } else {
            requestAnimationFrame(watch);
        }
    };
    history.back();
    watch();
})
"""


@contextmanager
def served(home: Path) -> Iterator[tuple[str, psutil.Process, float]]:
    """Serve a home folder; gives the address, the process and the seconds until it answered."""
    port = get_port(None)
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "app.py", "--server.port", str(port)],
        cwd=ROOT,
        env={**os.environ, "CONCORD_HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        while not _answers(address):
            if process.poll() is not None or time.perf_counter() - begun > PATIENCE:
                raise RuntimeError("the program does not answer")
            time.sleep(0.02)
        yield address, psutil.Process(process.pid), time.perf_counter() - begun
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/healthz", timeout=1) as answer:  # noqa: S310  our own server
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def _ticket(username: str) -> str:
    store = stores.real()
    with store.writing.begin() as db:
        persona = next(found for found in demo.personas(db) if found.key == username)
        ticket = sign_in.issue_ticket_for(db, persona.person_id)
    return stores.letter(store) + ticket


def _enter(context: BrowserContext, address: str, username: str) -> Page:
    page = context.new_page()
    context.request.post(f"{address}/enter", data=_ticket(username), headers={"Origin": address})
    page.goto(f"{address}/")
    page.wait_for_selector(SETTLED)
    page.wait_for_selector("h1")
    return page


def _address(address: str, key: str, ids: dict[str, UUID]) -> str:
    return f"{address}/{key}?" + "&".join(f"{name}={value}" for name, value in ids.items())


def _clicks(page: Page, address: str, key: str, ids: dict[str, UUID]) -> list[float]:
    """Leave the page for another and come back to it, many times."""
    page.goto(_address(address, key, ids))
    page.wait_for_selector(SETTLED)
    page.wait_for_selector("h1")
    # A link to the page itself would lead nowhere, and Back would then leave the program.
    elsewhere = "me" if key != "me" else "meetings"
    times = []
    for _ in range(CLICKS):
        page.wait_for_timeout(150)
        # Clicked in the page itself: the table folds the menu away.
        page.locator(f"[data-testid=stSidebarNavLink][href$='/{elsewhere}']").evaluate("link => link.click()")
        page.wait_for_url(f"**/{elsewhere}")
        page.wait_for_selector(SETTLED)
        page.wait_for_timeout(150)
        times.append(float(page.evaluate(BACK)))
    return times


def tables(
    home: Path, wanted: Sequence[str] = ()
) -> Iterator[tuple[str, tuple[str, ...], list[tuple[Any, ...]]]]:
    """The tables of the served program."""
    opened = targets.pages(stores.real(), wanted)
    with served(home) as (address, process, answered), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        begun = time.perf_counter()
        first = browser.new_context().new_page()
        first.goto(address)
        first.wait_for_selector("h1")
        seen = time.perf_counter() - begun
        rows: list[tuple[Any, ...]] = []
        contexts: dict[str, Page] = {}
        for person, key, ids in opened:
            if person not in contexts:
                contexts[person] = _enter(browser.new_context(), address, person)
            times = _clicks(contexts[person], address, key, ids)
            rows.append((key, median(times), quantiles(times, n=20)[-1]))
        yield "Click to the last change of the page, in Chromium", ("page", "median ms", "p95 ms"), rows
        before = process.memory_info().rss
        for _ in range(SESSIONS):
            _enter(browser.new_context(), address, "ivo")
        after = process.memory_info().rss
        yield (
            "Start and memory",
            ("what", "figure"),
            [
                ("start until it answers, s", answered),
                ("first page in a fresh browser, s", seen),
                ("start to first page, s", answered + seen),
                ("process after all pages, MB", before / 1e6),
                (f"one more session, MB (mean of {SESSIONS})", (after - before) / 1e6 / SESSIONS),
            ],
        )
        browser.close()
