"""What a person is told when the database fails, and what is tried again."""

from dataclasses import replace

import psycopg
import pytest
import sqlcipher3.dbapi2
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

from core import audit, outages
from core.access import Actor
from core.errors import Unavailable
from core.models import FileNote
from core.operations import cases
from core.store import Store
from tests.make import Make


def failed(text: str, *, lost: bool = False, sqlite: bool = True) -> OperationalError:
    kind = sqlcipher3.dbapi2.OperationalError if sqlite else psycopg.OperationalError
    return OperationalError("SELECT", {}, kind(text), connection_invalidated=lost)


@pytest.mark.parametrize(
    ("error", "key"),
    [
        (failed("database or disk is full"), "error.disk_full"),
        (failed("disk I/O error"), "error.disk_full"),
        (failed('could not extend file "base/1": No space left on device', sqlite=False), "error.disk_full"),
        (failed("database is locked"), "error.store_busy"),
        (failed("canceling statement due to lock timeout", sqlite=False), "error.store_busy"),
        (failed("authentication method requirement failed", sqlite=False), "error.store_unproved"),
        (failed("unable to open database file"), "error.store_away"),
        (failed("connection refused", sqlite=False), "error.store_away"),
        (failed("server closed the connection", lost=True, sqlite=False), "error.store_away"),
    ],
)
def test_each_failure_of_the_database_has_a_sentence(error: OperationalError, key: str) -> None:
    said = outages.said(error)

    assert said is not None
    assert said.key == key


def test_a_fault_of_the_program_has_none() -> None:
    own = IntegrityError("INSERT", {}, sqlcipher3.dbapi2.IntegrityError("UNIQUE constraint failed"))

    assert outages.said(failed("no such column: gone")) is None
    assert outages.said(own) is None
    with pytest.raises(IntegrityError), outages.told():
        raise own


def test_a_writer_who_waits_too_long_is_told_so(own_store: Store) -> None:
    with own_store.writing.begin() as db:
        actor = Make(db).pair().pp
    with own_store.engine.execution_options(writes=True).connect() as busy, busy.begin():
        busy.exec_driver_sql("SELECT 1")

        with pytest.raises(Unavailable, match=r"error\.store_busy"):
            own_store.change(_nothing, actor)


def _nothing(db: Session, _actor: Actor) -> None:
    db.connection()


def test_a_read_whose_connection_was_lost_is_made_once_more(own_store: Store) -> None:
    with own_store.writing.begin() as db:
        pair = Make(db).pair()
    asked: list[int] = []

    def find(db: Session, actor: Actor) -> str:
        asked.append(1)
        if len(asked) == 1:
            raise failed("gone", lost=True, sqlite=False)
        return cases.find(db, actor, pair.case.id).code

    assert own_store.read(find, pair.pp) == pair.case.code
    assert len(asked) == 2


class Lost(Session):
    """The database keeps what it is told, and the answer never comes."""

    def commit(self) -> None:
        super().commit()
        self.begin()
        self.rollback()
        raise failed("gone", lost=True, sqlite=False)


def _losing(writing: sessionmaker[Session]) -> sessionmaker[Session]:
    return sessionmaker(
        class_=Lost, **{name: value for name, value in writing.kw.items() if name != "class_"}
    )


@pytest.mark.parametrize(("is_logged", "key"), [(False, "error.save_unsure"), (True, None)])
def test_a_save_whose_answer_was_lost_is_looked_up_in_the_log(
    own_store: Store, is_logged: bool, key: str | None
) -> None:
    with own_store.writing.begin() as db:
        make = Make(db)
        pair = make.pair()
    maker = _losing(own_store.writing)

    def act(db: Session) -> str:
        if is_logged:
            audit.record(db, pair.pp, "open", pair.case)
        return "made"

    if key is None:
        assert outages.kept(maker, own_store.reading, act) == "made"
    else:
        with pytest.raises(Unavailable, match=key):
            outages.kept(maker, own_store.reading, act)


def test_what_was_made_by_such_a_save_still_opens(own_store: Store) -> None:
    with own_store.writing.begin() as db:
        make = Make(db)
        pair = make.pair()
        note = make.note(pair.pp_file, pair.pp)

    def correct(db: Session, actor: Actor) -> FileNote:
        audit.record(db, actor, "open", pair.case)
        return db.get_one(FileNote, note.id)

    found = replace(own_store, writing=_losing(own_store.writing)).change(correct, pair.pp)

    assert found.text == note.text


def test_a_save_that_finds_no_connection_twice_is_given_up(own_store: Store) -> None:
    tried: list[int] = []

    def act(_db: Session) -> None:
        tried.append(1)
        raise failed("gone", lost=True, sqlite=False)

    with pytest.raises(Unavailable, match=r"error\.store_away"):
        outages.kept(own_store.writing, own_store.reading, act)

    assert len(tried) == 2
