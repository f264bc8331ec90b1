"""What was taken back, ended or closed is closed in an older copy too, as soon as that is put back."""

import json
import logging
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, joinedload

from core import access, chain, clock, keys, lost_periods, sealing, store, taken_back
from core.db import Base
from core.key_rings import root
from core.models import (
    Account,
    Agreement,
    AgreementState,
    Assignment,
    Barred,
    Consent,
    ConsentState,
    ContactField,
    ContactFlag,
    ContactMark,
    EntryCode,
    Event,
    Guest,
    Identity,
    JointItem,
    Meeting,
    MeetingState,
    MustNotReceive,
    PathEntry,
    Person,
    PersonRole,
    RecoveryCode,
    Role,
    Seal,
    SignIn,
    Strike,
    StrikeGround,
    Subject,
)
from core.operations import contact_flags, registers, strike_news
from core.operations.registers import Way
from core.sign_in import factors, passwords
from core.store import Store
from core.taken_back import rows
from tests.make import Make, Pair, share


@pytest.fixture
def pair(db: Session, make: Make) -> Pair:
    """A case in which everything is open: a share, a guest, a path, an account with a password and a telephone."""
    pair = make.pair()
    share(db, pair.vss, make.note(pair.vss_file, pair.vss).id, "He waits at the school.")
    make.guest(pair.case, clock.today() + timedelta(days=9))
    make.path_entry(pair, pair.pp, "started").is_shared = True
    make.account(pair.vss, password="seven herons over the mill", seed="A" * 32)
    db.add(RecoveryCode(person_id=pair.vss.person_id, digest="one of ten"))
    make.meeting(pair).state = MeetingState.CLOSED
    db.flush()
    return pair


def withdraw_the_share(db: Session, _pair: Pair) -> None:
    db.execute(update(JointItem).values(withdrawn_at=clock.now()))


def let_the_share_end_earlier(db: Session, _pair: Pair) -> None:
    db.execute(update(JointItem).values(ends_on=clock.today()))


def take_the_entry_out(db: Session, _pair: Pair) -> None:
    db.execute(update(PathEntry).values(removed_at=clock.now(), is_shared=False))


def end_an_assignment(db: Session, pair: Pair) -> None:
    theirs = update(Assignment).where(Assignment.person_id == pair.pp.person_id)
    db.execute(theirs.values(until=clock.today() - timedelta(days=1)))


def end_the_guest(db: Session, _pair: Pair) -> None:
    db.execute(update(Guest).values(until=clock.today() - timedelta(days=1)))


def let_somebody_go(db: Session, pair: Pair) -> None:
    gone = update(Person).where(Person.id == pair.vss.person_id)
    db.execute(gone.values(is_active=False, left_at=clock.now()))
    db.execute(update(Account).where(Account.person_id == pair.vss.person_id).values(is_enabled=False))


def take_a_role(db: Session, pair: Pair) -> None:
    db.execute(delete(PersonRole).where(PersonRole.person_id == pair.vss.person_id))


def end_the_agreement(db: Session, pair: Pair) -> None:
    ended = update(Agreement).where(Agreement.case_id == pair.case.id)
    over = {"terminated_on": clock.today(), "terminated_by": pair.pp.person_id}
    db.execute(ended.values(state=AgreementState.TERMINATED, **over))


def let_the_agreement_end_earlier(db: Session, pair: Pair) -> None:
    db.execute(update(Agreement).where(Agreement.case_id == pair.case.id).values(ends_on=clock.today()))


def seal_the_file(db: Session, pair: Pair) -> None:
    db.add(
        Seal(file_id=pair.vss_file.id, reason="A cousin of hers works here.", sealed_by=pair.vss.person_id)
    )
    db.flush()


def withdraw_consent(db: Session, pair: Pair) -> None:
    db.add(
        Consent(
            subject_id=her_of(db, pair),
            purpose="risk_assessment",
            state=ConsentState.WITHDRAWN,
            asked_on=clock.today(),
            recorded_by=pair.vss.person_id,
        )
    )
    db.flush()


def use_a_recovery_code(db: Session, _pair: Pair) -> None:
    db.execute(update(RecoveryCode).values(used_at=clock.now()))


def flag_a_contact(db: Session, pair: Pair) -> None:
    flag = ContactFlag(
        subject_id=her_of(db, pair),
        field=ContactField.PHONE,
        value="+359 88 1",
        mark=ContactMark.UNSAFE,
        flagged_on=clock.today(),
        flagged_by=pair.vss.person_id,
        seen_at=clock.now(),
    )
    db.add(flag)
    db.flush()


def bar_somebody(db: Session, pair: Pair) -> None:
    barred = MustNotReceive(
        file_id=pair.vss_file.id,
        about_id=her_of(db, pair),
        kind=Barred.CONTACT,
        whom="his brother Ivan",
        why="He passes it on.",
        since=clock.today(),
        is_called=False,
        recorded_by=pair.vss.person_id,
    )
    db.add(barred)
    db.flush()


def strike_words_out(db: Session, pair: Pair) -> None:
    held = db.scalars(select(Meeting.id)).one()
    ground = StrikeGround.NAME_OR_PLACE
    db.add(
        Strike(
            meeting_id=held,
            person_id=pair.vss.person_id,
            service_id=pair.vss.service_id,
            ground=ground,
            sections="facts plan",
        )
    )
    db.flush()


def her_of(db: Session, pair: Pair) -> UUID:
    her = db.scalars(select(Subject.id).where(Subject.file_id == pair.vss_file.id)).first()
    assert her is not None
    return her


CLOSED: dict[str, Callable[[Session, Pair], None]] = {
    "joint_item": withdraw_the_share,
    "joint_item: its last day": let_the_share_end_earlier,
    "path_entry": take_the_entry_out,
    "assignment": end_an_assignment,
    "guest": end_the_guest,
    "person": let_somebody_go,
    "person: a role": take_a_role,
    "agreement": end_the_agreement,
    "agreement: its last day": let_the_agreement_end_earlier,
    "seal": seal_the_file,
    "consent": withdraw_consent,
    "person: a code for a lost telephone": use_a_recovery_code,
    "contact_flag": flag_a_contact,
    "must_not_receive": bar_somebody,
    "strike": strike_words_out,
}


def without_ways_in(closed: rows.Closed) -> rows.Closed:
    return {kind: held for kind, held in closed.items() if kind != "ways_in"}


@pytest.mark.parametrize("what", CLOSED)
def test_whatever_was_closed_since_is_closed_in_the_older_copy_and_the_log_says_so(
    db: Session, pair: Pair, what: str
) -> None:
    older = db.begin_nested()
    CLOSED[what](db, pair)
    db.flush()
    closed = json.loads(json.dumps(rows.now(db)))
    older.rollback()
    db.expire_all()
    was_open = rows.now(db)

    count = rows.close(db, closed)

    db.expire_all()
    assert without_ways_in(was_open) != without_ways_in(closed)
    assert without_ways_in(rows.now(db)) == without_ways_in(closed)
    assert count >= 1
    written = db.scalars(select(Event).where(Event.act.in_(["close_again", "come_back"]))).all()
    assert {one.subject for one in written} == {what.partition(":")[0]}
    assert len(written) == count


def put_into_an_older_copy(db: Session, pair: Pair, what: str) -> None:
    """The act is done, written down, undone as an older copy does it, and closed again."""
    older = db.begin_nested()
    CLOSED[what](db, pair)
    closed = json.loads(json.dumps(rows.now(db)))
    older.rollback()
    db.expire_all()
    rows.close(db, closed)
    keys.whole(db)
    db.expire_all()


def test_a_flag_that_an_older_copy_lacks_is_on_the_contact_as_it_stands_in_the_file(
    db: Session, pair: Pair
) -> None:
    put_into_an_older_copy(db, pair, "contact_flag")

    flag = db.scalars(select(ContactFlag).options(joinedload(ContactFlag.subject))).one()
    flag.subject.phone = "+359 88 12 34 567"

    assert (flag.value, flag.contact) == ("", "+359 88 12 34 567")
    assert (flag.mark, flag.version) == (ContactMark.UNSAFE, 1)
    assert contact_flags.unseen(db, pair.vss, pair.case.id) == []
    assert contact_flags.stands_in(flag, "call 0881234567")
    written = db.scalars(select(Event).where(Event.act == "close_again")).one()
    assert (written.service_id, written.case_id) == (pair.vss.service_id, pair.case.id)


def test_whoever_must_not_receive_and_is_no_record_may_be_anybody_in_an_older_copy(
    db: Session, make: Make, pair: Pair
) -> None:
    put_into_an_older_copy(db, pair, "must_not_receive")

    (entry,) = registers.holding(db, pair.vss, pair.case.id, Way.WRITTEN)

    assert (entry.whom, entry.why, entry.is_called, entry.is_anybody) == ("", "", False, True)
    others = [db.get_one(Person, one.person_id) for one in (pair.pp, make.actor(pair.vss.service_id))]
    for one in others:
        db.refresh(one, ["service"])
    assert registers.offered(db, pair.vss, pair.case.id, others) == ([], others)
    assert registers.offered(db, pair.pp, pair.case.id, others) == (others, [])


def test_words_struck_out_since_are_told_to_the_service_that_struck_them_and_to_nobody_else(
    db: Session, pair: Pair
) -> None:
    put_into_an_older_copy(db, pair, "strike")

    (hers,), his = strike_news.waiting(db, pair.vss), strike_news.waiting(db, pair.pp)

    assert (hers.struck.is_back, hers.struck.sections) == (True, ("facts", "plan"))
    assert his == []
    events = (access.visible_events(one).where(Event.act == "come_back") for one in (pair.vss, pair.pp))
    assert [len(db.scalars(each).all()) for each in events] == [1, 0]


def test_struck_words_of_a_meeting_that_was_not_held_in_the_older_copy_are_not_looked_for(
    db: Session, pair: Pair
) -> None:
    older = db.begin_nested()
    strike_words_out(db, pair)
    closed = json.loads(json.dumps(rows.now(db)))
    older.rollback()
    db.expire_all()
    db.execute(update(Meeting).values(state=MeetingState.PLANNED))

    assert rows.close(db, closed) == 0


def test_no_word_that_was_typed_lies_in_what_is_written_beside_the_data(db: Session, pair: Pair) -> None:
    for act in CLOSED.values():
        act(db, pair)

    written = json.dumps(rows.now(db))

    for typed in ("He waits", "cousin", "+359", "Ivan", "passes"):
        assert typed not in written


@pytest.mark.parametrize("what", CLOSED)
def test_nothing_is_opened_by_it_and_no_day_becomes_later(db: Session, pair: Pair, what: str) -> None:
    still_open = json.loads(json.dumps(rows.now(db)))
    CLOSED[what](db, pair)
    db.flush()
    closed = rows.now(db)

    count = rows.close(db, still_open)

    db.expire_all()
    assert count == 0
    assert without_ways_in(rows.now(db)) == without_ways_in(closed)


def test_every_table_and_column_that_ends_something_is_known() -> None:
    """A column that comes later and says when something ends is thought of here, or named as none."""
    ending = {
        *("withdrawn_at", "removed_at", "left_at", "used_at"),
        *("until", "until_at", "ends_at", "ended_on", "ended_at"),
    }
    found = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.c
        if column.name in ending
    }
    closed_otherwise = {"arrival.ended_at", "sign_in.ended_at", "entry_code.used_at", "ticket.used_at"}
    opens_nothing_longer = {
        # Ended, it warns no more: an older copy warns again.
        "contact_flag.ended_on",
        "must_not_receive.until",
        # When it was, not until when somebody reads it.
        "closing.ended_on",
        "questionnaire.ended_at",
        # A turn of duty, a hold, and an absence open nothing.
        "duty.until_at",
        "hold.until",
        "safety_action.until",
        # Counts before anybody is there.
        "set_up_code.used_at",
        # The halves of its passphrase are asked for anew.
        "service_export.until_at",
        "service_export.ended_at",
    }
    known = {f"{name}.{column}" for name, columns in rows.ENDS.items() for column in columns}

    assert closed_otherwise | opens_nothing_longer <= found
    assert found - closed_otherwise - opens_nothing_longer == known - {"joint_item.ends_on"}


# --- In a home folder -------------------------------------------------------------------------------------------------


def open_in(home: Path) -> Store:
    return store.open_store(f"sqlite:///{home / 'concord.db'}", home / "database.key")


def settle(home: Path, *more: Path) -> int:
    opened = open_in(home)
    try:
        count = taken_back.settle(opened, home / taken_back.FOLDER, *more)
        taken_back.keep(opened, home / taken_back.FOLDER, *more)
        return count
    finally:
        opened.engine.dispose()


def work(home: Path, act: Callable[[Session], object]) -> None:
    """The program is open for a while, and somebody does something."""
    opened = open_in(home)
    with opened.writing.begin() as db:
        keys.whole(db)
        act(db)
    opened.engine.dispose()


@pytest.fixture
def shared(tmp_path: Path) -> tuple[Path, UUID, UUID]:
    """A home in which something was shared and somebody signed in, written down, and copied."""
    made: dict[str, UUID] = {}

    def begin(db: Session) -> None:
        make = Make(db)
        pair = make.pair()
        made["item"] = share(
            db, pair.vss, make.note(pair.vss_file, pair.vss).id, "He waits at the school."
        ).id
        made["account"] = make.account(pair.vss, password="seven herons over the mill", seed="A" * 32).id
        until = clock.now() + timedelta(hours=9)
        db.add(SignIn(digest="d", person_id=pair.vss.person_id, seen_at=clock.now(), expires_at=until))
        ada = make.actor(pair.vss.service_id, Role.ADMINISTRATOR)
        db.add(EntryCode(person_id=ada.person_id, digest="e", expires_at=until, made_by=ada.person_id))

    work(tmp_path, begin)
    settle(tmp_path)
    shutil.copy(tmp_path / "concord.db", tmp_path / "older")
    return tmp_path, made["item"], made["account"]


def withdraw(item_id: UUID) -> Callable[[Session], object]:
    def act(db: Session) -> None:
        item = db.get_one(JointItem, item_id)
        item.withdrawn_at = clock.now()
        db.add(
            Event(
                service_id=item.service_id,
                case_id=item.case_id,
                subject="joint_item",
                subject_id=item.id,
                act="withdraw",
            )
        )

    return act


def put_back(home: Path) -> None:
    for file in home.glob("concord.db-*"):
        file.unlink()
    shutil.copy(home / "older", home / "concord.db")


def test_an_older_copy_that_is_put_back_opens_nothing_that_was_taken_back(
    shared: tuple[Path, UUID, UUID], caplog: pytest.LogCaptureFixture
) -> None:
    home, item_id, account_id = shared
    work(home, withdraw(item_id))
    assert settle(home) == 0
    put_back(home)

    with caplog.at_level(logging.ERROR):
        count = settle(home)

    opened = open_in(home)
    with opened.reading.begin() as db:
        keys.whole(db)
        assert db.get_one(JointItem, item_id).withdrawn_at is not None
        assert db.get_one(Account, account_id).password_hash
        assert db.scalars(select(SignIn.ended_at)).one() is not None
        assert db.scalars(select(EntryCode.used_at)).one() is not None
        assert chain.verify(db, chain.key_of(db)).wrong is None
        lost = lost_periods.find(db, home / "anchors")
    opened.engine.dispose()
    assert lost is not None
    assert lost.since <= lost.until
    assert count == 1
    assert "1 records were closed again" in caplog.text
    assert settle(home) == 0


@pytest.mark.parametrize("what", ["password", "telephone"])
def test_a_password_or_a_telephone_of_before_lets_nobody_in(
    shared: tuple[Path, UUID, UUID], what: str
) -> None:
    home, item_id, account_id = shared
    new = {"password_hash": "new"} if what == "password" else {"totp_secret": "new"}

    def choose(db: Session) -> None:
        db.execute(update(Account).where(Account.id == account_id).values(**new))
        withdraw(item_id)(db)

    work(home, choose)
    settle(home)
    put_back(home)

    settle(home)

    opened = open_in(home)
    with opened.reading.begin() as db:
        account = db.get_one(Account, account_id)
        assert account.password_hash == ""
        assert (account.totp_secret is None) is (what == "telephone")
    opened.engine.dispose()


def test_a_password_and_a_telephone_that_are_hashed_and_sealed_anew_are_the_same_way_in(
    shared: tuple[Path, UUID, UUID], choose_cipher: Callable[[str], None]
) -> None:
    home, item_id, account_id = shared

    def renew(db: Session) -> None:
        account = db.get_one(Account, account_id)
        anew = passwords.renewed("seven herons over the mill", account.password_hash)
        passwords.renew(db, account.password_hash, str(anew))
        place = f"account.totp_secret:{account_id}"
        other = sealing.seal("A" * 32, key=root(db), place=place)
        assert other.startswith("chacha20-poly1305:")
        db.execute(update(Account).values(totp_secret=other))
        withdraw(item_id)(db)

    def seal_here(db: Session) -> None:
        seed = sealing.seal("A" * 32, key=root(db), place=f"account.totp_secret:{account_id}")
        db.execute(update(Account).values(totp_secret=seed))

    work(home, seal_here)
    shutil.copy(home / "concord.db", home / "older")
    choose_cipher("chacha20-poly1305")
    work(home, renew)
    settle(home)
    put_back(home)

    assert settle(home) == 1

    opened = open_in(home)
    with opened.reading.begin() as db:
        account = db.get_one(Account, account_id)
        assert passwords.is_right("seven herons over the mill", account.password_hash)
        assert factors.unseal_of(account, root(db)) == "A" * 32
    opened.engine.dispose()


@pytest.mark.parametrize("new", ["", "another"])
def test_an_identity_that_was_taken_away_or_replaced_signs_nobody_in(
    db: Session, make: Make, pair: Pair, new: str
) -> None:
    her, ada = pair.vss.person_id, make.actor(pair.vss.service_id, Role.ADMINISTRATOR).person_id
    db.add(Identity(person_id=her, digest="first", recorded_by=ada))
    db.flush()
    same = json.loads(json.dumps(rows.now(db)))
    older = db.begin_nested()
    if new:
        db.execute(update(Identity).values(digest=new))
    else:
        db.execute(delete(Identity))
    closed = json.loads(json.dumps(rows.now(db)))
    older.rollback()
    db.expire_all()

    assert rows.close(db, same) == 0
    assert rows.close(db, closed) == 1

    assert db.scalars(select(Identity)).all() == []
    assert db.scalars(select(Account.password_hash).where(Account.person_id == her)).one()


def test_it_is_written_when_the_log_has_grown_and_only_then(shared: tuple[Path, UUID, UUID]) -> None:
    home, item_id, _ = shared
    file = home / taken_back.FOLDER / taken_back.FILE
    before = file.read_bytes()

    settle(home)
    same = file.read_bytes()
    work(home, withdraw(item_id))
    settle(home)

    assert same == before
    assert file.read_bytes() != before
    assert b"He waits" not in file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0


def test_a_file_that_somebody_changed_closes_nothing(shared: tuple[Path, UUID, UUID]) -> None:
    home, item_id, _ = shared
    work(home, withdraw(item_id))
    settle(home)
    put_back(home)
    file = home / taken_back.FOLDER / taken_back.FILE
    said_there = json.loads(file.read_bytes())
    said_there["closed"]["person.is_active"] = {str(item_id): False}
    file.write_text(json.dumps(said_there), encoding="utf-8")

    assert settle(home) == 0


def test_where_the_first_folder_is_gone_the_second_one_closes_it(
    shared: tuple[Path, UUID, UUID], tmp_path: Path
) -> None:
    home, item_id, _ = shared
    second = tmp_path / "second"
    work(home, withdraw(item_id))
    settle(home, second)
    put_back(home)
    shutil.rmtree(home / taken_back.FOLDER)

    assert settle(home, second) == 1


def test_a_second_folder_that_is_away_keeps_nothing_from_being_written(
    shared: tuple[Path, UUID, UUID], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    home, item_id, _ = shared
    (tmp_path / "file").touch()
    work(home, withdraw(item_id))

    settle(home, tmp_path / "file")
    put_back(home)

    assert "could not be written to the second folder" in caplog.text
    assert settle(home) == 1


def test_in_the_second_folder_files_of_the_last_days_stay(
    shared: tuple[Path, UUID, UUID], tmp_path: Path
) -> None:
    home, item_id, _ = shared
    second = tmp_path / "second"
    second.mkdir()
    for day in range(1, 10):
        (second / f"2026-01-{day:02}.json").touch()
    work(home, withdraw(item_id))

    settle(home, second)

    assert len(list(second.iterdir())) == taken_back.KEPT
    assert (second / f"{clock.today()}.json").stat().st_size
