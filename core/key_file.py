"""The files in which keys lie: made at first use, readable by their owner alone."""

import os
import secrets
from pathlib import Path


def read(path: Path) -> str:
    """The key in a file, 256 bits as hexadecimal digits.

    Raises PermissionError where others may read it.
    """
    if not path.exists():
        write(path, secrets.token_hex(32))
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise PermissionError("the key file may be read by its owner alone (chmod 600)")
    return path.read_text().strip()


def write(path: Path, key: str) -> None:
    """Put a key into a file that is not there yet."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(key)
