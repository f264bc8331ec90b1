"""In which order a service reads a log: the newest day first, and of each day the lines without an hour last.

Of somebody of elsewhere the day alone is said. So neither the place of such a line among the others of its day nor the
page on which it stands may depend on its hour.
"""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case
from sqlalchemy.orm import Session

from core import clock
from core.models import Event


def first(db: Session, statement: Select[Any], limit: int, *, is_own: ColumnElement[bool]) -> Select[Any]:
    """The statement for the first rows in this order; the rows themselves `place` puts into it."""
    newest_first = (Event.created_at.desc(), Event.seq.desc())
    moments = statement.with_only_columns(Event.created_at).order_by(*newest_first)
    oldest = db.scalar(moments.offset(limit - 1).limit(1))
    if oldest is None:
        return statement.order_by(*newest_first)
    # No database knows the days of the services. Those after the last one stand here whole; of that one, it is cut.
    last = clock.day(oldest)
    is_last = Event.created_at < clock.moment(last + timedelta(days=1))
    return (
        statement.where(Event.created_at >= clock.moment(last))
        .order_by(
            case((is_last, 1), else_=0),
            case((is_own, 0), else_=1),
            case((is_own, Event.created_at)).desc(),
            case((is_own, Event.seq)).desc(),
            Event.id,
        )
        .limit(limit)
    )


def place(on: date, row_id: UUID, *, is_own: bool) -> tuple[int, bool, str]:
    """The place of a row in a sort that keeps the own ones of a day as they came."""
    return -on.toordinal(), not is_own, "" if is_own else row_id.hex
