"""A key by its path: made at first use, and kept wherever the keys of its folder lie (core.key_holders)."""

import secrets
from pathlib import Path

from core import key_holders


def read(path: Path) -> str:
    """The key of this name, 256 bits as hexadecimal digits.

    Raises SettingsError where others may read it, or where it cannot be had.
    """
    if not exists(path):
        write(path, new())
    return key_holders.of(path).read(path.name)


def new() -> str:
    return secrets.token_hex(32)


def exists(path: Path) -> bool:
    return path.name in key_holders.of(path).names()


def write(path: Path, key: str) -> None:
    """Keep a key that is not there yet.

    Raises FileExistsError.
    """
    if exists(path):
        raise FileExistsError(path.name)
    key_holders.of(path).put({path.name: key})


def change(path: Path, key: str) -> None:
    """Keep another content under the name of a key that is there, whole or not at all."""
    key_holders.of(path).change(path.name, key)


def remove(path: Path) -> None:
    key_holders.of(path).drop(path.name)
