"""Long lists: what a page asks for, what an operation answers, and the statement between them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.base import ExecutableOption

T = TypeVar("T")
R_co = TypeVar("R_co", covariant=True)
TextColumn = InstrumentedAttribute[str] | ColumnElement[str]

#: As many rows as a browser gets at a time.
PAGE_SIZE = 50
#: More rows than any list of a service has; an export reads up to here.
ALL = 100_000


@dataclass(frozen=True)
class Asked:
    """What a person typed to search, by what they sort, and how many rows are wanted."""

    search: str = ""
    sort: str = ""
    limit: int = PAGE_SIZE

    @property
    def words(self) -> list[str]:
        """The words of the search; a row must hold each of them."""
        return storable(self.search).split()[:8]


def storable(search: str) -> str:
    """What is searched, with a blank for each sign that no database can hold, and so no row."""
    return search.encode("utf-8", "replace").decode().replace("\x00", " ").strip()


@dataclass(frozen=True)
class Found(Generic[R_co]):
    """The rows that were asked for, and how many fit the search in all."""

    rows: Sequence[R_co]
    total: int

    @property
    def left(self) -> int:
        """How many more there are."""
        return self.total - len(self.rows)


def page(
    db: Session,
    statement: Select[T],
    asked: Asked,
    *,
    search: Sequence[TextColumn],
    sorts: Mapping[str, Sequence[ColumnElement[Any] | InstrumentedAttribute[Any]]],
    options: Sequence[ExecutableOption] = (),
) -> Found[T]:
    """The rows of a statement that hold each word in one of the columns, in one of the orders (else the first).

    Two database statements, however long the list is. The statement joins what `search` and `sorts` name.
    """
    for word in asked.words:
        statement = statement.where(holds(word, *search))
    entity = statement.column_descriptions[0]["entity"]
    total = db.scalar(select(func.count()).select_from(statement.with_only_columns(entity.id).subquery()))
    order = sorts.get(asked.sort) or next(iter(sorts.values()))
    # The id comes last, so that "more" never shows a row twice.
    wanted = statement.order_by(*order, entity.id).limit(asked.limit).options(*options)
    return Found(db.scalars(wanted).unique().all(), total or 0)


def first(db: Session, statement: Select[T], limit: int) -> Found[T]:
    """The first rows of a statement, and how many there are in all, in one step."""
    rows = db.execute(statement.add_columns(func.count().over()).limit(limit)).all()
    return Found([row[0] for row in rows], rows[0][-1] if rows else 0)


def holds(word: str, *columns: TextColumn) -> ColumnElement[bool]:
    """Does one of the columns hold the word, whatever its capitals?

    SQLite folds the capitals of English letters only, so other letters are looked for in the forms people type.
    """
    forms = {word} if word.isascii() else {word, word.lower(), word.upper(), word.capitalize()}
    return or_(*(column.icontains(form, autoescape=True) for column in columns for form in sorted(forms)))
