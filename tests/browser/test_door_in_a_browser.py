"""The screen is guarded: emptied when a session ends or the server dies, covered and given back after a hiccup."""

import os
import re
import signal
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core import clock, sign_in
from core.access import Actor
from core.models import AgendaItem, SignIn, UnsentText
from core.store import open_store
from pages.ui.cookies import COOKIE
from tests.browser.conftest import House, Served, at_rest, serve
from tests.make import UNTYPED, Make, Pair

pytestmark = pytest.mark.browser
CANARY = "Canary street 7"
PATIENCE = 20_000
#: What is promised.
WIPED = 5.0
GONE = "You are signed out"
#: Kept across a reload of the page: what the browser has on the screen now, even under a cover.
ON_SCREEN = "canary => document.documentElement.innerHTML.includes(canary)"


def is_on_screen(page: Page, text: str) -> bool:
    return bool(page.evaluate(ON_SCREEN, text))


def wait_until_gone(page: Page, text: str) -> float:
    """Seconds until a text was no longer anywhere in the page."""
    begin = time.monotonic()
    page.wait_for_function(f"canary => !({ON_SCREEN})(canary)", arg=text, timeout=PATIENCE, polling=50)
    return time.monotonic() - begin


def with_canary(house: House, db: Session, make: Make) -> tuple[Page, Pair]:
    """A page of hers that shows what must not stay on a screen."""
    pair = make.pair()
    meeting = make.table(pair)
    meeting.items[0].facts = CANARY
    db.commit()
    page = house.come_in(pair.vss)
    house.open(page, "table", meeting=meeting.id)
    expect(page.locator("textarea").first).to_be_visible(timeout=PATIENCE)
    page.evaluate("canary => document.querySelector('h1').textContent = canary", CANARY)
    assert is_on_screen(page, CANARY)
    return page, pair


def writing_in(page: Page) -> Locator:
    """The first field of the table with the cursor in it, long enough for the server to know that somebody is there."""
    field = page.locator('[class*="st-key-write_"] textarea').first
    for _ in range(3):
        field.click()
        page.wait_for_timeout(2_500)
        if field.evaluate("field => field === document.activeElement"):
            return field
    raise AssertionError("the field does not keep the cursor")


def test_a_session_that_is_ended_elsewhere_empties_the_screen(house: House, db: Session, make: Make) -> None:
    page, pair = with_canary(house, db, make)

    sign_in.end_all(db, pair.vss.person_id)
    db.commit()

    assert wait_until_gone(page, CANARY) < WIPED
    expect(page.get_by_role("heading", name=GONE)).to_be_visible()
    page.wait_for_url("**/out?why=ended")
    page.go_back()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible(timeout=PATIENCE)
    assert not is_on_screen(page, CANARY)


def test_signing_out_in_one_tab_empties_the_other(house: House, db: Session, make: Make) -> None:
    page, _ = with_canary(house, db, make)
    other = page.context.new_page()
    other.goto(house.address)
    at_rest(other)

    other.get_by_role("button", name="Sign out").click()

    assert wait_until_gone(page, CANARY) < WIPED
    expect(page.get_by_role("heading", name=GONE)).to_be_visible()
    expect(other.get_by_role("button", name="Sign in")).to_be_visible(timeout=PATIENCE)


def test_a_proof_changes_the_token_without_a_reload_and_every_tab_goes_on(
    house: House, db: Session, make: Make
) -> None:
    page, pair = with_canary(house, db, make)
    thief = house.browser.new_context(storage_state=page.context.storage_state())
    writing_in(page)
    page.keyboard.press("End")
    page.keyboard.type(" and half")
    me = page.context.new_page()
    me.goto(f"{house.address}/me")
    at_rest(me)
    for each in (page, me):
        each.evaluate("() => { window.isStillThis = true; }")
    before = token_in(page)
    sign_in.begin(db, sign_in.issue_ticket_for(db, pair.vss.person_id))
    db.execute(update(SignIn).where(SignIn.person_id == pair.vss.person_id).values(fresh_until=None))
    db.commit()
    me.reload()
    at_rest(me)
    me.evaluate("() => { window.isStillThis = true; }")

    me.get_by_role("button", name="End all others").click()
    me.get_by_label("Is it you?").fill(UNTYPED)
    me.get_by_role("button", name="Go on").click()
    expect(me.get_by_label("Is it you?")).to_have_count(0, timeout=PATIENCE)
    expect(me.get_by_role("button", name="End all others")).to_have_count(0, timeout=PATIENCE)

    until = time.monotonic() + PATIENCE / 1000
    while token_in(page) == before and time.monotonic() < until:
        page.wait_for_timeout(100)
    assert token_in(page) not in {"", before}
    # Longer than a tab takes to come again, and than the guard to look whether its session lives.
    page.wait_for_timeout(6_000)
    field = writing_in(page)
    page.keyboard.press("End")
    page.keyboard.type(" a sentence")
    page.keyboard.press("Tab")
    expect(field).to_have_value(f"{CANARY} and half a sentence")
    _wait_for_text(db, page, pair, f"{CANARY} and half a sentence")
    me.get_by_role("link", name="Cases").click()
    expect(me.get_by_role("heading", name="Cases")).to_be_visible(timeout=PATIENCE)
    assert [each.evaluate("() => window.isStillThis") for each in (page, me)] == [True, True]
    stolen = thief.new_page()
    stolen.goto(house.address)
    expect(stolen.get_by_role("button", name="Sign in")).to_be_visible(timeout=PATIENCE)


def token_in(page: Page) -> str:
    """What this browser shows at the door."""
    kept = {each.get("name"): each.get("value", "") for each in page.context.cookies()}
    return kept.get(COOKIE) or ""


def _wait_for_text(db: Session, page: Page, pair: Pair, text: str) -> None:
    """Until the server has what was typed, with its author's own texts that are not sent yet or in the record."""
    for _ in range(100):
        unsent = set(db.scalars(select(UnsentText.text).where(UnsentText.person_id == pair.vss.person_id)))
        facts = set(db.scalars(select(AgendaItem.facts)))
        db.rollback()
        if text in unsent | facts:
            return
        page.wait_for_timeout(100)
    raise AssertionError("what was typed did not arrive")


def test_going_back_after_signing_out_shows_nothing(house: House, db: Session, make: Make) -> None:
    page, _ = with_canary(house, db, make)

    house.open(page, "me")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible(timeout=PATIENCE)

    for _ in range(2):
        page.go_back()
        expect(page.get_by_role("button", name="Sign in")).to_be_visible(timeout=PATIENCE)
        assert not is_on_screen(page, CANARY)


def test_nobody_there_is_warned_and_a_key_is_enough_to_stay(house: House, db: Session, make: Make) -> None:
    page, pair = with_canary(house, db, make)
    field = writing_in(page)

    away = clock.now() - timedelta(minutes=14)
    db.execute(update(SignIn).where(SignIn.person_id == pair.vss.person_id).values(seen_at=away))
    db.commit()
    warning = page.get_by_role("alert").filter(has_text="Are you still here?")
    expect(warning).to_be_visible(timeout=PATIENCE)
    expect(field).to_be_focused()
    page.keyboard.type("a")

    expect(warning).to_be_hidden()
    page.wait_for_timeout(500)
    db.expire_all()
    seen = db.scalars(select(SignIn.seen_at).where(SignIn.person_id == pair.vss.person_id)).one()
    assert seen > clock.now() - timedelta(minutes=1)


def _until_seen(page: Page, db: Session, actor: Actor) -> None:
    """Wait until the server has noted that somebody is there: the page says it, and does not wait for the answer."""
    seen = select(SignIn.seen_at).where(SignIn.person_id == actor.person_id)
    for _ in range(200):
        found = db.scalars(seen).one()
        db.rollback()  # who holds a session that writes keeps the server from writing
        if found > clock.now() - timedelta(minutes=1):
            return
        page.wait_for_timeout(50)
    raise AssertionError("nobody was seen")


def test_the_button_of_the_warning_is_enough_too_and_idleness_empties_the_screen(
    house: House, db: Session, make: Make
) -> None:
    page, pair = with_canary(house, db, make)
    page.wait_for_timeout(2_500)

    def away(**ago: float) -> None:
        db.execute(
            update(SignIn)
            .where(SignIn.person_id == pair.vss.person_id)
            .values(seen_at=clock.now() - timedelta(**ago))
        )
        db.commit()

    away(minutes=14)
    page.get_by_role("button", name="I am still here").click(timeout=PATIENCE)
    expect(page.get_by_role("alert")).to_have_count(0)
    assert is_on_screen(page, CANARY)
    _until_seen(page, db, pair.vss)
    away(minutes=14, seconds=45)
    expect(page.get_by_role("button", name="I am still here")).to_be_visible(timeout=PATIENCE)

    page.wait_for_url("**/out?why=idle", timeout=PATIENCE)
    assert not is_on_screen(page, CANARY)
    expect(page.get_by_text("Nobody has typed or clicked here")).to_be_visible()


def test_that_somebody_is_here_is_said_again_until_the_server_has_heard_it(
    house: House, db: Session, make: Make
) -> None:
    page, pair = with_canary(house, db, make)
    lost: list[str] = []

    def lose_the_first(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.request.url)
            route.abort()
        else:
            route.continue_()

    page.route("**/here", lose_the_first)
    away = clock.now() - timedelta(minutes=14)
    db.execute(update(SignIn).where(SignIn.person_id == pair.vss.person_id).values(seen_at=away))
    db.commit()
    page.get_by_role("button", name="I am still here").click(timeout=PATIENCE)

    _until_seen(page, db, pair.vss)
    assert lost
    expect(page.get_by_role("alert")).to_have_count(0)
    assert is_on_screen(page, CANARY)


@pytest.fixture
def own_house(browser: Browser, tmp_path: Path) -> Iterator[tuple[House, Served]]:
    """A server of this test's own, which may die."""
    with serve(tmp_path) as served:
        store = open_store(f"sqlite:///{served.home / 'concord.db'}", served.home / "database.key")
        house = House(served.address, store, browser)
        yield house, served
        store.engine.dispose()
        house.close()


def test_when_the_server_dies_nothing_stays_on_the_screen(own_house: tuple[House, Served]) -> None:
    house, served = own_house
    with house.store.writing() as db:
        page, _ = with_canary(house, db, Make(db))

    served.kill()

    assert wait_until_gone(page, CANARY) < WIPED
    expect(page.get_by_role("alert")).to_contain_text("The connection is interrupted")


def test_a_hiccup_covers_the_screen_and_gives_it_back_with_what_was_being_typed(
    own_house: tuple[House, Served],
) -> None:
    house, served = own_house
    with house.store.writing() as db:
        page, _ = with_canary(house, db, Make(db))
    field = page.locator('[class*="st-key-write_"] textarea').first
    field.click()
    page.keyboard.press("End")
    page.keyboard.type(" and half a wo")

    # The machine sleeps for a while: neither an answer nor an end of the connection.
    os.kill(served.server.pid, signal.SIGSTOP)
    try:
        page.keyboard.type("rd")
        expect(page.get_by_role("alert")).to_contain_text("The connection is interrupted", timeout=PATIENCE)
        wait_until_gone(page, CANARY)
    finally:
        os.kill(served.server.pid, signal.SIGCONT)

    expect(page.get_by_role("alert")).to_have_count(0, timeout=2 * PATIENCE)
    expect(field).to_have_value(re.compile(r"Canary street 7 and half a word$"), timeout=PATIENCE)
    expect(field).to_be_focused()
    page.keyboard.type(", whole")
    with house.store.reading() as db:
        for _ in range(100):
            if "and half a word, whole" in _facts(db):
                break
            page.wait_for_timeout(200)
        assert "and half a word, whole" in _facts(db)


def _facts(db: Session) -> str:
    db.rollback()
    return " ".join(db.scalars(select(AgendaItem.facts)))


def test_a_server_that_starts_again_gives_the_screen_back(own_house: tuple[House, Served]) -> None:
    house, served = own_house
    with house.store.writing() as db:
        page, _ = with_canary(house, db, Make(db))
    field = page.locator('[class*="st-key-write_"] textarea').first
    field.click()
    page.keyboard.press("End")
    page.keyboard.type(" typed before")

    served.kill()
    wait_until_gone(page, CANARY)
    served.start()

    expect(page.get_by_role("alert")).to_have_count(0, timeout=3 * PATIENCE)
    expect(field).to_have_value(re.compile("typed before"), timeout=PATIENCE)


def test_what_was_being_typed_when_the_session_ended_is_kept_for_its_author(
    house: House, db: Session, make: Make
) -> None:
    page, pair = with_canary(house, db, make)
    field = page.locator('[class*="st-key-write_"] textarea').first
    field.click()
    page.keyboard.press("End")
    last = " and the last words"
    # A busy machine would empty the screen before anybody typed; nothing is kept while so little stands there.
    page.keyboard.type(last[:2])
    sign_in.end_all(db, pair.vss.person_id)
    db.commit()

    page.keyboard.type(last[2:], delay=20)

    expect(page.get_by_role("heading", name=GONE)).to_be_visible(timeout=PATIENCE)
    for _ in range(50):
        texts = db.scalars(select(UnsentText).where(UnsentText.person_id == pair.vss.person_id))
        kept = [one.text for one in texts]
        db.rollback()
        if kept:
            break
        page.wait_for_timeout(100)
    # As much of it as stood there when the screen was emptied: a busy machine types slowly.
    [text] = kept
    assert f"{CANARY}{last}".startswith(text)
    assert text.startswith(f"{CANARY} a")
