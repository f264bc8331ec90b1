"""Sealing: AES-256-GCM with a nonce by chance, bound to the place where the result will lie and to the key.

What was sealed fits one place only: moved to another row or column it does not open, and neither does a changed bit.
"""

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from functools import cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core import key_file
from core.settings import settings

#: Stands before what was sealed with the key of the fields itself; what another key sealed names that key.
VERSION = "v1"
NONCE = 12
KEY_BYTES = 32


class BrokenSealError(Exception):
    """It was changed, moved from its place, or sealed with another key."""


class KeyMissingError(BrokenSealError):
    """It was sealed with a key that is not on the ring of whoever asks, or is nowhere any more."""


def encrypt(raw: bytes, *, key: bytes, bound: bytes) -> bytes:
    """A new nonce and what was encrypted with it; `bound` must be the same to open it."""
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, raw, bound)


def decrypt(sealed: bytes, *, key: bytes, bound: bytes) -> bytes:
    """Raises BrokenSealError where it does not open."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], bound)
    except (InvalidTag, ValueError) as error:
        raise BrokenSealError from error


def seal(text: str, *, key: bytes, place: str, version: str = VERSION) -> str:
    """Encrypt a text for one place: `table.column:row-uuid`."""
    sealed = encrypt(text.encode(), key=key, bound=_bound(version, place))
    return f"{version}:{urlsafe_b64encode(sealed).decode()}"


def unseal(sealed: str, *, key: bytes, place: str, version: str = VERSION) -> str:
    """The text that was sealed for this place.

    Raises BrokenSealError where it does not open.
    """
    if version_of(sealed) != version:
        raise BrokenSealError
    try:
        raw = urlsafe_b64decode(sealed.partition(":")[2].encode())
        return decrypt(raw, key=key, bound=_bound(version, place)).decode()
    except (NotBase64, ValueError) as error:
        raise BrokenSealError from error


def version_of(sealed: str) -> str:
    """Which key it says that it needs."""
    return sealed.partition(":")[0]


def _bound(version: str, place: str) -> bytes:
    return f"{version}|{place}".encode()


def new_key() -> bytes:
    return secrets.token_bytes(KEY_BYTES)


def field_key() -> bytes:
    """The key of the fields: in a file of its own, made at first use."""
    return _key(settings().field_key_file)


@cache
def _key(path: Path) -> bytes:
    return bytes.fromhex(key_file.read(path))
