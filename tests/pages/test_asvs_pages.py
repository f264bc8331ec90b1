"""OWASP ASVS 6, 7 and 16 on the pages: passwords, signing out, my sessions, and what the console says (docs/asvs.md)."""

import json
import logging
from datetime import datetime, timedelta

import pyotp
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from streamlit.proto.TextInput_pb2 import TextInput
from streamlit.testing.v1 import AppTest

from core import clock, sign_in
from core.access import Actor
from core.models import Account, Event, Role, ServiceKind, SignInFailure, TotpHash
from core.operations import accounts
from core.sign_in import factors, passwords
from core.store import Store
from pages.ui import console, frame, refusals, stores
from pages.ui.refusals import Rule
from pages.ui.site import PAGES
from tests.make import Make
from tests.pages import test_door
from tests.pages.conftest import Desk, press, said
from tests.pages.test_arriving import sign_in as type_password
from tests.pages.test_cases import type_in
from tests.pages.test_door import Browser, ticket_of

RIGHT, NEW = "Seven herons over the mîll", "nine swans below the weir"
SEED = pyotp.random_base32()
behind_tls = test_door.behind_tls
ASKED = "Is it you? Type a code of your app or your password, then Enter"


def fields(at: AppTest) -> dict[str, TextInput]:
    return {field.label: field.proto for field in at.text_input}


def test_the_sign_in_form_hides_the_password_and_lets_password_managers_fill_it(
    db: Session, make: Make, desk: Desk
) -> None:
    make.account(make.pair().vss, password=RIGHT)
    db.commit()

    found = fields(desk.stranger())

    assert set(found) == {"Name", "Password"}
    assert found["Password"].type == TextInput.PASSWORD
    assert (found["Name"].autocomplete, found["Password"].autocomplete) == ("username", "current-password")
    assert not found["Password"].max_chars


def test_a_new_password_is_hidden_and_offered_to_password_managers_wherever_it_is_chosen(
    db: Session, make: Make, desk: Desk
) -> None:
    actor = make.pair().vss
    first = fields(press(desk.stranger(), "Set up our services"))
    make.account(actor, new=True).password_hash = ""
    made = accounts.new_code(db, make.actor(actor.service_id, Role.ADMINISTRATOR), actor.person_id)
    worker = make.pair().pp
    make.account(worker, password=RIGHT)
    db.commit()

    at = press(desk.stranger(), "I have a code from my administrator")
    type_in(at, "Name", made.username)
    type_in(at, "Code from your administrator", made.code)
    arriving = fields(press(at, "Go on"))
    mine = fields(desk.open(worker, "me"))

    for shown in (first, arriving, mine):
        chosen = [field for label, field in shown.items() if "assword" in label and "now" not in label]
        assert len(chosen) == 2
        assert {field.type for field in chosen} == {TextInput.PASSWORD}
        assert {field.autocomplete for field in chosen} == {"new-password"}
    assert mine["Password of now"].type == TextInput.PASSWORD
    assert mine["Password of now"].autocomplete == "current-password"


@pytest.mark.parametrize(
    "wrong", [RIGHT.lower(), f"{RIGHT} ", f" {RIGHT}", RIGHT[:-1], RIGHT.replace("î", "i\u0302")]
)
def test_the_form_takes_a_password_exactly_as_it_was_typed(
    db: Session, make: Make, desk: Desk, wrong: str
) -> None:
    account = make.account(make.pair().vss, password=RIGHT, seed=SEED)
    db.commit()

    refused = type_password(desk, account.username, wrong)
    taken = type_password(desk, account.username, RIGHT)

    assert "do not fit together" in refused.error[0].value
    assert "Second step" in said(taken)


def test_the_form_takes_a_password_of_128_signs_of_any_script_and_no_shorter_one_for_it(
    db: Session, make: Make, desk: Desk
) -> None:
    long = "ж" * 64 + "愛" * 64
    account = make.account(make.pair().vss, password=long, seed=SEED)
    db.commit()

    assert "do not fit together" in type_password(desk, account.username, long[:72]).error[0].value
    assert "Second step" in said(type_password(desk, account.username, long))


def test_a_hash_of_other_rounds_is_renewed_when_its_password_is_given_and_not_for_a_wrong_one(
    db: Session, make: Make, desk: Desk
) -> None:
    account = make.account(make.pair().vss, password=RIGHT, seed=SEED)
    db.commit()
    before = account.password_hash

    type_password(desk, account.username, "not the right one")
    db.expire_all()
    after_wrong = db.get_one(Account, account.id).password_hash
    db.commit()
    assert "Second step" in said(type_password(desk, account.username, RIGHT))

    db.expire_all()
    renewed = db.get_one(Account, account.id).password_hash
    db.commit()
    assert (before[:7], after_wrong) == ("$2b$04$", before)
    assert (renewed[:7], passwords.salt_of(renewed)) == ("$2b$12$", passwords.salt_of(before))
    assert passwords.is_right(RIGHT, renewed)
    assert "Second step" in said(type_password(desk, account.username, RIGHT))
    db.expire_all()
    assert db.get_one(Account, account.id).password_hash == renewed


def _change(at: AppTest, current: str) -> AppTest:
    type_in(at, "Password of now", current)
    type_in(at, "New password", NEW)
    type_in(at, "The password again", NEW)
    return press(at, "Set password")


def test_whoever_changes_the_password_knows_the_one_of_now(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    account = make.account(pair.pp, password=RIGHT)
    db.commit()
    at = desk.open(pair.pp, "me")

    refused = _change(at, "not the right one").error[0].value
    counted = db.scalars(select(SignInFailure).where(SignInFailure.is_forgiven.is_(False))).all()
    db.rollback()
    before = db.get_one(Account, account.id).password_hash
    db.rollback()
    _change(at, RIGHT)

    assert refused == "This is not your password of now."
    assert len(counted) == 1
    assert passwords.is_right(RIGHT, before)
    db.expire_all()
    assert passwords.is_right(NEW, db.get_one(Account, account.id).password_hash)


def test_guesses_at_the_password_of_now_have_to_wait(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    make.account(pair.pp, password=RIGHT)
    db.commit()
    at = desk.open(pair.pp, "me")

    for _ in range(6):
        _change(at, "not the right one")

    assert "Too many attempts" in at.error[0].value


def test_i_end_my_other_sessions_after_proving_that_it_is_me(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    account = make.account(pair.pp, password=RIGHT, seed=SEED)
    tickets = [sign_in.issue_ticket_for(db, pair.pp.person_id) for _ in range(2)]
    others = [sign_in.begin(db, ticket) for ticket in tickets]
    db.commit()
    here = desk.sign_in(pair.pp, is_fresh=False)
    at = desk.open(pair.pp, "me")

    press(at, "End all others")
    asked = fields(at)
    alive = [stores.session_of(stores.REAL + one.token) for one in others if one]
    type_in(at, ASKED, RIGHT)
    press(at, "Go on")

    assert account.username
    assert ASKED in asked
    assert "" not in alive
    assert [stores.session_of(stores.REAL + one.token) for one in others if one] == ["", ""]
    assert stores.presence(here) is not None


def _kinds(make: Make) -> list[Actor]:
    pair = make.pair()
    return [
        pair.pp,
        pair.vss,
        make.actor(pair.pp.service_id, Role.ADMINISTRATOR),
        make.actor(pair.vss.service_id, Role.MANAGER),
        make.actor(pair.vss.service_id, Role.DATA_PROTECTION),
        make.actor(make.service(ServiceKind.POLICE), Role.GUEST),
    ]


def test_every_page_has_a_way_to_sign_out_for_everybody_who_may_open_it(
    db: Session, make: Make, desk: Desk
) -> None:
    people = _kinds(make)
    db.commit()

    opened = set()
    for spec in PAGES:
        for actor in people:
            if frame.is_allowed(actor, spec) and spec.key not in opened:
                at = desk.open(actor, spec.key)
                assert [button.label for button in at.sidebar.button].count("Sign out") == 1, spec.key
                opened.add(spec.key)

    assert opened == {spec.key for spec in PAGES}


def test_signing_out_and_proving_it_in_between_leave_a_line_with_or_without_success(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    make.account(pair.pp, password=RIGHT, seed=SEED)
    tickets = [sign_in.issue_ticket_for(db, pair.pp.person_id)]
    assert [sign_in.begin(db, ticket) for ticket in tickets] != [None]
    db.commit()
    desk.sign_in(pair.pp, is_fresh=False)
    token = stores.REAL + desk.token(pair.pp)
    at = desk.open(pair.pp, "me")

    press(at, "End all others")
    for typed in ("not the right one", RIGHT):
        type_in(at, ASKED, typed)
        press(at, "Go on")
    stores.end(token)
    stores.end(token)

    acts = db.scalars(select(Event.act).where(Event.person_id == pair.pp.person_id).order_by(Event.seq))
    assert list(acts) == ["sign_in", "prove_failed", "prove", "end_others", "sign_out"]


def test_how_i_come_in_is_changed_after_password_and_code_together(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    account = make.account(pair.pp, password=RIGHT, seed=SEED)
    db.commit()
    desk.sign_in(pair.pp, is_fresh=False)
    at = desk.open(pair.pp, "me")

    press(at, "New recovery codes")
    refused = []
    for password, code in ((RIGHT, "000000"), ("not the right one", pyotp.TOTP(SEED).at(clock.now()))):
        type_in(at, "Password", password)
        type_in(at, "Code", code)
        press(at, "Go on")
        refused.append(at.error[0].value)
    type_in(at, "Password", RIGHT)
    type_in(at, "Code", pyotp.TOTP(SEED).at(clock.now()))
    press(at, "Go on")

    assert account.totp_secret
    assert "does not fit" in refused[0]
    assert refused[1] == "This is not your password of now."
    assert len(at.code[0].value.splitlines()) == 10


def test_what_the_door_refuses_leaves_a_line_that_says_nothing_of_what_was_sent(
    real_store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    browser = Browser()
    refusals.forget()
    caplog.set_level(logging.WARNING, "concord")

    browser.ask("/media/what-she-signed.pdf")
    browser.ask("/_stcore/metrics")
    browser.origin = "https://evil.example\r\nwhat she said"
    for _ in range(50):
        browser.ask("/keep", "POST", b"what she said")
    browser.host = "evil.example"
    browser.ask("/healthz")

    assert [record.args[1] for record in caplog.records if isinstance(record.args, tuple)] == [
        Rule.NO_SESSION,
        Rule.CLOSED,
        Rule.FOREIGN_PAGE,
        Rule.FOREIGN_NAME,
    ]
    assert not [
        told for told in ("evil", "she", "\n") if told in "".join(r.getMessage() for r in caplog.records)
    ]


def test_a_line_of_the_console_is_one_object_whatever_is_in_it() -> None:
    record = logging.LogRecord(
        "concord", logging.ERROR, __file__, 1, "it failed: %s", ('a\n{"at": "x"}\u2028',), None
    )

    line = console.Lines().format(record)

    assert "\n" not in line
    assert json.loads(line)["said"] == 'it failed: a\n{"at": "x"}\u2028'
    assert datetime.fromisoformat(json.loads(line)["at"]).utcoffset() == timedelta()


def test_behind_tls_a_cookie_of_another_host_is_not_ours(
    db: Session, make: Make, behind_tls: Browser
) -> None:
    behind_tls.enter(ticket_of(db, make, make.pair().pp))
    token = behind_tls.cookies["__Host-concord"]

    planted = Browser(
        {"concord": token, "_streamlit_xsrf": "2|a|b|1"}, host=behind_tls.host, origin=behind_tls.origin
    )

    assert behind_tls.ask("/media/x")[0] == 404
    assert planted.ask("/media/x")[0] == 403


def test_codes_of_the_app_end_with_the_step_after_theirs(db: Session, make: Make) -> None:
    step = int(clock.now().timestamp()) // factors.STEP_SECONDS

    taken = [
        away
        for away in range(-4, 5)
        if factors.step_of(SEED, pyotp.TOTP(SEED).generate_otp(step + away), by=TotpHash.SHA_1) is not None
    ]

    assert taken == [-1, 0, 1]
