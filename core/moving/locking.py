"""The lock around the file of a service: who has no passphrase learns how long it is, and nothing else.

Usually one zip in AES-256, which many programs open. Where the installation keeps to approved formats, a bare zip of two
age files: a key, which the passphrase opens, and the content, which that key opens. Either is read whatever the setting.
"""

import os
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

import pyrage.passphrase
import pyzipper
from pyrage import DecryptError, EncryptError, decrypt_io, encrypt_io, x25519

from core.moving import INSIDE
from core.settings import settings

#: The two names in an approved one.
KEY: Final = "key.age"
SEALED: Final = f"{INSIDE}.age"
_AT_ONCE: Final = 1024 * 1024
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


class StaysLockedError(Exception):
    """The file does not open: `why` is *passphrase* or *broken*."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@contextmanager
def locked(file: Path, passphrase: str) -> Iterator[IO[bytes]]:
    """A stream whose content lies in the file, locked piece by piece as it is written."""
    lock = _by_age if settings().formats == "approved" else _by_zip
    with lock(file, passphrase) as stream:
        yield stream


@contextmanager
def _by_zip(file: Path, passphrase: str) -> Iterator[IO[bytes]]:
    with pyzipper.AESZipFile(file, "w", encryption=pyzipper.WZ_AES) as outer:
        outer.setpassword(passphrase.encode())
        outer.setencryption(pyzipper.WZ_AES, nbits=256)
        entry = outer.zipinfo_cls(INSIDE, date_time=_EPOCH)
        with outer.open(entry, "w", force_zip64=True) as stream:
            yield stream


@contextmanager
def _by_age(file: Path, passphrase: str) -> Iterator[IO[bytes]]:
    own = x25519.Identity.generate()
    with zipfile.ZipFile(file, "w") as outer:
        outer.writestr(_entry(KEY), pyrage.passphrase.encrypt(str(own).encode(), passphrase))
        with (
            outer.open(_entry(SEALED), "w", force_zip64=True) as sealed,
            _sealing(sealed, own.to_public()) as stream,
        ):
            yield stream


@contextmanager
def _sealing(target: IO[bytes], recipient: x25519.Recipient) -> Iterator[IO[bytes]]:
    """A stream that is sealed into the target. age reads while we write: so it sits beside, at the end of a pipe.

    Raises OSError where the target takes no more.
    """
    end, begin = os.pipe()
    with ThreadPoolExecutor(1) as beside:
        sealed = beside.submit(_seal, end, target, recipient)
        try:
            with os.fdopen(begin, "wb") as stream:
                yield stream
        finally:
            # What broke beside us broke the pipe: it is the cause, and is said in the place of that.
            sealed.result()


def _seal(end: int, target: IO[bytes], recipient: x25519.Recipient) -> None:
    with os.fdopen(end, "rb") as source:
        try:
            encrypt_io(source, target, [recipient])
        except EncryptError as error:
            raise OSError(str(error)) from None


def _entry(name: str) -> zipfile.ZipInfo:
    return zipfile.ZipInfo(name, date_time=_EPOCH)


def unlock(file: Path, passphrase: str, target: IO[bytes]) -> None:
    """Write what is locked into the target.

    Raises StaysLockedError where the passphrase is another one, or the file is no such file, or is not whole: what stands in
    the target then is worth nothing.
    """
    try:
        with zipfile.ZipFile(file) as outer:
            is_approved = KEY in outer.namelist()
        (_from_age if is_approved else _from_zip)(file, passphrase, target)
    except (OSError, KeyError, ValueError, zipfile.BadZipFile, pyzipper.BadZipFile, DecryptError):
        raise StaysLockedError("broken") from None


def _from_zip(file: Path, passphrase: str, target: IO[bytes]) -> None:
    with pyzipper.AESZipFile(file) as outer:
        outer.setpassword(passphrase.encode())
        try:
            stream = outer.open(INSIDE)
        except RuntimeError:
            raise StaysLockedError("passphrase") from None
        with stream:
            while piece := stream.read(_AT_ONCE):
                target.write(piece)


def _from_age(file: Path, passphrase: str, target: IO[bytes]) -> None:
    with zipfile.ZipFile(file) as outer:
        sealed = outer.read(KEY)
        try:
            own = x25519.Identity.from_str(pyrage.passphrase.decrypt(sealed, passphrase).decode())
        except DecryptError:
            raise StaysLockedError("passphrase") from None
        with outer.open(SEALED) as stream:
            decrypt_io(stream, target, [own])
