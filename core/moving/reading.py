"""Reading the file of a service into an empty store: the same records, sealed with keys of this installation."""

import hashlib
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from core import keys
from core.db import Base, Record
from core.models import Account, Case, Event, EventKind, Person, Service, SignedCopy
from core.moving import DESCRIPTION, FORM, NAMES, describing, locking, reach, values
from core.moving.values import Plain

_AT_ONCE = 200


class UnreadableError(Exception):
    """The file cannot be read here; the key of the words says why."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Taken:
    """What was read."""

    service: str
    records: int
    papers: int


def read(db: Session, file: Path, *, passphrase: str) -> Taken:
    """Read the file into a database in which nobody is entered yet.

    Raises UnreadableError: then nothing is there.
    """
    if any(db.scalar(select(func.count()).select_from(table)) for table in (Service, Person, Account)):
        raise UnreadableError("not_empty")
    packed = _opened(file, passphrase)
    try:
        said = json.loads(packed.read(DESCRIPTION))
        if said["form"] != FORM:
            raise UnreadableError("form")
        service_id = UUID(said["service"]["id"])
        keys.of_service(db, service_id)
        numbers = {one["kind"]: int(one["number"]) for one in said["kinds"]}
        count = papers = 0
        for table, model in reach.models().items():
            rows = json.loads(packed.read(describing.file_of(table)))
            if len(rows) != numbers[table]:
                raise UnreadableError("broken")
            _put(db, model, rows, packed)
            count += len(rows)
            papers += len(rows) if model is SignedCopy else 0
        _seal_by_file(db, service_id)
        db.add_all(
            [
                Account(person_id=UUID(one["person_id"]), username=str(one["username"]))
                for one in json.loads(packed.read(NAMES))
            ]
        )
        db.flush()
        service = db.get_one(Service, service_id)
    except (KeyError, ValueError, TypeError, AttributeError, zipfile.BadZipFile, IntegrityError, DataError):
        # Whatever does not fit, its name or value is nobody's to read in a terminal.
        raise UnreadableError("broken") from None
    db.add(
        Event(
            service_id=service.id,
            kind=EventKind.ADMINISTRATION,
            subject="service",
            subject_id=service.id,
            act="read_in",
        )
    )
    db.flush()
    return Taken(service.name, count, papers)


def _opened(file: Path, passphrase: str) -> zipfile.ZipFile:
    inside = BytesIO()
    try:
        locking.unlock(file, passphrase.strip(), inside)
        return zipfile.ZipFile(inside)
    except locking.StaysLockedError as error:
        raise UnreadableError(error.why) from None
    except zipfile.BadZipFile:
        raise UnreadableError("broken") from None


def _put(db: Session, model: type[Record], rows: list[Plain], packed: zipfile.ZipFile) -> None:
    """Enter the rows; what points at another row of its own table is said afterwards."""
    table = model.__tablename__
    own = [column for column, target in reach.targets(table).items() if target == table]
    later: list[dict[str, object]] = []
    for start in range(0, len(rows), _AT_ONCE):
        for row in rows[start : start + _AT_ONCE]:
            record = _record(model, row, packed)
            if own and any(row.get(column) for column in own):
                later.append({"row": record.id, **{f"to_{one}": getattr(record, one) for one in own}})
                for column in own:
                    setattr(record, column, None)
            db.add(record)
        db.flush()
    if later:
        held = Base.metadata.tables[table]
        statement = update(held).where(held.c.id == bindparam("row"))
        db.connection().execute(statement.values({one: bindparam(f"to_{one}") for one in own}), later)
        db.expire_all()


def _seal_by_file(db: Session, service_id: UUID) -> None:
    """What a service wrote into a case before the pair belongs to its file, which came after the case."""
    own = select(Case).where(Case.paired_at.is_(None), Case.opened_by == service_id)
    for case in db.scalars(own):
        keys.again(case)
    db.flush()


def _record(model: type[Record], row: Plain, packed: zipfile.ZipFile) -> Record:
    record: Record = model.__mapper__.class_manager.new_instance()
    paper = _paper(row, packed) if model is SignedCopy else None
    known: Mapping[str, Any] = {
        column.name: values.value(column, row, paper) for column in values.columns(model)
    }
    for name, value in known.items():
        setattr(record, name, value)
    return record


def _paper(row: Plain, packed: zipfile.ZipFile) -> bytes:
    data = packed.read(values.paper_name(row["id"]))
    if hashlib.sha256(data).hexdigest() != row["digest"]:
        raise UnreadableError("broken")
    return data
