"""When the database itself fails: said as an error that a person can act on, and tried once more where that is safe.

What failed before its end is rolled back whole, so it may be done again on a new connection. What failed while the
database was told to keep it may have been kept: the log knows, because every change leaves its row in the same
transaction.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar
from uuid import UUID

import sqlcipher3.dbapi2
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

from core.chain import LOGGED
from core.errors import Unavailable
from core.models import Event
from core.postgresql import UNPROVED

R = TypeVar("R")
#: Until the second try: a server that closed one connection takes the next at once, one that restarts does not.
_PAUSE = 0.3
#: How the two databases, and the disk below them, call what is full or may not be written.
_FULL = ("disk is full", "disk i/o error", "no space left", "could not extend", "could not write", "readonly")
_BUSY = ("database is locked", "lock timeout")


def said(error: DBAPIError) -> Unavailable | None:
    """What a person can be told; None where the failure is the program's own."""
    if not isinstance(error, OperationalError) and not error.connection_invalidated:
        return None
    text = str(error.orig).lower()
    if any(sign in text for sign in _FULL):
        return Unavailable("error.disk_full")
    if any(sign in text for sign in _BUSY):
        return Unavailable("error.store_busy")
    if UNPROVED in text:
        return Unavailable("error.store_unproved")
    # SQLite calls a wrong statement by the same name as a file that cannot be opened.
    is_lost = error.connection_invalidated or not isinstance(error.orig, sqlcipher3.dbapi2.Error)
    return Unavailable("error.store_away") if is_lost or "unable to open" in text else None


@contextmanager
def told() -> Iterator[None]:
    """Say what failed below as an error of ours."""
    try:
        yield
    except DBAPIError as error:
        if (known := said(error)) is not None:
            raise known from None
        raise


def again(once: Callable[[], R]) -> R:
    """Read, and once more where the connection was lost."""
    with told():
        try:
            return once()
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
        time.sleep(_PAUSE)
        return once()


def kept(writing: sessionmaker[Session], reading: sessionmaker[Session], act: Callable[[Session], R]) -> R:
    """Do something in one transaction and keep it; once more where the connection was lost and nothing was kept."""
    with told():
        made, is_kept = _once(writing, reading, act)
        if not is_kept:
            time.sleep(_PAUSE)
            made, is_kept = _once(writing, reading, act)
        if made is None or not is_kept:
            raise Unavailable
        return made[0]


def _once(
    writing: sessionmaker[Session], reading: sessionmaker[Session], act: Callable[[Session], R]
) -> tuple[tuple[R] | None, bool]:
    """What was made, and whether it was kept; any failure but a lost connection is raised."""
    made = None
    with writing() as db:
        try:
            db.begin()
            made = (act(db),)
            db.flush()
            # What was made stays as it is, whatever becomes of the connection in the next line.
            db.expunge_all()
        except DBAPIError as error:
            if error.connection_invalidated:
                return None, False
            raise
        try:
            db.commit()
        except DBAPIError as error:
            if error.connection_invalidated:
                return made, _was_kept(reading, db.info.get(LOGGED))
            raise
    return made, True


def _was_kept(reading: sessionmaker[Session], logged: UUID | None) -> bool:
    """Was the transaction kept whose last row of the log this is?

    Raises Unavailable where nobody can tell: it left no row, or the database is still away.
    """
    if logged is None:
        raise Unavailable("error.save_unsure")
    try:
        return again(lambda: _is_logged(reading, logged))
    except Unavailable:
        raise Unavailable("error.save_unsure") from None


def _is_logged(reading: sessionmaker[Session], logged: UUID) -> bool:
    with reading.begin() as db:
        return db.scalar(select(Event.id).where(Event.id == logged)) is not None
