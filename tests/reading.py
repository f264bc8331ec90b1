"""Reading as a page does it, inside the one transaction of a test."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from core import audit
from core.access import Actor


def read(db: Session, actor: Actor, operation: Callable[..., Any], *given: object) -> Any:
    """Run an operation that reads, and leave the row of the visit."""
    db.info[audit.LOOKS] = looks = []  # type: ignore[var-annotated]
    try:
        found = operation(db, actor, *given)
    finally:
        del db.info[audit.LOOKS]
    audit.note(db, actor, looks)
    db.flush()
    return found


@contextmanager
def statements(db: Session) -> Iterator[list[str]]:
    """The statements that reach the database meanwhile."""
    told: list[str] = []
    listen = lambda *args: told.append(args[2])  # noqa: E731
    event.listen(db.get_bind(), "before_cursor_execute", listen)
    yield told
    event.remove(db.get_bind(), "before_cursor_execute", listen)
