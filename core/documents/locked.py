"""A file locked for the way to its reader, with a passphrase that is told by another way.

Word, Excel and LibreOffice ask for the passphrase themselves; whatever else leaves is put into a zip that the usual
programs open, or into an age file where the installation keeps to approved formats.
"""

import io
import secrets
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final

import pyrage.passphrase
import pyzipper
from msoffcrypto.format.ooxml import OOXMLFile

from core.turns import in_turn

#: Syllables that are said and heard alike on the telephone, whatever language the two speak.
_FIRST: Final = "bdfgklmnprstvz"
_SECOND: Final = "aeiou"
_GROUPS: Final = 11
_OF_OFFICE: Final = frozenset({"docx", "xlsx"})


class Lock(StrEnum):
    """What asks for the passphrase."""

    OFFICE = "office"
    ZIP = "zip"
    AGE = "age"


def passphrase() -> str:
    """Eleven groups of two syllables, about 134 bits: what nobody guesses, and what can be told by telephone."""
    return "-".join(_group() for _ in range(_GROUPS))


def _group() -> str:
    return "".join(secrets.choice(_FIRST) + secrets.choice(_SECOND) for _ in range(2))


def offered(extension: str, *, by_approved_alone: bool) -> tuple[Lock, ...]:
    """By what a file of this kind can be locked, the usual way first."""
    is_of_office = extension in _OF_OFFICE
    if by_approved_alone:
        return (Lock.OFFICE,) if is_of_office else (Lock.AGE,)
    return (Lock.OFFICE, Lock.ZIP) if is_of_office else (Lock.ZIP,)


def name(file_name: str, by: Lock) -> str:
    """What the locked file is called.

    The name inside a zip can be read without the passphrase: there is one, and it says nothing.
    """
    return {Lock.OFFICE: file_name, Lock.ZIP: "document.zip", Lock.AGE: f"{file_name}.age"}[by]


@in_turn
def lock(content: bytes, *, extension: str, by: Lock, with_passphrase: str) -> bytes:
    """The locked file; without the passphrase it says how long the content is, and nothing else."""
    return _LOCKS[by](content, extension, with_passphrase)


def _office(content: bytes, _extension: str, phrase: str) -> bytes:
    """As Office writes it: AES-256-CBC, an HMAC-SHA-512 over it, the passphrase stretched by 100,000 rounds of SHA-512.

    Raises RuntimeError where what was made does not open again: the library that writes it calls that part young.
    """
    made, again = io.BytesIO(), io.BytesIO()
    OOXMLFile(io.BytesIO(content)).encrypt(phrase, made)
    trial = OOXMLFile(made)
    trial.load_key(password=phrase)
    trial.decrypt(again, verify_integrity=True)
    if again.getvalue() != content:
        raise RuntimeError("a locked file did not open again")
    return made.getvalue()


def _zip(content: bytes, extension: str, phrase: str) -> bytes:
    target = io.BytesIO()
    with pyzipper.AESZipFile(
        target, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES
    ) as packed:
        packed.setpassword(phrase.encode())
        packed.setencryption(pyzipper.WZ_AES, nbits=256)
        entry = packed.zipinfo_cls(f"document.{extension}", date_time=(1980, 1, 1, 0, 0, 0))
        entry.compress_type = pyzipper.ZIP_DEFLATED
        packed.writestr(entry, content)
    return target.getvalue()


def _age(content: bytes, _extension: str, phrase: str) -> bytes:
    """ChaCha20-Poly1305 under a key that scrypt makes of the passphrase."""
    return bytes(pyrage.passphrase.encrypt(content, phrase))


_LOCKS: Final[Mapping[Lock, Callable[[bytes, str, str], bytes]]] = {
    Lock.OFFICE: _office,
    Lock.ZIP: _zip,
    Lock.AGE: _age,
}
