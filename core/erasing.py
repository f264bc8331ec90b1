"""Erasing rows: what hangs on what, and in which order it goes. It decides nothing; core.operations.erasures does.

What is to go is reached by the foreign keys themselves, so that a table that comes later is reached too: a row that
cannot be without an erased one goes with it; one that can only forgets it, unless its own part goes as well.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Engine,
    Select,
    Table,
    and_,
    delete,
    func,
    or_,
    select,
    text,
    true,
    update,
)
from sqlalchemy.orm import Session

from core import by_id
from core.content import retention
from core.db import Base
from core.models import DataKey
from core.sealed import NOTHING, RING, SEALED
from core.text import ids_in

#: Ids of rows by table.
Rows: TypeAlias = dict[str, set[UUID]]
#: A case, or the column of a statement in which cases stand.
_CaseId: TypeAlias = UUID | ColumnElement[UUID]

OWN_FILE, FRAME, NOTICES = "own_file", "frame", "notices"
#: Of the file itself only the shell stays, so that its service still finds what both hold together; and of what its
#: people wrote about keeping and opening it, only that it was.
EMPTIED: Mapping[str, Mapping[str, object]] = {
    "case_file": {"reference": NOTHING, "exclusions": []},
    "hold": {"reason": NOTHING},
    "break_glass": {"reason": NOTHING, "finding": NOTHING},
    "person_request": dict.fromkeys(("note", "answer", "extended_reason", "choice"), NOTHING),
    "erasure": {"reason": NOTHING, "refusal": NOTHING},
    "seal": {"reason": NOTHING},
}
#: Out of these something goes though no row of theirs may be named among what is erased.
CHANGED = (*EMPTIED, DataKey.__tablename__)


def reach(db: Session, case_id: UUID, service_id: UUID, parts: Iterable[str]) -> Rows:
    """Every row of these parts of a case; of what each service holds, that of one service."""
    chosen = set(parts)
    found = with_dependents(db, roots(db, case_id, service_id, chosen), chosen)
    _add(found, {"unsent_text": _unsent(db, case_id, found)})
    return {name: ids for name, ids in found.items() if ids}


def roots(db: Session, case_id: UUID, service_id: UUID, parts: Iterable[str]) -> Rows:
    """The rows that all others of these parts hang on: where there is none, the parts hold nothing."""
    found: Rows = {}
    for part in set(parts):
        for name, statement in _roots(part, case_id, service_id).items():
            _add(found, {name: set(db.scalars(statement))})
        if part == FRAME:
            _add(found, {"case": {case_id}})
    return found


def holding(
    part: str, service_id: UUID | None, only: Mapping[str, ColumnElement[bool]]
) -> ColumnElement[bool]:
    """Has a case a root of this part? A condition for a statement that selects cases, however many these are.

    Of what each service holds, that of one service, or of any; of a table that `only` names, the rows that fit it.
    """
    case = Base.metadata.tables["case"]
    statements = _roots(part, case.c.id, service_id)
    return or_(
        *(one.where(only.get(name, true())).correlate(case).exists() for name, one in statements.items())
    )


def _roots(part: str, case_id: _CaseId, service_id: UUID | None) -> dict[str, Select[UUID]]:
    """By table, which rows are roots of a part."""
    if part == OWN_FILE:
        return _of_file(case_id, service_id)
    tables = Base.metadata.tables
    item, notice = tables["joint_item"].c, tables["immediate_notice"].c
    # The shared items of a case that are immediate notices have a time of their own.
    is_notice = select(notice.id).where(notice.item_id == item.id).exists()
    held = {name: tables[name].c for name in retention.load().part(part).tables}
    found = {name: select(c.id).where(c.case_id == case_id) for name, c in held.items() if "case_id" in c}
    if "joint_item" in found:
        found["joint_item"] = found["joint_item"].where(~is_notice)
    if part == NOTICES:
        found["joint_item"] = select(item.id).where(item.case_id == case_id, is_notice)
    return found


def of_subject(db: Session, subject_id: UUID) -> Rows:
    """A person of a file, what cannot be without them, and what somebody typed about them and has not sent."""
    found = with_dependents(db, {"subject": {subject_id}}, {OWN_FILE})
    file, subject = Base.metadata.tables["case_file"].c, Base.metadata.tables["subject"].c
    case_id = db.scalar(select(file.case_id).where(file.id == subject.file_id, subject.id == subject_id))
    if case_id is not None:
        _add(found, {"unsent_text": _unsent(db, case_id, found)})
    return {name: ids for name, ids in found.items() if ids}


def _of_file(case_id: _CaseId, service_id: UUID | None) -> dict[str, Select[UUID]]:
    """What a service keeps about its side of a case; of no service: what any keeps."""
    tables = Base.metadata.tables
    file, person = tables["case_file"].c, tables["person"].c

    def own(service: ColumnElement[UUID]) -> ColumnElement[bool]:
        return true() if service_id is None else service == service_id

    case = tables["case"]
    files = select(file.id).where(file.case_id == case_id, own(file.service_id)).correlate(case)
    people = select(person.id).where(own(person.service_id))
    found: dict[str, Select[UUID]] = {}
    for name in retention.load().part(OWN_FILE).tables:
        held = tables[name].c
        if "file_id" in held:
            found[name] = select(held.id).where(held.file_id.in_(files))
        elif {"case_id", "service_id"} <= set(held.keys()):
            found[name] = select(held.id).where(held.case_id == case_id, own(held.service_id))
        elif {"case_id", "person_id"} <= set(held.keys()):
            found[name] = select(held.id).where(held.case_id == case_id, held.person_id.in_(people))
    return found


def with_dependents(db: Session, rows: Mapping[str, set[UUID]], parts: Iterable[str]) -> Rows:
    """The rows, and all that must go with them."""
    goes_too = {name for part in parts for name in retention.load().part(part).tables}
    found: Rows = {name: set(ids) for name, ids in rows.items()}
    todo: list[tuple[str, set[UUID]]] = list(found.items())
    while todo:
        name, ids = todo.pop()
        for pointing, column in _pointing_at(name):
            if column.nullable and pointing.name not in goes_too:
                continue
            hit: set[UUID] = set()
            for chunk in by_id.chunks(ids):
                hit |= set(db.scalars(select(pointing.c.id).where(column.in_(chunk))))
            if new := hit - found.get(pointing.name, set()):
                found.setdefault(pointing.name, set()).update(new)
                todo.append((pointing.name, new))
    return found


@cache
def below(parts: frozenset[str]) -> frozenset[str]:
    """The tables out of which something could go with these parts, by the foreign keys alone, beside their own."""
    own = {name for part in parts for name in retention.load().part(part).tables}
    found, todo = set(own), list(own)
    while todo:
        for pointing, column in _pointing_at(todo.pop()):
            if not column.nullable and pointing.name not in found:
                found.add(pointing.name)
                todo.append(pointing.name)
    return frozenset(found - own)


def erase(db: Session, rows: Mapping[str, Iterable[UUID]]) -> None:
    """Delete the rows, those first on which nothing hangs; rows that can be without them forget them.

    A case or a file that goes as a whole takes its keys along, and a person what was typed about their requests.
    """
    db.flush()
    for name, ids in rows.items():
        for pointing, column in _pointing_at(name):
            if column.nullable:
                for chunk in by_id.chunks(ids):
                    db.execute(update(pointing).where(column.in_(chunk)).values({column.name: None}))
    for each in reversed(Base.metadata.sorted_tables):
        for chunk in by_id.chunks(rows.get(each.name, ())):
            db.execute(delete(each).where(each.c.id.in_(chunk)))
    for chunk in by_id.chunks({*rows.get("case", ()), *rows.get("case_file", ())}):
        db.execute(delete(DataKey).where(DataKey.space_id.in_(chunk)))
    for chunk in by_id.chunks(rows.get("subject", ())):
        for name in ("person_request", "erasure"):
            held = Base.metadata.tables[name]
            db.execute(update(held).where(held.c.subject_id.in_(chunk)).values(EMPTIED[name]))
    db.expire_all()


def empty_file(db: Session, case_id: UUID, service_id: UUID) -> None:
    """Take what was typed out of the shell of a file that stays, and destroy the keys that nothing needs any more."""
    tables = Base.metadata.tables
    file = tables["case_file"].c
    files = select(file.id).where(file.case_id == case_id, file.service_id == service_id)
    for name, values in EMPTIED.items():
        held = tables[name].c
        is_own = (
            held.file_id.in_(files)
            if "file_id" in held
            else and_(held.case_id == case_id, held.service_id == service_id)
        )
        db.execute(update(tables[name]).where(is_own).values(values))
    keys = set(db.scalars(select(DataKey.id).where(DataKey.space_id.in_(files))))
    if keys:
        _destroy(db, keys - needed(db, keys))


def _destroy(db: Session, keys: set[UUID]) -> None:
    db.execute(delete(DataKey).where(DataKey.id.in_(keys)))
    db.expire_all()
    # Whoever writes into the file again, in the same session too, needs a key that is there.
    if (ring := db.info.get(RING)) is not None:
        ring.forget()


def needed(db: Session, keys: set[UUID]) -> set[UUID]:
    """Those of these keys with which something is sealed that stays: a text for both, say, that was never shared.

    All is looked through: what a service wrote in a case from which its file was parted lies outside that file's case.
    """
    found: set[UUID] = set()
    for model, columns in SEALED.items():
        held = Base.metadata.tables[model.__tablename__].c
        for name, kind in columns.items():
            starts = {kind.start(key): key for key in keys}
            start = func.substr(held[name], 1, kind.START, type_=kind.impl_instance)
            under = select(start).where(start.in_(starts)).distinct()
            found |= {starts[each] for each in db.scalars(under)}
    return found


def clean(engine: Engine, tables: Sequence[str] = ()) -> None:
    """Let nothing of erased rows stay in the database file: not in free pages, not in the log of writes.

    Outside any transaction. On PostgreSQL the tables are written anew; what its own write-ahead log and its backups
    hold is for its administrator.
    """
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.commit()
            driver: Any = connection.connection.driver_connection
            driver.execute("VACUUM")
            driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            return
        known = [name for name in tables if name in Base.metadata.tables]
        for name in known:
            connection.execute(text(f'VACUUM FULL "{name}"'))


def _unsent(db: Session, case_id: UUID, rows: Mapping[str, set[UUID]]) -> set[UUID]:
    """Texts that somebody typed about what goes."""
    held = Base.metadata.tables["unsent_text"].c
    kept = db.execute(select(held.id, held.slot).where(held.case_id == case_id)).all()
    if not kept:
        return set()
    gone = {each for ids in rows.values() for each in ids}
    return {row.id for row in kept if not gone.isdisjoint(ids_in(row.slot))}


@cache
def _pointing_at(name: str) -> tuple[tuple[Table, Any], ...]:
    """Every column that points at a table."""
    return tuple(
        (pointing, key.parent)
        for pointing in Base.metadata.sorted_tables
        for key in pointing.foreign_keys
        if key.column.table.name == name
    )


def _add(found: Rows, more: Mapping[str, set[UUID]]) -> None:
    for name, ids in more.items():
        found.setdefault(name, set()).update(ids)
