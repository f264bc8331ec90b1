"""What was taken back, ended or closed, kept outside the database by ids alone: a copy that is put back opens none of it.

The file says up to which place in the log it is true. A database that holds that place has been through all of it; in
one that does not, an older copy, everything is closed again that was closed then. A second folder on another disk holds
a file of each of the last days, for the day on which the first one is gone.
"""

import json
import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import chain, clock, lost_periods, signed
from core.daily import every
from core.key_holders.files import lay
from core.log_keys import LogKeys
from core.lost_periods import LostPeriod
from core.models import Event
from core.store import Store
from core.taken_back import rows

log = logging.getLogger("concord")

FOLDER = "taken-back"
FILE = "taken-back.json"
_KIND = "taken back"
#: So much of what was taken back may be open again after a restore.
OFTEN = timedelta(minutes=1)
#: Files of so many days stay in the second folder.
KEPT = 7
FAILED = "what was taken back could not be written down"


@dataclass(frozen=True)
class _Written:
    file: Path
    count: int
    head: str
    at: datetime
    closed: rows.Closed


@contextmanager
def always(store: Store, folder: Path, *more: Path) -> Iterator[None]:
    """Write down what is closed now and every minute, as long as the server runs."""
    with every(OFTEN, lambda: keep(store, folder, *more), failed=FAILED):
        yield


def settle(store: Store, folder: Path, *more: Path) -> int:
    """Close again what an older copy opened, before anybody comes in; returns how many records were closed."""
    with store.reading.begin() as db:
        found = _newest((folder, *more), chain.key_of(db))
        is_older = found is not None and not _holds(db, found)
    if found is None or not is_older:
        return 0
    with store.writing.begin() as db:
        last = db.scalar(select(func.max(Event.created_at)))
        count = rows.close(db, found.closed)
    # No anchor may have been written since the copy was made; the command that restores has left its own note.
    if not (folder.parent / lost_periods.NOTE).exists():
        lost_periods.note(folder.parent, LostPeriod(last or found.at, found.at))
    log.error("an older copy of the data was put back: %s records were closed again", count)
    _write(store, folder, *more)
    return count


def keep(store: Store, folder: Path, *more: Path) -> None:
    """Write down what is closed where the log has grown; a copy that was put under a running server is settled first."""
    with store.reading.begin() as db:
        own = _newest((folder,), chain.key_of(db))
        is_older = own is not None and not _holds(db, own)
        is_written = own is not None and own.head == chain.head(db).head
    if is_older:
        settle(store, folder, *more)
    if not is_written:
        _write(store, folder, *more)


def carry(folders: Iterable[Path], to: Path, key: LogKeys) -> bool:
    """Take the newest file of some folders along into another one; False where there is none."""
    found = _newest(folders, key)
    if found is not None:
        to.mkdir(exist_ok=True, parents=True, mode=0o700)
        lay(to / FILE, found.file.read_bytes(), over=True)
    return found is not None


def _holds(db: Session, found: _Written) -> bool:
    """Has the database been through all that the file says? What was taken off the log since was checked before."""
    start = chain.start(db)
    if found.count <= start.count:
        return True
    return db.scalar(select(Event.mac).where(Event.seq == found.count)) == found.head


def _write(store: Store, folder: Path, *more: Path) -> None:
    with store.reading.begin() as db:
        end, key = chain.head(db), chain.key_of(db)
        said: dict[str, object] = {
            "count": end.count,
            "head": end.head,
            "at": clock.now().isoformat(),
            "closed": rows.now(db),
        }
    content = json.dumps(said | {"code": signed.code(key, _KIND, said)}).encode()
    folder.mkdir(exist_ok=True, parents=True, mode=0o700)
    lay(folder / FILE, content, over=True)
    for other in more:
        _write_elsewhere(other, content)


def _write_elsewhere(folder: Path, content: bytes) -> None:
    """The same on another disk, which may be away, or take new files alone: then that of today stays."""
    file = folder / f"{clock.today()}.json"
    try:
        folder.mkdir(exist_ok=True, parents=True, mode=0o700)
        lay(file, content, over=True)
        for old in sorted(folder.glob("*.json"))[:-KEPT]:
            old.unlink()
    except OSError:
        with suppress(OSError):
            if file.exists():
                return
        log.error("what was taken back could not be written to the second folder")  # noqa: TRY400


def _newest(folders: Iterable[Path], key: LogKeys) -> _Written | None:
    found = [one for folder in folders for file in folder.glob("*.json") if (one := _read(file, key))]
    return max(found, key=lambda one: one.at, default=None)


def _read(file: Path, key: LogKeys) -> _Written | None:
    """What a file says; None where it is torn, or was not written with the key of this log."""
    try:
        said = json.loads(file.read_bytes())
        code = str(said.pop("code"))
        found = _Written(
            file, int(said["count"]), str(said["head"]), datetime.fromisoformat(said["at"]), said["closed"]
        )
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return None
    return found if signed.is_right(key, _KIND, said, code) else None
