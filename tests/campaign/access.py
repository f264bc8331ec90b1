"""Every cell of the table of access, tried in earnest through operation and database."""

from collections.abc import Iterator

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from core import keys
from core.content.access_rules import Space
from tests.core import access_cells
from tests.make import Make


def trial(engine: Engine) -> Iterator[tuple[str, str]]:
    """How many cells were tried with the joint space in each state, and how many went otherwise; nothing of it stays."""
    for space in Space:
        with engine.execution_options(writes=True).connect() as connection:
            transaction = connection.begin()
            with Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as db:
                keys.whole(db)
                found = access_cells.tried(db, Make(db), space)
            transaction.rollback()
        what = f"access, {engine.dialect.name}: cells tried with the joint space {space}, otherwise than the table says"
        yield what, f"{found.tried:,}, {len(found.wrong)}"
