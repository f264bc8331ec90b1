"""The door: what a stranger gets, what a ticket gives, and what ends a session."""

import asyncio
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from starlette.applications import Starlette
from starlette.types import Message
from streamlit import config
from streamlit.testing.v1 import AppTest

from core import clock, sign_in
from core.access import Actor
from core.locale import load
from core.models import Account, Device, SignIn, UnsentText
from core.settings import settings
from core.store import Store
from core.text import LONGEST_TEXT
from pages.ui import door, headers, keeper, options, own_address, places, stores
from tests.make import Make


@dataclass
class Browser:
    """In front of the door, with nothing behind it but the door's own routes; keeps its cookies."""

    cookies: dict[str, str] = field(default_factory=dict)
    host: str = "127.0.0.1:8501"
    origin: str = "http://127.0.0.1:8501"
    app: Starlette = field(default_factory=lambda: Starlette(routes=door.ROUTES, middleware=door.MIDDLEWARE))

    @property
    def token(self) -> str:
        return self.cookies.get(door.cookie_name(), "")

    def enter(self, ticket: str) -> tuple[int, dict[str, str]]:
        return self.ask("/enter", "POST", ticket.encode())

    def leave(self) -> tuple[int, dict[str, str]]:
        return self.ask("/leave", "POST")

    def ask(
        self, path: str, method: str = "GET", body: bytes = b"", **query: str
    ) -> tuple[int, dict[str, str]]:
        """The status and the headers of the answer."""
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            sent.append(message)

        headers = [
            (b"host", self.host.encode()),
            *([(b"origin", self.origin.encode())] if self.origin else []),
        ]
        if cookies := "; ".join(f"{name}={value}" for name, value in self.cookies.items() if value):
            headers.append((b"cookie", cookies.encode()))
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "server": ("127.0.0.1", 8501),
            "path": path,
            "query_string": urlencode(query).encode(),
            "headers": headers,
        }
        # In a thread of its own: a browser of another test may hold this thread's event loop.
        with ThreadPoolExecutor(1) as threads:
            threads.submit(lambda: asyncio.run(self.app(scope, receive, send))).result()
        said: dict[str, str] = {}
        for name, value in sent[0]["headers"]:
            said[name.decode()] = "\n".join([*said.get(name.decode(), "").splitlines(), value.decode()])
        for name, value in sent[0]["headers"]:
            if name == b"set-cookie":
                cookie, _, kept = value.decode().split(";")[0].partition("=")
                self.cookies[cookie] = kept.strip('"')
        return int(sent[0]["status"]), said


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


@pytest.fixture
def behind_tls(real_store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    """A browser in front of a TLS proxy."""
    monkeypatch.setenv("CONCORD_ADDRESS", "https://concord.example.org")
    settings.cache_clear()
    yield Browser(host="concord.example.org", origin="https://concord.example.org")
    settings.cache_clear()


def test_a_token_that_a_stranger_made_up_makes_no_example(browser: Browser) -> None:
    for cookie in (door.cookie_name(), door.device_cookie_name()):
        browser.cookies[cookie] = f"{stores.EXAMPLE}{'x' * 43}"

    browser.ask("/media/a")
    browser.enter(f"{stores.EXAMPLE}{'y' * 43}")
    browser.ask("/leave", "POST")
    browser.ask("/keep", "POST", b'{"write_action_0_need": "a text"}')
    stores.rescue(f"{stores.EXAMPLE}{'0' * 32}", "slot", "a text")

    assert stores.session_of(f"{stores.EXAMPLE}{'x' * 43}") == ""
    assert stores.presence(f"{stores.EXAMPLE}{'0' * 32}") is None
    assert stores.seconds_left(f"{stores.EXAMPLE}{'x' * 43}") == 0
    assert not settings().example_file.exists()


def test_an_example_of_before_is_opened_until_the_services_are_set_up_and_while_somebody_explores_it(
    db: Session, make: Make, browser: Browser
) -> None:
    made_up = f"{stores.EXAMPLE}{'x' * 43}"
    assert stores.example().is_example
    stores.close_all()
    assert stores.of(made_up) is not None

    make.account(make.pair().pp)
    db.commit()
    assert stores.of(made_up) is not None
    stores.close_all()
    assert stores.of(made_up) is None


@pytest.mark.parametrize("path", ["/media/a", "/_stcore/upload_file/a/b", "/_stcore/metrics"])
def test_a_stranger_is_refused_at_whatever_holds_files(browser: Browser, path: str) -> None:
    assert browser.ask(path)[0] == 403
    assert browser.ask(path, "PUT")[0] == 403


def test_a_ticket_opens_once_and_its_cookie_is_out_of_reach_for_scripts_and_other_sites(
    db: Session, make: Make, browser: Browser
) -> None:
    ticket = ticket_of(db, make, make.pair().pp)

    _, entered = browser.enter(ticket)
    _, again = browser.enter(ticket)

    for cookie in entered["set-cookie"].splitlines():
        assert {"httponly", "samesite=strict"} <= set(cookie.lower().split("; "))
    assert "set-cookie" not in again
    assert browser.ask("/media/a")[0] == 404


def test_what_opens_a_session_counts_in_its_one_place_alone(
    db: Session, make: Make, browser: Browser
) -> None:
    ticket = ticket_of(db, make, make.pair().pp)

    elsewhere = [
        browser.ask("/enter", "POST", ticket=ticket)[1],
        browser.ask("/enter", "POST", f"ticket={ticket}".encode(), ticket=ticket)[1],
        browser.ask("/enter", "POST", f"{ticket}&{ticket}".encode())[1],
        browser.ask("/enter", ticket=ticket)[1],
    ]
    browser.cookies["ticket"] = ticket
    elsewhere.append(browser.ask("/enter", "POST")[1])
    assert [answer for answer in elsewhere if "set-cookie" in answer] == []

    browser.enter(ticket)
    name, token = door.cookie_name(), browser.token
    browser.cookies.clear()
    assert browser.ask("/media/a", "GET", b"", **{name: token})[0] == 403
    assert browser.ask("/media/a", body=f"{name}={token}".encode())[0] == 403
    browser.cookies[name] = token
    assert browser.ask("/media/a")[0] == 404


def test_a_second_person_at_the_same_browser_ends_the_session_of_the_first(
    db: Session, make: Make, browser: Browser
) -> None:
    pair = make.pair()
    browser.enter(ticket_of(db, make, pair.vss))
    first = browser.token

    browser.enter(ticket_of(db, make, pair.pp))

    assert stores.session_of(first) == ""
    found = stores.presence(stores.session_of(browser.token))
    assert found is not None
    assert found.actor.person_id == pair.pp.person_id


def test_a_browser_is_known_again_by_a_cookie_that_outlives_signing_out(
    db: Session, make: Make, browser: Browser
) -> None:
    pair = make.pair()
    browser.enter(ticket_of(db, make, pair.vss))
    first = browser.cookies[door.device_cookie_name()]
    browser.leave()
    browser.enter(ticket_of(db, make, pair.vss))

    assert browser.cookies[door.device_cookie_name()] == first
    assert db.scalars(select(Device.digest)).all() == [sign_in.digest(first)]


def test_leaving_ends_the_session_and_not_only_the_cookie(db: Session, make: Make, browser: Browser) -> None:
    browser.enter(ticket_of(db, make, make.pair().pp))
    token = browser.token

    _, left = browser.leave()

    assert stores.session_of(token) == ""
    assert left["clear-site-data"] == '"cache", "storage"'
    assert browser.ask("/media/a")[0] == 403


def test_after_a_proof_the_browser_has_another_token_and_the_one_of_before_is_refused(
    db: Session, make: Make, browser: Browser
) -> None:
    pair = make.pair()
    browser.enter(ticket_of(db, make, pair.pp))
    session, before, device = stores.session_of(browser.token), *browser.cookies.values()
    here = stores.id_of(session)
    assert here is not None
    thief, stranger = Browser({door.cookie_name(): before}), Browser()

    for each in (stranger, browser):
        ticket = stores.REAL + sign_in.renew(db, here, pair.pp.person_id)
        db.commit()
        assert each.enter(ticket)[0] == 204

    assert stranger.cookies == {}
    assert browser.token not in {"", before}
    assert stores.session_of(browser.token) == session
    assert browser.cookies[door.device_cookie_name()] == device
    assert browser.ask("/media/a")[0] == 404
    assert thief.ask("/media/a")[0] == 403
    assert stores.session_of(before) == ""


def test_a_look_that_was_on_its_way_while_the_token_was_changed_empties_no_screen(
    db: Session, make: Make, browser: Browser
) -> None:
    pair = make.pair()
    browser.enter(ticket_of(db, make, pair.pp))
    before, here = browser.token, stores.id_of(stores.session_of(browser.token))
    assert here is not None
    ticket = stores.REAL + sign_in.renew(db, here, pair.pp.person_id)
    db.commit()
    browser.enter(ticket)

    on_its_way = stores.seconds_left(before)
    with time_machine.travel(clock.now() + sign_in.TICKET_LIFE + timedelta(seconds=1), tick=False):
        later, typed = stores.seconds_left(before), stores.lately(before)
    sign_in.end_all(db, pair.pp.person_id)
    db.commit()

    assert on_its_way > 0
    # What was typed is still taken when the screen is emptied.
    assert (later, typed) == (0, stores.named(stores.real(), here))
    assert stores.seconds_left(before) == 0


def test_no_answer_is_kept_by_a_browser_and_none_may_be_framed_elsewhere(browser: Browser) -> None:
    _, headers = browser.ask("/healthz")

    assert headers["cache-control"] == "no-store"
    for directive in ("frame-ancestors 'self'", "base-uri 'none'", "object-src 'none'", "form-action 'self'"):
        assert directive in headers["content-security-policy"]
    assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "a@127.0.0.1", "127.0.0.1:x", ""])
def test_a_request_for_a_foreign_name_is_refused(browser: Browser, host: str) -> None:
    browser.host = host

    assert browser.ask("/healthz")[0] == 400


@pytest.mark.parametrize(
    "origin", ["", "null", "https://evil.example", "http://127.0.0.1:9", "http://localhost:8501"]
)
def test_a_request_that_changes_something_comes_from_our_own_page_alone(
    db: Session, make: Make, browser: Browser, origin: str
) -> None:
    browser.enter(ticket_of(db, make, make.pair().pp))
    browser.origin = origin

    assert browser.ask("/here", "POST")[0] == 403
    assert browser.ask("/keep", "POST")[0] == 403


def test_behind_tls_cookies_are_secure_and_the_browser_is_told_to_stay_there(
    db: Session, make: Make, behind_tls: Browser
) -> None:
    _, entered = behind_tls.enter(ticket_of(db, make, make.pair().pp))

    assert entered["set-cookie"].startswith("__Host-concord=")
    assert "secure" in entered["set-cookie"].lower().split("; ")
    assert entered["strict-transport-security"] == "max-age=31536000"
    given = [(b"set-cookie", b"_streamlit_xsrf=2|a|b|1; Path=/; SameSite=Lax")]
    assert headers.answered(given, [], may_be_kept=True)[0][1].endswith(b"; Secure")


def test_behind_tls_the_page_that_asks_is_the_one_of_the_setting(behind_tls: Browser) -> None:
    asked = {
        origin: own_address.is_own_origin(origin, "concord.example.org")
        for origin in (
            "https://concord.example.org",
            "http://concord.example.org",
            "",
            "http://127.0.0.1:8501",
        )
    }

    assert [origin for origin, is_own in asked.items() if is_own] == ["https://concord.example.org"]
    assert own_address.is_ours("concord.example.org")
    assert own_address.is_ours("127.0.0.1:8501")
    assert own_address.is_own_origin("https://127.0.0.1:8501", "127.0.0.1:8501")
    assert not own_address.is_own_origin("http://127.0.0.1:8501", "127.0.0.1:8501")


@pytest.mark.usefixtures("behind_tls")
@pytest.mark.parametrize("lacking", ["server.sslCertFile", "server.sslKeyFile", None])
def test_behind_tls_the_program_does_not_start_without_its_own_certificate(lacking: str | None) -> None:
    for name, file in options.certificate().items():
        config.set_option(name, None if name == lacking else file)
    try:
        if lacking is None:
            options.check()
        else:
            with pytest.raises(SystemExit, match="over TLS alone: start it by python"):
                options.check()
    finally:
        for name in options.certificate():
            config.set_option(name, None)
        own_address.tell_streamlit()


@pytest.mark.parametrize("name", options.REQUIRED)
def test_the_program_does_not_start_where_an_option_is_not_what_it_needs(name: str) -> None:
    found = config.get_option(name)
    config.set_option(name, "something else")
    try:
        with pytest.raises(SystemExit) as stop:
            options.check()
    finally:
        config.set_option(name, found)

    assert f"The option {name.partition('.')[2]} in the section [{name.partition('.')[0]}]" in str(stop.value)


def test_what_is_typed_into_a_watched_field_has_a_place_and_nothing_else_has() -> None:
    item = "0" * 32

    assert keeper.slot_of(f"write_{item}_facts") == "agenda_item:00000000-0000-0000-0000-000000000000:facts"
    assert keeper.slot_of(f"write_action_{item}_need") == f"write_action_{item}_need"
    assert keeper.slot_of(f"write_{item}_password") is None
    assert keeper.slot_of("token") is None


@pytest.mark.parametrize(("text", "is_kept"), [("Said by her and more", True), ("Said by her", False)])
def test_what_was_being_typed_when_a_session_ended_is_kept_unless_it_has_arrived(
    db: Session, make: Make, browser: Browser, text: str, *, is_kept: bool
) -> None:
    pair = make.pair()
    item = make.table(pair).items[0]
    item.facts = "Said by her"
    browser.enter(ticket_of(db, make, pair.vss))
    sign_in.end_all(db, pair.vss.person_id)
    db.commit()
    key = f"write_{item.id.hex}_facts"

    status, _ = browser.ask("/keep", "POST", json.dumps({key: text, "write_x": "y", "token": "z"}).encode())

    assert status == 204
    kept = db.scalars(select(UnsentText)).all()
    assert [(each.person_id, each.text) for each in kept] == [(pair.vss.person_id, text)] * is_kept


def test_what_was_being_typed_into_a_form_when_its_page_was_left_is_kept_where_it_stood(
    db: Session, make: Make, browser: Browser
) -> None:
    pair = make.pair()
    _, entered = browser.enter(ticket_of(db, make, pair.vss))
    db.commit()
    token = entered["set-cookie"].partition("=")[2].partition(";")[0]
    case_id, place = pair.case.id, "keep_0123456789abcdef"
    places.show(stores.session_of(token), place, f"note:{case_id}:text", case_id=case_id, value="")

    status, _ = browser.ask("/keep", "POST", json.dumps({place: "Half a wo", "keep_f": "x"}).encode())

    assert status == 204
    kept = db.scalars(select(UnsentText)).all()
    assert [(one.person_id, one.slot, one.case_id, one.text) for one in kept] == [
        (pair.vss.person_id, f"note:{case_id}:text", case_id, "Half a wo")
    ]


@pytest.mark.parametrize("sign", ["Ж", "🕊", "\n", "\x01"])
def test_a_field_that_is_full_is_kept_in_any_script_when_a_session_ends(
    db: Session, make: Make, browser: Browser, sign: str
) -> None:
    pair = make.pair()
    item = make.table(pair).items[0]
    browser.enter(ticket_of(db, make, pair.vss))
    db.commit()
    typed = f"She said{sign * (LONGEST_TEXT - 8)}"
    body = json.dumps({f"write_{item.id.hex}_facts": typed}, ensure_ascii=False).encode()

    status, _ = browser.ask("/keep", "POST", body)

    assert status == 204
    assert [kept.text for kept in db.scalars(select(UnsentText))] == [typed]


def test_a_browser_whose_session_ended_long_ago_keeps_nothing(
    db: Session, make: Make, browser: Browser
) -> None:
    pair = make.pair()
    item = make.table(pair).items[0]
    browser.enter(ticket_of(db, make, pair.vss))
    db.execute(update(SignIn).values(ended_at=clock.now() - timedelta(minutes=3)))
    db.commit()

    browser.ask("/keep", "POST", json.dumps({f"write_{item.id.hex}_facts": "too late"}).encode())
    Browser({door.cookie_name(): "r-never-given"}).ask("/keep", "POST", b'{"write_action_0_need": "x"}')
    browser.ask("/keep", "POST", b"no json")

    assert db.scalars(select(UnsentText)).all() == []


def test_an_error_of_ours_says_a_reference_and_logs_no_text(caplog: pytest.LogCaptureFixture) -> None:
    assert door.on_script_error(ValueError("what she said"))

    assert "ValueError" in caplog.text
    assert "what she said" not in caplog.text
    assert "{reference}" in load("en")["error.unexpected"]


MEETS_A_BROKEN_SEAL = """
from core.sealing import BrokenSealError
from pages.ui import door

door.on_script_error(BrokenSealError())
"""


def test_what_does_not_open_is_said_in_a_plain_sentence_and_logged_without_a_value(
    caplog: pytest.LogCaptureFixture,
) -> None:
    at = AppTest.from_string(MEETS_A_BROKEN_SEAL)

    at.run()

    said = load("en")["error.seal_broken"]
    assert [error.value[:40] for error in at.error] == [said[:40]]
    assert "BrokenSealError" in caplog.text
