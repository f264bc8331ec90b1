"""Rows by their ids alone."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from core.db import Base

_CHUNK = 500


def named(name: str) -> Table:
    return Base.metadata.tables[name]


def there(db: Session, name: str, ids: Collection[str]) -> list[UUID]:
    """Which of these rows the database holds."""
    column = named(name).c.id
    every = [UUID(one) for one in sorted(ids)]
    chunks = (every[start : start + _CHUNK] for start in range(0, len(every), _CHUNK))
    return [found for chunk in chunks for found in db.scalars(select(column).where(column.in_(chunk)))]
