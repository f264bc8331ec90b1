"""Lists that leave the program as files; each leaves an event."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlalchemy.orm import Session

from core import access, audit, exports
from core.access import Actor
from core.audit import EventKind
from core.exports import Cell, Format, Sheet
from core.lists import ALL, Asked, Found
from core.models import Person

R = TypeVar("R")


def table(
    db: Session,
    actor: Actor,
    find: Callable[[Session, Actor, Asked], Found[R]],
    *,
    what: str,
    asked: Asked,
    heads: Sequence[str],
    cells: Callable[[R], Sequence[Cell]],
    form: Format,
) -> bytes:
    """The whole of a list as a file, as the actor searched and sorted it; the log says that they took it."""
    access.require_fresh(actor)
    found = find(db, actor, Asked(asked.search, asked.sort, ALL))
    content = exports.make(Sheet(heads, [cells(row) for row in found.rows]), form)
    person = db.get_one(Person, actor.person_id)
    audit.record(db, actor, f"export_{what}", person, kind=EventKind.EXPORT)
    return content
