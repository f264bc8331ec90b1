"""Backups: one sealed file each, which counts only when it was restored.

    make     takes the database while people write, seals it with what it needs to be opened, and tries the file
    verify   tries a file again: restores it into a scratch place and compares it with its manifest
    restore  does the same, and leaves what was restored where it was asked for

A file is an age envelope (to a key that lies elsewhere) around a tar archive: the manifest, the keys, the database.
The database inside is encrypted once more with a key of its own, so that it never lies bare, not even in the scratch.
"""

from core.backups.errors import BackupError
from core.backups.making import Made, make
from core.backups.restoring import restore, verify

__all__ = ["BackupError", "Made", "make", "restore", "verify"]
