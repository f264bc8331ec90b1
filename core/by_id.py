"""Rows by their ids alone, whatever their table is: for what looks at the whole database and at no record's meaning."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from core.db import Base

#: A database takes so many values in one statement, and no more than some tens of thousands.
CHUNK = 500


def table(name: str) -> Table | None:
    """A table by its name; None for one that this version does not have."""
    return Base.metadata.tables.get(name)


def chunks(ids: Iterable[UUID], size: int = CHUNK) -> list[list[UUID]]:
    """The ids in order, so many at once."""
    every = sorted(ids)
    return [every[start : start + size] for start in range(0, len(every), size)]


def there(db: Session, name: str, ids: Iterable[UUID]) -> list[UUID]:
    """Which of these rows the database holds, in the order of their ids; none of a table that it does not have."""
    found = table(name)
    if found is None:
        return []
    held = {
        row_id
        for chunk in chunks(ids)
        for row_id in db.scalars(select(found.c.id).where(found.c.id.in_(chunk)))
    }
    return sorted(held)
