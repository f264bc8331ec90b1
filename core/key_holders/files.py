"""Keys in files of a folder, readable by their owner alone."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from core.key_holders.holder import NAMES, wrong
from core.settings import is_own

#: Ends what was being written; a command that was killed may leave one.
_NEW = ".new"


class Files:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def is_used(self) -> bool:
        return any((self._folder / f"{name}{end}").exists() for name in NAMES for end in ("", _NEW))

    def names(self) -> frozenset[str]:
        return frozenset(path.name for path in self._folder.glob("*") if path.is_file())

    def read(self, name: str) -> str:
        path = self._folder / name
        with told(path):
            require_own(path)
            return path.read_text(encoding="utf-8").strip()

    def put(self, keys: Mapping[str, str]) -> None:
        with told(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            for name, key in keys.items():
                lay(self._folder / name, key.encode())

    def change(self, name: str, key: str) -> None:
        with told(self._folder):
            lay(self._folder / name, key.encode(), over=True)

    def drop(self, *names: str) -> None:
        for name in names or NAMES:
            wipe(self._folder / name)


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Say in one sentence that something belongs to another user."""
    try:
        yield
    except PermissionError:
        raise wrong("unreadable", file=path) from None


def require_own(path: Path) -> None:
    """Raise SettingsError where others than its owner may read a file."""
    if not is_own(path):
        raise wrong("open_to_others", file=path)


def lay(path: Path, content: bytes, *, over: bool = False) -> None:
    """Write a file whole or not at all, to the disk itself; over one that is there only where that is meant.

    Raises FileExistsError.
    """
    fresh = path.with_name(f"{path.name}{_NEW}")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)
    if over:
        fresh.replace(path)
    else:
        _link(fresh, path)
    _keep(path.parent)


def _link(fresh: Path, path: Path) -> None:
    """Give what was written its name, unless somebody else just did."""
    try:
        os.link(fresh, path)
    except FileExistsError:
        raise
    except OSError:
        # A stick knows no links.
        if path.exists():
            raise FileExistsError(path.name) from None
        fresh.rename(path)
    finally:
        fresh.unlink(missing_ok=True)


def wipe(path: Path) -> None:
    """Write over a file and take it away; a disk may keep what was written over all the same."""
    left = path.with_name(f"{path.name}{_NEW}")
    if path.exists():
        # Its name goes first: stopped here, nobody takes what was written over for a key.
        path.replace(left)
    if not left.exists():
        return
    with left.open("r+b") as file:
        file.write(bytes(left.stat().st_size))
        file.flush()
        os.fsync(file.fileno())
    left.unlink()
    _keep(path.parent)


def _keep(folder: Path) -> None:
    """See that what a folder lists is on the disk; Windows knows no such call."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
