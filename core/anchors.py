"""Anchors: how long the log was at a moment and its last code, kept outside the database.

The chain shows that no row was changed; that rows are missing at the end, or that an older file was put back, shows
only against an anchor. Each carries a code of its own, so that it cannot be written without the key of the log.
"""

import json
import logging
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from core import chain, clock, signed
from core.daily import every_day
from core.log_keys import LogKeys
from core.store import Store

log = logging.getLogger("concord")

_KIND = "anchor"


class BadAnchorError(Exception):
    """A file is no anchor of this log, or was changed; its name is the message."""


class TornAnchorError(BadAnchorError):
    """A file was not written to its end, as on a full disk; its name is the message."""


def write(db: Session, file: Path) -> chain.Report:
    """Write where the log ends now; an anchor that is there already stays as it is."""
    end = chain.head(db)
    said = {"count": end.count, "head": end.head, "at": clock.now().isoformat(timespec="seconds")}
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    whole = json.dumps(said | {"code": signed.code(chain.key_of(db), _KIND, said)}, indent=2)
    with file.open("x", encoding="utf-8") as opened:
        try:
            opened.write(whole)
            opened.flush()
            os.fsync(opened.fileno())
        except OSError:
            file.unlink(missing_ok=True)  # half an anchor would stand in the way of all others
            raise
    return end


@dataclass(frozen=True)
class Anchor:
    """How long the log was at a moment, and its last code."""

    file: Path
    count: int
    head: str
    at: datetime


def read(file: Path, key: LogKeys) -> Anchor:
    """What an anchor holds.

    Raises BadAnchorError where it was not written with the key of this log, TornAnchorError where it was not to its end.
    """
    said = _said(file)
    if said is None:
        raise TornAnchorError(file.name)
    try:
        given = str(said.pop("code"))
        found = Anchor(file, int(said["count"]), str(said["head"]), datetime.fromisoformat(said["at"]))
    except (ValueError, KeyError, AttributeError, TypeError):
        raise BadAnchorError(file.name) from None
    if not signed.is_right(key, _KIND, said, given):
        raise BadAnchorError(file.name)
    return found


def every(folders: Iterable[Path], key: LogKeys) -> list[Anchor]:
    """All anchors of some folders, in the order in which they were written; those that are torn are passed over."""
    found = []
    for file in _files(folders):
        with suppress(TornAnchorError):
            found.append(read(file, key))
    return sorted(found, key=lambda one: (one.at, one.file.name))


def torn(folders: Iterable[Path]) -> list[str]:
    """The names of the files that were not written to their end."""
    return sorted({file.name for file in _files(folders) if _said(file) is None})


def _files(folders: Iterable[Path]) -> Iterator[Path]:
    return (file for folder in folders for file in folder.glob("*.json"))


def _said(file: Path) -> Any:
    """What a file says; None where it was not written to its end."""
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except ValueError:
        return None


def kept(folders: Iterable[Path], key: LogKeys) -> dict[int, str]:
    """All anchors of some folders, of one length the oldest.

    The newest alone would not do: the first start after an older file was put back makes one that fits it.
    """
    found: dict[int, str] = {}
    for one in every(folders, key):
        found.setdefault(one.count, one.head)
    return found


def keep(store: Store, folder: Path, *more: Path) -> Path:
    """Write the anchor of this moment into each folder, and say so in the console where the log is shorter than it was.

    Where one of the further folders cannot be written to, the console says that too; they lie on other disks.
    """
    with store.reading.begin() as db:
        try:
            behind = max(kept((folder, *more), chain.key_of(db)), default=0) > chain.head(db).count
        except BadAnchorError:
            behind = True
        if behind:
            log.error("the log does not fit its anchors: run python -m core audit verify")
        name = f"{clock.now():%Y-%m-%dT%H-%M-%S-%fZ}.json"
        write(db, folder / name)
        for other in more:
            try:
                write(db, other / name)
            except OSError:
                log.error("the anchor of today could not be written to the second folder")  # noqa: TRY400
    return folder / name


@contextmanager
def daily(store: Store, *folders: Path) -> Iterator[None]:
    """Keep an anchor now and every day, as long as the server runs."""
    with every_day(lambda: keep(store, *folders), failed="the anchor of today could not be written"):
        yield
