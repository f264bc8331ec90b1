"""A scanner for viruses for the tests: it answers what clamd answers, and keeps what it was given."""

import socketserver
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

#: What it takes for harmful: no file of anybody else holds it.
HARMFUL = b"a sentence that stands for what does harm"
#: What it finds too large, as clamd does at its StreamMaxLength.
MOST = 1024 * 1024


@dataclass
class Scanner:
    where: str
    given: list[bytes] = field(default_factory=list)
    #: Said in place of a verdict, where it is set.
    says: bytes = b""
    is_asked: Event = field(default_factory=Event)
    may_answer: Event = field(default_factory=Event)

    def __post_init__(self) -> None:
        self.may_answer.set()

    def verdict(self, whole: bytes) -> bytes:
        self.given.append(whole)
        self.is_asked.set()
        self.may_answer.wait(10)
        return self.says or (b"stream: Concord.Test-1 FOUND\0" if HARMFUL in whole else b"stream: OK\0")

    @contextmanager
    def looks_for_long(self) -> Iterator[None]:
        """It answers nobody until this is left."""
        self.may_answer.clear()
        try:
            yield
        finally:
            self.may_answer.set()


class _Request(socketserver.StreamRequestHandler):
    server: "_AtAPort | _AtASocket"

    def handle(self) -> None:
        assert self.rfile.read(len(b"zINSTREAM\0")) == b"zINSTREAM\0"
        whole = b""
        while size := struct.unpack(">I", self.rfile.read(4))[0]:
            whole += self.rfile.read(size)
            if len(whole) > MOST:
                self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                return
        self.wfile.write(self.server.scanner.verdict(whole))


class _AtAPort(socketserver.ThreadingTCPServer):
    scanner: Scanner


class _AtASocket(socketserver.ThreadingUnixStreamServer):
    scanner: Scanner


@contextmanager
def at_a_port() -> Iterator[Scanner]:
    """A scanner at a free port of this machine."""
    with (
        _AtAPort(("127.0.0.1", 0), _Request) as server,
        _serving(server, f"127.0.0.1:{server.server_address[1]}") as scanner,
    ):
        yield scanner


@contextmanager
def at_a_socket(file: Path) -> Iterator[Scanner]:
    """A scanner at this socket."""
    with _AtASocket(str(file), _Request) as server, _serving(server, str(file)) as scanner:
        yield scanner


@contextmanager
def _serving(server: _AtAPort | _AtASocket, where: str) -> Iterator[Scanner]:
    server.scanner = Scanner(where)
    Thread(target=server.serve_forever, daemon=True).start()
    yield server.scanner
    server.shutdown()
