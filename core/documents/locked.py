"""A file locked for the way to its reader: a zip in AES-256 that the usual programs open, and a passphrase for it.

The names inside a zip can be read without the passphrase: there is one, and it says nothing.
"""

import secrets
from io import BytesIO
from typing import Final

import pyzipper

from core.turns import in_turn

FILE_NAME: Final = "document.zip"
#: Syllables that are said and heard alike on the telephone, whatever language the two speak.
_FIRST: Final = "bdfgklmnprstvz"
_SECOND: Final = "aeiou"
_GROUPS: Final = 11


def passphrase() -> str:
    """Eleven groups of two syllables, about 134 bits: what nobody guesses, and what can be told by telephone."""
    return "-".join(_group() for _ in range(_GROUPS))


def _group() -> str:
    return "".join(secrets.choice(_FIRST) + secrets.choice(_SECOND) for _ in range(2))


@in_turn
def lock(content: bytes, *, extension: str, with_passphrase: str) -> bytes:
    """The zip; without the passphrase it says how long the file is, and nothing else."""
    target = BytesIO()
    with pyzipper.AESZipFile(
        target, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES
    ) as packed:
        packed.setpassword(with_passphrase.encode())
        packed.setencryption(pyzipper.WZ_AES, nbits=256)
        entry = packed.zipinfo_cls(f"document.{extension}", date_time=(1980, 1, 1, 0, 0, 0))
        entry.compress_type = pyzipper.ZIP_DEFLATED
        packed.writestr(entry, content)
    return target.getvalue()
