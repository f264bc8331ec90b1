"""The sealed file: an age envelope around a tar archive, written and read as a stream."""

import io
import shutil
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError
from pyrage import DecryptError, EncryptError, decrypt_io, encrypt_io, x25519

from core.backups.errors import BackupError
from core.backups.manifest import Manifest

MANIFEST, DATABASE, OWN_KEY = "manifest.json", "database", "own.key"
_MARK = b"age-encryption.org/v1\n"
_MARGIN = 1 << 20


@dataclass(frozen=True)
class Contents:
    """What was in a backup: its manifest, its keys by name, and the encrypted database as a file."""

    manifest: Manifest
    keys: Mapping[str, str]
    database: Path


class _Joined(io.RawIOBase):
    """Several streams, read one after the other: an archive is never written down before it is sealed."""

    def __init__(self, *streams: io.BufferedIOBase) -> None:
        self._streams = list(streams)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while self._streams:
            if found := self._streams[0].read(size):
                return found
            self._streams.pop(0)
        return b""


def seal(to: Path, small: Mapping[str, str], database: Path, recipients: Sequence[x25519.Recipient]) -> None:
    """Write a backup into a file that is not there yet; nothing of it stays where there is no room.

    Raises BackupError where it cannot be written.
    """
    head = io.BytesIO()
    for name, said in small.items():
        raw = said.encode()
        info = tarfile.TarInfo(name)
        info.size = len(raw)
        head.write(info.tobuf(tarfile.GNU_FORMAT) + raw + _padding(len(raw)))
    last = tarfile.TarInfo(DATABASE)
    last.size = database.stat().st_size
    head.write(last.tobuf(tarfile.GNU_FORMAT))
    head.seek(0)
    end = io.BytesIO(_padding(last.size) + bytes(2 * tarfile.BLOCKSIZE))
    try:
        with database.open("rb") as inside, to.open("xb") as file:
            encrypt_io(_Joined(head, inside, end), file, recipients)
    except (OSError, EncryptError):
        to.unlink(missing_ok=True)
        raise BackupError("no_room") from None


def _padding(size: int) -> bytes:
    return bytes(-size % tarfile.BLOCKSIZE)


def unseal(file: Path, identity: x25519.Identity, scratch: Path) -> Contents:
    """Open a backup and put its database into the scratch folder.

    Raises BackupError where it is no backup, is damaged, or was sealed to another key.
    """
    archive = scratch / "archive"
    with _plainly(), file.open("rb") as sealed:
        if sealed.read(len(_MARK)) != _MARK:
            raise BackupError("foreign")
    if shutil.disk_usage(scratch).free < 2 * file.stat().st_size + _MARGIN:
        raise BackupError("no_room")
    with _plainly(), file.open("rb") as sealed, archive.open("xb") as bare:
        decrypt_io(sealed, bare, [identity])
    try:
        with tarfile.open(archive) as members:
            return _read(members, scratch)
    except (tarfile.TarError, KeyError, ValidationError, UnicodeDecodeError):
        raise BackupError("foreign") from None
    finally:
        archive.unlink()


def _read(members: tarfile.TarFile, scratch: Path) -> Contents:
    def stream(name: str) -> io.BufferedIOBase:
        found = members.extractfile(name)
        if found is None:
            raise KeyError(name)
        return found  # type: ignore[return-value]

    names = [name for name in members.getnames() if name.endswith(".key")]
    database = scratch / DATABASE
    with database.open("xb") as file:
        shutil.copyfileobj(stream(DATABASE), file)
    said = Manifest.model_validate_json(stream(MANIFEST).read())
    return Contents(said, {name: stream(name).read().decode() for name in names}, database)


@contextmanager
def _plainly() -> Iterator[None]:
    """Say in our words what the envelope says."""
    try:
        yield
    except FileNotFoundError:
        raise BackupError("no_file") from None
    except DecryptError as error:
        raise BackupError("wrong_key" if "No matching keys" in str(error) else "damaged") from None
    except OSError:
        raise BackupError("damaged") from None
