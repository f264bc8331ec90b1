"""A record as plain data, and back: ids and days as text, moments in UTC, lengths in seconds, papers as files."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from functools import partial
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import JSON, Boolean, Column, Date, DateTime, Integer, Interval, LargeBinary, Uuid
from sqlalchemy import Enum as Choice

from core import clock
from core.db import Record, UTCDateTime
from core.moving import PAPERS
from core.sealed import NOTHING, Sealed, SealedData, SealedDay, SealedText
from core.sealing import KeyMissingError

Plain: TypeAlias = dict[str, Any]

#: Counts the saves here, and begins anew elsewhere.
_NOT_CARRIED = frozenset({"version"})
#: When somebody of another service wrote or shared something, the day is said and not the hour.
_HOURS_OF_OTHERS = frozenset({"created_at", "released_at"})


def columns(model: type[Record]) -> Iterator[Column[Any]]:
    """What of a record is carried."""
    return (column for column in model.__table__.columns if column.name not in _NOT_CARRIED)  # type: ignore[misc]


def paper_name(record_id: UUID | str) -> str:
    return f"{PAPERS}/{record_id}.pdf"


def plain(record: Record, *, is_of_elsewhere: bool, forgotten: Mapping[str, object]) -> Plain:
    """A record for the file; what its service has no key for is not in it."""
    said: Plain = {}
    for column in columns(type(record)):
        name = column.name
        if is_paper(column):
            said[name] = paper_name(record.id)
            continue
        if _is_nothing(record, name):
            continue
        try:
            value = forgotten[name] if name in forgotten else getattr(record, name)
        except KeyMissingError:
            continue
        if is_of_elsewhere and name in _HOURS_OF_OTHERS and isinstance(value, datetime):
            value = clock.moment(clock.day(value), time(12))
        said[name] = said_of(value)
    return said


def _is_nothing(record: Record, name: str) -> bool:
    """Was it erased, or not ours to read when it was brought here?"""
    held = record.__dict__.get(name)
    return isinstance(held, Sealed) and held.raw == NOTHING.raw


def said_of(value: object) -> object:
    """A value as plain data."""
    match value:
        case UUID():
            return str(value)
        case Enum():
            return value.value
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case _:
            return value


def value(column: Column[Any], said: Plain, paper: bytes | None = None) -> object:
    """What a column held, from the file.

    Raises ValueError or TypeError where the file does not fit.
    """
    if column.name not in said and isinstance(column.type, SealedData):
        return NOTHING
    given = said[column.name]
    if given is None:
        if not column.nullable:
            raise ValueError(column.name)
        return None
    if is_paper(column):
        return paper
    return _read(column, given)


def _read(column: Column[Any], given: Any) -> object:
    kind = column.type
    if isinstance(kind, Choice) and kind.enum_class is not None:
        return kind.enum_class(given)
    return _READERS[kind_of(column)](given)


def _exactly(kind: type, given: object) -> object:
    if type(given) is not kind:
        raise TypeError(kind.__name__)
    return given


_KINDS: tuple[tuple[str, tuple[type, ...]], ...] = (
    ("choice", (Choice,)),
    ("day", (Date, SealedDay)),
    ("text", (SealedText,)),
    ("file", (SealedData, LargeBinary)),
    ("id", (Uuid,)),
    ("moment", (UTCDateTime, DateTime)),
    ("seconds", (Interval,)),
    ("yes_or_no", (Boolean,)),
    ("number", (Integer,)),
    ("structure", (JSON,)),
)
_READERS: dict[str, Callable[[Any], object]] = {
    "choice": partial(_exactly, str),
    "day": date.fromisoformat,
    "text": partial(_exactly, str),
    "id": UUID,
    "moment": datetime.fromisoformat,
    "seconds": lambda given: timedelta(seconds=given),
    "yes_or_no": partial(_exactly, bool),
    "number": partial(_exactly, int),
    "structure": lambda given: given,
}


def kind_of(column: Column[Any]) -> str:
    """What a field holds, in a word for a machine."""
    return next((name for name, kinds in _KINDS if isinstance(column.type, kinds)), "text")


def is_paper(column: Column[Any]) -> bool:
    """Does it hold a file?"""
    return kind_of(column) == "file"
