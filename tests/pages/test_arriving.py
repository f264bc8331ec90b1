"""Signing in as somebody does it: name and password, the second step, and nothing before it."""

from datetime import timedelta

import pyotp
import pytest
import time_machine
from sqlalchemy.orm import Session
from streamlit.testing.v1 import AppTest

from core import clock
from core.access import Actor
from core.models import Account, Role
from core.operations import accounts
from tests.make import Make
from tests.pages.conftest import Desk, press, said
from tests.pages.test_cases import type_in

RIGHT = "seven herons over the mill"
SEED = pyotp.random_base32()


@pytest.fixture
def actor(make: Make) -> Actor:
    return make.pair().vss


@pytest.fixture
def account(db: Session, make: Make, actor: Actor) -> Account:
    account = make.account(actor, password=RIGHT, seed=SEED)
    db.commit()
    return account


def sign_in(desk: Desk, name: str, password: str) -> AppTest:
    at = desk.stranger()
    again(at, name, password)
    return at


def again(at: AppTest, name: str, password: str) -> None:
    type_in(at, "Name", name)
    type_in(at, "Password", password)
    press(at, "Sign in")


def addresses(at: AppTest) -> list[str]:
    """Where the page sends the browser."""
    return [str(found.proto) for found in at.get("bidi_component") if "/enter" in str(found.proto)]


def test_a_right_password_asks_for_the_second_step_and_sends_nobody_in(account: Account, desk: Desk) -> None:
    at = sign_in(desk, account.username, RIGHT)

    assert "Second step" in said(at)
    assert addresses(at) == []
    assert [field.label for field in at.text_input] == ["Code"]


def test_the_right_code_sends_the_browser_in_and_counts_once(account: Account, desk: Desk) -> None:
    code = pyotp.TOTP(SEED).at(clock.now())
    at = sign_in(desk, account.username, RIGHT)
    type_in(at, "Code", code)
    press(at, "Go on")
    entered = addresses(at)

    at = sign_in(desk, account.username, RIGHT)
    type_in(at, "Code", code)
    press(at, "Go on")

    assert len(entered) == 1
    assert addresses(at) == []
    assert "used already" in at.error[0].value


def test_wrong_codes_are_counted(account: Account, desk: Desk) -> None:
    at = sign_in(desk, account.username, RIGHT)

    for _ in range(6):
        type_in(at, "Code", "abc")
        press(at, "Go on")

    assert "Too many attempts" in at.error[0].value


def test_a_locked_name_and_one_that_nobody_has_get_the_same_answer(account: Account, desk: Desk) -> None:
    answers = []
    with time_machine.travel(clock.now(), tick=False):
        for name in (account.username, "nobody"):
            at = desk.stranger()
            said_here = []
            for _ in range(6):
                again(at, name, "not the right one")
                said_here.append(at.error[0].value)
            again(at, name, RIGHT)
            answers.append([*said_here, at.error[0].value])

    assert answers[0] == answers[1]
    assert answers[0][4].startswith("Name and password do not fit")
    assert answers[0][5] == answers[0][6] == "Too many attempts. Please wait 10 seconds."


def test_somebody_who_took_too_long_starts_again(account: Account, desk: Desk) -> None:
    at = sign_in(desk, account.username, RIGHT)

    with time_machine.travel(clock.now() + timedelta(minutes=11), tick=False):
        type_in(at, "Code", pyotp.TOTP(SEED).at(clock.now()))
        press(at, "Go on")

    assert "That took too long" in at.error[0].value
    assert "Password" in [field.label for field in at.text_input]


def test_a_code_from_the_administrator_leads_to_password_second_step_and_recovery_codes(
    db: Session, make: Make, actor: Actor, desk: Desk
) -> None:
    make.account(actor, new=True).password_hash = ""
    ada = make.actor(actor.service_id, Role.ADMINISTRATOR)
    made = accounts.new_code(db, ada, actor.person_id)
    db.commit()
    at = desk.stranger()

    press(at, "I have a code from my administrator")
    type_in(at, "Name", made.username)
    type_in(at, "Code from your administrator", "AAAA-BBBB-CCCC-DDDD")
    press(at, "Go on")
    refused = at.error[0].value
    type_in(at, "Code from your administrator", made.code.lower())
    press(at, "Go on")
    type_in(at, "Password", "password1234")
    type_in(at, "The password again", "password1234")
    press(at, "Set password")
    weak = at.error[0].value
    type_in(at, "Password", RIGHT)
    type_in(at, "The password again", RIGHT)
    press(at, "Set password")
    seed = at.code[0].value.replace(" ", "")
    type_in(at, "Code", "000")
    press(at, "Confirm")
    wrong = at.error[0].value
    type_in(at, "Code", pyotp.TOTP(seed).at(clock.now()))
    press(at, "Confirm")
    codes = at.code[0].value.splitlines()
    before = addresses(at)
    press(at, "I have kept them")

    assert "do not fit together" in refused
    assert "easy to guess" in weak
    assert "does not fit" in wrong
    assert len(codes) == 10
    assert before == []
    assert len(addresses(at)) == 1


def test_starting_again_leads_back_to_the_form(account: Account, desk: Desk) -> None:
    at = sign_in(desk, account.username, RIGHT)

    press(at, "Start again")

    assert "Password" in [field.label for field in at.text_input]
