"""What was erased, kept outside the database by ids alone, so that a copy that is put back is erased again.

A file for each erasure, written after it is done; where the program dies between, the next start writes it. Each
carries a code of its own, so that nobody can have rows erased by putting a file there. A second folder on another
disk holds the same files, for the day on which the first one is gone. A file that does not read counts for none: a
whole one is laid beside it.
"""

import json
import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from threading import Lock
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core import by_id, chain, clock, erasing, signed
from core.key_holders.files import lay
from core.log_keys import LogKeys
from core.models import Erasure, Event, EventKind
from core.store import Store

log = logging.getLogger("concord")

FOLDER = "erased"
_KIND = "tombstone"
#: Stands in the folder while something is erased whose traces are not cleaned out of the database file yet.
TO_CLEAN = "to-clean"
_ONE = Lock()


@dataclass(frozen=True)
class Tombstone:
    #: The content of its file, with its code.
    written: bytes
    erasure_id: UUID
    case_id: UUID
    service_id: UUID
    is_whole_file: bool
    gone: dict[str, set[UUID]]


def settle(store: Store, folder: Path, *more: Path) -> None:
    """Erase again what an older copy brought back, write what is not written yet, and clean the database file."""
    # Two people may confirm at once, and each of them comes here.
    with _ONE:
        _settle(store, folder, *more)


def _settle(store: Store, folder: Path, *more: Path) -> None:
    folder.mkdir(exist_ok=True, parents=True, mode=0o700)
    with store.reading.begin() as db:
        key = chain.key_of(db)
    for other in more:
        _share(other, folder, key)
    with store.writing.begin() as db:
        _apply(db, folder)
    with store.reading.begin() as db:
        _keep(db, folder)
    for other in more:
        _share(folder, other, key)
    if (folder / TO_CLEAN).exists():
        try:
            erasing.clean(store.engine, _to_clean(folder))
        except DBAPIError:
            log.warning(
                "the database is in use; what was erased is cleaned out of its file at the next start"
            )
        else:
            (folder / TO_CLEAN).unlink(missing_ok=True)


def _to_clean(folder: Path) -> list[str]:
    """The tables out of which something went, and which were in use until now."""
    file = folder / TO_CLEAN
    return file.read_text(encoding="utf-8").split() if file.exists() else []


def _remember(folder: Path, tables: set[str]) -> None:
    """Note out of which tables something goes, before anything says that it went: who dies between cleans later."""
    if tables:
        every = sorted({*tables, *_to_clean(folder)})
        lay(folder / TO_CLEAN, " ".join(every).encode(), over=True)


def carry(folder: Path, to: Path, key: LogKeys) -> None:
    """Take the tombstones that read along into another folder, where none that reads says the same."""
    to.mkdir(exist_ok=True, parents=True, mode=0o700)
    there = _read(to, key)
    for one in _read(folder, key).values():
        if one.erasure_id not in there:
            _lay(to, one.erasure_id, one.written)


def _lay(folder: Path, erasure_id: UUID, content: bytes) -> None:
    """Write a tombstone whole or not at all, to the disk itself, and under its own name at once.

    The second folder may be one to add to alone: what does not read there stays, and this one lies beside it.
    """
    file, numbers = folder / f"{erasure_id}.json", count(2)
    while file.exists():
        file = folder / f"{erasure_id}-{next(numbers)}.json"
    with file.open("xb") as opened:
        try:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        except OSError:
            file.unlink(missing_ok=True)
            raise


def _share(folder: Path, to: Path, key: LogKeys) -> None:
    """The same, where one of the two lies on another disk, which may be away."""
    try:
        carry(folder, to, key)
    except OSError:
        log.error("what was erased could not be written to the second folder, or read there")  # noqa: TRY400


def _keep(db: Session, folder: Path) -> None:
    """Write the tombstones that are missing, or that do not read."""
    key = chain.key_of(db)
    there = _read(folder, key)
    done = db.scalars(select(Erasure).where(Erasure.done_at.is_not(None))).all()
    missing = [erasure for erasure in done if erasure.id not in there]
    _remember(folder, {name for one in missing for name in (*one.gone, *erasing.CHANGED)})
    for erasure in missing:
        said: dict[str, object] = {
            "erasure": str(erasure.id),
            "case": str(erasure.case_id),
            "service": str(erasure.service_id),
            "is_whole_file": erasing.OWN_FILE in erasure.parts and erasure.subject_id is None,
            "gone": erasure.gone,
        }
        _lay(folder, erasure.id, json.dumps(said | {"code": signed.code(key, _KIND, said)}).encode())


def _apply(db: Session, folder: Path) -> None:
    """Erase what is there again."""
    key = chain.key_of(db)
    if unread(key, folder):
        log.error("a file in the folder of what was erased is not of this log, or was changed")
    tables: set[str] = set()
    for one in _read(folder, key).values():
        rows = {name: set(by_id.there(db, name, ids)) for name, ids in one.gone.items()}
        rows = {name: ids for name, ids in rows.items() if ids}
        if not rows:
            continue
        # Whatever went is named; a row that could be without it stayed, and stays now too.
        found = erasing.with_dependents(db, rows, ())
        erasing.erase(db, found)
        if one.is_whole_file:
            erasing.empty_file(db, one.case_id, one.service_id)
        done = {
            "done_at": clock.now(),
            "gone": {name: sorted(map(str, ids)) for name, ids in one.gone.items()},
        }
        db.execute(update(Erasure).where(Erasure.id == one.erasure_id).values(done))
        db.add(
            Event(
                service_id=one.service_id,
                case_id=one.case_id,
                kind=EventKind.CHANGE,
                subject="erasure",
                subject_id=one.erasure_id,
                act="carry_out_again",
            )
        )
        db.flush()
        tables |= {*found, *erasing.CHANGED}
    _remember(folder, tables)


def _read(folder: Path, key: LogKeys) -> Mapping[UUID, Tombstone]:
    """The tombstones that read, by the erasure."""
    found = (_one(file, key) for file in sorted(folder.glob("*.json")))
    return {one.erasure_id: one for one in found if one is not None}


def unread(key: LogKeys, *folders: Path) -> list[str]:
    """The files that are torn, changed or not of this log, where no other one says what they said."""
    known = {str(each) for folder in folders for each in _read(folder, key)}
    files = {file for folder in folders for file in folder.glob("*.json")}
    # The erasure stands in the name.
    return sorted({file.name for file in files if file.name[:36] not in known and _one(file, key) is None})


def _one(file: Path, key: LogKeys) -> Tombstone | None:
    """What a file says; None where it was not written with the key of this log."""
    try:
        written = file.read_bytes()
        said = json.loads(written)
        code = str(said.pop("code"))
        gone = {name: {UUID(each) for each in ids} for name, ids in said["gone"].items()}
        ids = UUID(said["erasure"]), UUID(said["case"]), UUID(said["service"])
        is_ours = signed.is_right(key, _KIND, said, code)
        return Tombstone(written, *ids, bool(said["is_whole_file"]), gone) if is_ours else None
    except (ValueError, KeyError, AttributeError, TypeError):
        return None
