"""A server of one's own with an empty store, and people who sit in front of it in real browsers."""

import os
import socket
import ssl
import subprocess
import sys
import time
import urllib.request
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from playwright.sync_api import TimeoutError as Waited
from sqlalchemy import update
from sqlalchemy.orm import Session

from core import clock, sign_in
from core.access import Actor
from core.models import Account, SignIn
from core.store import Store, open_store
from pages.ui import stores
from tests import beside
from tests.browser.hand import QUIET, RESTLESS, WATCH
from tests.chromium import CHROMIUM, FLAGS
from tests.make import UNTYPED, Make, hashed

ROOT = Path(__file__).resolve().parent.parent.parent
START = timedelta(seconds=60)
#: Milliseconds in which a busy computer may draw what is expected.
PATIENCE = 45_000
expect.set_options(timeout=PATIENCE)
#: Each test numbers its records in a thousand of its own, so that no name comes twice into the shared store.
_thousands = (count(start) for start in count(1, 1000))


#: Browsers that nobody sits at, for each server: they have read the program before, which is most of a sign-in's time.
FREE: defaultdict[str, list[BrowserContext]] = defaultdict(list)


@dataclass
class House:
    """A running server, its store, and the browsers in front of it."""

    address: str
    store: Store
    browser: Browser
    accounts: set[object] = field(default_factory=set)
    taken: list[BrowserContext] = field(default_factory=list)

    def come_in(self, actor: Actor, *, width: int = 1280, height: int = 720) -> Page:
        """A browser of this person's own, signed in."""
        free = FREE[self.address]
        context = free.pop() if free else self._new_browser()
        self.taken.append(context)
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": height})
        page.set_default_timeout(20_000)
        self.sign_in(page, actor)
        return page

    def sign_in(self, page: Page, actor: Actor) -> None:
        """Come in by a ticket, as the sign-in form gives it after a right password."""
        enter(page, self.address, self.ticket(actor))
        # A journey may last longer than the minutes in which nobody asks again who they are.
        with self.store.writing.begin() as db:
            later = update(SignIn).where(SignIn.person_id == actor.person_id)
            until = clock.now() + timedelta(hours=1)
            db.execute(later.values(fresh_until=until, certain_until=until))

    def _new_browser(self) -> BrowserContext:
        """One whose process stays when its pages are closed: a page of the program's that says nothing stands in it."""
        # Nothing here looks at how a thing moves, and to paint it takes a tenth of the browser's time.
        context = self.browser.new_context(reduced_motion="reduce")
        context.add_init_script(WATCH)
        context.new_page().goto(f"{self.address}/healthz")
        return context

    def everybody_goes(self) -> None:
        """Close what is open; the browsers that were taken forget everything but the program's own files."""
        gone = [context for context in self.taken if context in self.browser.contexts]
        for context in gone:
            _forget(context, self.address)
        FREE[self.address].extend(gone)
        self.taken.clear()
        stay = [context for free in FREE.values() for context in free]
        for context in self.browser.contexts:
            if context not in stay:
                context.close()

    def close(self) -> None:
        """Take the browsers away too: the program behind them ends."""
        for context in (*self.taken, *FREE.pop(self.address, [])):
            context.close()
        self.taken.clear()

    def ticket(self, actor: Actor) -> str:
        """What the sign-in form gives after a right password."""
        with self.store.writing.begin() as db:
            if actor.person_id not in self.accounts:
                db.add(
                    Account(
                        person_id=actor.person_id,
                        username=str(actor.person_id),
                        password_hash=hashed(UNTYPED),
                        signed_in_at=clock.now(),
                    )
                )
                self.accounts.add(actor.person_id)
            return stores.letter(self.store) + sign_in.issue_ticket_for(db, actor.person_id)

    def open(self, page: Page, key: str, **params: object) -> None:
        """Open a page by its address."""
        query = "&".join(f"{name}={value}" for name, value in params.items())
        visit(page, f"{self.address}/{key}?{query}")
        # A page that was just opened is drawn once more when its parts have answered; nobody types faster.
        still(page, 400)


#: What a page can leave in a browser, but for the files of the program.
_KEPT = "cookies,local_storage,indexeddb,cache_storage,service_workers"


def _forget(context: BrowserContext, address: str) -> None:
    """Leave of a browser but the page that says nothing: no cookie, and nothing that a page has kept."""
    stays, *others = context.pages
    for page in others:
        page.close()
    session = context.new_cdp_session(stays)
    session.send("Storage.clearDataForOrigin", {"origin": address, "storageTypes": _KEPT})
    session.detach()
    context.clear_cookies()


def enter(page: Page, address: str, ticket: str) -> None:
    """Trade a ticket for a session in this browser, and open the first page."""
    _send(page, "enter", address, ticket)
    page.goto(f"{address}/")
    at_rest(page)


def leave(page: Page, address: str) -> None:
    """End the session of this browser, and open the sign-in form."""
    _send(page, "leave", address)
    page.goto(f"{address}/")
    at_rest(page)


def _send(page: Page, route: str, address: str, body: str | None = None) -> None:
    """Send as the page would, over a connection of its own: an idle one may be closed while it is taken up again."""
    headers = {"Origin": address, "Connection": "close"}
    sent = page.context.request.post(f"{address}/{route}", data=body, headers=headers)
    assert sent.status == 204


#: What the browser's own Back does: another address, and the program that is already there shows its page.
STEP = """
address => new Promise((done) => {
    const app = document.querySelector("[data-testid=stApp]");
    let ran = false;
    const watch = new MutationObserver(() => {
        const rests = app.getAttribute("data-test-script-state") === "notRunning";
        if (ran && rests) { watch.disconnect(); done(true); }
        ran ||= !rests;
    });
    // An address that is not in this person's menu is left alone.
    setTimeout(() => { if (!ran) { watch.disconnect(); done(false); } }, 2000);
    watch.observe(app, { attributes: true });
    history.pushState({}, "", address);
    dispatchEvent(new PopStateEvent("popstate", { state: {} }));
})
"""
_AT_REST = "[data-testid=stApp][data-test-script-state=notRunning]"


def visit(page: Page, address: str) -> None:
    """Show the page of an address, without loading the program again where it is there; return when it is at rest."""
    house = address.partition("://")[2].partition("/")[0]
    is_there = house in page.url and page.locator(_AT_REST).count() > 0
    if not (is_there and page.evaluate(STEP, address)):
        page.goto(address)
    at_rest(page)


def at_rest(page: Page) -> None:
    """Wait until the script behind the page has run to its end."""
    page.wait_for_selector(_AT_REST)


def still(page: Page, ms: int) -> None:
    """Wait until no script runs behind the page and nothing on it has changed for so many milliseconds."""
    try:
        page.wait_for_function(QUIET, arg={"look": time.monotonic(), "still": ms}, polling=50)
    except Waited as error:
        raise AssertionError(f"the page did not come to rest: {page.evaluate(RESTLESS)}") from error


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all journeys: the installed one, else Playwright's own."""
    with sync_playwright() as playwright:
        # Pages of one browser share what was compiled of the program. Each lives for seconds: of the compilers that
        # optimise it only the quicker wins more than it costs.
        flags = [*FLAGS, "--process-per-site", "--js-flags=--no-opt"]
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield opened
        opened.close()


@dataclass
class Served:
    """A running server with a home of its own; it can be killed and started again."""

    folder: Path
    port: int
    environment: dict[str, str]
    #: Where the program lies.
    program: Path = ROOT
    server: "subprocess.Popen[bytes]" = field(init=False)

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def is_behind(self) -> bool:
        """Behind a proxy it speaks TLS."""
        return "CONCORD_ADDRESS" in self.environment

    @property
    def address(self) -> str:
        return f"{'https' if self.is_behind else 'http'}://127.0.0.1:{self.port}"

    @property
    def certificate(self) -> Path:
        """What is handed to the proxy."""
        return self.home / "tls" / "program.pem"

    @property
    def trust(self) -> ssl.SSLContext | None:
        """That certificate and no other, as the proxy trusts it; the program has made it once it runs."""
        return ssl.create_default_context(cafile=self.certificate) if self.is_behind else None

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    def start(self) -> None:
        command = [sys.executable, "app.py", "--server.port", str(self.port)]
        environment = {**os.environ, "CONCORD_HOME": str(self.home), "CONCORD_DATABASE": ""}
        with self.log.open("ab") as log:
            self.server = subprocess.Popen(
                command, cwd=self.program, env={**environment, **self.environment}, stdout=log, stderr=log
            )
        self._wait()

    def _wait(self) -> None:
        until = time.monotonic() + START.total_seconds()
        while time.monotonic() < until and self.server.poll() is None:
            try:
                asked = f"{self.address}/healthz"
                with urllib.request.urlopen(asked, timeout=2, context=self.trust):  # noqa: S310  our own address
                    return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("the server did not come up")

    def kill(self) -> None:
        self.server.kill()
        self.server.wait(timeout=20)

    def __iter__(self) -> Iterator[Any]:
        """Its address and its home."""
        return iter((self.address, self.home))


@contextmanager
def serve(folder: Path, program: Path = ROOT, /, **environment: str) -> Iterator[Served]:
    """A server on a free port with an empty home of its own; at its end no script may have broken."""
    served = Served(folder, free_port(), environment, program)
    served.start()
    try:
        yield served
    finally:
        served.server.terminate()
        served.server.wait(timeout=60)
    said = served.log.read_text(encoding="utf-8", errors="replace")
    assert "script error" not in said, said[-4000:]


@pytest.fixture(scope="session")
def built_house(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One server for the journeys that need no store of their own: each makes its own services and cases."""
    with serve(tmp_path_factory.mktemp("house")) as (address, home):
        store = open_store(f"sqlite:///{home / 'concord.db'}", home / "database.key")
        house = House(address, store, browser)
        yield house
        house.close()
        store.engine.dispose()


@pytest.fixture
def house(built_house: House) -> Iterator[House]:
    """The running server; the browsers of a test are closed after it."""
    yield built_house
    built_house.everybody_goes()


@pytest.fixture
def db(house: House) -> Iterator[Session]:
    """Writes into the store of the server; commit before a page is opened."""
    with beside.Beside(house.store.engine) as session:
        yield session


@pytest.fixture
def make(db: Session) -> Make:
    return Make(db, next(_thousands))
