"""Who signs in by the identity provider of a service: named by an administrator, taken up by the person, used once."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyotp
import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.access import Actor
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import Account, Event, Identity, Notice, NoticeKind, Person, Role
from core.operations import accounts, identities
from core.settings import Settings, SettingsError, settings
from core.sign_in import Step, Visitor, arrivals, factors
from core.sign_in import identities as proofs
from tests.make import Make

ISSUER, CLIENT = "https://id.example.org", "concord"
SEED = factors.new_seed()


@pytest.fixture(autouse=True)
def _provider(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    secret = tmp_path / "secret"
    secret.write_text("given by the provider\n")
    secret.chmod(0o600)
    monkeypatch.setenv("CONCORD_OIDC_ISSUER", f"{ISSUER}/")
    monkeypatch.setenv("CONCORD_OIDC_CLIENT", CLIENT)
    monkeypatch.setenv("CONCORD_OIDC_SECRET_FILE", str(secret))
    monkeypatch.setenv("CONCORD_OIDC_SECOND_FACTOR", "mfa, urn:two")
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.fixture
def person(db: Session, make: Make) -> Actor:
    made = make.pair().pp
    make.account(made, seed=SEED)
    return made


@pytest.fixture
def administrator(make: Make, person: Actor) -> Actor:
    return make.actor(person.service_id, Role.ADMINISTRATOR)


def claims(**other: object) -> dict[str, object]:
    now = int(clock.now().timestamp())
    right: dict[str, object] = {
        "iss": ISSUER, "aud": CLIENT, "sub": "s-1", "nonce": "n-1", "iat": now, "exp": now + 60,
    }  # fmt: skip
    return {**right, **other}


def give_code(db: Session, token: str) -> Step:
    account = db.scalars(select(Account).where(Account.totp_secret.is_not(None))).one()
    account.totp_last_step = None
    attempt = arrivals.knock(db, token, Visitor("10.0.0.1"))
    return arrivals.give_factor(db, token, pyotp.TOTP(SEED).now(), attempt_id=attempt)


def test_the_provider_stands_for_the_password_and_for_nothing_more(
    db: Session, person: Actor, administrator: Actor
) -> None:
    identities.record(db, administrator, person.person_id, subject=" s-1 ")

    token = proofs.arrive(db, claims(amr=["pwd", "mfa"]))

    assert arrivals.step(db, token) is Step.FACTOR
    assert give_code(db, token) is Step.TICKET


@pytest.mark.parametrize(
    ("said", "due"),
    [
        ({"amr": ["mfa"]}, Step.TICKET),
        ({"acr": "urn:two"}, Step.TICKET),
        ({"amr": ["pwd"], "acr": "urn:one"}, Step.FACTOR),
        ({"amr": "pwd mfa"}, Step.FACTOR),
        ({}, Step.FACTOR),
    ],
)
def test_its_second_factor_counts_once_the_owner_has_taken_the_identity_up(
    db: Session, person: Actor, administrator: Actor, said: dict[str, object], due: Step
) -> None:
    identities.record(db, administrator, person.person_id, subject="s-1")
    give_code(db, proofs.arrive(db, claims(nonce="first")))

    token = proofs.arrive(db, claims(**said))

    assert arrivals.step(db, token) is due


@pytest.fixture
def _approved(monkeypatch: pytest.MonkeyPatch, _provider: None) -> Iterator[None]:
    """Codes by SHA-256 for their half minute alone, in the twelfth second of one."""
    monkeypatch.setenv("CONCORD_FORMATS", "approved")
    settings.cache_clear()
    with time_machine.travel(int(clock.now().timestamp()) // 30 * 30 + 12, tick=False):
        yield


@pytest.mark.usefixtures("_approved")
def test_where_an_app_is_outdated_its_second_factor_counts_for_nothing_until_ours_is_set_up_anew(
    db: Session, person: Actor, administrator: Actor
) -> None:
    identities.record(db, administrator, person.person_id, subject="s-1")
    assert give_code(db, proofs.arrive(db, claims(nonce="first"))) is Step.ENROLMENT

    token = proofs.arrive(db, claims(amr=["mfa"]))

    assert arrivals.step(db, token) is Step.FACTOR
    with pytest.raises(NotAllowed, match="arrival_ended"):
        arrivals.enrolment(db, token)
    assert give_code(db, token) is Step.ENROLMENT
    with pytest.raises(NotAllowed, match="arrival_ended"):
        arrivals.issue_ticket(db, token, Visitor("10.0.0.1"))
    app = pyotp.parse_uri(arrivals.enrolment(db, token).address)
    assert isinstance(app, pyotp.TOTP)
    arrivals.enrol(db, token, app.at(clock.now()))
    assert arrivals.step(db, token) is Step.TICKET
    assert arrivals.step(db, proofs.arrive(db, claims(nonce="next", amr=["mfa"]))) is Step.TICKET


@pytest.mark.usefixtures("_approved")
def test_who_has_no_app_at_all_and_a_second_factor_of_the_provider_sets_none_up(
    db: Session, person: Actor, administrator: Actor
) -> None:
    identities.record(db, administrator, person.person_id, subject="s-1")
    give_code(db, proofs.arrive(db, claims(nonce="first")))
    factors.remove(db, accounts.of(db, db.get_one(Person, person.person_id)))

    token = proofs.arrive(db, claims(amr=["mfa"]))

    assert arrivals.step(db, token) is Step.TICKET


def test_a_new_identity_has_to_be_taken_up_anew(db: Session, person: Actor, administrator: Actor) -> None:
    identities.record(db, administrator, person.person_id, subject="s-1")
    give_code(db, proofs.arrive(db, claims(nonce="first")))

    identities.record(db, administrator, person.person_id, subject="s-2")

    token = proofs.arrive(db, claims(sub="s-2", amr=["mfa"]))
    assert arrivals.step(db, token) is Step.FACTOR
    with pytest.raises(NotAllowed, match="sign_in_refused"):
        proofs.arrive(db, claims(sub="s-1"))


def test_who_has_no_second_step_yet_sets_it_up(db: Session, make: Make) -> None:
    newcomer = make.pair().vss
    make.account(newcomer, new=True)
    administrator = make.actor(newcomer.service_id, Role.ADMINISTRATOR)
    identities.record(db, administrator, newcomer.person_id, subject="s-9")
    token = proofs.arrive(db, claims(sub="s-9", amr=["mfa"]))

    assert arrivals.step(db, token) is Step.ENROLMENT
    seed = arrivals.enrolment(db, token).secret.replace(" ", "")
    arrivals.enrol(db, token, pyotp.TOTP(seed).now())

    assert arrivals.step(db, token) is Step.TICKET
    taken_up = select(Identity.confirmed_at).where(Identity.person_id == newcomer.person_id)
    assert db.scalar(taken_up) is not None


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://evil.example"}, {"aud": "another"}, {"aud": None}, {"azp": "another"}, {"sub": ""},
        {"sub": None}, {"sub": 7}, {"sub": "nobody"}, {"nonce": None}, {"iat": None}, {"iat": True}, {"iat": 1},
        {"iat": 2**40}, {"exp": 1}, {"exp": "soon"}, {"aud": ["x"]},
    ],
)  # fmt: skip
def test_a_token_that_is_not_ours_not_fresh_or_nobodys_gets_one_and_the_same_answer(
    db: Session, person: Actor, administrator: Actor, wrong: dict[str, object]
) -> None:
    identities.record(db, administrator, person.person_id, subject="s-1")

    with pytest.raises(NotAllowed, match="sign_in_refused"):
        proofs.arrive(db, claims(**wrong))

    assert proofs.arrive(db, claims(aud=[CLIENT], azp=CLIENT))


def test_a_token_counts_once(db: Session, person: Actor, administrator: Actor) -> None:
    identities.record(db, administrator, person.person_id, subject="s-1")
    said = claims()
    proofs.arrive(db, said)

    with pytest.raises(NotAllowed, match="sign_in_refused"):
        proofs.arrive(db, said)


def test_who_left_and_whose_identity_was_removed_comes_in_no_more(
    db: Session, person: Actor, administrator: Actor
) -> None:
    identities.record(db, administrator, person.person_id, subject="s-1")
    assert identities.is_recorded(db, administrator, person.person_id)

    identities.remove(db, administrator, person.person_id)
    with pytest.raises(NotAllowed, match="sign_in_refused"):
        proofs.arrive(db, claims())
    identities.record(db, administrator, person.person_id, subject="s-1")
    accounts.disable(db, administrator, person.person_id)
    with pytest.raises(NotAllowed, match="sign_in_refused"):
        proofs.arrive(db, claims(nonce="n-2"))


def test_only_an_administrator_of_the_own_service_who_has_just_proved_it_names_an_identity(
    db: Session, make: Make, person: Actor, administrator: Actor
) -> None:
    elsewhere = make.actor(make.pair().vss.service_id, Role.ADMINISTRATOR)

    with pytest.raises(NotFound):
        identities.record(db, elsewhere, person.person_id, subject="s-1")
    with pytest.raises(NotAllowed):
        identities.record(db, person, person.person_id, subject="s-1")
    with pytest.raises(NotAllowed, match="step_up"):
        identities.record(db, replace(administrator, is_fresh=False), person.person_id, subject="s-1")
    with pytest.raises(Invalid, match="empty"):
        identities.record(db, administrator, person.person_id, subject=" ")

    assert not identities.is_recorded(db, administrator, person.person_id)


def test_one_identity_is_one_person_and_its_owner_is_told(
    db: Session, make: Make, person: Actor, administrator: Actor
) -> None:
    other = make.actor(person.service_id)
    make.account(other)
    identities.record(db, administrator, person.person_id, subject="s-1")

    with pytest.raises(Conflict, match="identity_taken"):
        identities.record(db, administrator, other.person_id, subject="s-1")

    told = select(Notice.kind).where(Notice.person_id == person.person_id)
    assert db.scalars(told).all() == [NoticeKind.IDENTITY]
    acts = db.scalars(select(Event.act).where(Event.subject_id == person.person_id)).all()
    assert "record_identity" in acts
    assert "s-1" not in repr(db.execute(select(Identity.digest)).all())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CONCORD_OIDC_ISSUER", "http://id.example.org"),
        ("CONCORD_OIDC_ISSUER", "https://ada@id.example.org"),
        ("CONCORD_OIDC_CLIENT", ""),
        ("CONCORD_OIDC_SECRET_FILE", "/nowhere"),
    ],
)
def test_a_wrong_setting_of_the_provider_stops_the_start_with_one_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError, match=name) as stop:
        settings()

    assert "\n" not in str(stop.value)


def test_a_secret_that_others_may_read_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "secret").chmod(0o644)

    with pytest.raises(SettingsError, match="CONCORD_OIDC_SECRET_FILE"):
        settings()


def test_a_secret_that_systemd_hands_over_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret").chmod(0o440)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))

    assert settings().oidc_secret


def test_a_client_without_a_provider_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CONCORD_OIDC_ISSUER")

    with pytest.raises(SettingsError, match="CONCORD_OIDC_CLIENT"):
        settings()


def test_without_settings_there_is_no_provider(monkeypatch: pytest.MonkeyPatch, db: Session) -> None:
    for name in ("ISSUER", "CLIENT", "SECRET_FILE", "SECOND_FACTOR"):
        monkeypatch.delenv(f"CONCORD_OIDC_{name}")
    settings.cache_clear()

    assert not settings().has_oidc
    assert (settings().oidc_secret, settings().oidc_proves) == ("", frozenset())
    with pytest.raises(NotAllowed, match="sign_in_refused"):
        proofs.arrive(db, claims(iss="", aud=""))


def test_the_secret_is_read_from_its_file() -> None:
    assert settings().oidc_secret == "given by the provider"
    assert settings().oidc_issuer == ISSUER
    assert isinstance(settings(), Settings)
