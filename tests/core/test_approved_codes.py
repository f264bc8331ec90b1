"""Where `CONCORD_FORMATS=approved`: codes of the app by SHA-256, each for its half minute alone."""

import base64
import hashlib
import hmac
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pyotp
import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock, sign_in
from core.errors import Invalid, NotAllowed
from core.models import Account, Notice, NoticeKind, Person, Role, TotpHash
from core.operations import accounts, my_account
from core.settings import settings
from core.sign_in import Step, Visitor, arrivals, factors, limits
from tests.make import Make, Pair

RIGHT = "seven herons over the mill"
NEW = "nine swans below the weir"
SEED = pyotp.random_base32()
HERE = Visitor("10.0.0.1")
SHA_1, SHA_256 = pyotp.TOTP(SEED), pyotp.TOTP(SEED, digest=hashlib.sha256)
APPS = {TotpHash.SHA_1: SHA_1, TotpHash.SHA_256: SHA_256}
HALF_MINUTE = timedelta(seconds=30)


@pytest.fixture(autouse=True)
def time() -> Iterator[time_machine.Traveller]:
    """The twelfth second of a half minute, until a test goes on to another one."""
    begun = int(clock.now().timestamp()) // 30 * 30
    with time_machine.travel(begun + 12, tick=False) as time:
        yield time


@pytest.fixture(autouse=True)
def _approved(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    choose(monkeypatch, "approved")
    yield
    settings.cache_clear()


@pytest.fixture
def pair(make: Make) -> Pair:
    return make.pair()


@pytest.fixture
def account(db: Session, make: Make, pair: Pair) -> Account:
    """Somebody whose app reckons by SHA-256."""
    return having(db, make.account(pair.pp, password=RIGHT, seed=SEED), TotpHash.SHA_256)


@pytest.fixture
def outdated(make: Make, pair: Pair) -> Account:
    """Somebody whose app reckons by SHA-1, as it was set up before the setting was changed."""
    return make.account(pair.vss, password=RIGHT, seed=SEED)


def choose(monkeypatch: pytest.MonkeyPatch, formats: str) -> None:
    """Start with another setting."""
    monkeypatch.setenv("CONCORD_FORMATS", formats)
    settings.cache_clear()


def having(db: Session, account: Account, totp_hash: TotpHash) -> Account:
    account.totp_hash = totp_hash
    db.flush()
    return account


def first_step(db: Session, account: Account) -> str:
    attempt_id = limits.knock(db, account.username, HERE)
    return arrivals.by_password(db, account.username, attempt_id=attempt_id)


def second_step(db: Session, token: str, typed: str) -> Step:
    return arrivals.give_factor(db, token, typed, attempt_id=arrivals.knock(db, token, HERE))


def app_of(shown: factors.Enrolment) -> pyotp.TOTP:
    """An app that has scanned the picture and does as it says."""
    found = pyotp.parse_uri(shown.address)
    assert isinstance(found, pyotp.TOTP)
    return found


def code(app: pyotp.TOTP, away: timedelta = timedelta()) -> str:
    return app.at(clock.now() + away)


def told(db: Session, account: Account) -> list[NoticeKind]:
    return list(db.scalars(select(Notice.kind).where(Notice.person_id == account.person_id)))


def test_whoever_sets_up_the_second_step_gets_an_app_by_sha_256(
    db: Session, make: Make, pair: Pair, time: time_machine.Traveller
) -> None:
    account = make.account(pair.pp, password=RIGHT)
    token = first_step(db, account)
    shown = arrivals.enrolment(db, token)
    seed = shown.secret.replace(" ", "")

    assert f"secret={seed}" in shown.address
    assert "algorithm=SHA256" in shown.address
    assert (shown.is_by_sha_256, shown.is_anew) == (True, False)
    with pytest.raises(Invalid, match=r"error\.code_refused"):
        arrivals.enrol(db, token, code(pyotp.TOTP(seed)))
    arrivals.enrol(db, token, code(app_of(shown)))
    assert account.totp_hash is TotpHash.SHA_256
    assert arrivals.step(db, token) is Step.TICKET

    time.shift(HALF_MINUTE)
    with pytest.raises(Invalid, match=r"error\.code_refused"):
        second_step(db, first_step(db, account), code(pyotp.TOTP(seed)))
    assert second_step(db, first_step(db, account), code(app_of(shown))) is Step.TICKET


def test_the_codes_are_those_of_rfc_6238_by_sha_256(db: Session, account: Account) -> None:
    step = int(clock.now().timestamp()) // 30
    mac = hmac.digest(base64.b32decode(SEED), step.to_bytes(8, "big"), "sha256")
    at = mac[-1] & 15
    typed = f"{(int.from_bytes(mac[at : at + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"

    assert second_step(db, first_step(db, account), typed) is Step.TICKET


@pytest.mark.parametrize("totp_hash", list(TotpHash))
def test_only_the_code_that_is_shown_now_counts_from_its_first_second_to_its_last(
    account: Account, totp_hash: TotpHash, time: time_machine.Traveller
) -> None:
    typed = code(APPS[totp_hash])
    begun = clock.now() - timedelta(seconds=12)

    counts = []
    for seconds in (-30, -0.1, 0, 12, 29.9, 30, 60):
        time.move_to(begun + timedelta(seconds=seconds))
        counts.append(factors.step_of(SEED, typed, by=totp_hash) is not None)

    assert counts == [False, False, True, True, True, False, False]


@pytest.mark.parametrize("totp_hash", list(TotpHash))
@pytest.mark.parametrize(
    ("seconds", "key"),
    [(-60, "code_refused"), (-30, "code_not_of_now"), (30, "code_not_of_now"), (60, "code_refused")],
)
def test_the_code_of_before_or_after_opens_nothing_and_is_told_from_a_wrong_one(
    db: Session, account: Account, totp_hash: TotpHash, seconds: int, key: str
) -> None:
    having(db, account, totp_hash)
    token = first_step(db, account)

    with pytest.raises(Invalid, match=rf"^error\.{key}$") as refused:
        second_step(db, token, code(APPS[totp_hash], timedelta(seconds=seconds)))

    assert refused.value.field == "code"
    assert arrivals.step(db, token) is Step.FACTOR
    with pytest.raises(NotAllowed, match=r"error\.arrival_ended"):
        arrivals.issue_ticket(db, token, HERE)


def test_codes_of_before_and_after_are_counted_as_wrong_ones_are(db: Session, account: Account) -> None:
    token = first_step(db, account)

    for away in (-HALF_MINUTE, HALF_MINUTE, -HALF_MINUTE, HALF_MINUTE, -HALF_MINUTE):
        with pytest.raises(Invalid, match=r"error\.code_not_of_now"):
            second_step(db, token, code(SHA_256, away))

    with pytest.raises(NotAllowed, match=r"error\.sign_in_wait"):
        second_step(db, token, code(SHA_256))


def test_a_code_that_counted_does_not_count_again(
    db: Session, account: Account, time: time_machine.Traveller
) -> None:
    typed = code(SHA_256)
    second_step(db, first_step(db, account), typed)

    with pytest.raises(Invalid, match=r"error\.code_refused"):
        second_step(db, first_step(db, account), typed)
    time.shift(HALF_MINUTE)
    with pytest.raises(Invalid, match=r"error\.code_not_of_now"):
        second_step(db, first_step(db, account), typed)
    assert second_step(db, first_step(db, account), code(SHA_256)) is Step.TICKET


def test_a_recovery_code_stands_in_for_such_an_app_once(db: Session, account: Account) -> None:
    codes = factors.new_recovery_codes(db, account)

    assert second_step(db, first_step(db, account), codes[0]) is Step.TICKET
    with pytest.raises(Invalid, match=r"error\.code_refused"):
        second_step(db, first_step(db, account), codes[0])


def test_who_has_no_app_at_all_is_told_no_more_than_that_a_code_does_not_fit(
    db: Session, make: Make, pair: Pair
) -> None:
    account = make.account(pair.pp, password=RIGHT)

    with pytest.raises(Invalid, match=r"error\.code_refused"):
        factors.check(db, account, code(SHA_256, HALF_MINUTE))


@pytest.mark.parametrize("away", [-HALF_MINUTE, HALF_MINUTE])
def test_an_app_is_not_set_up_by_the_code_of_before_or_after(
    db: Session, make: Make, pair: Pair, away: timedelta
) -> None:
    account = make.account(pair.pp, password=RIGHT)
    token = first_step(db, account)
    app = app_of(arrivals.enrolment(db, token))

    with pytest.raises(Invalid, match=r"error\.code_not_of_now"):
        arrivals.enrol(db, token, code(app, away))

    assert account.totp_secret is None
    assert arrivals.step(db, token) is Step.ENROLMENT


def test_who_sits_there_is_proved_by_the_code_of_now_alone(db: Session, pair: Pair, account: Account) -> None:
    here = session_of(db, account)
    attempt_id = my_account.knock(db, pair.pp, visitor=HERE)

    with pytest.raises(Invalid, match=r"error\.code_not_of_now"):
        my_account.prove(db, pair.pp, here=here, typed=code(SHA_256, -HALF_MINUTE), attempt_id=attempt_id)
    with pytest.raises(Invalid, match=r"error\.code_not_of_now"):
        my_account.prove_by_both(
            db, pair.pp, here=here, password=RIGHT, code=code(SHA_256, HALF_MINUTE), attempt_id=attempt_id
        )

    assert my_account.prove(db, pair.pp, here=here, typed=code(SHA_256), attempt_id=attempt_id)


def session_of(db: Session, account: Account) -> Any:
    entered = sign_in.begin(db, sign_in.issue_ticket_for(db, account.person_id))
    assert entered is not None
    found = sign_in.find(db, entered.token)
    assert found is not None
    return found.sign_in_id


def test_another_telephone_gets_an_app_by_sha_256(db: Session, pair: Pair, outdated: Account) -> None:
    here = session_of(db, outdated)

    seed, shown = my_account.new_factor(db, pair.vss)
    my_account.change_factor(db, pair.vss, seed=seed, typed=code(app_of(shown)), here=here)

    assert (shown.is_by_sha_256, shown.is_anew) == (True, False)
    assert outdated.totp_hash is TotpHash.SHA_256


def test_whoever_has_an_app_by_sha_1_gives_its_code_and_sets_up_anew_before_they_come_in(
    db: Session, outdated: Account, time: time_machine.Traveller
) -> None:
    earlier = factors.new_recovery_codes(db, outdated)
    token = first_step(db, outdated)
    assert arrivals.step(db, token) is Step.FACTOR
    with pytest.raises(NotAllowed, match=r"error\.arrival_ended"):
        arrivals.enrolment(db, token)

    assert second_step(db, token, code(SHA_1)) is Step.ENROLMENT
    with pytest.raises(NotAllowed, match=r"error\.arrival_ended"):
        arrivals.issue_ticket(db, token, HERE)
    shown = arrivals.enrolment(db, token)
    assert (shown.is_by_sha_256, shown.is_anew) == (True, True)
    assert SEED not in shown.address
    codes = arrivals.enrol(db, token, code(app_of(shown)))

    assert sign_in.begin(db, arrivals.issue_ticket(db, token, HERE)) is not None
    assert told(db, outdated).count(NoticeKind.FACTOR) == 1
    time.shift(HALF_MINUTE)
    for gone in (code(SHA_1), code(SHA_256), earlier[0]):
        with pytest.raises(Invalid, match=r"error\.code_refused"):
            second_step(db, first_step(db, outdated), gone)
    assert second_step(db, first_step(db, outdated), code(app_of(shown))) is Step.TICKET
    assert second_step(db, first_step(db, outdated), codes[0]) is Step.TICKET


def test_the_app_by_sha_1_counts_until_the_new_one_is_confirmed(
    db: Session, outdated: Account, time: time_machine.Traveller
) -> None:
    token = first_step(db, outdated)
    second_step(db, token, code(SHA_1))
    arrivals.enrolment(db, token)

    time.shift(HALF_MINUTE)

    assert second_step(db, first_step(db, outdated), code(SHA_1)) is Step.ENROLMENT
    assert outdated.totp_hash is TotpHash.SHA_1
    assert NoticeKind.FACTOR not in told(db, outdated)


def test_a_recovery_code_leads_to_setting_up_anew_as_the_code_of_the_app_does(
    db: Session, outdated: Account
) -> None:
    codes = factors.new_recovery_codes(db, outdated)
    token = first_step(db, outdated)

    assert second_step(db, token, codes[0]) is Step.ENROLMENT
    arrivals.enrol(db, token, code(app_of(arrivals.enrolment(db, token))))

    assert arrivals.step(db, token) is Step.TICKET
    assert set(told(db, outdated)) == {NoticeKind.RECOVERY_CODE_USED, NoticeKind.FACTOR}


def test_with_a_code_of_the_administrator_the_password_comes_first_and_then_the_new_app(
    db: Session, make: Make, pair: Pair, outdated: Account
) -> None:
    ada = make.actor(pair.vss.service_id, Role.ADMINISTRATOR)
    given = accounts.new_code(db, ada, pair.vss.person_id).code
    attempt_id = limits.knock(db, outdated.username, HERE)
    token = arrivals.by_code(db, outdated.username, given, attempt_id=attempt_id)

    assert second_step(db, token, code(SHA_1)) is Step.PASSWORD
    assert arrivals.choose_password(db, token, password=NEW, again=NEW) is Step.ENROLMENT


def test_back_to_the_usual_an_app_by_sha_256_goes_on_counting_and_nobody_sets_up_anew(
    db: Session, account: Account, outdated: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(monkeypatch, "usual")

    assert second_step(db, first_step(db, account), code(SHA_256, -HALF_MINUTE)) is Step.TICKET
    assert second_step(db, first_step(db, account), code(SHA_256, HALF_MINUTE)) is Step.TICKET
    assert second_step(db, first_step(db, outdated), code(SHA_1)) is Step.TICKET
    with pytest.raises(Invalid, match=r"error\.code_refused"):
        second_step(db, first_step(db, account), code(SHA_256, 2 * HALF_MINUTE))
    assert account.totp_hash is TotpHash.SHA_256


def test_in_the_usual_an_app_is_set_up_by_sha_1(
    db: Session, make: Make, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(monkeypatch, "usual")
    account = make.account(pair.pp, password=RIGHT)
    token = first_step(db, account)
    shown = arrivals.enrolment(db, token)

    arrivals.enrol(db, token, code(app_of(shown), HALF_MINUTE))

    assert "algorithm" not in shown.address
    assert (shown.is_by_sha_256, shown.is_anew) == (False, False)
    assert account.totp_hash is TotpHash.SHA_1


def test_of_an_app_that_was_removed_nothing_is_left(db: Session, make: Make, account: Account) -> None:
    person = db.get_one(Person, account.person_id)
    assert accounts.of(db, person).totp_hash is TotpHash.SHA_256

    factors.remove(db, account)

    assert (account.totp_secret, account.totp_hash, account.totp_last_step) == (None, TotpHash.SHA_1, None)
    assert arrivals.step(db, first_step(db, account)) is Step.ENROLMENT
