"""Sealing single fields of the database, so that the database alone does not tell them.

A sealed text says which version of the key it needs, and fits one place only: moved to another row or column it does
not open.
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

#: Stands before what was sealed; another key gets another one.
VERSION = "v1"
NONCE = 12


class BrokenSealError(Exception):
    """The text was changed, moved from its place, or sealed with another key."""


def seal(text: str, *, key: bytes, place: str) -> str:
    """Encrypt a text for one place: `table.column:row-uuid`."""
    nonce = secrets.token_bytes(NONCE)
    sealed = AESGCM(key).encrypt(nonce, text.encode(), _bound(VERSION, place))
    return f"{VERSION}:{urlsafe_b64encode(nonce + sealed).decode()}"


def unseal(sealed: str, *, key: bytes, place: str) -> str:
    """The text that was sealed for this place.

    Raises BrokenSealError where it does not open.
    """
    version, _, rest = sealed.partition(":")
    if version != VERSION:
        raise BrokenSealError
    try:
        raw = urlsafe_b64decode(rest.encode())
        return AESGCM(key).decrypt(raw[:NONCE], raw[NONCE:], _bound(version, place)).decode()
    except (InvalidTag, NotBase64, ValueError) as error:
        raise BrokenSealError from error


def _bound(version: str, place: str) -> bytes:
    return f"{version}|{place}".encode()


def field_key() -> bytes:
    """The key of the fields: in a file of its own, made at first use."""
    return _key(settings().field_key_file)


@cache
def _key(path: Path) -> bytes:
    return bytes.fromhex(key_file.read(path))
