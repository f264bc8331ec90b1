"""Lists that leave the program as files; each leaves an event."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlalchemy.orm import Session

from core import exports
from core.access import Actor
from core.documents.kinds import DocumentKind, Recipient
from core.exports import Cell, Format, Sheet
from core.lists import ALL, Asked, Found
from core.models import Person
from core.operations import outgoing
from core.operations.papers import USUAL, Paper, Sending

R = TypeVar("R")


@outgoing.document
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
    sending: Sending = USUAL,
) -> Paper:
    """The whole of a list as a file, as the actor searched and sorted it; the log says that they took it."""
    found = find(db, actor, Asked(asked.search, asked.sort, ALL))
    content = exports.make(Sheet(heads, [cells(row) for row in found.rows]), form)
    kind = DocumentKind.LOG if what == "log" else DocumentKind.LIST
    recipient, choices = outgoing.to_whom(kind, sending, Recipient.OWN)
    return Paper(
        kind=kind,
        recipient=recipient,
        content=content,
        record=db.get_one(Person, actor.person_id),
        act=f"export_{what}",
        extension=form,
        choices=choices,
    )
