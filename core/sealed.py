"""Sealed columns: the database holds what only a key opens, and the record reads like any other.

A column says so by its type. What is loaded stays closed until somebody reads the attribute; then the key ring of the
session opens it (core.key_rings), or refuses. What is written is closed in the flush; a bare value never reaches the
database.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Dialect, LargeBinary, String, TypeDecorator, event
from sqlalchemy.orm import InstrumentedAttribute, QueryContext, Session, object_session

from core import sealing
from core.db import Base, Record
from core.sealing import BrokenSealError, Key, KeyMissingError

#: Where a session keeps its key ring, and a record that was loaded the ring that it was loaded with.
RING = "key_ring"
_KEY_ID = 16


class Ring(Protocol):
    """The keys that a session may use."""

    def want(self, key_id: UUID) -> None:
        """Something was loaded that this key opens; whether anybody will read it is not known yet."""

    def key(self, db: Session | None, key_id: UUID) -> Key:
        """Raises KeyMissingError."""


class Sealed:
    """A value as it lies in the database, closed; its repr says nothing of what is in it."""

    __slots__ = ("plain", "raw")

    def __init__(self, raw: bytes, plain: object = None) -> None:
        self.raw = raw
        #: What was in it, once somebody has read it.
        self.plain = plain

    @property
    def key_id(self) -> UUID:
        if len(self.raw) < _KEY_ID:
            raise BrokenSealError
        return UUID(bytes=self.raw[:_KEY_ID])

    def is_under(self, key_id: UUID) -> bool:
        """Does it need this key?"""
        return self.raw.startswith(key_id.bytes)


#: What an erasure leaves of a value: nothing, and whoever erases needs no key to leave it.
NOTHING = Sealed(bytes(_KEY_ID))


class SealedData(TypeDecorator[bytes]):
    """Bytes that lie sealed."""

    impl = LargeBinary
    cache_ok = True
    #: So long is the start of a stored value by which its key is known.
    START = _KEY_ID

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002
        if value is not None and not isinstance(value, Sealed):
            raise TypeError("neither written nor looked for without a seal")
        return value if value is None else self.stored(value.raw)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002
        return value if value is None else Sealed(self.raw(value))

    def stored(self, raw: bytes) -> Any:
        return raw

    def start(self, key_id: UUID) -> Any:
        """What a value under this key begins with in the database."""
        return self.stored(key_id.bytes)[: self.START]

    def raw(self, stored: Any) -> bytes:
        return bytes(stored)

    def encoded(self, value: Any) -> bytes:
        return bytes(value)

    def decoded(self, raw: bytes) -> Any:
        return raw


class SealedText(SealedData):
    """A text that lies sealed."""

    impl = String  # type: ignore[assignment]
    cache_ok = True
    #: The whole signs: the last bits of the key share one with what follows.
    START = _KEY_ID * 8 // 6

    def stored(self, raw: bytes) -> str:
        return urlsafe_b64encode(raw).decode()

    def raw(self, stored: Any) -> bytes:
        try:
            return urlsafe_b64decode(stored)
        except (NotBase64, ValueError):
            return b""  # found broken when somebody reads it, and not in the middle of a list

    def encoded(self, value: Any) -> bytes:
        return str(value).encode()

    def decoded(self, raw: bytes) -> Any:
        return raw.decode()


class SealedDay(SealedText):
    """A day that lies sealed."""

    cache_ok = True

    def encoded(self, value: date) -> bytes:
        return value.isoformat().encode()

    def decoded(self, raw: bytes) -> date:
        return date.fromisoformat(raw.decode())


#: The sealed columns of each record that has some.
SEALED: dict[type[Record], dict[str, SealedData]] = {}


@dataclass(frozen=True)
class Place:
    """Where a value lies; moved to another one it does not open."""

    model: type[Record]
    id: UUID
    name: str

    @property
    def kind(self) -> SealedData:
        return SEALED[self.model][self.name]

    def bound(self, key_id: UUID) -> bytes:
        return f"{self.model.__tablename__}|{self.name}|{self.id}|{key_id}".encode()


def close(place: Place, value: object, *, key_id: UUID, key: Key) -> Sealed:
    """Seal a value for its place, with the key of this number."""
    raw = sealing.encrypt(place.kind.encoded(value), key=key, bound=place.bound(key_id))
    return Sealed(key_id.bytes + raw, value)


def opened(place: Place, held: Sealed, ring: Ring | None, db: Session | None) -> Any:
    """The value that was sealed for this place.

    Raises KeyMissingError where the ring does not hold its key, BrokenSealError where it does not open with it.
    """
    if held.raw == NOTHING.raw:
        return ""
    if held.plain is None:
        if ring is None:
            raise KeyMissingError
        key_id = held.key_id
        raw = sealing.decrypt(held.raw[_KEY_ID:], key=ring.key(db, key_id), bound=place.bound(key_id))
        held.plain = place.kind.decoded(raw)
    return held.plain


class _Opening:
    """Stands before the attribute of a sealed column: reading opens, everything else is SQLAlchemy's."""

    def __init__(self, attribute: InstrumentedAttribute[Any]) -> None:
        self.attribute = attribute

    def __get__(self, record: Record | None, owner: type[Record]) -> Any:
        if record is None:
            return self.attribute
        value = self.attribute.__get__(record, owner)
        if type(value) is not Sealed:
            return value
        place = Place(type(record), record.id, self.attribute.key)
        return opened(place, value, record.__dict__.get(RING), object_session(record))

    def __set__(self, record: Record, value: object) -> None:
        self.attribute.__set__(record, value)


@event.listens_for(Base, "attribute_instrument", propagate=True)
def _instrument(model: type[Record], name: str, attribute: InstrumentedAttribute[Any]) -> None:
    kind = getattr(attribute, "type", None)
    if not isinstance(kind, SealedData):
        return
    if model not in SEALED:
        SEALED[model] = {}
        event.listen(model, "load", _loaded)
        event.listen(model, "refresh", _refreshed)
    SEALED[model][name] = kind
    type.__setattr__(model, name, _Opening(attribute))


def _loaded(record: Record, context: QueryContext) -> None:
    ring: Ring | None = context.session.info.get(RING)
    if ring is None:
        return
    held = record.__dict__
    held[RING] = ring
    for name in SEALED[type(record)]:
        value = held.get(name)
        if type(value) is Sealed and len(value.raw) >= _KEY_ID:
            ring.want(value.key_id)


def _refreshed(record: Record, context: QueryContext, _names: object) -> None:
    _loaded(record, context)
