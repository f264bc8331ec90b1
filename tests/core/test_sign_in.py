"""Tickets and sessions, and the devices that they are begun on."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import access, clock, sign_in
from core.errors import NotAllowed
from core.models import Account, Device, Notice, NoticeKind, Person, SignIn, Ticket
from tests.make import Make


@pytest.fixture
def account(db: Session, make: Make) -> Account:
    return make.account(make.pair().pp, new=True)


def enter(db: Session, account: Account, *, device: str | None = None) -> tuple[str, str]:
    entered = sign_in.begin(db, sign_in.issue_ticket_for(db, account.person_id), device=device)
    assert entered is not None
    return entered.token, entered.device


def test_a_ticket_gives_a_session_and_counts_once(db: Session, account: Account) -> None:
    ticket = sign_in.issue_ticket_for(db, account.person_id)

    entered = sign_in.begin(db, ticket)

    assert entered is not None
    presence = sign_in.find(db, entered.token)
    assert presence is not None
    assert presence.actor.person_id == account.person_id
    assert sign_in.begin(db, ticket) is None
    assert sign_in.begin(db, "made up") is None


def test_a_ticket_lasts_thirty_seconds(db: Session, account: Account) -> None:
    ticket = sign_in.issue_ticket_for(db, account.person_id)

    with time_machine.travel(clock.now() + timedelta(seconds=31), tick=False):
        assert sign_in.begin(db, ticket) is None


def test_the_database_holds_neither_ticket_nor_token_nor_cookie(db: Session, account: Account) -> None:
    ticket = sign_in.issue_ticket_for(db, account.person_id)
    entered = sign_in.begin(db, ticket, device="")

    assert entered is not None
    assert ticket not in db.scalars(select(Ticket.digest)).all()
    assert entered.token not in db.scalars(select(SignIn.digest)).all()
    assert entered.device not in db.scalars(select(Device.digest)).all()


def test_the_first_sign_in_is_noted_once(db: Session, account: Account) -> None:
    enter(db, account)
    db.refresh(account)
    first = account.signed_in_at

    with time_machine.travel(clock.now() + timedelta(days=1), tick=False):
        enter(db, account)
    db.refresh(account)

    assert first is not None
    assert account.signed_in_at == first


def test_a_session_ends_after_fifteen_idle_minutes_and_a_visit_prolongs_it(
    db: Session, account: Account
) -> None:
    token, _ = enter(db, account)
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
    token, _ = enter(db, account)
    found = db.scalars(select(SignIn)).one()
    found.seen_at = clock.now() + timedelta(hours=10)
    db.flush()

    with time_machine.travel(clock.now() + timedelta(hours=10, seconds=5), tick=False):
        assert sign_in.find(db, token) is None


def test_signing_out_ends_the_session_everywhere(db: Session, account: Account) -> None:
    token, _ = enter(db, account)

    sign_in.end(db, token)
    db.expire_all()

    assert sign_in.find(db, token) is None
    assert sign_in.find(db, "never given") is None


def test_a_person_who_left_is_out_at_once(db: Session, account: Account) -> None:
    token, _ = enter(db, account)

    db.get_one(Person, account.person_id).is_active = False
    db.flush()

    assert sign_in.find(db, token) is None


def test_of_four_sessions_the_oldest_ends(db: Session, account: Account) -> None:
    begun = []
    for minute in range(4):
        with time_machine.travel(clock.now() + timedelta(minutes=minute), tick=False):
            begun.append(enter(db, account)[0])
    db.expire_all()

    with time_machine.travel(clock.now() + timedelta(minutes=4), tick=False):
        assert [sign_in.find(db, token) is not None for token in begun] == [False, True, True, True]


def test_for_five_minutes_nobody_asks_again(db: Session, account: Account) -> None:
    token, _ = enter(db, account)
    begun = clock.now()

    with time_machine.travel(begun + timedelta(minutes=4, seconds=50), tick=False):
        early = sign_in.find(db, token)
    with time_machine.travel(begun + timedelta(minutes=6), tick=False):
        late = sign_in.find(db, token)
        assert early is not None
        assert late is not None
        access.require_fresh(early.actor)
        with pytest.raises(NotAllowed, match=r"error\.step_up"):
            access.require_fresh(late.actor)
        sign_in.freshen(db, late.sign_in_id)
        db.expire_all()
        renewed = sign_in.find(db, token)
        assert renewed is not None
        assert renewed.actor.is_fresh


def test_a_browser_is_known_again_and_a_new_one_is_told(db: Session, account: Account) -> None:
    _, first = enter(db, account, device="")
    _, same = enter(db, account, device=first)
    told_before = db.scalars(select(Notice.kind)).all()
    token, other = enter(db, account, device="")

    assert same == first
    assert told_before == []
    assert other != first
    assert db.scalars(select(Notice.kind)).all() == [NoticeKind.NEW_DEVICE]
    presence = sign_in.find(db, token)
    assert presence is not None
    assert presence.has_notices


def test_a_cookie_that_nobody_was_given_is_not_kept(db: Session, account: Account) -> None:
    _, given = enter(db, account, device="chosen by somebody else")

    assert given != "chosen by somebody else"


def test_two_people_can_use_one_browser(db: Session, make: Make, account: Account) -> None:
    other = make.account(make.pair().vss)
    _, first = enter(db, account, device="")

    _, second = enter(db, other, device=first)

    assert second == first
    assert len(db.scalars(select(Device)).all()) == 2


def test_the_example_tells_no_devices_apart(db: Session, account: Account) -> None:
    assert enter(db, account, device=None)[1] == ""
    assert db.scalars(select(Device)).all() == []
