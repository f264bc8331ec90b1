"""A locked file opens with its passphrase, in other programs too, and with no other."""

import hashlib
import hmac
import io
import math
import re
import struct
import zipfile
import zlib

import pytest
import pyzipper
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from core.documents import locked

CONTENT = b"minutes of a meeting " * 50
PHRASE = "bako-lite-ruva-modi-sefu-tano"


def opened(packed: bytes, phrase: str) -> bytes:
    """Read the one file as the format says it is written, without the library that wrote it."""
    signature, method, size, name_length, extra_length = (
        packed[:4],
        *struct.unpack("<H", packed[8:10]),
        *struct.unpack("<I", packed[18:22]),
        *struct.unpack("<HH", packed[26:30]),
    )
    assert (signature, method) == (b"PK\x03\x04", 99)
    start = 30 + name_length
    kind, _length, _version, _vendor, strength, real_method = struct.unpack(
        "<HHH2sBH", packed[start : start + 11]
    )
    assert (kind, strength, real_method) == (0x9901, 3, 8)
    data = packed[start + extra_length : start + extra_length + size]
    salt, check, sealed, code = data[:16], data[16:18], data[18:-10], data[-10:]
    keys = hashlib.pbkdf2_hmac("sha1", phrase.encode(), salt, 1000, 66)
    if keys[64:] != check:
        raise ValueError("wrong passphrase")
    if hmac.new(keys[32:64], sealed, "sha1").digest()[:10] != code:
        raise ValueError("changed on the way")
    # The format counts its blocks from the small end; ciphers of libraries do from the large one.
    pad = Cipher(algorithms.AES(keys[:32]), modes.ECB()).encryptor()  # noqa: S305  each block once
    blocks = range(0, len(sealed), 16)
    stream = b"".join(pad.update((number + 1).to_bytes(16, "little")) for number in range(len(blocks)))
    plain = bytes(one ^ two for one, two in zip(sealed, stream, strict=False))
    return zlib.decompress(plain, wbits=-15)


def test_it_opens_with_its_passphrase_read_as_the_format_says() -> None:
    packed = locked.lock(CONTENT, extension="docx", with_passphrase=PHRASE)

    assert opened(packed, PHRASE) == CONTENT


def test_it_opens_with_no_other_passphrase_and_not_where_it_was_changed() -> None:
    packed = locked.lock(CONTENT, extension="docx", with_passphrase=PHRASE)

    with pytest.raises(ValueError, match="wrong passphrase"):
        opened(packed, PHRASE.upper())
    broken = bytearray(packed)
    broken[90] ^= 1
    with pytest.raises(ValueError, match="changed on the way"):
        opened(bytes(broken), PHRASE)
    with (
        pyzipper.AESZipFile(io.BytesIO(packed)) as archive,
        pytest.raises(RuntimeError, match="Bad password"),
    ):
        archive.read("document.docx", pwd=b"another")


def test_it_says_nothing_of_what_is_in_it_but_how_long_it_is() -> None:
    packed = locked.lock(CONTENT, extension="docx", with_passphrase=PHRASE)

    assert b"minutes" not in packed
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        [entry] = archive.infolist()
    assert entry.filename == "document.docx"
    assert entry.date_time[0] == 1980
    assert locked.FILE_NAME == "document.zip"


def test_the_same_file_is_never_locked_alike_twice() -> None:
    first, second = (locked.lock(CONTENT, extension="docx", with_passphrase=PHRASE) for _ in range(2))

    assert first != second


def test_a_passphrase_can_be_told_by_telephone_and_is_new_each_time() -> None:
    made = {locked.passphrase() for _ in range(500)}

    assert len(made) == 500
    assert all(
        re.fullmatch(r"([bdfgklmnprstvz][aeiou]){2}(-([bdfgklmnprstvz][aeiou]){2}){10}", one) for one in made
    )


def test_a_passphrase_that_the_format_hardly_stretches_has_as_many_bits_as_a_key() -> None:
    groups = locked.passphrase().split("-")
    syllables = len(locked._FIRST) * len(locked._SECOND)

    assert len(groups) * 2 * math.log2(syllables) >= 128
