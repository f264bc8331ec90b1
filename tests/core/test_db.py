"""The store: encrypted, durable, and strict about time."""

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from core import key_file, keys, store
from core.models import Case, Service, ServiceKind
from core.settings import SettingsError
from tests.make import Make


@pytest.fixture
def opened(tmp_path: Path) -> store.Store:
    return store.open_store(f"sqlite:///{tmp_path / 'concord.db'}", tmp_path / "database.key")


def test_the_file_and_its_journal_hold_no_readable_word(opened: store.Store, tmp_path: Path) -> None:
    with opened.writing.begin() as session:
        session.add(Service(name="A name to be searched for", kind=ServiceKind.PP))

    for file in tmp_path.glob("concord.db*"):
        assert b"A name to be searched" not in file.read_bytes()
        assert b"SQLite format" not in file.read_bytes()


def test_the_key_is_made_at_first_use_and_is_its_owners_alone(opened: store.Store, tmp_path: Path) -> None:
    key = tmp_path / "database.key"

    assert opened.engine.dialect.name == "sqlite"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    key.chmod(0o640)
    with pytest.raises(SettingsError, match=r"database\.key can be read by others"):
        key_file.read(key)


def test_the_file_is_opened_durably(opened: store.Store) -> None:
    with opened.reading.begin() as session:
        found = {
            name: session.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }

    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_moment_without_a_time_zone_is_refused(db: Session, make: Make) -> None:
    service = make.service()
    service.created_at = datetime(2027, 1, 1)  # noqa: DTZ001

    with pytest.raises(StatementError, match="time zone"):
        db.flush()


def test_a_moment_comes_back_in_utc(db: Session, make: Make) -> None:
    service = make.service()
    service.created_at = datetime(2027, 1, 1, 12, tzinfo=UTC)
    db.flush()
    db.expire_all()

    assert db.scalars(select(Service.created_at)).all() == [datetime(2027, 1, 1, 12, tzinfo=UTC)]


def test_of_two_saves_that_race_one_wins_and_the_other_hears_of_it(tmp_path: Path) -> None:
    opened = store.open_store(f"sqlite:///{tmp_path / 'race.db'}", tmp_path / "key")
    with opened.writing.begin() as session:
        case_id = Make(session).pair().case.id
    with opened.reading() as first:
        mine = first.get_one(Case, case_id)
    with opened.writing.begin() as second:
        second.get_one(Case, case_id).target_reason = "theirs"

    with opened.writing() as third:
        keys.whole(third)
        third.add(mine)
        mine.target_reason = "mine"
        with pytest.raises(StaleDataError):
            third.flush()


def test_a_repr_says_no_more_than_the_id(db: Session, make: Make) -> None:
    service = make.service()

    assert repr(service) == f"<Service {service.id}>"
