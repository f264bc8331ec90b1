"""What closes, warns or keeps out by being there: carried without its words, and put into an older copy that lacks it.

The words are lost with the copy. That there was something is not: a flag is on the contact as it stands in the file,
whoever must not receive and had no record may be anybody, and struck words are to be looked for again.
"""

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import Column, ColumnElement, insert, or_, select, true
from sqlalchemy.orm import Session

from core import by_id, clock
from core.db import Record
from core.models import (
    Consent,
    ConsentState,
    ContactFlag,
    Meeting,
    MeetingState,
    MustNotReceive,
    Seal,
    Strike,
)
from core.moving import values
from core.sealed import SealedData

#: A row but for its words: ids, days, and keys of fixed lists.
Said: TypeAlias = dict[str, Any]
Rows: TypeAlias = Mapping[str, Mapping[str, Said]]

_NO = (ConsentState.REFUSED, ConsentState.WITHDRAWN)
#: Only the record of a meeting that was held holds words that can be struck out.
_HELD = (MeetingState.CLOSED, MeetingState.AGREED)
#: What begins anew in an older copy.
_ANEW = {"id", "version", "back_at"}


def now(db: Session) -> dict[str, dict[str, Said]]:
    """Those that hold in this database, by table and by id."""
    return {model.__tablename__: dict(_said(db, model, holds)) for model, holds in _holding().items()}


def put_back(db: Session, closed: Rows, before: Rows) -> Iterator[tuple[str, UUID]]:
    """Put in what is missing here; yields of which table and which id."""
    for model in _holding():
        name = model.__tablename__
        missing = closed.get(name, {}).keys() - before[name].keys()
        wanted = {UUID(one) for one in missing}
        for row_id in sorted(wanted.difference(by_id.there(db, name, wanted))):
            row = _fitted(db, model, closed[name][str(row_id)])
            if row is not None:
                db.execute(insert(model).values(_values(model, row | {"id": str(row_id)})))
                yield name, row_id


def _holding() -> Mapping[type[Record], ColumnElement[bool]]:
    return {
        Seal: true(),
        Consent: Consent.state.in_(_NO),
        ContactFlag: ContactFlag.ended_on.is_(None),
        MustNotReceive: or_(MustNotReceive.until.is_(None), MustNotReceive.until >= clock.today()),
        Strike: true(),
    }


def _said(db: Session, model: type[Record], holds: ColumnElement[bool]) -> Iterator[tuple[str, Said]]:
    carried = [
        one for one in _columns(model) if one.name not in _ANEW and not isinstance(one.type, SealedData)
    ]
    for row_id, *row in db.execute(select(model.id, *carried).where(holds)):
        told = {column.name: values.said_of(value) for column, value in zip(carried, row, strict=True)}
        yield str(row_id), {name: value for name, value in told.items() if value is not None}


def _columns(model: type[Record]) -> list[Column[Any]]:
    return list(model.__table__.c)  # type: ignore[arg-type]


def _fitted(db: Session, model: type[Record], said: Said) -> Said | None:
    """As it can stand here; None where what it belongs to is not here, or another one stands in its place."""
    row = dict(said)
    for column in (one for one in _columns(model) if one.name in said):
        for target in (key.column.table.name for key in column.foreign_keys):
            if not by_id.there(db, target, [UUID(said[column.name])]):
                row.pop(column.name)
        is_gone = column.name not in row and not column.nullable
        if is_gone or (column.unique and db.scalar(select(column).where(column == UUID(said[column.name])))):
            return None
    if model is Strike:
        held = select(Meeting.id).where(Meeting.id == UUID(said["meeting_id"]), Meeting.state.in_(_HELD))
        return row if db.scalar(held) else None
    return row


def _values(model: type[Record], row: Said) -> dict[str, object]:
    anew: Said = {"version": 1, "back_at": clock.now().isoformat()}
    plain = {column.name: None for column in _columns(model) if column.nullable} | anew | row
    return {column.name: values.value(column, plain) for column in _columns(model)}
