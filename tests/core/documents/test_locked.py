"""A locked file opens with its passphrase, read as its format says, and with no other."""

import base64
import hashlib
import hmac
import io
import math
import re
import struct
import zipfile
import zlib

import olefile
import pyrage
import pyrage.passphrase
import pytest
import pyzipper
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from lxml import etree
from msoffcrypto.format.ooxml import OOXMLFile

from core import exports
from core.documents import locked
from core.documents.locked import Lock
from core.exports import Sheet
from tests.core.documents.agreement_samples import full
from tests.core.documents.test_agreement import word_file

CONTENT = b"minutes of a meeting " * 50
PHRASE = "bako-lite-ruva-modi-sefu-tano"


def in_zip() -> bytes:
    return locked.lock(CONTENT, extension="docx", by=Lock.ZIP, with_passphrase=PHRASE)


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


def test_a_zip_opens_with_its_passphrase_read_as_the_format_says() -> None:
    packed = in_zip()

    assert opened(packed, PHRASE) == CONTENT


def test_a_zip_opens_with_no_other_passphrase_and_not_where_it_was_changed() -> None:
    packed = in_zip()

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


def test_a_zip_says_nothing_of_what_is_in_it_but_how_long_it_is() -> None:
    packed = in_zip()

    assert b"minutes" not in packed
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        [entry] = archive.infolist()
    assert entry.filename == "document.docx"
    assert entry.date_time[0] == 1980
    assert locked.name("minutes.docx", Lock.ZIP) == "document.zip"


@pytest.mark.parametrize("by", Lock)
def test_the_same_file_is_never_locked_alike_twice(by: Lock) -> None:
    content = word_file(full("case"))
    first, second = (locked.lock(content, extension="docx", by=by, with_passphrase=PHRASE) for _ in range(2))

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


# --- Office --------------------------------------------------------------------------------------------------------

_INPUT = bytes.fromhex("fea7d2763b4b9e79")
_VALUE = bytes.fromhex("d7aa0f6d3061344e")
_KEY = bytes.fromhex("146e0be7abacd0d6")
_CODE_KEY, _CODE = bytes.fromhex("5fb2ad010cb9e1f6"), bytes.fromhex("a0677f02b22c8433")


def opened_by_office(made: bytes, phrase: str) -> bytes:
    """Read what is locked as MS-OFFCRYPTO 2.3.4.10 to 2.3.4.15 says it is written, without the library that wrote it."""
    with olefile.OleFileIO(io.BytesIO(made)) as container:
        said = container.openstream("EncryptionInfo").read()
        package = container.openstream("EncryptedPackage").read()
    assert struct.unpack("<HHI", said[:8]) == (4, 4, 0x40)
    tree = etree.fromstring(said[8:])
    data, code, own = (tree.find(f".//{{*}}{name}") for name in ("keyData", "dataIntegrity", "encryptedKey"))
    assert data is not None
    assert code is not None
    assert own is not None
    for one in (data, own):
        assert (one.get("cipherAlgorithm"), one.get("keyBits")) == ("AES", "256")
        assert (one.get("cipherChaining"), one.get("hashAlgorithm")) == ("ChainingModeCBC", "SHA512")
    salt = raw(own, "saltValue")
    stretched = sha(salt + phrase.encode("utf-16-le"))
    assert own.get("spinCount") == "100000"
    for number in range(100_000):
        stretched = sha(struct.pack("<I", number) + stretched)

    def bare(name: str, block: bytes) -> bytes:
        return unsealed(raw(own, name), sha(stretched + block)[:32], salt)

    if sha(bare("encryptedVerifierHashInput", _INPUT)) != bare("encryptedVerifierHashValue", _VALUE):
        raise ValueError("wrong passphrase")
    key, salt_of_data = bare("encryptedKeyValue", _KEY), raw(data, "saltValue")
    code_key = unsealed(raw(code, "encryptedHmacKey"), key, sha(salt_of_data + _CODE_KEY)[:16])
    wanted = unsealed(raw(code, "encryptedHmacValue"), key, sha(salt_of_data + _CODE)[:16])
    if hmac.new(code_key, package, "sha512").digest() != wanted:
        raise ValueError("changed on the way")
    [length], sealed = struct.unpack("<Q", package[:8]), package[8:]
    pieces = (
        unsealed(sealed[at : at + 4096], key, sha(salt_of_data + struct.pack("<I", at // 4096))[:16])
        for at in range(0, len(sealed), 4096)
    )
    return b"".join(pieces)[:length]


def raw(found: etree._Element, name: str) -> bytes:
    return base64.b64decode(found.attrib[name])


def sha(content: bytes) -> bytes:
    return hashlib.sha512(content).digest()


def unsealed(content: bytes, key: bytes, start: bytes) -> bytes:
    plain = Cipher(algorithms.AES(key), modes.CBC(start)).decryptor()
    return plain.update(content) + plain.finalize()


@pytest.fixture(scope="module", params=["docx", "xlsx"])
def of_office(request: pytest.FixtureRequest) -> tuple[bytes, bytes]:
    """A file of Office, and the same locked."""
    extension = str(request.param)
    rows = [(f"row {number}", number) for number in range(2000)]
    content = (
        word_file(full("case")) if extension == "docx" else exports.to_xlsx(Sheet(("what", "how many"), rows))
    )
    return content, locked.lock(content, extension=extension, by=Lock.OFFICE, with_passphrase=PHRASE)


def test_a_word_file_and_a_list_open_with_their_passphrase_read_as_the_format_says(
    of_office: tuple[bytes, bytes],
) -> None:
    content, made = of_office

    assert opened_by_office(made, PHRASE) == content


def test_a_word_file_and_a_list_open_with_no_other_passphrase_and_not_where_they_were_changed(
    of_office: tuple[bytes, bytes],
) -> None:
    content, made = of_office
    with olefile.OleFileIO(io.BytesIO(made)) as container:
        package = container.openstream("EncryptedPackage").read()
    at = made.index(package[: 512 - 8]) + 100
    broken = bytearray(made)
    broken[at] ^= 1

    with pytest.raises(ValueError, match="wrong passphrase"):
        opened_by_office(made, f"{PHRASE}-")
    with pytest.raises(ValueError, match="changed on the way"):
        opened_by_office(bytes(broken), PHRASE)
    assert len(content) > 5000


def test_a_locked_word_file_says_nothing_of_what_is_in_it(of_office: tuple[bytes, bytes]) -> None:
    content, made = of_office

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
    assert [name for name in names if name.encode() in made] == []
    with olefile.OleFileIO(io.BytesIO(made)) as container:
        assert {"/".join(one) for one in container.listdir()} == {
            "EncryptedPackage",
            "EncryptionInfo",
            "\x06DataSpaces/Version",
            "\x06DataSpaces/DataSpaceMap",
            "\x06DataSpaces/DataSpaceInfo/StrongEncryptionDataSpace",
            "\x06DataSpaces/TransformInfo/StrongEncryptionTransform/\x06Primary",
        }


def test_what_would_not_open_again_does_not_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    def other(_self: OOXMLFile, target: io.BytesIO, **_how: bool) -> None:
        target.write(b"another file")

    monkeypatch.setattr(OOXMLFile, "decrypt", other)

    with pytest.raises(RuntimeError, match="did not open again"):
        locked.lock(word_file(full("case")), extension="docx", by=Lock.OFFICE, with_passphrase=PHRASE)


# --- age -----------------------------------------------------------------------------------------------------------


def test_an_age_file_opens_with_its_passphrase_alone_and_not_where_it_was_changed() -> None:
    made = locked.lock(CONTENT, extension="csv", by=Lock.AGE, with_passphrase=PHRASE)
    broken = bytearray(made)
    broken[-100] ^= 1

    assert made.startswith(b"age-encryption.org/v1\n-> scrypt ")
    assert pyrage.passphrase.decrypt(made, PHRASE) == CONTENT
    assert b"minutes" not in made
    for content, phrase in ((made, f"{PHRASE}-"), (bytes(broken), PHRASE)):
        with pytest.raises(pyrage.DecryptError):
            pyrage.passphrase.decrypt(content, phrase)


# --- What is offered -----------------------------------------------------------------------------------------------


def test_where_only_approved_formats_are_kept_no_zip_is_offered() -> None:
    usual, approved = (
        {
            extension: locked.offered(extension, by_approved_alone=alone)
            for extension in ("docx", "xlsx", "csv", "ics", "pdf", "zip")
        }
        for alone in (False, True)
    )

    assert usual["docx"] == usual["xlsx"] == (Lock.OFFICE, Lock.ZIP)
    assert {usual[one] for one in ("csv", "ics", "pdf", "zip")} == {(Lock.ZIP,)}
    assert approved["docx"] == approved["xlsx"] == (Lock.OFFICE,)
    assert {approved[one] for one in ("csv", "ics", "pdf", "zip")} == {(Lock.AGE,)}


def test_a_locked_file_is_called_as_what_opens_it() -> None:
    names = [locked.name("minutes.docx", by) for by in (Lock.OFFICE, Lock.ZIP, Lock.AGE)]

    assert names == ["minutes.docx", "document.zip", "minutes.docx.age"]
