"""Reading as a page does it, inside the one transaction of a test."""

from collections.abc import Callable
from typing import Any

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
