"""Within which time a part of the program is replaced: the rules of docs/install.md, for facts that are given.

The section is *Libraries, and how fast they are replaced*; a test holds both equal.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from packaging.version import Version

#: Within which a newer version is taken: six months, and three for those that guard the rest.
UPDATE, UPDATE_SOON = timedelta(days=182), timedelta(days=91)
SOON = frozenset({"streamlit", "sqlalchemy", "cryptography", "starlette", "uvicorn"})
#: Within which a weakness is mended, by its class; None: with the next update.
MEND = {"used": timedelta(days=2), "high": timedelta(days=14), "middle": timedelta(days=60), "low": None}


@dataclass(frozen=True)
class Judged:
    """What somebody held of a weakness: the day on which it was found, and its class."""

    found: date
    kind: str


@dataclass(frozen=True)
class Part:
    """One locked version, and what was found out about it."""

    name: str
    here: str
    #: None: nobody could be asked.
    newest: str | None = None
    #: The day on which the first newer version appeared.
    newer_since: date | None = None
    #: The numbers of the known ones; None: nobody could be asked.
    weaknesses: tuple[str, ...] | None = None

    @property
    def has_newer(self) -> bool:
        return self.newest is not None and Version(self.newest) > Version(self.here)

    @property
    def is_dated(self) -> bool:
        """Is it known whether there is a newer version, and since when?"""
        return self.newest is not None and (not self.has_newer or self.newer_since is not None)


def judged_in(source: str) -> dict[str, Judged]:
    """The weaknesses of docs/weaknesses.toml by their numbers. Raises ValueError for a class that has no time frame."""
    found = {number: Judged(row["found"], row["class"]) for number, row in tomllib.loads(source).items()}
    if unknown := {one.kind for one in found.values()} - MEND.keys():
        raise ValueError(f"no such class: {', '.join(sorted(unknown))}")
    return found


def breaches(part: Part, judged: Mapping[str, Judged], today: date) -> list[str]:
    """Each time frame that is over for a part, in words; a weakness that nobody has judged is overdue at once."""
    found = []
    within = UPDATE_SOON if part.name in SOON else UPDATE
    if part.newer_since is not None and part.newer_since + within < today:
        found.append(f"a newer version for more than {within.days} days")
    for number in part.weaknesses or ():
        if (one := judged.get(number)) is None:
            found.append(f"{number}, which nobody has judged")
        elif (mend := MEND[one.kind]) is not None and one.found + mend < today:
            found.append(f"{number} ({one.kind}) for more than {mend.days} days")
    return found


def ending(found: Iterable[Part], judged: Mapping[str, Judged], today: date) -> int:
    """What the look-up ends with: 1 where a part is overdue, else 2 where something could not be looked up, else 0."""
    looked = list(found)
    if any(breaches(part, judged, today) for part in looked):
        return 1
    is_whole = all(part.is_dated and part.weaknesses is not None for part in looked)
    return 0 if looked and is_whole else 2
