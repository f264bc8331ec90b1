"""Looking for canaries in bytes: plain, in UTF-16, in base64, and packed into the parts of a document."""

import base64
import io
import re
import zipfile
import zlib

#: Every canary begins with it, so that one look says whether there is any.
STEM = b"quillwren"
_WORD = re.compile(STEM + rb"\d{3}")
_TEXT = re.compile(rb"[A-Za-z0-9+/_-]{16,}")


def word(number: int) -> str:
    return f"{STEM.decode()}{number:03}"


def _base64_stems() -> tuple[bytes, ...]:
    """How the stem looks in base64, at each of the three places where it may begin."""
    found = []
    for shift in range(3):
        coded = base64.b64encode(bytes(shift) + STEM + bytes(3))
        found.append(coded[(shift * 8 + 5) // 6 : (shift + len(STEM)) * 8 // 6])
    return tuple(found)


_BASE64 = _base64_stems()


#: Of a part that opens with a passphrase alone; its bytes are looked at as they lie there.
_LOCKED = 0x1


def hits(raw: bytes) -> set[str]:
    """The canaries in these bytes, however they are packed."""
    found = _plain(raw)
    if any(stem in raw for stem in _BASE64):
        for chunk in _TEXT.findall(raw):
            found |= _decoded(chunk)
    if raw[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            for part in packed.infolist():
                found |= _plain(part.filename.encode())
                if not part.flag_bits & _LOCKED:
                    found |= hits(packed.read(part))
    for start in (b"\x78\x9c", b"\x1f\x8b"):
        if raw[:2] == start:
            found |= hits(zlib.decompress(raw, wbits=47))
    return found


def _plain(raw: bytes) -> set[str]:
    small = raw.lower()
    found = set(_WORD.findall(small))
    if b"\0" in small:
        found |= set(_WORD.findall(small.replace(b"\0", b"")))
    return {each.decode() for each in found}


def _decoded(chunk: bytes) -> set[str]:
    found: set[str] = set()
    for begin in range(4):
        cut = chunk[begin:].replace(b"-", b"+").replace(b"_", b"/")
        whole = cut[: len(cut) // 4 * 4]
        found |= _plain(base64.b64decode(whole))
    return found
