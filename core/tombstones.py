"""What was erased, kept outside the database by ids alone, so that a copy that is put back is erased again.

A file for each erasure, written after it is done; where the program dies between, the next start writes it. Each
carries a code of its own, so that nobody can have rows erased by putting a file there. A second folder on another
disk holds the same files, for the day on which the first one is gone.
"""

import hmac
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core import chain, clock, erasing
from core.models import Erasure, Event, EventKind
from core.store import Store

log = logging.getLogger("concord")

FOLDER = "erased"
#: Stands in the folder while something is erased whose traces are not cleaned out of the database file yet.
TO_CLEAN = "to-clean"
_ONE = Lock()


@dataclass(frozen=True)
class Tombstone:
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
    for other in more:
        _share(other, folder)
    with store.writing.begin() as db:
        tables = _apply(db, folder)
    with store.reading.begin() as db:
        tables |= _keep(db, folder)
    for other in more:
        _share(folder, other)
    if tables:
        tables |= set(_to_clean(folder))
        (folder / TO_CLEAN).write_text(" ".join(sorted(tables)), encoding="utf-8")
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


def carry(folder: Path, to: Path) -> None:
    """Take tombstones along into another folder."""
    to.mkdir(exist_ok=True, parents=True, mode=0o700)
    for file in folder.glob("*.json"):
        if not (to / file.name).exists():
            _lay(to / file.name, file.read_bytes())


def _lay(file: Path, content: bytes) -> None:
    """Write a file whole or not at all, under its own name at once: the second folder may be one to add to alone."""
    with file.open("xb") as opened:
        try:
            opened.write(content)
            opened.flush()
        except OSError:
            file.unlink(missing_ok=True)
            raise


def _share(folder: Path, to: Path) -> None:
    """The same, where one of the two lies on another disk, which may be away."""
    try:
        carry(folder, to)
    except OSError:
        log.error("what was erased could not be written to the second folder, or read there")  # noqa: TRY400


def _keep(db: Session, folder: Path) -> set[str]:
    """Write the tombstones that are missing; returns the tables out of which something went."""
    tables: set[str] = set()
    for erasure in db.scalars(select(Erasure).where(Erasure.done_at.is_not(None))):
        file = folder / f"{erasure.id}.json"
        if file.exists():
            continue
        said: dict[str, object] = {
            "erasure": str(erasure.id),
            "case": str(erasure.case_id),
            "service": str(erasure.service_id),
            "is_whole_file": erasing.OWN_FILE in erasure.parts and erasure.subject_id is None,
            "gone": erasure.gone,
        }
        part = file.with_suffix(".part")
        part.write_text(json.dumps(said | {"code": _code(chain.key_of(db), said)}), encoding="utf-8")
        part.rename(file)
        tables |= {*erasure.gone, *erasing.CHANGED}
    return tables


def _apply(db: Session, folder: Path) -> set[str]:
    """Erase what is there again; returns the tables out of which something went."""
    tables: set[str] = set()
    for one in _read(folder, chain.key_of(db)):
        rows = {name: _there(db, name, ids) for name, ids in one.gone.items()}
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
    return tables


def _read(folder: Path, key: bytes) -> Iterator[Tombstone]:
    for file in sorted(folder.glob("*.json")):
        found = _one(file, key)
        if found is None:
            log.error("a file in the folder of what was erased is not of this log, or was changed")
        else:
            yield found


def _one(file: Path, key: bytes) -> Tombstone | None:
    """What a file says; None where it was not written with the key of this log."""
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
        code = str(said.pop("code"))
        gone = {name: {UUID(each) for each in ids} for name, ids in said["gone"].items()}
        ids = UUID(said["erasure"]), UUID(said["case"]), UUID(said["service"])
        is_ours = hmac.compare_digest(code.encode(), _code(key, said).encode())
        return Tombstone(*ids, bool(said["is_whole_file"]), gone) if is_ours else None
    except (ValueError, KeyError, AttributeError, TypeError):
        return None


def _there(db: Session, name: str, ids: set[UUID]) -> set[UUID]:
    """Which of these rows the database holds."""
    table = erasing.table(name)
    return set() if table is None else set(db.scalars(select(table.c.id).where(table.c.id.in_(ids))))


def _code(key: bytes, said: dict[str, object]) -> str:
    text = json.dumps(said, sort_keys=True)
    return hmac.digest(key, f"tombstone\x1f{text}".encode(), "sha256").hex()
