"""A scanner for viruses beside the program, where the settings name one: clamd, asked through its socket on this machine.

What goes over the socket is described in its manual, clamd(8), INSTREAM: https://docs.clamav.net/manpage/clamd.html
"""

import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeVar

from core.errors import Invalid, Unavailable
from core.settings import settings

log = logging.getLogger("concord")
Operation = TypeVar("Operation", bound=Callable[..., Any])
#: Bytes that are handed over at once, and bytes of an answer that are read.
_PIECE: Final = 64 * 1024
_ANSWER: Final = 4096
#: Seconds without any sign of the scanner after which it is taken for away.
_PATIENCE: Final = 20.0
_CLEAN: Final = "stream: OK"
_FOUND: Final = " FOUND"
#: By which a marked operation is known.
MARK: Final = "looked_through"


def looked_through(require: Callable[[bytes], None], *, field: str) -> Callable[[Operation], Operation]:
    """Mark an operation that keeps the file that it is given as `data`.

    The file is looked through before the transaction begins: the scanner may take its time, and nobody waits for it who
    writes something else. What the file must be apart from that is asked first.
    """

    def mark(operation: Operation) -> Operation:
        setattr(operation, MARK, (require, field))
        return operation

    return mark


def before(operation: Callable[..., object], given: dict[str, Any]) -> None:
    """Look through the file that a marked operation is given.

    Raises Invalid where the file is none that may be kept, and Unavailable where the scanner does not say that it is.
    """
    if settings().scanner and (marked := getattr(operation, MARK, None)) is not None:
        require, field = marked
        require(given["data"])
        _require_clean(given["data"], field)


def _require_clean(data: bytes, field: str) -> None:
    try:
        answer = _asked(data)
    except OSError as error:
        answer = type(error).__name__
    if answer.endswith(_FOUND):
        log.warning("the scanner for viruses refused a file: %s", answer)
        raise Invalid("error.harmful_file", field=field)
    if answer != _CLEAN:
        log.error("the scanner for viruses did not look through a file: %s", answer)
        raise Unavailable("error.scanner_away")


def _asked(data: bytes) -> str:
    with _opened() as scanner:
        scanner.sendall(b"zINSTREAM\0")
        for piece in _pieces(data):
            scanner.sendall(len(piece).to_bytes(4, "big") + piece)
        scanner.sendall((0).to_bytes(4, "big"))
        answer = b""
        while len(answer) < _ANSWER and not answer.endswith(b"\0") and (more := scanner.recv(_ANSWER)):
            answer += more
    return answer.rstrip(b"\0").decode("utf-8", "replace")


@contextmanager
def _opened() -> Iterator[socket.socket]:
    where = settings().scanner
    if where.startswith("/"):
        with socket.socket(socket.AF_UNIX) as scanner:
            scanner.settimeout(_PATIENCE)
            scanner.connect(where)
            yield scanner
        return
    host, _, port = where.rpartition(":")
    with socket.create_connection((host.strip("[]"), int(port)), timeout=_PATIENCE) as scanner:
        yield scanner


def _pieces(data: bytes) -> Iterator[bytes]:
    return (data[begin : begin + _PIECE] for begin in range(0, len(data), _PIECE))
