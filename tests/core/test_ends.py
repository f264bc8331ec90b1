"""What ends by itself: the ways in, and the beginning of the log, which stays provable; and who left, by a person."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import time_machine
from sqlalchemy import delete, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core import anchors, chain, clock, ends, log_clock, lost_periods
from core.access import Actor
from core.chain import Wrong
from core.errors import Conflict, NotAllowed, NotFound
from core.models import (
    Account,
    Arrival,
    Device,
    EntryCode,
    Event,
    Hold,
    HoldGround,
    LogCut,
    Person,
    Role,
    SetUpCode,
    SignIn,
    SignInFailure,
    Ticket,
)
from core.operations import accounts, former_people, over, retention, rights_today
from core.operations.retention import Source
from core.settings import settings
from core.sign_in import limits
from core.store import Store
from tests.campaign import log
from tests.make import Make, Pair

LONG_AGO = timedelta(days=7 * 366)


def leave_rows(db: Session, days_ago: int, *, rows: int = 3, case_id: UUID | None = None) -> None:
    """Rows of the log as they were written so many days ago."""
    with time_machine.travel(clock.now() - timedelta(days=days_ago)):
        for _ in range(rows):
            db.add(Event(subject="case", subject_id=uuid4(), act="add", case_id=case_id))
            db.flush()


def say_right(db: Session, days_ago: int = 0) -> None:
    """Somebody said then that the clock was right: nobody had worked for so long."""
    with time_machine.travel(clock.now() - timedelta(days=days_ago)):
        log_clock.say_right(db)
        db.flush()


def numbers(db: Session) -> list[int]:
    return list(db.scalars(select(Event.seq).order_by(Event.seq)))


def whole(store: Store, seen: dict[int, str] | None = None) -> chain.Report:
    with store.reading.begin() as db:
        return chain.verify(db, chain.key_of(db), seen)


# --- The log -----------------------------------------------------------------------------------------------------------


def test_rows_whose_time_is_over_go_and_the_log_is_whole_without_them(
    own_store: Store, tmp_path: Path
) -> None:
    with own_store.writing.begin() as db:
        leave_rows(db, 3000)
        early = chain.head(db)
        leave_rows(db, 2000)
        cut_at = chain.head(db)
        say_right(db, 10)
        leave_rows(db, 9, rows=2)
        recent = chain.head(db)

    ends.settle(own_store, tmp_path)

    with own_store.reading() as db:
        assert numbers(db) == [7, 8, 9, 10]
        assert db.scalars(select(Event.act).where(Event.seq == 10)).one() == "take_off"
        assert chain.start(db) == cut_at
    seen = {0: chain.START, early.count: early.head, cut_at.count: cut_at.head, recent.count: recent.head}
    assert whole(own_store, seen).wrong is None
    ends.settle(own_store, tmp_path)
    assert whole(own_store, seen).count == 10


def test_the_newest_row_stays_and_the_next_ones_stand_on_it(own_store: Store, tmp_path: Path) -> None:
    with own_store.writing.begin() as db:
        leave_rows(db, 4000)
        assert ends.last_over(db) == 2
        say_right(db)

    ends.settle(own_store, tmp_path)

    with own_store.writing.begin() as db:
        assert numbers(db) == [4, 5]
        leave_rows(db, 0)
    report = whole(own_store)
    assert (report.wrong, report.count) == (None, 8)


def test_a_clock_that_runs_ahead_takes_nothing_off_before_or_after_rows_are_written_by_it(
    own_store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with own_store.writing.begin() as db:
        leave_rows(db, 40)
        leave_rows(db, 10)
    with time_machine.travel(clock.now() + timedelta(days=4000)):
        ends.settle(own_store, tmp_path)
        with own_store.writing.begin() as db:
            leave_rows(db, 0)
        ends.settle(own_store, tmp_path)
        with own_store.reading() as db:
            assert numbers(db) == list(range(1, 10))
        assert "audit clock-is-right" in caplog.text
        with own_store.writing.begin() as db:
            say_right(db)

        ends.settle(own_store, tmp_path)

        with own_store.reading() as db:
            assert numbers(db) == [7, 8, 9, 10, 11]


def test_an_anchor_that_does_not_fit_the_stub_is_seen(own_store: Store, tmp_path: Path) -> None:
    with own_store.writing.begin() as db:
        leave_rows(db, 3000)
        say_right(db, 1)
        leave_rows(db, 1, rows=2)
    ends.settle(own_store, tmp_path)

    assert whole(own_store, {3: "another"}).wrong is Wrong.REPLACED
    assert whole(own_store, {2: "gone long ago"}).wrong is None


def test_the_beginning_of_the_log_goes_by_nothing_but_a_stub_of_its_own_key(
    own_store: Store, tmp_path: Path
) -> None:
    with own_store.writing.begin() as db:
        leave_rows(db, 3000)
        say_right(db, 1)
        leave_rows(db, 1, rows=2)
    ends.settle(own_store, tmp_path)
    with pytest.raises(DBAPIError), own_store.writing.begin() as db:
        db.execute(delete(Event).where(Event.seq == 4))

    with own_store.writing.begin() as db:
        mac = db.scalars(select(Event.mac).where(Event.seq == 5)).one()
        db.add(LogCut(seq=5, mac=mac, code="made without the key"))
        db.flush()
        db.execute(delete(Event).where(Event.seq <= 5))

    report = whole(own_store)
    assert (report.wrong, report.seq) == (Wrong.FORGED, 5)


def test_a_log_that_somebody_changed_keeps_every_row(own_store: Store, tmp_path: Path) -> None:
    with own_store.writing.begin() as db:
        leave_rows(db, 3000)
        say_right(db, 1)
        leave_rows(db, 1, rows=2)
    with own_store.engine.execution_options(writes=True).begin() as connection:
        for statement in log.DISARM[own_store.engine.dialect.name]:
            connection.execute(text(statement))
        connection.execute(text("UPDATE event SET act = 'read' WHERE seq = 2"))

    ends.settle(own_store, tmp_path)

    report = whole(own_store)
    assert (report.wrong, report.seq) == (Wrong.CHANGED, 2)
    with own_store.reading() as db:
        assert numbers(db) == list(range(1, 7))


def test_a_case_that_is_kept_longer_keeps_its_rows_and_all_after_them(db: Session, make: Make) -> None:
    pair = make.pair()
    db.flush()
    leave_rows(db, 3000)
    leave_rows(db, 2900, case_id=pair.case.id)
    leave_rows(db, 2800)
    kept_from = db.scalar(select(func.min(Event.seq)).where(Event.case_id == pair.case.id))
    hold = Hold(
        case_id=pair.case.id,
        service_id=pair.vss.service_id,
        part="",
        ground=HoldGround.COURT,
        reason="A trial",
        until=None,
        set_by=pair.vss.person_id,
    )
    db.add(hold)
    db.flush()

    assert kept_from is not None
    assert ends.last_over(db) < kept_from
    assert ends.is_held(db)
    hold.lifted_at = clock.now()
    db.flush()
    assert ends.last_over(db) > kept_from
    assert not ends.is_held(db)


def test_the_longest_agreement_rules_then_the_machine_then_the_content(
    db: Session, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair, other = make.pair(), make.pair()

    def said(part: str = "log") -> tuple[int, Source]:
        found = retention.period_of(db, part)
        return found.months, found.source

    assert said() == (60, Source.CONTENT)
    with monkeypatch.context() as patch:
        patch.setenv("CONCORD_LOG_MONTHS", "18")
        patch.setenv("CONCORD_WAY_IN_MONTHS", "2")
        settings.cache_clear()
        assert said() == (18, Source.INSTALLATION)
        assert said("way_in") == (2, Source.INSTALLATION)
        make.agreement_in_force(pair, answers={"keep_log": 24})
        make.agreement_in_force(other, answers={"keep_log": 36})
        assert said() == (36, Source.AGREEMENT)
    settings.cache_clear()


def test_an_officer_reads_what_goes_next_of_their_own_service(db: Session, make: Make) -> None:
    pair = make.pair()
    officer = make.actor(pair.vss.service_id, Role.DATA_PROTECTION)
    assert over.review(db, officer).since is None
    with time_machine.travel(clock.now() - LONG_AGO):
        for actor in (pair.vss, pair.vss, pair.pp):
            db.add(Event(service_id=actor.service_id, subject="case", subject_id=uuid4(), act="add"))
            db.flush()
    leave_rows(db, 0)

    seen = over.review(db, officer)

    assert seen.rows == 2
    assert seen.since == (clock.now() - LONG_AGO).date()
    assert seen.before.day == 1
    assert not seen.is_held
    assert (seen.log.months, seen.way_in.months) == (60, 6)
    with pytest.raises(NotAllowed):
        over.review(db, pair.vss)


def test_anchors_of_rows_that_went_tell_of_no_lost_period(own_store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "anchors"
    with own_store.writing.begin() as db:
        leave_rows(db, 3000)
    anchors.keep(own_store, folder)
    with own_store.writing.begin() as db:
        leave_rows(db, 2900)
        say_right(db, 1)
        leave_rows(db, 1, rows=2)
    anchors.keep(own_store, folder)

    ends.settle(own_store, tmp_path)

    with own_store.reading.begin() as db:
        assert chain.start(db).count == 6
        assert lost_periods.find(db, folder) is None
        assert chain.verify(db, chain.key_of(db), anchors.kept([folder], chain.key_of(db))).wrong is None
        assert all(json.loads(file.read_text())["count"] for file in folder.iterdir())


# --- The ways in -------------------------------------------------------------------------------------------------------


def test_what_only_the_way_in_needed_goes_when_nobody_used_it_for_so_long(db: Session, make: Make) -> None:
    actor = make.actor(make.service())
    who = actor.person_id

    def used(at: datetime) -> None:
        code = EntryCode(person_id=who, digest=f"c{at}", expires_at=at, made_by=who, used_at=at)
        db.add(code)
        db.flush()
        db.add_all(
            [
                Arrival(digest=f"a{at}", person_id=who, expires_at=at, entry_code_id=code.id),
                Ticket(digest=f"t{at}", person_id=who, expires_at=at),
                SignIn(digest=f"s{at}", person_id=who, seen_at=at, expires_at=at),
                Device(person_id=who, digest=f"d{at}", seen_at=at),
                SetUpCode(digest=f"u{at}", expires_at=at),
                SignInFailure(name_digest="somebody", address="192.0.2.1", created_at=at),
            ]
        )
        db.flush()

    used(clock.now() - timedelta(days=250))
    used(clock.now() - timedelta(days=20))
    kinds = (EntryCode, Arrival, Ticket, SignIn, Device, SetUpCode, SignInFailure)

    assert ends.end_ways_in(db) == len(kinds)

    assert [db.scalar(select(func.count()).select_from(kind)) for kind in kinds] == [1] * len(kinds)
    assert ends.end_ways_in(db) == 0


def test_a_name_that_is_locked_for_good_stays_locked(db: Session, make: Make) -> None:
    username = "somebody"
    make.actor(make.service())
    at = clock.now() - timedelta(days=400)
    digest = limits._name_digest(username)
    db.add_all(
        [
            SignInFailure(name_digest=digest, address="192.0.2.1", created_at=at + timedelta(minutes=minute))
            for minute in range(limits.MOST)
        ]
    )
    db.flush()

    assert ends.end_ways_in(db) == 0

    assert limits.locked(db, [username]) == {username}
    limits.unlock(db, username)
    assert ends.end_ways_in(db) == limits.MOST


# --- People who left ---------------------------------------------------------------------------------------------------


def left(db: Session, make: Make, pair: Pair, *, months: int) -> tuple[Person, Actor]:
    """Somebody whom an administrator let go so long ago, and a manager of their service."""
    administrator = make.actor(pair.vss.service_id, Role.ADMINISTRATOR)
    gone = make.actor(pair.vss.service_id)
    person = db.get_one(Person, gone.person_id)
    person.name, person.email, person.phone, person.job = "Rosa Q.", "rosa@example.invalid", "+00 7", "Worker"
    db.add(Account(person_id=person.id, username="rosa", password_hash="unusable"))
    db.flush()
    with time_machine.travel(clock.now() - timedelta(days=31 * months)):
        accounts.disable(db, administrator, person.id)
    return person, make.actor(pair.vss.service_id, Role.MANAGER)


def test_somebody_who_left_is_reduced_to_a_pseudonym_when_their_time_is_over(db: Session, make: Make) -> None:
    pair = make.pair()
    person, lead = left(db, make, pair, months=25)
    note = make.note(pair.vss_file, replace(pair.vss, person_id=person.id))
    db.add(Device(person_id=person.id, digest="d"))
    db.add(SignInFailure(name_digest=limits._name_digest("rosa"), address="192.0.2.1"))
    db.flush()
    assert former_people.waiting(db, lead) == rights_today.waiting(db, lead)["staff"] == 1

    former_people.reduce(db, lead, person.id, version=person.version)

    assert person.name == former_people.pseudonym(person.id)
    assert (person.job, person.email, person.phone, person.roles) == ("", "", "", [])
    assert note.author_id == person.id
    for gone in (Account, Device):
        assert db.scalar(select(func.count()).select_from(gone).where(gone.person_id == person.id)) == 0
    assert db.scalar(select(func.count()).select_from(SignInFailure)) == 0
    assert former_people.list_all(db, lead) == []
    assert (
        db.scalars(select(Event.act).where(Event.subject_id == person.id).order_by(Event.seq)).all()[-1]
        == "reduce"
    )
    with pytest.raises(NotFound):
        former_people.reduce(db, lead, person.id, version=person.version)


def test_nobody_is_reduced_before_their_time_or_by_anybody_else(db: Session, make: Make) -> None:
    pair = make.pair()
    person, lead = left(db, make, pair, months=3)

    (listed,) = former_people.list_all(db, lead)
    assert not listed.is_due
    with pytest.raises(Conflict, match=r"error\.former\.not_due"):
        former_people.reduce(db, lead, person.id, version=person.version)
    retention.set_period(db, lead, part="staff", months=2)
    assert former_people.list_all(db, lead)[0].is_due
    for refused in (pair.vss, make.actor(pair.vss.service_id, Role.ADMINISTRATOR)):
        with pytest.raises(NotAllowed):
            former_people.reduce(db, refused, person.id, version=person.version)
    with pytest.raises(NotFound):
        former_people.reduce(
            db, make.actor(pair.pp.service_id, Role.MANAGER), person.id, version=person.version
        )
    with pytest.raises(NotAllowed, match=r"error\.step_up"):
        former_people.reduce(db, replace(lead, is_fresh=False), person.id, version=person.version)
    with pytest.raises(Conflict):
        former_people.reduce(db, lead, person.id, version=person.version + 1)


def test_who_comes_back_has_no_time_running(db: Session, make: Make) -> None:
    pair = make.pair()
    person, lead = left(db, make, pair, months=25)

    accounts.enable(db, make.actor(pair.vss.service_id, Role.ADMINISTRATOR), person.id)

    assert person.left_at is None
    assert former_people.list_all(db, lead) == []
