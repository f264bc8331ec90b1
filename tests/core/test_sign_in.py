"""Accounts, failures, tickets and sessions."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock, sign_in
from core.errors import Invalid, NotAllowed
from core.models import Account, Person, SignIn, Ticket
from tests.make import Make

RIGHT = "seven herons over the mill"


@pytest.fixture
def account(db: Session, make: Make) -> Account:
    actor = make.pair().pp
    account = Account(
        person_id=actor.person_id, username="somebody", password_hash=sign_in.hash_password(RIGHT)
    )
    db.add(account)
    db.flush()
    return account


def enter(db: Session, account: Account) -> str:
    token = sign_in.begin(db, sign_in.issue_ticket_for(db, account.person_id))
    assert token is not None
    return token


def test_a_right_password_gives_a_ticket_and_the_ticket_a_session(db: Session, account: Account) -> None:
    ticket = sign_in.issue_ticket(db, " Somebody ", "local")
    token = sign_in.begin(db, ticket)

    assert token is not None
    presence = sign_in.find(db, token)
    assert presence is not None
    assert presence.actor.person_id == account.person_id


def test_a_ticket_counts_once(db: Session, account: Account) -> None:
    ticket = sign_in.issue_ticket_for(db, account.person_id)

    assert sign_in.begin(db, ticket) is not None
    assert sign_in.begin(db, ticket) is None


def test_a_ticket_lasts_thirty_seconds(db: Session, account: Account) -> None:
    ticket = sign_in.issue_ticket_for(db, account.person_id)

    with time_machine.travel(clock.now() + timedelta(seconds=31), tick=False):
        assert sign_in.begin(db, ticket) is None


def test_the_database_holds_neither_ticket_nor_token(db: Session, account: Account) -> None:
    ticket = sign_in.issue_ticket_for(db, account.person_id)
    token = sign_in.begin(db, ticket)

    assert ticket not in db.scalars(select(Ticket.digest)).all()
    assert token not in db.scalars(select(SignIn.digest)).all()


def test_failures_lock_an_account_and_the_right_password_does_not_open_it(
    db: Session, account: Account
) -> None:
    for _ in range(5):
        sign_in.record_failure(db, account.username, "local")
    db.flush()

    with pytest.raises(NotAllowed) as refusal:
        sign_in.issue_ticket(db, account.username, "local")

    assert refusal.value.key == "error.sign_in_locked"


def test_a_lock_ends_by_itself(db: Session, account: Account) -> None:
    for _ in range(5):
        sign_in.record_failure(db, account.username, "local")
    db.flush()

    with time_machine.travel(clock.now() + timedelta(minutes=16), tick=False):
        assert sign_in.issue_ticket(db, account.username, "local")


def test_a_success_ends_the_count_of_the_name(db: Session, account: Account) -> None:
    for _ in range(4):
        sign_in.record_failure(db, account.username, "local")
    db.flush()
    sign_in.issue_ticket(db, account.username, "local")
    sign_in.record_failure(db, account.username, "local")
    db.flush()

    assert not sign_in.is_locked(db, account.username, "elsewhere")


def test_many_names_from_one_address_lock_the_address(db: Session, account: Account) -> None:
    for number in range(50):
        sign_in.record_failure(db, f"name {number}", "10.0.0.1")
    db.flush()

    assert sign_in.is_locked(db, account.username, "10.0.0.1")
    assert not sign_in.is_locked(db, account.username, "10.0.0.2")


def test_an_unknown_name_and_a_disabled_account_get_the_same_answer(db: Session, account: Account) -> None:
    account.is_enabled = False
    db.flush()

    with pytest.raises(NotAllowed) as disabled:
        sign_in.issue_ticket(db, account.username, "local")
    with pytest.raises(NotAllowed) as unknown:
        sign_in.issue_ticket(db, "nobody", "local")

    assert disabled.value.key == unknown.value.key == "error.sign_in_refused"


def test_an_unknown_name_has_a_hash_to_compare_with(db: Session, account: Account) -> None:
    assert sign_in.password_hash(db, account.username) == account.password_hash
    assert sign_in.password_hash(db, "nobody").startswith("$2b$12$")


def test_a_session_ends_after_fifteen_idle_minutes_and_a_visit_prolongs_it(
    db: Session, account: Account
) -> None:
    token = enter(db, account)
    begun = clock.now()
    with time_machine.travel(begun + timedelta(minutes=14), tick=False):
        presence = sign_in.find(db, token)
        assert presence is not None
        assert presence.is_stale
        sign_in.note_visit(db, presence.sign_in_id)
    db.expire_all()

    with time_machine.travel(begun + timedelta(minutes=28), tick=False):
        assert sign_in.find(db, token) is not None
    with time_machine.travel(begun + timedelta(minutes=30), tick=False):
        assert sign_in.find(db, token) is None


def test_a_session_ends_after_ten_hours_in_any_case(db: Session, account: Account) -> None:
    token = enter(db, account)
    found = db.scalars(select(SignIn)).one()
    found.seen_at = clock.now() + timedelta(hours=10)
    db.flush()

    with time_machine.travel(clock.now() + timedelta(hours=10, seconds=5), tick=False):
        assert sign_in.find(db, token) is None


def test_signing_out_ends_the_session_everywhere(db: Session, account: Account) -> None:
    token = enter(db, account)

    sign_in.end(db, token)
    db.expire_all()

    assert sign_in.find(db, token) is None
    assert sign_in.find(db, "never given") is None


def test_a_person_who_left_is_out_at_once(db: Session, account: Account) -> None:
    token = enter(db, account)

    db.get_one(Person, account.person_id).is_active = False
    db.flush()

    assert sign_in.find(db, token) is None


def test_changing_the_password_ends_every_session(db: Session, make: Make, account: Account) -> None:
    token = enter(db, account)
    presence = sign_in.find(db, token)
    assert presence is not None
    account.must_change = True

    changed = sign_in.change_password(
        db, presence.actor, password="nine swans below the weir", again="nine swans below the weir"
    )
    db.expire_all()

    assert not changed.must_change
    assert sign_in.find(db, token) is None


@pytest.mark.parametrize(
    ("password", "again", "key"),
    [
        ("short", "short", "error.password_short"),
        ("password1234", "password1234", "error.password_weak"),
        ("ä" * 40, "ä" * 40, "error.password_long"),
        (" nine swans below", " nine swans below", "error.password_blanks"),
        ("nine swans below", "ten swans below", "error.password_differs"),
    ],
)
def test_a_password_that_would_not_do_is_refused_with_its_reason(
    db: Session, account: Account, password: str, again: str, key: str
) -> None:
    presence = sign_in.find(db, enter(db, account))
    assert presence is not None

    with pytest.raises(Invalid) as refusal:
        sign_in.change_password(db, presence.actor, password=password, again=again)

    assert refusal.value.key == key
