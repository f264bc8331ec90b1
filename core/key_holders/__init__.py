"""Where the keys of this installation lie: in files, in the keyring of the operating system, or under a passphrase.

The setting CONCORD_KEYS says which. One holder has them all; where two have some, a move was stopped half-way, and
nothing is opened or made until it was finished (core.key_holders.moving).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from core.key_holders.files import Files
from core.key_holders.holder import NAMES, Holder, Passing, wrong
from core.key_holders.passphrase import Passphrase
from core.key_holders.system_keyring import SystemKeyring
from core.settings import KeysIn, settings

__all__ = ["NAMES", "Files", "Holder", "all_of", "has_any", "of", "passing", "ready", "under_passphrase"]

#: Scratch folders whose keys stay in this process.
_PASSING: dict[Path, Passing] = {}


@cache
def all_of(home: Path) -> dict[KeysIn, Holder]:
    """Every way in which the keys of a home folder can lie."""
    return {
        "file": Files(home),
        "keyring": SystemKeyring(home),
        "passphrase": Passphrase(home),
    }


def of(path: Path) -> Holder:
    """What holds the key of this name; outside the home folder it is a file, whatever the settings say."""
    if path.parent in _PASSING:
        return _PASSING[path.parent]
    if path.name not in NAMES or path.parent.absolute() != settings().home.absolute():
        return Files(path.parent)
    return _chosen()


def ready() -> None:
    """Open what holds the keys, with the passphrase where there is one.

    Raises SettingsError with one sentence where it does not open.
    """
    _chosen().names()


def under_passphrase(home: Path) -> Passphrase:
    """The file that a passphrase opens.

    Raises SettingsError where there is none.
    """
    held = all_of(home)["passphrase"]
    if not isinstance(held, Passphrase) or not held.is_used():
        raise wrong("no_passphrase")
    return held


def has_any(home: Path) -> bool:
    """Do keys lie in this folder, in whatever way?"""
    return any(holder.is_used() for holder in all_of(home).values())


@contextmanager
def passing(folder: Path) -> Iterator[None]:
    """Keep the keys of a scratch folder in this process alone: none of them touches the disk."""
    _PASSING[folder] = Passing()
    try:
        yield
    finally:
        del _PASSING[folder]


def _chosen() -> Holder:
    chosen, every = settings().keys, all_of(settings().home.absolute())
    others = [kind for kind, holder in every.items() if kind != chosen and holder.is_used()]
    if others and every[chosen].is_used():
        raise wrong("two_places", chosen=chosen, other=others[0])
    if others:
        raise wrong("elsewhere", chosen=chosen, other=others[0])
    return every[chosen]
