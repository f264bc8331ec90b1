"""Key rings: which keys whoever acts may use, and what is sealed with which.

    field.key ─┬─ key of a service ─── key of each of its files     (his and hers apart)
               └─ key of a case or a cooperation                    (what both services read)

A ring holds the keys of one service and of what both read. The key of the other service's file is wrapped by a key that
it never unwraps, so what lies there cannot be opened with it, whatever a statement shows.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import Session

from core import sealing
from core.models import DataKey, KeyState
from core.sealing import Key, KeyMissingError
from core.spaces import Space

COLUMNS = (DataKey.id, DataKey.service_id, DataKey.space_id, DataKey.number, DataKey.wrapped)


#: So long an unwrapped key is kept in memory. Which key seals is asked in each transaction, whatever is kept.
KEPT_SECONDS = 60


@dataclass(frozen=True)
class _Kept:
    """A key that a ring of the same service unwrapped a moment ago, or (without a space) may not hold."""

    space: Space | None
    key: Key | None
    until: float


class KeyRing:
    """The keys of one service and of what both services read, unwrapped when something needs them.

    It lives as long as its session: which key seals now is seen by each transaction anew.
    """

    def __init__(self, service_id: UUID | None) -> None:
        self.service_id = service_id
        self.forget()

    def forget(self) -> None:
        """Hold nothing: what was made in a transaction that was undone never was."""
        self._keys: dict[UUID, Key] = {}
        self._spaces: dict[UUID, Space] = {}
        self._current: dict[UUID, UUID] = {}
        self._wanted: set[UUID] = set()

    def may_hold(self, service_id: UUID | None) -> bool:
        return service_id in {None, self.service_id}

    def want(self, key_id: UUID) -> None:
        """Something was loaded that this key opens; whether anybody will read it is not known yet."""
        self._wanted.add(key_id)

    def fetch(self, db: Session) -> None:
        """Unwrap what is wanted, in one statement, while the session lasts: a page reads the records after it."""
        kept = _kept(db, self.service_id)
        missing = set()
        for key_id in self._wanted - self._keys.keys():
            if (known := kept.get(key_id)) is None:
                missing.add(key_id)
            elif known.space is not None and known.key is not None:
                self._keep(key_id, known.space, known.key)
        if missing:
            above = (DataKey.space_id == DataKey.service_id) & self._are_mine()
            with db.no_autoflush:
                self.unwrap(db, db.execute(select(*COLUMNS).where(or_(DataKey.id.in_(missing), above))))
            until = time.monotonic() + KEPT_SECONDS
            for key_id in missing:
                kept[key_id] = _Kept(self._spaces.get(key_id), self._keys.get(key_id), until)
        self._wanted = set()

    def key(self, db: Session | None, key_id: UUID) -> Key:
        """The key of this number.

        Raises KeyMissingError where it is not on this ring, or gone.
        """
        if key_id not in self._keys and db is not None:
            self.want(key_id)
            self.fetch(db)
        if key_id not in self._keys:
            raise KeyMissingError
        return self._keys[key_id]

    def space_of(self, key_id: UUID) -> Space:
        """What a key that is on the ring is for."""
        return self._spaces[key_id]

    def current(self, db: Session, space: Space) -> UUID:
        """The key that seals in a space now, made where there is none.

        Raises KeyMissingError for a space of another service.
        """
        if not self.may_hold(space.service_id):
            raise KeyMissingError
        if space.id not in self._current:
            found = db.scalar(
                select(DataKey.id)
                .where(DataKey.space_id == space.id, DataKey.state == KeyState.CURRENT)
                .order_by(DataKey.number.desc())
                .limit(1)
            )
            self._current[space.id] = found or self._make(db, space)
            self.key(db, self._current[space.id])
        return self._current[space.id]

    def _make(self, db: Session, space: Space) -> UUID:
        """A new key for a space; the flush that follows writes it."""
        last = db.scalar(select(func.max(DataKey.number)).where(DataKey.space_id == space.id)) or 0
        made = DataKey(id=uuid4(), service_id=space.service_id, space_id=space.id, number=last + 1)
        self._keep(made.id, space, sealing.new_key())
        made.wrapped = self._wrapped(db, made)
        db.add(made)
        return made.id

    def _wrapped(self, db: Session, of: DataKey) -> str:
        """A key wrapped by the one above it: the newest of its service, or for the topmost the key of the fields."""
        text, place = self._keys[of.id].text, place_of(of.id, of.service_id, of.space_id, of.number)
        if of.service_id is None or of.service_id == of.space_id:
            return sealing.seal(text, key=root(db), place=place)
        key_id = self.current(db, Space(of.service_id, of.service_id))
        return sealing.wrap(text, key=self._keys[key_id], place=place, version=key_id.hex)

    def _are_mine(self) -> ColumnElement[bool]:
        return DataKey.service_id == self.service_id

    def unwrap(self, db: Session, rows: Iterable[Any]) -> None:
        """Take rows of keys onto the ring, but for those of other services."""
        topmost = root(db)
        # Those of the services first: they open the others.
        for row in sorted(rows, key=lambda row: row.space_id != row.service_id):
            if row.id in self._keys or not self.may_hold(row.service_id):
                continue
            version = sealing.version_of(row.wrapped)
            is_topmost = sealing.is_topmost(version)
            above = sealing.topmost(topmost, version) if is_topmost else self._keys.get(_id(version))
            if above is None:
                raise KeyMissingError
            place = place_of(row.id, row.service_id, row.space_id, row.number)
            text = sealing.unwrap(row.wrapped, key=above, place=place)
            self._keep(row.id, Space(row.service_id, row.space_id), sealing.key_of(text))

    def _keep(self, key_id: UUID, space: Space, key: Key) -> None:
        self._keys[key_id] = key
        self._spaces[key_id] = space


class WholeRing(KeyRing):
    """Every key: for who looks after the database itself, and for nobody who acts in it."""

    def __init__(self) -> None:
        super().__init__(None)

    def may_hold(self, service_id: UUID | None) -> bool:  # noqa: ARG002
        return True

    def _are_mine(self) -> ColumnElement[bool]:
        return true()


def _kept(db: Session, service_id: UUID | None) -> dict[UUID, _Kept]:
    """What rings of this service unwrapped before: with the connection's engine, and gone with it."""
    every: dict[UUID | None, dict[UUID, _Kept]] = db.connection().get_execution_options()["kept_keys"]
    kept = every.setdefault(service_id, {})
    for key_id in [key_id for key_id, one in list(kept.items()) if one.until < time.monotonic()]:
        kept.pop(key_id, None)
    return kept


def root(db: Session) -> bytes:
    """The key of the fields of the database that a session stands on."""
    key: bytes = db.connection().get_execution_options()["field_key"]
    return key


def _id(version: str) -> UUID:
    try:
        return UUID(hex=version)
    except ValueError:
        raise KeyMissingError from None


def place_of(key_id: UUID, service_id: UUID | None, space_id: UUID, number: int) -> str:
    """Where a wrapped key lies, and what for."""
    return f"data_key.wrapped:{key_id}|{service_id}|{space_id}|{number}"
