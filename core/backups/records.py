"""Which backups were restored once, and which old ones were removed: a file beside the data, a few lines for each."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import URL

from core import clock
from core.backups.errors import BackupError
from core.backups.manifest import Manifest

FILE = "backups.toml"
#: More than a day's work should never be lost.
MOST = timedelta(hours=24)


@dataclass(frozen=True)
class Verified:
    """A backup that was restored once."""

    file: Path
    #: The moment of what is in it.
    made_at: datetime
    verified_at: datetime
    #: What it was taken of, and the public key that it was sealed to; empty where it was only tried again.
    database: str = ""
    sealed_to: str = ""

    @property
    def age(self) -> timedelta:
        return clock.now() - self.made_at

    @property
    def is_old(self) -> bool:
        return self.age > MOST


def add(home: Path, file: Path, manifest: Manifest, *, database: str = "", sealed_to: str = "") -> None:
    """Write down that a backup was restored just now, and where it was just made, of what and to which key."""
    verified = clock.now().isoformat(timespec="seconds")
    lines = [
        "[[backup]]",
        f"file = {_text(str(file.resolve()))}",
        f"made_at = {manifest.made_at.isoformat(timespec='seconds')}",
        f"verified_at = {verified}",
        f"log_count = {manifest.content.log_count}",
        f'log_head = "{manifest.content.log_head}"',
    ]
    if database:
        lines += [f"database = {_text(database)}", f"sealed_to = {_text(sealed_to)}"]
    _append(home, [*lines, ""])


def database_name(url: URL, home: Path) -> str:
    """What a database is called in the list: a file by its place in the home folder; of a server, no password."""
    if url.get_backend_name() == "postgresql":
        bare = url._replace(drivername="postgresql", username=None, password=None)
        return bare.set(query={}).render_as_string()
    file = Path(url.database or "").absolute()
    own = home.absolute()
    return str(file.relative_to(own) if file.is_relative_to(own) else file)


def every(home: Path) -> list[Verified]:
    """Those with the newest data first.

    Raises BackupError where the list cannot be read.
    """
    try:
        found = [
            Verified(
                Path(one["file"]),
                one["made_at"],
                one["verified_at"],
                one.get("database", ""),
                one.get("sealed_to", ""),
            )
            for one in _said(home).get("backup", [])
        ]
        # Of two of the same second the one that was noted later comes first.
        return sorted(found, key=lambda one: (one.made_at, one.verified_at))[::-1]
    except (KeyError, TypeError, AttributeError) as error:
        raise BackupError("unreadable_list", file=home / FILE, said=str(error)) from None


@dataclass(frozen=True)
class Copies:
    """The copies that may lie somewhere, and for how many days one is kept; None where nobody has set an end."""

    made_at: tuple[datetime, ...]
    days: int | None

    def before(self, moment: datetime) -> datetime | None:
        """The oldest copy of what was there at a moment."""
        return min((at for at in self.made_at if at <= moment), default=None)

    def gone_on(self, moment: datetime) -> datetime | None:
        """When the last copy of what was there at a moment has had its time."""
        return None if self.days is None else moment + timedelta(days=self.days)


def copies(home: Path) -> Copies:
    """What is known of copies. One that was taken elsewhere still is one; only what was removed here is none."""
    said = _said(home)
    removed = {one.get("file") for one in said.get("removed", [])}
    kept = said.get("kept", [])
    made_at = tuple(one.made_at for one in every(home) if str(one.file) not in removed)
    return Copies(made_at, kept[-1].get("days") if kept else None)


def remove_old(home: Path, folder: Path, days: int) -> int:
    """Remove the backups of ours in a folder that hold nothing younger, and note how long copies are kept.

    To be called where a newer one was just restored once. Says how many went.
    """
    _append(home, ["[[kept]]", f"days = {days}", f"at = {clock.now().isoformat(timespec='seconds')}", ""])
    before, went = clock.now() - timedelta(days=days), 0
    for file in {
        one.file for one in every(home) if one.made_at < before and one.file.parent == folder.resolve()
    }:
        if file.exists():
            file.unlink()
            _append(home, ["[[removed]]", f"file = {_text(str(file))}", ""])
            went += 1
    return went


def carry(home: Path, to: Path) -> None:
    """Take what is known of copies along into the home folder of a restored one, where nothing is known yet.

    Of which database they were made stays behind: the restored one is another by intent.
    """
    if (home / FILE).exists() and not (to / FILE).exists():
        lines = (home / FILE).read_text(encoding="utf-8").split("\n")
        _append(to, [line for line in lines if not line.startswith("database = ")])


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _append(home: Path, lines: list[str]) -> None:
    with (home / FILE).open("a+b") as opened:
        # People take lines out by hand, and not every editor leaves the end of the last one.
        opened.seek(max(0, opened.tell() - 1))
        begin = "" if opened.read() in {b"", b"\n"} else "\n"
        opened.write((begin + "\n".join(lines)).encode())


def _said(home: Path) -> Mapping[str, Any]:
    """What stands in the file, nothing where there is none.

    Raises BackupError where it cannot be read: a list that says nothing would have a key made, and old backups stay.
    """
    try:
        return tomllib.loads((home / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise BackupError("unreadable_list", file=home / FILE, said=str(error)) from None


def newest(home: Path) -> Verified | None:
    return next(iter(every(home)), None)


def last_made(home: Path) -> Verified | None:
    """The newest of which is known what it was taken of."""
    return next((one for one in every(home) if one.database), None)
