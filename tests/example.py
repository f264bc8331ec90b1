"""The fictional example in a database that tests share: written once, and undone after them."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from core.demo import load, story
from core.demo.stage import Stage


@contextmanager
def written(engine: Engine, cases: int) -> Iterator[Stage]:
    """The story, with so many generated cases around it."""
    with engine.execution_options(writes=True).connect() as connection:
        transaction = connection.begin()
        with Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as db:
            story.write(db)
            load.write(db, cases=cases, seed=1)
            db.flush()
            db.expunge_all()
            yield Stage(db)
        transaction.rollback()
