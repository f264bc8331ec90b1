"""Which backups were restored once: a file beside the data, a few lines for each."""

import json
import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from core import clock
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

    @property
    def age(self) -> timedelta:
        return clock.now() - self.made_at

    @property
    def is_old(self) -> bool:
        return self.age > MOST


def add(home: Path, file: Path, manifest: Manifest) -> None:
    """Write down that a backup was restored just now."""
    verified = clock.now().isoformat(timespec="seconds")
    lines = [
        "[[backup]]",
        f"file = {json.dumps(str(file.resolve()), ensure_ascii=False)}",
        f"made_at = {manifest.made_at.isoformat(timespec='seconds')}",
        f"verified_at = {verified}",
        f"log_count = {manifest.content.log_count}",
        f'log_head = "{manifest.content.log_head}"',
        "",
    ]
    with (home / FILE).open("a", encoding="utf-8", newline="\n") as opened:
        opened.write("\n".join(lines))


def every(home: Path) -> list[Verified]:
    """Those with the newest data first; a file that cannot be read says nothing."""
    try:
        said = tomllib.loads((home / FILE).read_text(encoding="utf-8")).get("backup", [])
        found = [Verified(Path(one["file"]), one["made_at"], one["verified_at"]) for one in said]
    except (FileNotFoundError, tomllib.TOMLDecodeError, KeyError, TypeError):
        return []
    return sorted(found, key=lambda one: (one.made_at, one.verified_at), reverse=True)


def newest(home: Path) -> Verified | None:
    return next(iter(every(home)), None)
