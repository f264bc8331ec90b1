"""OWASP ASVS 4 and 12: what the sample proxies let through, in front of a server that writes down what reaches it."""

import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from core import own_certificate
from tests.browser.conftest import free_port
from tests.browser.test_behind_a_proxy import Proxy, ask, running
from tests.browser.wire import Wire

pytestmark = pytest.mark.browser
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: text/plain\r\n\r\nok"
#: They have no forward secrecy, or a mode that breaks.
WEAK = (
    "AES128-SHA",
    "AES256-GCM-SHA384",
    "ECDHE-RSA-AES128-SHA",
    "ECDHE-RSA-AES256-SHA384",
    "DES-CBC3-SHA",
    "NULL",
)
STRONG = "ECDHE-RSA-AES256-GCM-SHA384"
HIDDEN = b"GET /hidden HTTP/1.1\r\nHost: localhost\r\n\r\n"


@dataclass
class Listener:
    """Answers everything in the same way, over TLS where it has a certificate, and keeps the bytes."""

    port: int
    tls: ssl.SSLContext | None
    heard: list[bytes] = field(default_factory=list)
    spoken: set[str | None] = field(default_factory=set)
    taking: list[threading.Thread] = field(default_factory=list)

    def take(self, connection: socket.socket) -> None:
        got = b""
        connection.settimeout(1)
        try:
            with self.tls.wrap_socket(connection, server_side=True) if self.tls else connection as opened:
                if isinstance(opened, ssl.SSLSocket):
                    self.spoken.add(opened.version())
                while piece := opened.recv(65_536):
                    got += piece
                    opened.sendall(ANSWER)
        except OSError:
            pass
        finally:
            connection.close()
            self.heard.append(got)


@dataclass
class Shown:
    """A certificate as the program makes it, and what speaks TLS by it."""

    folder: Path

    def __post_init__(self) -> None:
        own_certificate.ready(self.certificate, self.folder / "program.key")

    @property
    def certificate(self) -> Path:
        return self.folder / "program.pem"

    @property
    def tls(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.folder / "program.key")
        return context


@contextmanager
def listener(tls: ssl.SSLContext | None) -> Iterator[Listener]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        found = Listener(server.getsockname()[1], tls)

        def serve() -> None:
            try:
                while True:
                    connection, _ = server.accept()
                    found.taking.append(threading.Thread(target=found.take, args=(connection,), daemon=True))
                    found.taking[-1].start()
            except OSError:
                return

        threading.Thread(target=serve, daemon=True).start()
        yield found
    # What was still on its way is heard too.
    for thread in found.taking:
        thread.join(timeout=10)


@pytest.fixture(params=["nginx", "caddy"])
def front(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Proxy, Listener]]:
    proxy, shown = Proxy(request.param, tmp_path, free_port()), Shown(tmp_path / "tls")
    with listener(shown.tls) as behind, running(proxy, behind.port, shown.certificate):
        yield proxy, behind


def _says(port: int, request: bytes) -> bytes:
    """Everything that comes back, over TLS."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    plain = socket.create_connection(("127.0.0.1", port), timeout=3)
    with context.wrap_socket(plain, server_hostname="localhost") as wrapped:
        wrapped.sendall(request)
        got = b""
        try:
            while piece := wrapped.recv(65_536):
                got += piece
        except OSError:
            pass
        return got


def _is_agreed_on(port: int, suite: str) -> bool:
    command = ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-servername", "localhost", "-tls1_2"]
    made = subprocess.run(
        [*command, "-cipher", f"{suite}:@SECLEVEL=0"], input=b"", capture_output=True, check=False, timeout=20
    )
    return made.returncode == 0 and suite.encode() in made.stdout


def test_the_samples_agree_on_strong_suites_alone(front: tuple[Proxy, Listener]) -> None:
    proxy, _ = front

    agreed = [suite for suite in WEAK if _is_agreed_on(proxy.port, suite)]

    assert agreed == []
    assert _is_agreed_on(proxy.port, STRONG)


def test_the_samples_speak_the_newest_tls_with_the_program(front: tuple[Proxy, Listener]) -> None:
    proxy, behind = front

    assert ask(proxy.port, "/")[0] == 200
    assert behind.spoken == {"TLSv1.3"}


def test_without_tls_the_name_leads_to_the_page_and_nothing_else_is_answered(
    front: tuple[Proxy, Listener],
) -> None:
    proxy, behind = front
    behind.heard.clear()
    plain = Wire(f"http://localhost:{proxy.plain}")

    led = plain.ask("/")
    others = {
        path: plain.ask(path) for path in ("/here", "/_stcore/stream", "/media/x", "/enter", "/case?case=1")
    }
    sent = plain.ask("/keep", "POST", body=b"{}")

    assert led.status in {301, 308}
    assert led.headers["location"] == "https://concord.example.org/"
    assert {answer.status for answer in [*others.values(), sent]} == {404}
    assert not any("location" in answer.headers for answer in others.values())
    # But for its own question whether the program is there.
    assert [asked for asked in behind.heard if not asked.startswith(b"GET /healthz ")] == []


@pytest.mark.parametrize(
    "doubtful",
    [
        b"Content-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding: xchunked\r\nContent-Length: %d\r\n\r\n",
        b"Content-Length: 0\r\nContent-Length: %d\r\n\r\n",
        b"Content-Length: +%d\r\n\r\n",
    ],
)
def test_a_request_whose_end_is_in_doubt_carries_no_second_one_through(
    front: tuple[Proxy, Listener], doubtful: bytes
) -> None:
    proxy, behind = front
    behind.heard.clear()
    head = b"POST /first HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    rest = doubtful % len(HIDDEN) if b"%d" in doubtful else doubtful

    _says(proxy.port, head + rest + HIDDEN)

    through = b"".join(behind.heard)
    assert b"/hidden" not in through
    assert b"transfer-encoding: identity" not in through.lower()
    assert not (b"content-length" in through.lower() and b"transfer-encoding" in through.lower())


@pytest.mark.parametrize("name", ["nginx", "caddy"])
@pytest.mark.parametrize("is_clear", [False, True])
def test_a_proxy_hands_nothing_to_what_does_not_show_the_certificate_of_the_program(
    name: str, *, is_clear: bool, tmp_path: Path
) -> None:
    folder = tmp_path / "proxy"
    folder.mkdir()
    proxy = Proxy(name, folder, free_port())
    trusted, other = Shown(tmp_path / "trusted" / "tls"), Shown(tmp_path / "other" / "tls")

    with (
        listener(None if is_clear else other.tls) as behind,
        running(proxy, behind.port, trusted.certificate, says=502),
    ):
        answers = {
            ask(proxy.port, "/")[0],
            ask(proxy.port, "/keep", "POST", body=b"what she told", Cookie="__Host-concord=a-token")[0],
            ask(proxy.port, "/_stcore/stream", Upgrade="websocket", Connection="Upgrade")[0],
        }

    through = b"".join(behind.heard)
    assert answers == {502}
    assert len(behind.heard) >= 4
    assert not [word for word in (b"GET", b"POST", b"told", b"a-token") if word in through]
