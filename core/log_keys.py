"""The keys of the log, oldest first: the newest makes every code, each checks what it made itself.

One key file holds them: the first bare, each later one behind a blank with its hash before it, `sha3-256:…`. A code
that a later key made begins with its number, `2:…`, so that old rows are checked as ever whatever makes the new ones.
"""

import hmac
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from core import key_file, key_holders
from core.key_holders.holder import wrong
from core.settings import SettingsError

#: The hashes of HMAC that a key can be for, by their names in the library. All are approved (OWASP ASVS 5.0, appendix C).
HashName = Literal["sha256", "sha512", "sha3-256"]
HASHES: Final[Mapping[str, str]] = {"sha256": "sha256", "sha512": "sha512", "sha3-256": "sha3_256"}
#: Nobody gives a log so many keys.
_DIGITS = 6
_FIRST: Final = "sha256"


@dataclass(frozen=True, slots=True, repr=False)
class LogKey:
    raw: bytes
    hash: str

    def code(self, whole: bytes) -> str:
        return hmac.digest(self.raw, whole, HASHES[self.hash]).hex()


class LogKeys:
    """The keys of one log; read again where a code names a later one than are known, made by a command meanwhile."""

    def __init__(self, read: Callable[[], str]) -> None:
        self._read = read
        self._keys = _parsed(read())

    @property
    def first(self) -> bytes:
        """For marks by which something is known again, and which prove nothing."""
        return self._keys[0].raw

    def code(self, whole: bytes) -> str:
        """By the newest key."""
        return self._made(len(self._keys), whole)

    def _made(self, number: int, whole: bytes) -> str:
        made = self._keys[number - 1].code(whole)
        return made if number == 1 else f"{number}:{made}"

    def is_right(self, whole: bytes, given: str) -> bool:
        """Did the key that it names make this code?"""
        number = number_of(given)
        if not 0 < number <= self.known(number):
            return False
        made = self._made(number, whole)
        return hmac.compare_digest(made.encode(), str(given).encode("utf-8", "surrogatepass"))

    def known(self, number: int) -> int:
        """How many keys there are; looked up again where there may be so many by now."""
        if number > len(self._keys):
            # Whoever took the file away after the start has to start again for it.
            with suppress(OSError, SettingsError):
                self.read_again()
        return len(self._keys)

    def read_again(self) -> None:
        self._keys = _parsed(self._read())


def number_of(code: str) -> int:
    """Which key it says that made it; whatever stands there, a spoilt one must not stop the reading."""
    number, is_named, _ = str(code).partition(":")
    return int(number) if is_named and number.isdecimal() and len(number) < _DIGITS else 1


def at(path: Path) -> LogKeys:
    """The keys in a file, whose first one is made at first use."""
    key_file.read(path)
    return LogKeys(lambda: key_holders.of(path).read(path.name))


def add(path: Path, hash_name: HashName) -> None:
    """Put a new key behind those of a log; it makes the codes of whoever reads it from now on."""
    key_file.change(path, f"{key_file.read(path)} {hash_name}:{key_file.new()}")


def newer(one: str, other: str) -> str:
    """Of two states of one file the one that has been going on."""
    return other if is_same(one, other) and len(other) > len(one) else one


def is_same(one: str, other: str) -> bool:
    """Are they keys of one log, though one may have been given later ones since?"""
    return all(a == b for a, b in zip(one.split(), other.split(), strict=False))


def _parsed(text: str) -> list[LogKey]:
    found = [each.rpartition(":") for each in text.split()]
    if any(name and name not in HASHES for name, _, _ in found):
        raise wrong("log_hash")
    return [LogKey(bytes.fromhex(raw), name or _FIRST) for name, _, raw in found]
