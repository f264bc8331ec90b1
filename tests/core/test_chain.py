"""The chain of the log: nothing in it is changed, taken away or put in unnoticed."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine, delete, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core import anchors, audit, chain, store
from core.chain import Wrong
from core.errors import Unavailable
from core.log_keys import LogKeys
from core.models import Assignment, Case, CaseFile, Event
from core.settings import SettingsError
from core.store import Store
from tests.campaign import log
from tests.make import Make


def leave(db: Session, rows: int = 1) -> None:
    for _ in range(rows):
        db.add(Event(subject="case", subject_id=uuid4(), act="open"))
        db.flush()


def verify(opened: Store, seen: dict[int, str] | None = None) -> chain.Report:
    with opened.reading.begin() as db:
        return chain.verify(db, chain.key_of(db), seen)


def test_events_are_numbered_without_gaps_and_the_whole_log_verifies(db: Session) -> None:
    leave(db, 3)
    db.add_all([Event(subject="case", subject_id=uuid4(), act="open") for _ in range(4)])
    db.flush()

    report = chain.verify(db, chain.key_of(db))

    assert (report.count, report.wrong) == (7, None)
    assert report == chain.head(db)


def test_whoever_has_the_database_and_not_the_key_cannot_change_the_log_unnoticed(engine: Engine) -> None:
    result = log.attack(engine, times=56, seed=11)

    assert result.made == 56
    assert result.missed == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET act = 'other'",
        "DELETE FROM event",
        "REPLACE INTO event SELECT * FROM event",
        "TRUNCATE event",
        "INSERT INTO event SELECT * FROM event ON CONFLICT (id) DO UPDATE SET act = 'other'",
    ],
)
def test_the_database_itself_refuses_to_change_an_event(db: Session, statement: str) -> None:
    leave(db)

    with pytest.raises(DBAPIError), db.begin_nested():
        db.execute(text(statement))
    assert chain.verify(db, chain.key_of(db)).wrong is None


def test_people_who_work_at_the_same_time_make_one_chain(own_store: Store) -> None:
    def work(_: int) -> None:
        for _ in range(5):
            with own_store.writing.begin() as db:
                leave(db, 2)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(work, range(4)))

    assert (verify(own_store).count, verify(own_store).wrong) == (40, None)


def test_an_act_that_fails_leaves_no_row_and_no_gap(own_store: Store) -> None:
    with own_store.writing() as db:
        leave(db)
        db.rollback()
    with own_store.writing.begin() as db:
        leave(db)

    assert verify(own_store).count == 1


def test_a_session_that_only_reads_writes_no_event(own_store: Store) -> None:
    with pytest.raises(RuntimeError), own_store.reading.begin() as db:
        leave(db)


def test_an_erased_case_leaves_its_events_and_the_chain_whole(db: Session, make: Make) -> None:
    pair = make.pair(is_agreed=False)
    audit.record(db, pair.pp, "open", pair.case, case_id=pair.case.id)
    db.flush()

    db.execute(delete(Assignment).where(Assignment.case_id == pair.case.id))
    db.execute(delete(CaseFile).where(CaseFile.case_id == pair.case.id))
    db.execute(delete(Case).where(Case.id == pair.case.id))

    assert db.scalars(select(Event.case_id)).all() == [pair.case.id]
    assert chain.verify(db, chain.key_of(db)).wrong is None


def test_an_older_file_that_is_put_back_shows_against_the_anchors(tmp_path: Path) -> None:
    folder, url = tmp_path / "anchors", f"sqlite:///{tmp_path / 'concord.db'}"

    def write(rows: int) -> None:
        opened = store.open_store(url, tmp_path / "database.key")
        with opened.writing.begin() as db:
            leave(db, rows)
        anchors.keep(opened, folder)
        opened.engine.dispose()

    write(3)
    shutil.copy(tmp_path / "concord.db", tmp_path / "older")
    write(3)
    for file in tmp_path.glob("concord.db*"):
        file.unlink()
    shutil.copy(tmp_path / "older", tmp_path / "concord.db")

    opened = store.open_store(url, tmp_path / "database.key")
    with opened.reading.begin() as db:
        seen = anchors.kept([folder], chain.key_of(db))
    cut = verify(opened, seen)
    opened.engine.dispose()
    write(3)
    opened = store.open_store(url, tmp_path / "database.key")
    with opened.reading.begin() as db:
        seen = anchors.kept([folder], chain.key_of(db))
    replaced = verify(opened, seen)
    opened.engine.dispose()

    assert (cut.wrong, cut.seq) == (Wrong.CUT, 4)
    assert (replaced.wrong, replaced.seq) == (Wrong.REPLACED, 6)


def test_the_server_says_at_its_start_that_the_log_is_shorter_than_it_was(
    own_store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with own_store.writing.begin() as db:
        leave(db, 2)
    anchors.keep(own_store, tmp_path / "anchors")
    assert not caplog.records
    with own_store.engine.execution_options(writes=True).begin() as connection:
        for statement in log.DISARM[own_store.engine.dialect.name]:
            connection.execute(text(statement))
        connection.execute(text("DELETE FROM event WHERE seq = 2"))

    with anchors.daily(own_store, tmp_path / "anchors"):
        pass

    assert "audit verify" in caplog.text
    assert len(list((tmp_path / "anchors").iterdir())) == 2


def test_a_server_whose_disk_is_full_starts_and_says_that_there_is_no_anchor(
    own_store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "anchors").touch()

    with anchors.daily(own_store, tmp_path / "anchors" / "in"):
        pass

    assert "the anchor of today could not be written" in caplog.text


@pytest.mark.parametrize(
    "said", ["", "[]", '{"count": 1}', '{"count": 9, "head": "a", "at": "", "code": "0"}']
)
def test_an_anchor_that_the_key_did_not_make_is_none(tmp_path: Path, said: str) -> None:
    file = tmp_path / "anchor.json"
    file.write_text(said)

    with pytest.raises(anchors.BadAnchorError, match=r"anchor\.json"):
        anchors.read(file, LogKeys(lambda: "6b" * 32))


def test_a_log_whose_key_is_gone_is_not_written_on(tmp_path: Path) -> None:
    url, key = f"sqlite:///{tmp_path / 'concord.db'}", tmp_path / "audit.key"
    opened = store.open_store(url, tmp_path / "database.key")
    with opened.writing.begin() as db:
        leave(db)
    opened.engine.dispose()
    kept = key.read_text()
    key.unlink()

    for _ in range(2):
        with pytest.raises(SettingsError, match=r"audit\.key"):
            store.open_store(url, tmp_path / "database.key")
    key.write_text(kept)
    key.chmod(0o600)
    again = store.open_store(url, tmp_path / "database.key")

    assert verify(again).wrong is None
    again.engine.dispose()


def test_a_log_is_not_written_on_with_the_key_of_another_one(tmp_path: Path) -> None:
    url, key = f"sqlite:///{tmp_path / 'concord.db'}", tmp_path / "audit.key"
    opened = store.open_store(url, tmp_path / "database.key")
    with opened.writing.begin() as db:
        leave(db, 3)
    opened.engine.dispose()
    kept = key.read_text()
    key.write_text("ab" * 32)

    with pytest.raises(
        SettingsError, match=r"audit\.key beside database\.key is not the one of this database"
    ):
        store.open_store(url, tmp_path / "database.key")
    assert key.exists()
    key.write_text(kept)
    again = store.open_store(url, tmp_path / "database.key")

    assert verify(again).wrong is None
    again.engine.dispose()


@pytest.mark.parametrize("place", [1, 2, 3])
def test_a_log_of_which_one_row_was_changed_is_opened_and_read(own_store: Store, place: int) -> None:
    with own_store.writing.begin() as db:
        leave(db, 3)
    with own_store.engine.execution_options(writes=True).begin() as connection:
        for statement in log.DISARM[own_store.engine.dialect.name]:
            connection.execute(text(statement))
        connection.execute(text(f"UPDATE event SET act = 'other' WHERE seq = {place}"))

    with own_store.reading.begin() as db:
        assert chain.fits(db)
    assert verify(own_store).wrong is Wrong.CHANGED


def test_a_start_that_fails_leaves_no_key_that_would_pass_for_the_right_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, key = f"sqlite:///{tmp_path / 'concord.db'}", tmp_path / "audit.key"
    opened = store.open_store(url, tmp_path / "database.key")
    with opened.writing.begin() as db:
        leave(db)
    opened.engine.dispose()
    kept = key.read_text()
    key.unlink()

    def away(_engine: Engine) -> None:
        raise Unavailable("error.store_away")

    with monkeypatch.context() as patched:
        patched.setattr(store, "migrate", away)
        with pytest.raises(SettingsError, match="cannot be reached"):
            store.open_store(url, tmp_path / "database.key")
    assert not key.exists()
    with pytest.raises(SettingsError, match=r"put the file audit\.key back"):
        store.open_store(url, tmp_path / "database.key")
    key.write_text(kept)
    key.chmod(0o600)
    store.open_store(url, tmp_path / "database.key").engine.dispose()
