"""The key that opens a backup: kept elsewhere, or in a file beside the data that is made at first use."""

from dataclasses import dataclass
from pathlib import Path

from pyrage import IdentityError, x25519

from core import key_file
from core.backups.errors import BackupError
from core.settings import settings


@dataclass(frozen=True)
class Sealing:
    """To whom a backup is sealed, and what must be said where a key was made for it just now."""

    recipient: x25519.Recipient
    made: x25519.Identity | None = None


def sealing(public: str, file: Path, *, is_first: bool = True, last: str = "") -> Sealing:
    """The public key of the settings; where there is none, that of the file, which is made for the first backup.

    Raises BackupError where that would seal to another key than the last time: a nightly job that lacks the setting
    must not go on with a key that lies beside the data.
    """
    if public:
        return Sealing(x25519.Recipient.from_str(public))
    if key_file.exists(file):
        found = read(file).to_public()
        if last not in {"", str(found)}:
            raise BackupError("other_key", folder=file.parent)
        return Sealing(found)
    if not is_first:
        raise BackupError("key_missing", folder=file.parent)
    made = new(file)
    return Sealing(made.to_public(), made)


def new(file: Path) -> x25519.Identity:
    """Make a key that opens backups, in a file that is not there yet."""
    made = x25519.Identity.generate()
    key_file.write(file, f"{made}\n")
    return made


def read(file: Path) -> x25519.Identity:
    """The key in a file as `new` or `age-keygen` writes it.

    Raises BackupError where the file is not there or holds none.
    """
    if not key_file.exists(file):
        raise BackupError("no_key", file=file)
    # A key that was taken elsewhere may lie on a stick, which knows no owner.
    own = file == settings().backup_key_file
    text = key_file.read(file) if own else file.read_text(encoding="utf-8", errors="replace")
    lines = [line.strip() for line in text.splitlines()]
    try:
        return x25519.Identity.from_str(next(line for line in lines if line and not line.startswith("#")))
    except (IdentityError, StopIteration):
        raise BackupError("not_a_key", file=file) from None
