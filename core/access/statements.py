"""How a statement of access is kept for the day, and how it asks for the one case that an operation is about."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import lru_cache, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, Select, Uuid, bindparam, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from core import clock
from core.access.actors import Actor
from core.db import Record
from core.models import CaseFile

P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S")

#: The case beside which the operation that runs here reads nothing; None where it reads of all.
_ONE_CASE: ContextVar[UUID | None] = ContextVar("one_case", default=None)


def kept(build: Callable[[Actor], S]) -> Callable[[Actor], S]:
    """Build the statement once for an actor and a day; it says which records are theirs and holds none.

    An actor with another role, or on the next day, is another key; so is whether one case alone is asked for.
    """

    @lru_cache(maxsize=128)
    def of_day(actor: Actor, _today: date, _is_one: bool) -> S:
        return build(actor)

    @wraps(build)
    def of_today(actor: Actor) -> S:
        return of_day(actor, clock.today(), is_one_case())

    return of_today


def is_one_case() -> bool:
    """Does what runs here read of one case alone?"""
    return _ONE_CASE.get() is not None


def _the_case() -> BindParameter[UUID]:
    """That case, bound when the statement runs: the statement is kept, and the next asks for another.

    Where it runs outside, it stands for no case, and shows nothing.
    """
    return bindparam("one_case", callable_=_ONE_CASE.get, type_=Uuid(), unique=True)


def is_of_the_case(column: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """The row is of that case, for a statement whose own conditions would be tried on every row; true of all else."""
    return column == _the_case() if is_one_case() else true()


@contextmanager
def one_case(case_id: UUID) -> Iterator[None]:
    """Read of this case alone.

    Whoever works on hundreds of cases would have them all listed, with their agreements, for every statement about one
    of them. It can show less than the actor may see, and never more: whether the case is theirs is asked as ever.
    """
    before = _ONE_CASE.set(case_id)
    try:
        yield
    finally:
        _ONE_CASE.reset(before)


def of_one_case(
    operation: Callable[Concatenate[Session, Actor, UUID, P], R],
) -> Callable[Concatenate[Session, Actor, UUID, P], R]:
    """Mark an operation that reads of the case that it is given, and of no other."""

    @wraps(operation)
    def read(db: Session, actor: Actor, case_id: UUID, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with one_case(case_id):
            return operation(db, actor, case_id, *args, **kwargs)

    return read


def of_case_of(
    model: type[Record],
) -> Callable[
    [Callable[Concatenate[Session, Actor, UUID, P], R]], Callable[Concatenate[Session, Actor, UUID, P], R]
]:
    """Mark an operation that reads of the case of the record that it is given, and of no other.

    A record of no case, and none at all, is asked for as ever.
    """
    statement = _case_of(model)

    def mark(
        operation: Callable[Concatenate[Session, Actor, UUID, P], R],
    ) -> Callable[Concatenate[Session, Actor, UUID, P], R]:
        @wraps(operation)
        def read(db: Session, actor: Actor, record_id: UUID, /, *args: P.args, **kwargs: P.kwargs) -> R:
            case_id = None if is_one_case() else db.scalar(statement, {"record_id": record_id})
            if case_id is None:
                return operation(db, actor, record_id, *args, **kwargs)
            with one_case(case_id):
                return operation(db, actor, record_id, *args, **kwargs)

        return read

    return mark


def _case_of(model: type[Record]) -> Select[UUID | None]:
    """Whose case it is, whoever asks: this decides nothing that is shown."""
    columns = model.__table__.columns
    if "case_id" in columns:
        return select(columns["case_id"]).where(columns["id"] == bindparam("record_id"))
    file = select(CaseFile.case_id).join(model, columns["file_id"] == CaseFile.id)
    return file.where(columns["id"] == bindparam("record_id"))
