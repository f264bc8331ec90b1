"""The whole program once, as each kind of person: no page breaks the policy, and nothing leaves the machine or stands in the tab."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import demo, sign_in
from core.models import Agreement, AgreementVersion, Case, Meeting, Person
from core.store import Store, open_store
from pages.ui import frame, stores
from pages.ui.site import PAGES
from tests.browser.conftest import Served, enter, leave, serve, visit

pytestmark = pytest.mark.browser
TRIPWIRE = Path(__file__).parent / "tripwire"
TELLS = """
addEventListener("securitypolicyviolation", (event) =>
  console.error("VIOLATION " + event.effectiveDirective + " " + event.blockedURI + " " + event.sourceFile));
// The tab is read while a page is being opened, too; "app" is the file that is served, until its first run has begun.
new MutationObserver(() => {
  if (!["", "app", "Concord"].includes(document.title)) console.error("TITLE " + document.title);
}).observe(document, { subtree: true, childList: true, characterData: true });
"""


#: Whatever scripts could leave in a browser: its stores, and the cookies that they can read.
KEPT = """
async () => JSON.stringify([
    {...localStorage}, {...sessionStorage}, document.cookie, await indexedDB.databases(), await caches.keys(),
    (await navigator.serviceWorker.getRegistrations()).length,
])
"""


@dataclass
class Seen:
    """What a browser said and asked for on its way."""

    complaints: list[str] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)

    def watch(self, page: Page) -> None:
        page.add_init_script(TELLS)
        page.on("console", lambda said: self._hear(said.type, said.text))
        page.on("pageerror", lambda error: self.complaints.append(f"error {error}"))
        page.on("request", lambda request: self.asked.add(request.url))
        page.on("websocket", lambda socket: self.asked.add(socket.url))

    def _hear(self, kind: str, text: str) -> None:
        # A page that is left takes its socket along; Streamlit says so.
        if kind == "error" or "violat" in text.lower() or "Permissions-Policy" in text:
            self.complaints.append(f"{kind} {text}")


@dataclass
class Tour:
    """A server of the fictional example that writes down each connection that it opens."""

    served: Served
    store: Store
    tripwire: Path


@pytest.fixture
def tour(tmp_path: Path) -> Iterator[Tour]:
    home, tripwire = tmp_path / "home", tmp_path / "tripwire.log"
    home.mkdir()
    store = open_store(f"sqlite:///{home / 'concord.db'}", home / "database.key")
    demo.ensure(store)
    with serve(tmp_path, PYTHONPATH=str(TRIPWIRE), CONCORD_TRIPWIRE=str(tripwire)) as served:
        yield Tour(served, store, tripwire)
    store.engine.dispose()


@dataclass
class Visitor:
    """Somebody of the example, and the pages that are theirs to open."""

    person_id: UUID
    addresses: list[str]


def visitors(store: Store) -> list[Visitor]:
    """One of each kind: who may open other pages than those before, or sits on the other side."""
    found: dict[tuple[object, ...], Visitor] = {}
    with store.writing.begin() as db:
        query = _query(db)
        for persona in demo.personas(db):
            entered = sign_in.begin(db, sign_in.issue_ticket_for(db, persona.person_id))
            presence = sign_in.find(db, entered.token if entered else "")
            assert presence is not None
            keys = [spec.key for spec in PAGES if frame.is_allowed(presence.actor, spec)]
            found.setdefault(
                (presence.actor.kind, *keys),
                Visitor(persona.person_id, [f"{key}?{query}" for key in ("", *keys[1:])]),
            )
    return list(found.values())


def _query(db: Session) -> str:
    """The ids of the example that its pages ask for."""
    chosen = {
        "case": db.scalars(select(Case.id)).first(),
        "meeting": db.scalars(select(Meeting.id).order_by(Meeting.planned_at)).first(),
        "agreement": db.scalars(select(Agreement.id).join(AgreementVersion)).first(),
    }
    return "&".join(f"{name}={found}" for name, found in chosen.items() if found)


def ticket_of(store: Store, person_id: UUID) -> str:
    with store.writing.begin() as db:
        return stores.REAL + sign_in.issue_ticket_for(db, person_id)


def test_the_full_tour_breaks_no_policy_names_no_page_in_the_tab_and_leaves_nothing_in_the_log(
    browser: Browser, tour: Tour
) -> None:
    with tour.store.reading() as db:
        names = [*db.scalars(select(Person.name)), *(str(found) for found in db.scalars(select(Case.id)))]
    seen, kept, cookies, titles = Seen(), [], set(), set()

    everybody = visitors(tour.store)
    for visitor in everybody:
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        page = context.new_page()
        page.set_default_timeout(60_000)
        seen.watch(page)
        enter(page, tour.served.address, ticket_of(tour.store, visitor.person_id))
        for address in visitor.addresses:
            visit(page, f"{tour.served.address}/{address}")
            titles.add(page.title())
        kept.append(page.evaluate(KEPT))
        cookies |= {cookie["name"] for cookie in context.cookies()}
        leave(page, tour.served.address)
        context.close()

    assert len(everybody) > 2
    assert seen.complaints == []
    assert titles == {"Concord"}
    ours = (tour.served.address, tour.served.address.replace("http://", "ws://"), "data:", "blob:")
    assert {url for url in seen.asked if not url.startswith(ours)} == set()
    first, *opened = tour.tripwire.read_text(encoding="utf-8").splitlines()
    assert first == "watching"
    assert [line for line in opened if line != "watching" and not is_own_machine(line)] == []
    stored = "".join(kept)
    assert [told for told in (*names, "ticket", "token") if told in stored] == []
    assert {"concord"} < cookies <= {"concord", "concord_device", "_streamlit_xsrf"}
    said = tour.served.log.read_text(encoding="utf-8")
    assert [told for told in (*names, "ticket=", "case=") if told in said] == []


def is_own_machine(line: str) -> bool:
    return "127.0.0.1" in line or "localhost" in line or "'/" in line


def test_the_tripwire_itself_is_touched_by_a_connection(tmp_path: Path) -> None:
    log = tmp_path / "tripwire.log"
    code = "import socket; s = socket.socket(); s.settimeout(0.1); s.connect_ex(('192.0.2.1', 9)); s.close()"

    environment = {"PYTHONPATH": str(TRIPWIRE), "CONCORD_TRIPWIRE": str(log)}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)

    assert "192.0.2.1" in log.read_text(encoding="utf-8")
