"""What can go wrong, said once.

    CoreError(key, **values)
    ├── NotFound       no such record, or it is not yours to see: one answer for both
    ├── NotAllowed     you may see it, but not do this
    ├── Unproved       it is too long ago that whoever asks proved that it is them; once they have, they may ask again
    ├── Invalid        what was typed cannot be accepted; names the field
    ├── Conflict       the record has moved on since you opened it, or its state forbids it
    ├── Unavailable    the database cannot be reached or has no room just now; what was to be done was not done
    └── ContentError   a content file is wrong: path and reason, for its author

An error carries a key of the words file and values, never a sentence; `str(error)` is the key alone,
so that a log holds no name.
"""

from collections.abc import Sequence
from pathlib import Path


class CoreError(Exception):
    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


class NotFound(CoreError):
    def __init__(self, key: str = "error.not_found") -> None:
        super().__init__(key)


class NotAllowed(CoreError):
    def __init__(self, key: str = "error.not_allowed", **values: object) -> None:
        super().__init__(key, **values)


class Unproved(CoreError):
    def __init__(self, key: str = "error.step_up") -> None:
        super().__init__(key)


class Invalid(CoreError):
    def __init__(self, key: str, *, field: str, **values: object) -> None:
        super().__init__(key, **values)
        self.field = field


class LooksTelling(Invalid):
    """A text looks as if it said where somebody is; whoever sends it again has seen what was found."""

    def __init__(self, hits: Sequence[str], *, field: str) -> None:
        super().__init__("error.looks_telling", field=field, found=", ".join(hits))
        self.hits = tuple(hits)


class Conflict(CoreError):
    def __init__(self, key: str = "error.changed_meanwhile", **values: object) -> None:
        super().__init__(key, **values)


class Unavailable(CoreError):
    def __init__(self, key: str = "error.store_away") -> None:
        super().__init__(key)


class ContentError(CoreError):
    """A content file cannot be used.

    The message names the file, the line where one is known, and the reason, because its reader is the author
    of that file and the program has not started.
    """

    def __init__(self, path: Path, reason: str, line: int | None = None) -> None:
        super().__init__("error.content", path=str(path), reason=reason, line=line)
        self.path, self.reason, self.line = path, reason, line

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else str(self.path)
        return f"{place}: {self.reason}"
