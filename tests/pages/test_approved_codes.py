"""Where `CONCORD_FORMATS=approved`: what somebody reads of the codes of their app, on the way in and later."""

from collections.abc import Iterator
from datetime import timedelta

import pyotp
import pytest
import time_machine
from sqlalchemy.orm import Session
from streamlit.testing.v1 import AppTest

from core import clock
from core import sign_in as elsewhere
from core.access import Actor
from core.models import Account, TotpHash
from core.settings import settings
from tests.make import Make
from tests.pages.conftest import Desk, press, said
from tests.pages.test_arriving import RIGHT, SEED, addresses, sign_in
from tests.pages.test_cases import type_in

HALF_MINUTE = timedelta(seconds=30)
WHILE_SHOWN = "A code of the app counts only while the app shows it."


@pytest.fixture(autouse=True)
def _approved(monkeypatch: pytest.MonkeyPatch, desk: Desk) -> Iterator[None]:
    """In the twelfth second of a half minute."""
    monkeypatch.setenv("CONCORD_FORMATS", "approved")
    settings.cache_clear()
    with time_machine.travel(int(clock.now().timestamp()) // 30 * 30 + 12, tick=False):
        yield
    settings.cache_clear()


@pytest.fixture
def actor(make: Make) -> Actor:
    return make.pair().vss


@pytest.fixture
def account(db: Session, make: Make, actor: Actor) -> Account:
    """Somebody whose app reckons by SHA-1, as it was set up before the setting was changed."""
    account = make.account(actor, password=RIGHT, seed=SEED)
    db.commit()
    return account


def new_app(at: AppTest) -> pyotp.TOTP:
    """An app into which somebody types the key that is shown, and for which they choose SHA-256."""
    app = pyotp.parse_uri(
        f"otpauth://totp/Concord?algorithm=SHA256&secret={at.code[0].value.replace(' ', '')}"
    )
    assert isinstance(app, pyotp.TOTP)
    return app


def test_whoever_has_an_app_by_sha_1_reads_why_sets_up_anew_and_comes_in(
    db: Session, account: Account, desk: Desk
) -> None:
    at = sign_in(desk, account.username, RIGHT)
    asked = said(at)
    type_in(at, "Code", pyotp.TOTP(SEED).at(clock.now()))
    press(at, "Go on")
    before = addresses(at)
    told = said(at)
    app = new_app(at)
    type_in(at, "Code", app.at(clock.now()))
    press(at, "Confirm")
    codes = at.code[0].value.splitlines()
    press(at, "I have kept them")

    db.refresh(account)
    assert WHILE_SHOWN in asked
    assert before == []
    assert "This installation takes codes of another kind from now on" in told
    assert "The earlier entry for Concord in the app can be deleted afterwards." in told
    assert "So that a password alone" not in told
    assert "The app must know codes by SHA-256, and not every app does." in told
    assert "choose SHA-256 there" in told
    assert WHILE_SHOWN in told
    assert len(codes) == 10
    assert len(addresses(at)) == 1
    assert account.totp_hash is TotpHash.SHA_256


def test_who_sets_up_for_the_first_time_reads_nothing_of_an_earlier_app(
    db: Session, make: Make, actor: Actor, desk: Desk
) -> None:
    account = make.account(actor, password=RIGHT)
    db.commit()

    told = said(sign_in(desk, account.username, RIGHT))

    assert "So that a password alone" in told
    assert "another kind" not in told
    assert "The app must know codes by SHA-256" in told


def test_the_code_of_before_is_refused_with_what_to_do(account: Account, desk: Desk) -> None:
    at = sign_in(desk, account.username, RIGHT)

    type_in(at, "Code", pyotp.TOTP(SEED).at(clock.now() - HALF_MINUTE))
    press(at, "Go on")

    assert "type the one that the app shows at this moment" in at.error[0].value
    assert "the clock of your telephone is wrong" in at.error[0].value
    assert addresses(at) == []


def test_late_codes_are_counted_as_wrong_ones_are(account: Account, desk: Desk) -> None:
    at = sign_in(desk, account.username, RIGHT)

    for _ in range(6):
        type_in(at, "Code", pyotp.TOTP(SEED).at(clock.now() - HALF_MINUTE))
        press(at, "Go on")

    assert "Too many attempts" in at.error[0].value


def test_who_is_asked_again_who_they_are_reads_it_at_the_field(
    db: Session, account: Account, actor: Actor, desk: Desk
) -> None:
    elsewhere.begin(db, elsewhere.issue_ticket_for(db, account.person_id))
    db.commit()
    desk.sign_in(actor, is_fresh=False)
    at = desk.open(actor, "me")

    press(at, "End all others")
    by_one = said(at)
    press(at, "New recovery codes")
    by_both = said(at)

    assert WHILE_SHOWN in by_one
    assert WHILE_SHOWN in by_both


def test_another_telephone_is_set_up_by_sha_256(
    db: Session, account: Account, actor: Actor, desk: Desk
) -> None:
    at = desk.open(actor, "me")

    press(at, "Move to another telephone")
    told = said(at)
    type_in(at, "Code", new_app(at).at(clock.now()))
    press(at, "Confirm")

    db.refresh(account)
    assert "The app must know codes by SHA-256" in told
    assert "another kind" not in told
    assert len(at.code[0].value.splitlines()) == 10
    assert account.totp_hash is TotpHash.SHA_256


def test_in_the_usual_nobody_reads_anything_of_all_this(
    account: Account, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONCORD_FORMATS", "usual")
    settings.cache_clear()
    at = sign_in(desk, account.username, RIGHT)
    asked = said(at)

    type_in(at, "Code", pyotp.TOTP(SEED).at(clock.now() - HALF_MINUTE))
    press(at, "Go on")

    assert WHILE_SHOWN not in asked
    assert len(addresses(at)) == 1
