"""Sealing: authenticated encryption with a nonce by chance, bound to the place where the result will lie and to the key.

What was sealed fits one place only: moved to another row or column it does not open, and neither does a changed bit.
Each key is for one cipher (core.ciphers), whose name lies sealed with the key: nobody has a value opened with another
one. What the key of the fields seals itself begins with the cipher's name, and each cipher has a key of its own made
from that key; a name that somebody exchanged opens nothing.
"""

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from core import ciphers, key_file
from core.ciphers import CIPHERS, KEY_BYTES, NONCE_BYTES
from core.settings import settings

#: What begins a seal of the key of the fields itself, and its cipher; that of the first one is older than the names.
_TOPMOST = {"v1": ciphers.FIRST, **{name: name for name in CIPHERS if name != ciphers.FIRST}}


class BrokenSealError(Exception):
    """It was changed, moved from its place, or sealed with another key."""


class KeyMissingError(BrokenSealError):
    """It was sealed with a key that is not on the ring of whoever asks, or is nowhere any more."""


@dataclass(frozen=True, slots=True, repr=False)
class Key:
    """A key, and the one cipher that it is for."""

    raw: bytes
    cipher: str = ciphers.FIRST

    @property
    def text(self) -> str:
        """As it lies sealed with the key above it."""
        return self.raw.hex() if self.cipher == ciphers.FIRST else f"{self.cipher}:{self.raw.hex()}"


def key_of(text: str) -> Key:
    """The key that a text is of.

    Raises BrokenSealError where it is for a cipher that is not known.
    """
    cipher, _, raw = text.rpartition(":")
    if cipher and cipher not in CIPHERS:
        raise BrokenSealError
    return Key(bytes.fromhex(raw), cipher or ciphers.FIRST)


def encrypt(raw: bytes, *, key: Key, bound: bytes) -> bytes:
    """A new nonce and what was encrypted with it; `bound` must be the same to open it."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + CIPHERS[key.cipher](key.raw).encrypt(nonce, raw, bound)


def decrypt(sealed: bytes, *, key: Key, bound: bytes) -> bytes:
    """Raises BrokenSealError where it does not open."""
    try:
        return CIPHERS[key.cipher](key.raw).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound)
    except (InvalidTag, ValueError) as error:
        raise BrokenSealError from error


def wrap(text: str, *, key: Key, place: str, version: str) -> str:
    """Encrypt a text for one place, `table.column:row-uuid`; `version` says which key it needs."""
    sealed = encrypt(text.encode(), key=key, bound=_bound(version, place))
    return f"{version}:{urlsafe_b64encode(sealed).decode()}"


def unwrap(sealed: str, *, key: Key, place: str) -> str:
    """The text that was encrypted for this place.

    Raises BrokenSealError where it does not open.
    """
    version, _, encoded = sealed.partition(":")
    try:
        raw = urlsafe_b64decode(encoded.encode())
        return decrypt(raw, key=key, bound=_bound(version, place)).decode()
    except (NotBase64, ValueError) as error:
        raise BrokenSealError from error


def seal(text: str, *, key: bytes, place: str) -> str:
    """Encrypt a text with the key of the fields itself, in the cipher that the settings name."""
    version = next(version for version, cipher in _TOPMOST.items() if cipher == settings().cipher)
    return wrap(text, key=topmost(key, version), place=place, version=version)


def unseal(sealed: str, *, key: bytes, place: str) -> str:
    """The text that the key of the fields sealed for this place.

    Raises BrokenSealError where it does not open, or is of a cipher that is not known.
    """
    return unwrap(sealed, key=topmost(key, version_of(sealed)), place=place)


def version_of(sealed: str) -> str:
    """Which key it says that it needs."""
    return sealed.partition(":")[0]


def is_topmost(version: str) -> bool:
    """Is it the key of the fields itself?"""
    return version in _TOPMOST


@cache
def topmost(key: bytes, version: str) -> Key:
    """What the key of the fields seals with: itself in the first cipher, in each other one a key that is made from it.

    Raises BrokenSealError where the cipher is not known.
    """
    if not is_topmost(version):
        raise BrokenSealError
    cipher = _TOPMOST[version]
    if cipher == ciphers.FIRST:
        return Key(key)
    return Key(HKDFExpand(SHA256(), KEY_BYTES, cipher.encode()).derive(key), cipher)


def _bound(version: str, place: str) -> bytes:
    return f"{version}|{place}".encode()


def new_key() -> Key:
    """A key for the cipher that the settings name."""
    return Key(secrets.token_bytes(KEY_BYTES), settings().cipher)


def field_key() -> bytes:
    """The key of the fields: in a file of its own, made at first use."""
    return _key(settings().field_key_file)


@cache
def _key(path: Path) -> bytes:
    return bytes.fromhex(key_file.read(path))
