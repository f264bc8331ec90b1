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

from tests.browser.conftest import free_port
from tests.browser.test_behind_a_proxy import Proxy, running
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
    """Answers everything in the same way, and keeps the bytes."""

    port: int
    heard: list[bytes] = field(default_factory=list)

    def take(self, connection: socket.socket) -> None:
        with connection:
            connection.settimeout(1)
            got = b""
            try:
                while piece := connection.recv(65_536):
                    got += piece
                    connection.sendall(ANSWER)
            except OSError:
                pass
            self.heard.append(got)


@contextmanager
def listener() -> Iterator[Listener]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        found = Listener(server.getsockname()[1])

        def serve() -> None:
            try:
                while True:
                    connection, _ = server.accept()
                    threading.Thread(target=found.take, args=(connection,), daemon=True).start()
            except OSError:
                return

        threading.Thread(target=serve, daemon=True).start()
        yield found


@pytest.fixture(params=["nginx", "caddy"])
def front(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Proxy, Listener]]:
    proxy = Proxy(request.param, tmp_path, free_port())
    with listener() as behind, running(proxy, behind.port):
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
