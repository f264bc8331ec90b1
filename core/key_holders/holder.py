"""What every holder of keys can do, and the one that holds them in this process alone."""

from collections.abc import Mapping
from typing import Protocol

from core.locale import Words
from core.settings import SettingsError, settings

#: The keys of an installation.
NAMES = ("database.key", "field.key", "audit.key", "backup.key")


class Holder(Protocol):
    def is_used(self) -> bool:
        """Does it hold anything here? Asks nobody for a passphrase."""

    def names(self) -> frozenset[str]:
        """Which keys it holds."""

    def read(self, name: str) -> str:
        """A key that it holds."""

    def put(self, keys: Mapping[str, str]) -> None:
        """Take keys in, for good once this returns."""

    def change(self, name: str, key: str) -> None:
        """Hold another content under a name, whole or not at all."""

    def drop(self, *names: str) -> None:
        """Hold these no longer; where none is named, nothing of it stays."""


class Passing:
    """Keys that nobody keeps."""

    def __init__(self) -> None:
        self._keys: dict[str, str] = {}

    def is_used(self) -> bool:
        return bool(self._keys)

    def names(self) -> frozenset[str]:
        return frozenset(self._keys)

    def read(self, name: str) -> str:
        return self._keys[name]

    def put(self, keys: Mapping[str, str]) -> None:
        self._keys |= keys

    def change(self, name: str, key: str) -> None:
        self._keys[name] = key

    def drop(self, *names: str) -> None:
        for name in names or tuple(self._keys):
            self._keys.pop(name, None)


def wrong(key: str, **values: object) -> SettingsError:
    """Why the keys cannot be had, in one sentence for the person who starts the program."""
    return SettingsError(Words(settings().language)(f"keys.wrong.{key}", **values))
