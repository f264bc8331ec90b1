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

from sqlalchemy import ColumnElement, event, func, or_, select, true
from sqlalchemy.orm import Session, attributes

from core import sealed, sealing
from core.access import Actor
from core.db import Record
from core.models import DataKey, KeyState
from core.sealed import RING, SEALED, Place, Sealed
from core.sealing import BrokenSealError, KeyMissingError
from core.spaces import Finder, Space, space_of

_COLUMNS = (DataKey.id, DataKey.service_id, DataKey.space_id, DataKey.number, DataKey.wrapped)


#: So long an unwrapped key is kept in memory. Which key seals is asked in each transaction, whatever is kept.
KEPT_SECONDS = 60


@dataclass(frozen=True)
class _Kept:
    """A key that a ring of the same service unwrapped a moment ago, or (without a space) may not hold."""

    space: Space | None
    key: bytes
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
        self._keys: dict[UUID, bytes] = {}
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
            elif known.space is not None:
                self._keep(key_id, known.space, known.key)
        if missing:
            above = (DataKey.space_id == DataKey.service_id) & self._are_mine()
            with db.no_autoflush:
                self._unwrap(db, db.execute(select(*_COLUMNS).where(or_(DataKey.id.in_(missing), above))))
            until = time.monotonic() + KEPT_SECONDS
            for key_id in missing:
                kept[key_id] = _Kept(self._spaces.get(key_id), self._keys.get(key_id, b""), until)
        self._wanted = set()

    def key(self, db: Session | None, key_id: UUID) -> bytes:
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
        above, version = _root(db), sealing.VERSION
        if of.service_id not in {None, of.space_id}:
            assert of.service_id is not None  # noqa: S101  said to the type checker
            key_id = self.current(db, Space(of.service_id, of.service_id))
            above, version = self._keys[key_id], key_id.hex
        place = _place(of.id, of.service_id, of.space_id, of.number)
        return sealing.seal(self._keys[of.id].hex(), key=above, place=place, version=version)

    def _are_mine(self) -> ColumnElement[bool]:
        return DataKey.service_id == self.service_id

    def _unwrap(self, db: Session, rows: Iterable[Any]) -> None:
        root = _root(db)
        # Those of the services first: they open the others.
        for row in sorted(rows, key=lambda row: row.space_id != row.service_id):
            if row.id in self._keys or not self.may_hold(row.service_id):
                continue
            version = sealing.version_of(row.wrapped)
            above = root if version == sealing.VERSION else self._keys.get(_id(version))
            if above is None:
                raise KeyMissingError
            place = _place(row.id, row.service_id, row.space_id, row.number)
            raw = sealing.unseal(row.wrapped, key=above, place=place, version=version)
            self._keep(row.id, Space(row.service_id, row.space_id), bytes.fromhex(raw))

    def _keep(self, key_id: UUID, space: Space, key: bytes) -> None:
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


def of(db: Session, actor: Actor) -> KeyRing:
    """Give a session the keys of the actor's own service, and of what both services read; nobody else's."""
    return of_service(db, actor.service_id)


def of_service(db: Session, service_id: UUID) -> KeyRing:
    """The same for somebody of whom only the service is known, because their session has just ended."""
    db.info[RING] = ring = KeyRing(service_id)
    return ring


def whole(db: Session) -> KeyRing:
    """Give a session every key: to rotate them, to try a backup, to write the example."""
    db.info[RING] = ring = WholeRing()
    return ring


def any_made(db: Session) -> bool:
    """Does anything lie sealed?"""
    return db.scalar(select(DataKey.id).limit(1)) is not None


def fits(db: Session) -> bool:
    """Does the key of the fields open the keys below it?"""
    first = db.execute(select(*_COLUMNS).where(_is_topmost()).limit(1)).all()
    try:
        WholeRing()._unwrap(db, first)  # noqa: SLF001  our own
    except BrokenSealError:
        return False
    return True


def _is_topmost() -> ColumnElement[bool]:
    return or_(DataKey.service_id.is_(None), DataKey.service_id == DataKey.space_id)


def again(record: Record) -> None:
    """Have the sealed values of a record sealed anew, where they belong to another space or key by now.

    What the session's ring does not open stays as it is.
    """
    for name in SEALED[type(record)]:
        try:
            value = getattr(record, name)
        except KeyMissingError:
            continue
        if value is not None:
            attributes.set_attribute(record, name, value)


def _kept(db: Session, service_id: UUID | None) -> dict[UUID, _Kept]:
    """What rings of this service unwrapped before: with the connection's engine, and gone with it."""
    every: dict[UUID | None, dict[UUID, _Kept]] = db.connection().get_execution_options()["kept_keys"]
    kept = every.setdefault(service_id, {})
    for key_id in [key_id for key_id, one in list(kept.items()) if one.until < time.monotonic()]:
        kept.pop(key_id, None)
    return kept


def _root(db: Session) -> bytes:
    key: bytes = db.connection().get_execution_options()["field_key"]
    return key


def _id(version: str) -> UUID:
    try:
        return UUID(hex=version)
    except ValueError:
        raise KeyMissingError from None


def _place(key_id: UUID, service_id: UUID | None, space_id: UUID, number: int) -> str:
    return f"data_key.wrapped:{key_id}|{service_id}|{space_id}|{number}"


@event.listens_for(Session, "before_flush")
def _close(db: Session, _context: object, _instances: object) -> None:
    """Seal what is about to be written."""
    new = [record for record in db.new if type(record) in SEALED]
    changed = [record for record in db.dirty if type(record) in SEALED]
    if not new and not changed:
        return
    ring: KeyRing | None = db.info.get(RING)
    if ring is None:
        raise KeyMissingError
    for record in new:
        for name in SEALED[type(record)]:
            if name not in record.__dict__:
                attributes.set_attribute(record, name, getattr(record, name))
    found = Finder(db)
    for record in (*new, *changed):
        _close_record(db, ring, record, space_of(found, record, ring.service_id))


def _close_record(db: Session, ring: KeyRing, record: Record, space: Space) -> None:
    held, before = record.__dict__, attributes.instance_state(record).committed_state
    for name in SEALED[type(record)]:
        place, value = Place(type(record), record.id, name), held.get(name)
        if isinstance(value, Sealed):
            if _is_there(db, ring, value, space):
                continue
            value = sealed.opened(place, value, ring, db)
            attributes.set_attribute(record, name, value)
        if value is None:
            continue
        old, key_id = before.get(name), ring.current(db, space)
        if isinstance(old, Sealed) and old.key_id == key_id and sealed.opened(place, old, ring, db) == value:
            held[name] = old  # written as it was: nothing to save
        else:
            held[name] = sealed.close(place, value, key_id=key_id, key=ring.key(db, key_id))
    held[RING] = ring


def _is_there(db: Session, ring: KeyRing, value: Sealed, space: Space) -> bool:
    """Is it sealed for this space, or not this ring's to seal anew?"""
    try:
        ring.key(db, value.key_id)
    except KeyMissingError:
        return True
    return ring.space_of(value.key_id).id == space.id or not ring.may_hold(space.service_id)


@event.listens_for(Session, "after_soft_rollback")
def _forget(db: Session, _transaction: object) -> None:
    ring: KeyRing | None = db.info.get(RING)
    if ring is not None:
        ring.forget()
