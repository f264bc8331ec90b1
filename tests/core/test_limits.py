"""How often somebody may try, and how long they wait then."""

from datetime import datetime, timedelta

import pytest
import time_machine
from sqlalchemy.orm import Session

from core import clock
from core.errors import NotAllowed
from core.models import Account
from core.sign_in import limits, sessions
from core.sign_in.arrivals import issue_ticket_for
from core.sign_in.limits import FOR_GOOD, LOCK, Visitor, standing
from tests.make import Make

HERE = Visitor("10.0.0.1")
NOW = clock.now()


@pytest.fixture
def account(db: Session, make: Make) -> Account:
    return make.account(make.pair().pp)


def try_once(db: Session, username: str, visitor: Visitor) -> bool:
    """Try something wrong; was it looked at?"""
    try:
        limits.knock(db, username, visitor)
    except NotAllowed:
        return False
    return True


def before(*minutes: float) -> list[datetime]:
    return [NOW - timedelta(minutes=each) for each in minutes]


@pytest.mark.parametrize(
    ("failures", "waits"),
    [
        ([], None),
        (before(0, 0, 0, 0), None),
        (before(0, 0, 0, 0, 0), timedelta(seconds=10)),
        (before(*[0] * 7), timedelta(seconds=40)),
        (before(*[1] * 5), None),
        (before(*[1] * 10), timedelta(minutes=29)),
        (before(*[31] * 10), None),
        (before(*[31] * 10, *[0] * 5), timedelta(seconds=10)),
        (before(*[60 * 25] * 9, 0), None),
    ],
)
def test_five_failures_delay_and_ten_lock_for_half_an_hour(
    failures: list[datetime], waits: timedelta | None
) -> None:
    assert standing(failures, NOW) == (None if waits is None else NOW + waits)


def test_the_third_lock_of_a_day_stays() -> None:
    within_a_day = before(*[60 * 23] * 10, *[60 * 12] * 10, *[60] * 10)
    longer_ago = before(*[60 * 26] * 10, *[60 * 12] * 10, *[60] * 10)

    assert standing(within_a_day, NOW + timedelta(days=365)) == FOR_GOOD
    assert standing(longer_ago, NOW) is None


def test_of_ten_thousand_guesses_in_one_moment_five_are_looked_at() -> None:
    looked_at: list[datetime] = []
    for _guess in range(10_000):
        if standing(looked_at, NOW) is None:
            looked_at.append(NOW)

    assert len(looked_at) == 5


def test_of_ten_thousand_guesses_over_a_week_thirty_are_looked_at() -> None:
    looked_at: list[datetime] = []
    for minute in range(10_000):
        now = NOW + timedelta(minutes=minute)
        if standing(looked_at, now) is None:
            looked_at.append(now)

    assert len(looked_at) == 30


def test_guesses_from_many_addresses_are_counted_together(db: Session, account: Account) -> None:
    start, looked_at = clock.now(), 0
    for minute in range(0, 3 * 60, 4):
        with time_machine.travel(start + timedelta(minutes=minute), tick=False):
            looked_at += sum(try_once(db, account.username, Visitor(f"10.0.0.{place}")) for place in range(3))

    assert looked_at == 30
    with time_machine.travel(start + timedelta(days=30), tick=False):
        assert not try_once(db, account.username, HERE)
        assert limits.locked(db, [account.username, "nobody"]) == {account.username}


def test_only_an_administrator_ends_the_third_lock(db: Session, account: Account) -> None:
    start = clock.now()
    for lock in range(3):
        for failure in range(10):
            at = start + timedelta(hours=2 * lock, minutes=4 * failure)
            with time_machine.travel(at, tick=False):
                assert try_once(db, account.username, HERE)

    with time_machine.travel(start + timedelta(hours=6), tick=False):
        with pytest.raises(NotAllowed, match=r"error\.sign_in_locked"):
            limits.knock(db, account.username, HERE)
        limits.unlock(db, account.username)
        assert try_once(db, account.username, HERE)
        assert limits.locked(db, [account.username]) == frozenset()


def test_a_thousand_failures_from_outside_do_not_stop_a_device_that_signed_in_before(
    db: Session, account: Account
) -> None:
    entered = sessions.begin(db, issue_ticket_for(db, account.person_id), device="")
    assert entered is not None
    for guess in range(1000):
        try_once(db, account.username, Visitor(f"10.0.{guess // 250}.{guess % 250}"))

    assert not try_once(db, account.username, HERE)
    assert try_once(db, account.username, Visitor(HERE.address, entered.device))


def test_the_known_device_of_one_person_is_no_known_device_of_another(
    db: Session, make: Make, account: Account
) -> None:
    other = make.account(make.pair().vss)
    entered = sessions.begin(db, issue_ticket_for(db, other.person_id), device="")
    assert entered is not None
    for _ in range(6):
        try_once(db, account.username, HERE)

    assert not try_once(db, account.username, Visitor("elsewhere", entered.device))


def test_a_device_has_limits_of_its_own(db: Session, account: Account) -> None:
    entered = sessions.begin(db, issue_ticket_for(db, account.person_id), device="")
    assert entered is not None
    known = Visitor("10.0.0.7", entered.device)

    assert sum(try_once(db, account.username, known) for _ in range(50)) == 5
    assert try_once(db, account.username, HERE)


def test_twenty_failures_from_one_address_stop_it_for_all_names(db: Session, account: Account) -> None:
    for number in range(20):
        assert try_once(db, f"name {number}", HERE)

    with pytest.raises(NotAllowed, match=r"error\.sign_in_wait_minutes"):
        limits.knock(db, account.username, HERE)
    assert try_once(db, account.username, Visitor("10.0.0.2"))
    with time_machine.travel(clock.now() + timedelta(minutes=11), tick=False):
        assert try_once(db, account.username, HERE)


def test_failures_under_many_names_from_many_addresses_stop_all_browsers_that_nobody_knows(
    db: Session, account: Account
) -> None:
    entered = sessions.begin(db, issue_ticket_for(db, account.person_id), device="")
    assert entered is not None
    with time_machine.travel(NOW, tick=False):
        looked_at = sum(
            try_once(db, f"name {guess}", Visitor(f"10.1.{guess // 250}.{guess % 250}"))
            for guess in range(300)
        )

        assert looked_at == limits.FROM_ANYWHERE
        with pytest.raises(NotAllowed, match=r"error\.sign_in_wait_minutes"):
            limits.knock(db, account.username, HERE)
        assert try_once(db, account.username, Visitor(HERE.address, entered.device))
    with time_machine.travel(NOW + timedelta(minutes=11), tick=False):
        assert try_once(db, account.username, HERE)


def test_a_name_that_nobody_has_waits_just_as_long(db: Session, account: Account) -> None:
    said = []
    for name in (account.username, "nobody"):
        with time_machine.travel(NOW, tick=False):
            for _ in range(5):
                limits.knock(db, name, HERE)
            with pytest.raises(NotAllowed) as refusal:
                limits.knock(db, name, HERE)
            said.append((refusal.value.key, refusal.value.values))

    assert said[0] == said[1] == ("error.sign_in_wait", {"seconds": 10})


def test_an_attempt_that_succeeds_is_no_failure(db: Session, account: Account) -> None:
    for _ in range(40):
        limits.opened(db, limits.knock(db, account.username, HERE))

    assert try_once(db, account.username, HERE)


def test_whoever_is_in_has_nothing_counted_of_what_they_mistyped_but_all_that_others_tried(
    db: Session, account: Account
) -> None:
    with time_machine.travel(NOW, tick=False):
        for _ in range(2):
            limits.knock(db, account.username, HERE)
        for _ in range(3):
            limits.knock(db, account.username, Visitor("10.0.0.9"))
        limits.came_in(db, account.username, HERE)
        for _ in range(2):
            limits.knock(db, account.username, HERE)

        assert not try_once(db, account.username, HERE)


def test_a_lock_is_said_in_minutes_and_seen_by_the_administrator(db: Session, account: Account) -> None:
    start = clock.now()
    for failure in range(10):
        with time_machine.travel(start + timedelta(minutes=4 * failure), tick=False):
            limits.knock(db, account.username, Visitor(f"10.0.0.{failure}"))

    with time_machine.travel(start + timedelta(minutes=37), tick=False):
        with pytest.raises(NotAllowed, match=r"error\.sign_in_wait_minutes") as refusal:
            limits.knock(db, account.username, HERE)
        assert limits.locked(db, [account.username]) == {account.username}
    assert refusal.value.values == {"minutes": 29}
    assert timedelta(minutes=30) == LOCK
