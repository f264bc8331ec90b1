"""Sessions of a test beside a running program: they take the lock of writers when they write, not when they look.

The program's own writing sessions take it at their first statement. A test that looked with one of those, and then went
on in its browser, kept the program from writing for as long as it went on.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.orm import ORMExecuteState, Session


class Beside(Session):
    """A session of a database in SQLite; commit before a page is opened."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine, expire_on_commit=False)

    def flush(self, objects: Sequence[Any] | None = None) -> None:
        """Write what is new, having taken the lock: before anything that asks for a session that writes."""
        if self.new or self.dirty or self.deleted:
            _take_the_lock(self)
        super().flush(objects)


@event.listens_for(Beside, "do_orm_execute")
def _before_statement(statement: ORMExecuteState) -> None:
    if statement.is_insert or statement.is_update or statement.is_delete:
        _take_the_lock(statement.session)


def _take_the_lock(session: Session) -> None:
    connection = session.connection()
    if connection.get_execution_options().get("writes"):
        return
    # What was looked at before may be old by now: SQLite lets nobody write on that.
    connection.exec_driver_sql("COMMIT")
    connection.execution_options(writes=True)
    connection.exec_driver_sql("BEGIN IMMEDIATE")
