"""What is not in the data because an older copy was put back: said to everybody until an administrator has read it.

Two things tell of it: who finds an older copy, the command that restores or a start, leaves a note beside the data, and
the anchors of the log that were written after the copy was made do not fit it. The first one that fits again was written when the copy was first used.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from shutil import copyfile

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import anchors, chain, clock
from core.anchors import Anchor
from core.models import Event

NOTE = "restored.json"
#: An anchor says when it was written to the second.
_ANCHORED = timedelta(seconds=1)
#: Where anchors go that do not fit, once an administrator has read of it.
READ = "lost"
#: Before the name that a file had.
_AT = "Z-"


@dataclass(frozen=True)
class LostPeriod:
    """Between these moments may lie what is gone."""

    since: datetime
    until: datetime


def restored(anchored: Path, *, home: Path, made_at: datetime) -> None:
    """Note that a backup was restored into a home folder, and take the anchors along that were kept so far."""
    note(home, LostPeriod(made_at, clock.now()))
    folder = home / anchored.name
    folder.mkdir(exist_ok=True, mode=0o700)
    for file in anchored.glob("*.json"):
        if not (folder / file.name).exists():
            copyfile(file, folder / file.name)
    # What was read and had to stay in the second folder is read there too.
    if (anchored / READ).exists():
        (folder / READ).mkdir(exist_ok=True, mode=0o700)
        for file in (anchored / READ).glob("*.json"):
            if not (folder / READ / file.name).exists():
                copyfile(file, folder / READ / file.name)


def note(home: Path, lost: LostPeriod) -> None:
    """Leave a note of a period beside the data."""
    said = {"since": lost.since.isoformat(), "until": lost.until.isoformat()}
    (home / NOTE).write_text(json.dumps(said), encoding="utf-8")


def find(db: Session, folder: Path, *more: Path) -> LostPeriod | None:
    """The whole period that nobody has read of yet; the folders are those of the anchors."""
    found = [*_noted(folder.parent / NOTE), *_by_anchors(db, (folder, *more))]
    if not found:
        return None
    return LostPeriod(min(one.since for one in found), max(one.until for one in found))


def have_read(db: Session, folder: Path, *more: Path) -> None:
    """Put away what told of it: the anchors that do not fit are kept apart, so that the log is whole again."""
    if (folder.parent / NOTE).exists():
        _put_away(folder.parent / NOTE, folder)
    fitting = _fitting(db, every := _every(db, (folder, *more)))
    for one in every:
        if one not in fitting:
            _put_anchor_away(one.file, folder)


def _put_anchor_away(file: Path, folder: Path) -> None:
    try:
        _put_away(file, file.parent)
    except OSError:
        if file.parent == folder:
            raise
        # To that folder one may only add: it stays there, and what is noted here says that it was read.
        copyfile(file, _away(file, folder))


def _put_away(file: Path, folder: Path) -> None:
    file.rename(_away(file, folder))


def _away(file: Path, folder: Path) -> Path:
    """Where a file goes that was read."""
    (folder / READ).mkdir(exist_ok=True, mode=0o700)
    return folder / READ / f"{clock.now():%Y-%m-%dT%H-%M-%S-%f}{_AT}{file.name}"


def _noted(note: Path) -> list[LostPeriod]:
    if not note.exists():
        return []
    said = json.loads(note.read_text(encoding="utf-8"))
    return [LostPeriod(datetime.fromisoformat(said["since"]), datetime.fromisoformat(said["until"]))]


def _by_anchors(db: Session, folders: Sequence[Path]) -> list[LostPeriod]:
    every = _every(db, folders)
    fitting = _fitting(db, every)
    wrong = [one for one in every if one not in fitting]
    if not wrong:
        return []
    after = [one.count for one in fitting if one.at >= wrong[-1].at]
    end = min(after, default=chain.head(db).count)
    # Rows of this start are there already where something was erased again: they are not what the copy held.
    held = select(Event.created_at).where(Event.seq <= end, Event.created_at < wrong[-1].at + _ANCHORED)
    last = db.scalar(held.order_by(Event.seq.desc()).limit(1))
    return [LostPeriod(last or wrong[0].at, wrong[-1].at)]


def _every(db: Session, folders: Sequence[Path]) -> list[Anchor]:
    """All anchors but those that were read and had to stay where they are.

    Of a folder that somebody spoilt `audit verify` tells, and it says nothing of a restored copy.
    """
    try:
        found = anchors.every(folders, chain.key_of(db))
    except anchors.BadAnchorError:
        return []
    own, *_ = folders
    read = {file.name.partition(_AT)[2] for file in (own / READ).glob("*.json")}
    return [one for one in found if one.file.parent == own or one.file.name not in read]


def _fitting(db: Session, every: Sequence[Anchor]) -> list[Anchor]:
    """Those whose last code stands in the log where they say."""
    counts = {one.count for one in every}
    rows = db.execute(select(Event.seq, Event.mac).where(Event.seq.in_(counts)))
    start = chain.start(db)
    heads = {start.count: start.head} | {row.seq: row.mac for row in rows}
    # What an anchor saw of rows that were taken off since, nothing says any more.
    return [one for one in every if one.count < start.count or heads.get(one.count) == one.head]
