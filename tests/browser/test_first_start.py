"""The first start of a fresh home: look at the fictional example, or set up one's own services and people."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
import time_machine
from playwright.sync_api import Browser, BrowserContext, expect

from core import clock
from core.sign_in import Visitor, limits
from core.store import open_store
from tests.browser.conftest import PATIENCE, serve
from tests.browser.hand import Hand

pytestmark = pytest.mark.browser
#: A machine that builds other things at the same time takes its time.

AGAIN = "The password again"
FICTIONAL = "FICTIONAL EXAMPLE"
WAIT = "Too many attempts. Please wait"
REFUSED = "Name and password do not fit together."
ADMINISTRATOR = "ada", "nine quiet herons over the weir"
OWN_PASSWORDS = {"ivo": "copper kettles sing at dawn", "elena": "seven lanterns on a slow river"}


class Telephone:
    """An authenticator app: shows a code, and waits for the next where one has been used."""

    def __init__(self, seed: str) -> None:
        self.app = pyotp.TOTP(seed.replace(" ", ""))
        self.used = ""

    def code(self) -> str:
        while (shown := self.app.now()) == self.used:
            time.sleep(1)
        self.used = shown
        return shown


@contextmanager
def desk(browser: Browser) -> Iterator[tuple[BrowserContext, Hand]]:
    """A browser that has never been here."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    context.set_default_timeout(PATIENCE)
    yield context, Hand(context.new_page())
    context.close()


def sign_in(hand: Hand, name: str, password: str) -> None:
    """The first step: name and password."""
    hand.look()
    fill(hand, {"Name": name, "Password": password})
    hand.click("Sign in")


def come_in(hand: Hand, name: str, password: str, telephone: Telephone) -> None:
    """Both steps."""
    sign_in(hand, name, password)
    hand.sees_head("Second step")
    expect(hand.page.get_by_test_id("stSidebarNav")).to_be_hidden()
    type_code(hand, telephone.code())
    is_in(hand)


def type_code(hand: Hand, code: str) -> None:
    """Type a code and press Enter."""
    field = hand.page.get_by_label("Code", exact=True)
    field.fill(code)
    field.press("Enter")


def set_up_second_step(hand: Hand) -> Telephone:
    """Scan the picture, confirm it with a code after a wrong one, and keep the recovery codes."""
    hand.sees_head("Set up the second step")
    expect(hand.page.get_by_test_id("stSidebarNav")).to_be_hidden()
    picture = hand.page.get_by_test_id("stImage").locator("img")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.naturalWidth > 100 && image.src.startsWith('data:image/svg+xml')")
    telephone = Telephone(hand.page.get_by_test_id("stCode").inner_text().strip())
    type_code(hand, "000000")
    hand.sees("This code does not fit")
    type_code(hand, telephone.code())
    hand.sees_head("Your ten recovery codes")
    expect(hand.page.get_by_test_id("stSidebarNav")).to_be_hidden()
    assert (
        len(re.findall(r"[A-Z2-9]{4}(?:-[A-Z2-9]{4}){6}", hand.page.get_by_test_id("stCode").inner_text()))
        == 10
    )
    hand.page.get_by_role("button", name="I have kept them").click()
    is_in(hand)
    return telephone


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
    return str(re.findall(r"\b[A-Z2-9]{4}(?:-[A-Z2-9]{4}){6}\b", printed)[-1])


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


def test_services_are_set_up_people_choose_their_own_passwords_and_nobody_is_in_without_a_second_step(
    browser: Browser, tmp_path: Path
) -> None:
    with serve(tmp_path) as (address, home), desk(browser) as (context, hand):
        _sets_up_after_mistakes(hand, address, home)
        set_up_second_step(hand)
        expect(hand.page.get_by_text(FICTIONAL)).to_be_hidden()
        expect(hand.page.get_by_test_id("stSidebarNav").get_by_role("link", name="Cases")).to_be_hidden()
        codes = {
            "ivo": _enters(hand, "Turning Point Marlen", "Ivo K.", "ivo"),
            "elena": _enters(hand, "Aurora House", "Elena D.", "elena"),
        }
        sign_out(hand)
        telephones = {name: _uses_code(hand, name, codes[name], own) for name, own in OWN_PASSWORDS.items()}

        used = telephones["ivo"].used
        sign_in(hand, "ivo", OWN_PASSWORDS["ivo"])
        type_code(hand, used)
        hand.sees("This code does not fit, or it was used already")
        type_code(hand, telephones["ivo"].code())
        is_in(hand)
        [device] = [cookie for cookie in context.cookies() if cookie["name"] == "concord_device"]
        assert device["httpOnly"]
        sign_out(hand)

        _others_guess(home, "ivo")
        with desk(browser) as (_foreign, stranger):
            _is_stopped(stranger, address, "ivo")

    with serve(tmp_path) as (address, _home), desk(browser) as (other, stranger):
        _is_stopped(stranger, address, "ivo")
        other.add_cookies([{"name": device["name"], "value": device["value"], "url": address}])
        stranger.goto(address)
        come_in(stranger, "ivo", OWN_PASSWORDS["ivo"], telephones["ivo"])


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
    hand.click("Set up and sign in")


def _enters(hand: Hand, service: str, name: str, username: str) -> str:
    """The administrator enters a case manager; the code that the page shows once."""
    hand.menu("People")
    hand.choose("Service", service)
    fill(hand, {"Name": name, "Function": "Case manager", "Name to sign in with": username})
    hand.choose_all("Roles", "case manager")
    hand.click("Enter the person")
    hand.sees(f"Code for {name}, who signs in as {username}")
    return hand.page.get_by_test_id("stCode").inner_text().strip()


def _uses_code(hand: Hand, name: str, code: str, own: str) -> Telephone:
    """The code opens the choice of a password and the second step, and then nothing any more."""
    hand.click("I have a code from my administrator")
    fill(hand, {"Name": name, "Code from your administrator": code})
    hand.click("Go on")
    hand.sees_head("Choose your password")
    expect(hand.page.get_by_test_id("stSidebarNav")).to_be_hidden()
    fill(hand, {"Password": own, AGAIN: own})
    hand.click("Set password")
    telephone = set_up_second_step(hand)
    sign_out(hand)
    hand.click("I have a code from my administrator")
    fill(hand, {"Name": name, "Code from your administrator": code})
    hand.click("Go on")
    hand.sees("Name and code do not fit together")
    hand.click("Back")
    return telephone


def _others_guess(home: Path, name: str) -> None:
    """Ten wrong passwords from outside, the last of them five minutes ago."""
    store = open_store(f"sqlite:///{home / 'concord.db'}", home / "database.key")
    for minutes in range(41, 4, -4):
        earlier = clock.now() - timedelta(minutes=minutes)
        with time_machine.travel(earlier, tick=False), store.writing.begin() as db:
            limits.knock(db, name, Visitor(f"10.0.0.{minutes}"))
    store.engine.dispose()


def _is_stopped(hand: Hand, address: str, name: str) -> None:
    """In a browser that has not been here before the right password is not even looked at."""
    hand.goto(address)
    sign_in(hand, name, "not the right one")
    hand.sees(WAIT)
    sign_in(hand, name, OWN_PASSWORDS[name])
    hand.sees(WAIT)
    sign_in(hand, "elena", "not the right one")
    hand.sees(REFUSED)
