"""Rotating the keys: new ones seal from now on, what lies there is sealed anew, and the old ones are destroyed.

The new ones are for the cipher that the settings name, so that the same command leaves another cipher.
Every step is a transaction of its own, people work meanwhile, and what is done is seen from the database alone: a
command that was killed is begun again and goes on where it was.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Row, bindparam, delete, exists, select, update
from sqlalchemy.orm import Session

from core import keys, sealed, topmost
from core.db import Base, Record
from core.key_rings import COLUMNS, KeyRing, root
from core.models import DataKey, Event, EventKind, KeyState
from core.sealed import SEALED, Place, Sealed
from core.settings import settings
from core.store import Store

#: Rows that are sealed anew in one transaction; nobody who writes waits longer than for one.
BATCH = 200
START = UUID(int=0)


@dataclass(frozen=True)
class Rotated:
    """How many values were sealed anew, how many there are, and how many old keys are gone."""

    anew: int
    values: int
    destroyed: int


class StillNeededError(Exception):
    """A value is sealed with an old key after all, or does not open: no key was destroyed."""


class OtherCipherError(Exception):
    """A program that runs with another cipher in its settings made a key meanwhile: no key was destroyed."""


def rotate(store: Store, on_batch: Callable[[int], None] = lambda _anew: None) -> Rotated:
    """Seal everything with new keys, look through all of it, and destroy the old keys.

    Raises StillNeededError, OtherCipherError, and BrokenSealError where something does not open: then no key is destroyed.
    """
    with store.writing.begin() as db:
        _begin(db)
    anew = 0
    for model in SEALED:
        after: UUID | None = START
        while after is not None:
            with store.writing.begin() as db:
                after, count = _seal_batch(db, model, after)
            anew += count
            on_batch(anew)
    with store.reading.begin() as db:
        values = sum(1 for _ in _opened(db))
    with store.writing.begin() as db:
        return Rotated(anew, values, _destroy(db))


def _begin(db: Session) -> None:
    """Let no key seal any more, unless a rotation to this cipher is under way: then its new keys stay."""
    is_under_way = db.scalar(select(exists().where(DataKey.state == KeyState.OLD)))
    if not is_under_way or _is_of_another_cipher(db):
        db.execute(update(DataKey).values(state=KeyState.OLD))
        _note(db, "rotate_begin")


def _is_of_another_cipher(db: Session) -> bool:
    """Does a key seal that is not for the cipher of the settings?"""
    ring, seals = keys.whole(db), set(db.scalars(select(DataKey.id).where(DataKey.state == KeyState.CURRENT)))
    ring.unwrap(db, db.execute(select(*COLUMNS)))
    return any(ring.key(db, key_id).cipher != settings().cipher for key_id in seals)


def _seal_batch(db: Session, model: type[Record], after: UUID) -> tuple[UUID | None, int]:
    """Seal the next rows of a table anew; the last row that was looked at, and how many values it were."""
    ring, rows = keys.whole(db), _rows(db, model, after)
    for _place, held in _held(model, *rows):
        ring.want(held.key_id)
    old = set(db.scalars(select(DataKey.id).where(DataKey.state == KeyState.OLD)))
    #: By column, so that each goes to the database in one statement.
    anew: dict[str, list[dict[str, object]]] = {name: [] for name in SEALED[model]}
    for place, held in _held(model, *rows):
        if held.key_id in old:
            anew[place.name].append({"row": place.id, "anew": _anew(db, ring, place, held)})
    db.flush()
    table = Base.metadata.tables[model.__tablename__]
    for name, values in anew.items():
        if values:
            statement = update(table).where(table.c.id == bindparam("row")).values({name: bindparam("anew")})
            db.connection().execute(statement, values)
    return (rows[-1].id if len(rows) == BATCH else None), sum(map(len, anew.values()))


def _rows(db: Session, model: type[Record], after: UUID) -> list[Row[Any]]:
    table = model.__table__
    columns = [table.c[name] for name in SEALED[model]]
    statement = select(table.c.id, *columns).where(table.c.id > after).order_by(table.c.id).limit(BATCH)
    return list(db.execute(statement))


def _held(model: type[Record], *rows: Row[Any]) -> Iterator[tuple[Place, Sealed]]:
    for row in rows:
        for name in SEALED[model]:
            value = getattr(row, name)
            if value is not None:
                yield Place(model, row.id, name), value


def _anew(db: Session, ring: KeyRing, place: Place, held: Sealed) -> Sealed:
    """The same value, sealed with the current key of the space in which it lies."""
    value = sealed.opened(place, held, ring, db)
    key_id = ring.current(db, ring.space_of(held.key_id))
    return sealed.close(place, value, key_id=key_id, key=ring.key(db, key_id))


def _all(db: Session, ring: KeyRing) -> Iterator[tuple[Place, Sealed]]:
    """Every sealed value of the database."""
    for model in SEALED:
        after = START
        while rows := _rows(db, model, after):
            for _place, held in _held(model, *rows):
                ring.want(held.key_id)
            yield from _held(model, *rows)
            after = rows[-1].id


def _opened(db: Session) -> Iterator[Place]:
    """Open every value, so that what a new key does not open is found while the old one is there."""
    ring = keys.whole(db)
    for place, held in _all(db, ring):
        sealed.opened(place, held, ring, db)
        yield place


def _destroy(db: Session) -> int:
    """Destroy the old keys, with all who write waiting, and only where nothing needs one of them."""
    old = set(db.scalars(select(DataKey.id).where(DataKey.state == KeyState.OLD)))
    if any(held.key_id in old for _place, held in _all(db, keys.whole(db))):
        raise StillNeededError
    if _is_of_another_cipher(db):
        raise OtherCipherError
    db.execute(delete(DataKey).where(DataKey.id.in_(old)))
    topmost.seal_anew(db, root(db), root(db))
    _note(db, "rotate_end")
    return len(old)


def _note(db: Session, act: str) -> None:
    db.add(Event(kind=EventKind.ADMINISTRATION, subject="data_key", subject_id=uuid4(), act=act))
