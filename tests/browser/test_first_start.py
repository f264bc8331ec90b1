"""The first start of a fresh home: look at the fictional example, or set up one's own services and people."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser.conftest import serve
from tests.browser.hand import Hand

pytestmark = pytest.mark.browser
#: A machine that builds other things at the same time takes its time.
PATIENCE = 45_000
AGAIN = "The password again"
FICTIONAL = "FICTIONAL EXAMPLE"
LOCKED = "Too many attempts. Please wait 15 minutes"
ADMINISTRATOR = "ada", "nine quiet herons over the weir"
OWN_PASSWORDS = {"ivo": "copper kettles sing at dawn", "elena": "seven lanterns on a slow river"}


@contextmanager
def desk(browser: Browser) -> Iterator[tuple[BrowserContext, Hand]]:
    """A browser that has never been here."""
    expect.set_options(timeout=PATIENCE)
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    context.set_default_timeout(PATIENCE)
    yield context, Hand(context.new_page())
    context.close()


def sign_in(hand: Hand, name: str, password: str) -> None:
    fill(hand, {"Name": name, "Password": password})
    hand.click("Sign in")


def sign_out(hand: Hand) -> None:
    hand.page.get_by_role("button", name="Sign out").click()
    expect(hand.page.get_by_role("button", name="Sign out")).to_be_hidden()
    hand.look()


def is_in(hand: Hand) -> None:
    expect(hand.page.get_by_role("button", name="Sign out")).to_be_visible()
    hand.look()


def fill(hand: Hand, typed: dict[str, str]) -> None:
    for label, text in typed.items():
        hand.fill(label, text)


def printed_code(home: Path) -> str:
    """The set-up code, read where the installer reads it: in what the program printed."""
    printed = (home.parent / "server.log").read_text(encoding="utf-8")
    return str(re.findall(r"\b[A-Z2-9]{4}(?:-[A-Z2-9]{4}){3}\b", printed)[-1])


def test_the_example_is_one_click_away_says_that_it_is_fictional_and_its_session_ends(
    browser: Browser, tmp_path: Path
) -> None:
    with serve(tmp_path) as (address, _home), desk(browser) as (context, hand):
        page = hand.page
        hand.goto(address)
        hand.sees_head("Set up our services")

        hand.click("Explore the example")
        hand.sees(FICTIONAL)
        page.locator("[class*='st-key-persona-ivo'] button").click()
        is_in(hand)
        names = page.get_by_test_id("stSidebarNav").get_by_role("link").all_inner_texts()
        assert len(names) > 5
        for name in names:
            hand.menu(re.sub(r"^\w*\n", "", name).strip())
            hand.sees(FICTIONAL)

        [kept] = [cookie for cookie in context.cookies() if cookie["name"] == "concord"]
        assert kept["httpOnly"]
        sign_out(hand)
        # Somebody who copied the cookie beforehand does not get in with it any more.
        context.add_cookies([{"name": kept["name"], "value": kept["value"], "url": address}])
        hand.goto(f"{address}/cases")
        expect(page.get_by_role("button", name="Explore the example")).to_be_visible()
        expect(page.get_by_role("button", name="Sign out")).to_be_hidden()


def test_services_are_set_up_people_choose_their_own_passwords_and_wrong_ones_lock(
    browser: Browser, tmp_path: Path
) -> None:
    with serve(tmp_path) as (address, home), desk(browser) as (_context, hand):
        _sets_up_after_mistakes(hand, address, home)
        first = {
            "ivo": _enters(hand, "Turning Point Marlen", "Ivo K.", "ivo"),
            "elena": _enters(hand, "Aurora House", "Elena D.", "elena"),
        }
        sign_out(hand)
        for name, own in OWN_PASSWORDS.items():
            _chooses_own(hand, name, first[name], own)
        _locks(hand, "elena")

    with serve(tmp_path) as (address, _home), desk(browser) as (_context, hand):
        hand.goto(address)
        sign_in(hand, "elena", OWN_PASSWORDS["elena"])
        hand.sees(LOCKED)
        sign_in(hand, "ivo", OWN_PASSWORDS["ivo"])
        is_in(hand)
        expect(hand.page.get_by_text(FICTIONAL)).to_be_hidden()


def _sets_up_after_mistakes(hand: Hand, address: str, home: Path) -> None:
    name, password = ADMINISTRATOR
    hand.goto(address)
    hand.click("Set up our services")
    services = {
        "Name of the perpetrator programme": "Turning Point Marlen",
        "Name of the victim support service": "Aurora House",
        "Your name": "Ada W.",
        "Name to sign in with": name,
    }
    weak = "passwordpassword"
    fill(hand, {"Set-up code": "AAAA-BBBB-CCCC-DDDD", **services, "Password": weak, AGAIN: weak})
    hand.click("Set up and sign in")
    hand.sees("This code is not valid. Look in the terminal")

    fill(hand, {"Set-up code": printed_code(home)})
    hand.click("Set up and sign in")
    hand.sees("This is easy to guess.")

    fill(hand, {"Password": password})
    hand.click("Set up and sign in")
    hand.sees("The two passwords are not the same.")
    for label, typed in services.items():
        expect(hand.page.get_by_label(label, exact=True)).to_have_value(typed)

    fill(hand, {AGAIN: password})
    hand.page.get_by_role("button", name="Set up and sign in").click()
    is_in(hand)
    expect(hand.page.get_by_text(FICTIONAL)).to_be_hidden()
    expect(hand.page.get_by_test_id("stSidebarNav").get_by_role("link", name="Cases")).to_be_hidden()


def _enters(hand: Hand, service: str, name: str, username: str) -> str:
    """The administrator enters a case manager; the first password that the page shows once."""
    hand.menu("People")
    hand.choose("Service", service)
    fill(hand, {"Name": name, "Function": "Case manager", "Name to sign in with": username})
    hand.choose_all("Roles", "case manager")
    hand.click("Enter the person")
    hand.sees(f"First password of {name}, who signs in as {username}")
    return hand.page.get_by_test_id("stCode").inner_text().strip()


def _chooses_own(hand: Hand, name: str, first: str, own: str) -> None:
    """The first password opens one page only, where an own one is chosen; then the first opens nothing."""
    sign_in(hand, name, first)
    hand.sees_head("Choose your password")
    expect(hand.page.get_by_test_id("stSidebarNav")).to_be_hidden()
    fill(hand, {"Password": own, AGAIN: own})
    hand.page.get_by_role("button", name="Set password").click()
    expect(hand.page.get_by_role("button", name="Sign in")).to_be_visible()
    hand.look()
    sign_in(hand, name, first)
    hand.sees("Name and password do not fit together.")
    sign_in(hand, name, own)
    is_in(hand)
    sign_out(hand)


def _locks(hand: Hand, name: str) -> None:
    """Five wrong passwords lock the name, and then the right one does not help either."""
    for _attempt in range(4):
        sign_in(hand, name, "not the right one")
        hand.sees("Name and password do not fit together.")
    sign_in(hand, name, "not the right one")
    hand.sees(LOCKED)
    sign_in(hand, name, OWN_PASSWORDS[name])
    hand.sees(LOCKED)
