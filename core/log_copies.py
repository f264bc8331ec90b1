"""Copies of the log, line by line: what the machine hands on to another one, which keeps it when this one is taken over.

A line holds what a row holds: its place and code, ids and key words, and no name. The file itself says how far it goes.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final

from sqlalchemy.orm import Session

from core import chain

_NAMES: Final = ("seq", "mac", *chain.COVERED)
#: How every line begins.
_BEGINS: Final = b'{"seq":'
#: Longer than any line: where the last one is looked for.
_TAIL: Final = 64 * 1024


class BadCopyError(Exception):
    """A line is none of a copy; its number is the message, counted from one, or -1 for the last."""


def append(db: Session, file: Path) -> int:
    """Add to a file the rows of the log that are not in it yet; how many they were.

    A last line that was not written to its end is written anew. Raises BadCopyError where the file is something else,
    OSError where it cannot be written.
    """
    file.touch(mode=0o600)
    with file.open("r+b") as opened:
        after = _last(opened)
        count = 0
        for row in chain.after(db, after):
            opened.write(_line(row))
            count += 1
        opened.flush()
        os.fsync(opened.fileno())
    return count


def _line(row: chain.Row) -> bytes:
    said = dict(zip(_NAMES, row, strict=True))
    return json.dumps(said, separators=(",", ":")).encode() + b"\n"


def _last(opened: BinaryIO) -> int:
    """The place of the last whole line, 0 where there is none; the file stands at its end then, and ends there."""
    size = opened.seek(0, os.SEEK_END)
    begin = opened.seek(max(0, size - _TAIL))
    tail = opened.read()
    end = tail.rfind(b"\n") + 1
    lines, torn = tail[:end].splitlines(), tail[end:]
    # Nothing is cut off a file that is something else.
    seq = _seen(lines[-1], -1)[0] if lines else 0
    if torn and not torn.startswith(_BEGINS[: len(torn)]):
        raise BadCopyError(-1)
    opened.seek(begin + end)
    opened.truncate()
    return seq


def seen(file: Path) -> dict[int, str]:
    """The code that each row had when it was copied, by its place.

    Raises BadCopyError at the first line that is none.
    """
    with file.open("rb") as opened:
        return dict(_seen(line, number) for number, line in _whole(opened))


def _whole(opened: BinaryIO) -> Iterator[tuple[int, bytes]]:
    return ((number, line) for number, line in enumerate(opened, start=1) if line.endswith(b"\n"))


def _seen(line: bytes, number: int) -> tuple[int, str]:
    try:
        said: Any = json.loads(line)
        seq, mac = said["seq"], said["mac"]
    except (ValueError, KeyError, TypeError):
        raise BadCopyError(number) from None
    if not isinstance(seq, int) or not isinstance(mac, str):
        raise BadCopyError(number)
    return seq, mac
