"""Says which parts of the program should have been replaced by now: `make overdue`, where the package index can be reached.

uv says since when there has been a newer version, and pip-audit which weaknesses are known: each asks as it is set up on
this machine. It ends with 1 where a part is overdue; with 2 where none is known to be, and something could not be looked up.
"""

import json
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import Version

from scripts import parts
from scripts.time_frames import Part, breaches, ending, judged_in

#: What somebody held of each known weakness.
JUDGED = parts.ROOT / "docs" / "weaknesses.toml"


@dataclass
class Index:
    """The package index, asked by uv and pip-audit as they are set up on this machine."""

    refused: list[str] = field(default_factory=list)

    def version(self, wanted: str, *more: str) -> tuple[Version, date] | None:
        """The version that fits and the day on which it appeared; None where there is none, or nobody answered."""
        command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--no-deps", "--universal"]
        command += ["--python-version", "3.11", "--format", "pylock.toml", *more, "-"]
        done = subprocess.run(command, input=wanted, capture_output=True, encoding="utf-8", check=False)
        if done.returncode:
            self.refused.append(f"{wanted}: {done.stderr.strip()}")
            return None
        return max((_dated(row) for row in tomllib.loads(done.stdout)["packages"]), default=None)

    def look(self, name: str, here: str, where: str) -> Part:
        """The newest version of a part, and the first day on which there was a newer one."""
        only = f" ; {where}" if where else ""
        newest = self.version(name + only)
        if newest is None:
            return Part(name, here)
        step, days = Version(here), [newest[1]]
        while step < newest[0]:
            after = self.version(f"{name}>={step},!={step}{only}", "--resolution", "lowest")
            if after is None:
                return Part(name, here, str(newest[0]))
            step = after[0]
            days.append(after[1])
        is_newer = newest[0] > Version(here)
        return Part(name, here, str(newest[0]), min(days) if is_newer else None)

    def weaknesses(self, locked: Iterable[tuple[str, str, str]]) -> dict[tuple[str, str], tuple[str, ...]]:
        """The known weaknesses of each version that pip-audit could look up; the others are not named."""
        with tempfile.TemporaryDirectory() as folder:
            files: dict[int, Path] = {}
            names: list[str] = []
            for name, version, _where in locked:
                # It takes a name once in each file.
                file = files.setdefault(names.count(name), Path(folder) / f"{names.count(name)}.txt")
                names.append(name)
                with file.open("a", encoding="utf-8") as lines:
                    lines.write(f"{name}=={version}\n")
            return dict(pair for file in files.values() for pair in self._audited(file))

    def _audited(self, file: Path) -> list[tuple[tuple[str, str], tuple[str, ...]]]:
        command = [
            sys.executable,
            "-m",
            "pip_audit",
            "--no-deps",
            "--disable-pip",
            "--progress-spinner",
            "off",
        ]
        command += ["--format", "json", "--requirement", str(file)]
        done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
        if not done.stdout.strip():
            self.refused.append(f"pip-audit: {done.stderr.strip()}")
            return []
        rows = json.loads(done.stdout)["dependencies"]
        self.refused += [str(row["skip_reason"]) for row in rows if "vulns" not in row]
        return [
            ((str(canonicalize_name(row["name"])), row["version"]), tuple(one["id"] for one in row["vulns"]))
            for row in rows
            if "vulns" in row
        ]


def _dated(row: dict[str, Any]) -> tuple[Version, date]:
    """A version of a lock in PEP 751, and the day of the first of its files."""
    times = [file["upload-time"] for file in (*row.get("wheels", ()), row.get("sdist", {})) if file]
    return Version(row["version"]), min(time.astimezone(UTC).date() for time in times)


def _said(part: Part, over: list[str]) -> str:
    newer = f"{part.newest} since {part.newer_since}" if part.has_newer else "the newest"
    said = [newer if part.is_dated else "newer versions not looked up"]
    said.append(
        "weaknesses not looked up" if part.weaknesses is None else f"{len(part.weaknesses)} weaknesses"
    )
    return f"{part.name} {part.here}: {'; '.join([*said, *(f'OVERDUE: {one}' for one in over)])}"


def main() -> int:
    """Look every part up, and say what was found."""
    today = datetime.now(UTC).date()  # noqa: TID251  the program, and its clock, are not installed here
    judged = judged_in(JUDGED.read_text(encoding="utf-8")) if JUDGED.exists() else {}
    index, locked, found = Index(), parts.locked(), []
    weak = index.weaknesses(locked)
    for typed, version, where in locked:
        name = str(canonicalize_name(typed))
        found.append(replace(index.look(name, version, where), weaknesses=weak.get((name, version))))
        print(_said(found[-1], breaches(found[-1], judged, today)), flush=True)
    overdue = sum(bool(breaches(part, judged, today)) for part in found)
    newer = sum(part.has_newer for part in found)
    undated, unasked = (
        sum(not part.is_dated for part in found),
        sum(part.weaknesses is None for part in found),
    )
    print(f"{today}: {len(found)} parts, {newer} with a newer version, {overdue} overdue.")
    print(f"Not looked up: newer versions of {undated}, weaknesses of {unasked}.")
    for refused in sorted(set(index.refused))[:5]:
        print(f"  {refused}", file=sys.stderr)
    return ending(found, judged, today)


if __name__ == "__main__":
    sys.exit(main())
