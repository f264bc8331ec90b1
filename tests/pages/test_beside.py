"""A test that looks keeps the program from nothing; one that writes does until it commits."""

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from core.models import Person
from core.store import Store
from tests.make import Make


def test_a_test_that_looks_keeps_nobody_from_writing_and_then_writes_on_what_stands_there(
    real_store: Store, db: Session, make: Make
) -> None:
    actor = make.pair().pp
    named = select(Person.name).where(Person.id == actor.person_id)
    db.commit()
    assert db.scalar(named) == actor.name

    with real_store.writing.begin() as other:
        other.execute(update(Person).values(name="Written beside it"))
    db.execute(update(Person).where(Person.name == "Written beside it").values(name="Written on top"))

    with real_store.reading.begin() as other:
        assert other.scalar(named) == "Written beside it"
    db.commit()
    with real_store.reading.begin() as other:
        assert other.scalar(named) == "Written on top"


def test_a_test_that_has_written_and_not_committed_keeps_everybody_else_from_writing(
    real_store: Store, db: Session, make: Make
) -> None:
    make.pair()

    with real_store.engine.connect() as other:
        other.exec_driver_sql("PRAGMA busy_timeout = 1")
        with pytest.raises(OperationalError, match="locked"):
            other.execute(text("UPDATE person SET name = name"))
        other.rollback()
        other.exec_driver_sql("PRAGMA busy_timeout = 5000")
