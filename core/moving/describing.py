"""What the file says of itself: every kind of record and every field for a machine, and an index for people."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from sqlalchemy import Column
from sqlalchemy import Enum as Choice

from core import clock
from core.content import retention
from core.data_classes import CLASSES
from core.locale import Words
from core.moving import FORM, LOG, NAMES, RECORDS, reach, values

#: Nothing in it is loaded, and nothing in it runs.
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%;margin:1rem 0}"
    "td,th{border:1px solid #bbb;padding:.3rem .6rem;text-align:left;vertical-align:top}"
)


@dataclass(frozen=True)
class CaseLine:
    """A case in the index: its code and days."""

    code: str
    opened_on: str
    closed_on: str


@dataclass(frozen=True)
class PaperLine:
    """A signed paper in the index: what it is of, and the file."""

    of: str
    file: str


@dataclass(frozen=True)
class Held:
    """What went into the file."""

    service_id: str
    service: str
    kind: str
    counts: Mapping[str, int]
    events: int
    cases: tuple[CaseLine, ...] = ()
    papers: tuple[PaperLine, ...] = ()


def file_of(table: str) -> str:
    return f"{RECORDS}/{table}.json"


def title_of(table: str, words: Words) -> str:
    key = f"retention.table.{table}"
    return words(key) if words.has(key) else table.replace("_", " ")


def description(held: Held, words: Words) -> dict[str, Any]:
    """For a machine: the kinds of records, their fields, and what did not go along."""
    return {
        "form": FORM,
        "made_at": clock.now().isoformat(timespec="seconds"),
        "service": {"id": held.service_id, "name": held.service, "kind": held.kind},
        "about": words("moving.about"),
        "kinds": [
            {
                "kind": table,
                "title": title_of(table, words),
                "part": part.id if (part := retention.load().of_table(table)) else "",
                "file": file_of(table),
                "number": held.counts[table],
                "fields": [_field(table, column) for column in values.columns(model)],
            }
            for table, model in reach.models().items()
        ],
        "log": {"file": LOG, "number": held.events},
        "names_to_sign_in_with": {"file": NAMES},
        "left_out": sorted(reach.LEFT_OUT),
    }


def _field(table: str, column: Column[Any]) -> dict[str, Any]:
    said: dict[str, Any] = {"name": column.name, "holds": values.kind_of(column)}
    if isinstance(column.type, Choice):
        said["choices"] = list(column.type.enums)
    if column.name in reach.targets(table):
        said["points_at"] = reach.targets(table)[column.name]
    if klass := CLASSES.get(table, {}).get(column.name):
        said["class"] = klass
    if column.nullable:
        said["may_be_empty"] = True
    return said


def index(held: Held, words: Words) -> str:
    """For people: what is in the file, by kind and case, and how to read it."""
    body = [
        f"<h1>{escape(words('moving.title', service=held.service))}</h1>",
        f"<p>{escape(words('moving.made_on', day=words.day(clock.today())))}</p>",
        *(f"<p>{escape(words(f'moving.{part}'))}</p>" for part in ("about", "not_in_it", "keep_safe")),
        f"<h2>{escape(words('moving.kinds'))}</h2>",
        _table(
            (words("moving.column.part"), words("moving.column.kind"), words("moving.column.number"), ""),
            _kinds(held, words),
        ),
        f"<h2>{escape(words('moving.cases', number=words.number(len(held.cases))))}</h2>",
        _table(
            (words("moving.column.code"), words("moving.column.opened"), words("moving.column.closed")),
            ((one.code, one.opened_on, one.closed_on) for one in held.cases),
        ),
        f"<h2>{escape(words('moving.papers', number=words.number(len(held.papers))))}</h2>",
        _table(
            (words("moving.column.paper"), ""),
            ((one.of, _Link(one.file)) for one in held.papers),
        ),
    ]
    head = f'<meta charset="utf-8"><title>{escape(words("moving.title", service=held.service))}</title>'
    opened = f'<!doctype html><html lang="{words.language}"><head>{head}<style>{_STYLE}</style></head><body>'
    return f"{opened}{''.join(body)}</body></html>"


class _Link(str):
    """A file of the same zip."""

    __slots__ = ()


def _kinds(held: Held, words: Words) -> Iterable[tuple[str, ...]]:
    for part in retention.load(language=words.language).parts:
        for table in part.tables:
            if number := held.counts.get(table, 0):
                yield part.title, title_of(table, words), words.number(number), _Link(file_of(table))
    yield "", words("moving.log"), words.number(held.events), _Link(LOG)


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = "".join(f"<th>{escape(one)}</th>" for one in heads)
    body = "".join(f"<tr>{''.join(f'<td>{_cell(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{body}</table>"


def _cell(cell: str) -> str:
    return f'<a href="{escape(cell)}">{escape(cell)}</a>' if isinstance(cell, _Link) else escape(cell)
