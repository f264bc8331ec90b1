"""The door: what a stranger gets, what a ticket gives, and what ends a session."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import urlencode

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.applications import Starlette
from starlette.types import Message

from core import sign_in
from core.access import Actor
from core.locale import load
from core.models import Account, Device
from core.store import Store
from pages.ui import door, stores
from tests.make import Make


@dataclass
class Browser:
    """In front of the door, with nothing behind it but the door's own routes; keeps its cookies."""

    cookies: dict[str, str] = field(default_factory=dict)
    app: Starlette = field(default_factory=lambda: Starlette(routes=door.ROUTES, middleware=door.MIDDLEWARE))

    @property
    def token(self) -> str:
        return self.cookies.get(door.cookie_name(), "")

    def ask(self, path: str, method: str = "GET", **query: str) -> tuple[int, dict[str, str]]:
        """The status and the headers of the answer."""
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            sent.append(message)

        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items() if value)
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "server": ("127.0.0.1", 8501),
            "path": path,
            "query_string": urlencode(query).encode(),
            "headers": [(b"cookie", cookies.encode())] if cookies else [],
        }
        # In a thread of its own: a browser of another test may hold this thread's event loop.
        with ThreadPoolExecutor(1) as threads:
            threads.submit(lambda: asyncio.run(self.app(scope, receive, send))).result()
        headers: dict[str, str] = {}
        for name, value in sent[0]["headers"]:
            headers[name.decode()] = "\n".join([*headers.get(name.decode(), "").splitlines(), value.decode()])
        for name, value in sent[0]["headers"]:
            if name == b"set-cookie":
                cookie, _, kept = value.decode().split(";")[0].partition("=")
                self.cookies[cookie] = kept.strip('"')
        return int(sent[0]["status"]), headers


@pytest.fixture
def browser(real_store: Store) -> Browser:
    assert not real_store.is_example
    return Browser()


def ticket_of(db: Session, make: Make, actor: Actor) -> str:
    if db.scalar(select(Account.id).where(Account.person_id == actor.person_id)) is None:
        make.account(actor)
    ticket = sign_in.issue_ticket_for(db, actor.person_id)
    db.commit()
    return stores.REAL + ticket


@pytest.mark.parametrize("path", ["/media/a", "/_stcore/upload_file/a/b", "/_stcore/metrics"])
def test_a_stranger_is_refused_at_whatever_holds_files(browser: Browser, path: str) -> None:
    assert browser.ask(path)[0] == 403
    assert browser.ask(path, "PUT")[0] == 403


def test_a_ticket_opens_once_and_its_cookie_is_out_of_reach_for_scripts_and_other_sites(
    db: Session, make: Make, browser: Browser
) -> None:
    ticket = ticket_of(db, make, make.pair().pp)

    _, entered = browser.ask("/enter", ticket=ticket)
    _, again = browser.ask("/enter", ticket=ticket)

    for cookie in entered["set-cookie"].splitlines():
        assert {"httponly", "samesite=strict"} <= set(cookie.lower().split("; "))
    assert "set-cookie" not in again
    assert browser.ask("/media/a")[0] == 404


def test_a_second_person_at_the_same_browser_ends_the_session_of_the_first(
    db: Session, make: Make, browser: Browser
) -> None:
    pair = make.pair()
    browser.ask("/enter", ticket=ticket_of(db, make, pair.vss))
    first = browser.token

    browser.ask("/enter", ticket=ticket_of(db, make, pair.pp))

    assert stores.presence(first) is None
    found = stores.presence(browser.token)
    assert found is not None
    assert found.actor.person_id == pair.pp.person_id


def test_a_browser_is_known_again_by_a_cookie_that_outlives_signing_out(
    db: Session, make: Make, browser: Browser
) -> None:
    pair = make.pair()
    browser.ask("/enter", ticket=ticket_of(db, make, pair.vss))
    first = browser.cookies[door.device_cookie_name()]
    browser.ask("/leave")
    browser.ask("/enter", ticket=ticket_of(db, make, pair.vss))

    assert browser.cookies[door.device_cookie_name()] == first
    assert db.scalars(select(Device.digest)).all() == [sign_in.digest(first)]


def test_leaving_ends_the_session_and_not_only_the_cookie(db: Session, make: Make, browser: Browser) -> None:
    browser.ask("/enter", ticket=ticket_of(db, make, make.pair().pp))
    token = browser.token

    browser.ask("/leave")

    assert stores.presence(token) is None
    assert browser.ask("/media/a")[0] == 403


def test_no_answer_is_kept_by_a_browser_and_none_may_be_framed_elsewhere(browser: Browser) -> None:
    _, headers = browser.ask("/healthz")

    assert headers["cache-control"] == "no-store"
    assert "frame-ancestors 'self'" in headers["content-security-policy"]
    assert headers["referrer-policy"] == "no-referrer"


def test_an_error_of_ours_says_a_reference_and_logs_no_text(caplog: pytest.LogCaptureFixture) -> None:
    assert door.on_script_error(ValueError("what she said"))

    assert "ValueError" in caplog.text
    assert "what she said" not in caplog.text
    assert "{reference}" in load("en")["error.unexpected"]
