"""The sample configurations of docs/deploy, each as it stands, in front of the running program."""

import http.client
import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select
from websockets.exceptions import InvalidMessage
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from core.models import SignInFailure
from core.store import Store, open_store
from tests.browser.conftest import ROOT, House, Served, at_rest, enter, free_port, serve
from tests.browser.tab import Tab
from tests.browser.wire import HANDSHAKE, Wire
from tests.make import Make

pytestmark = pytest.mark.browser
SAMPLES = Path(__file__).resolve().parents[2] / "docs" / "deploy"
PATIENCE = 30_000
#: nginx says that a body is too large; Caddy says that it could not hand it on.
REFUSED = {413, 502}


@dataclass
class Proxy:
    """One of the two proxies, run from its sample."""

    name: str
    folder: Path
    port: int
    #: Where it answers without TLS.
    plain: int = field(default_factory=free_port)

    @property
    def log(self) -> Path:
        return self.folder / "concord.log"

    @property
    def complaints(self) -> str:
        """What it says of itself, for who reads why a test failed."""
        said = [self.folder / name for name in ("error.log", "said.log")]
        return "\n".join(file.read_text(encoding="utf-8") for file in said if file.is_file())

    def command(self, program: int, certificate: Path) -> list[str]:
        subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
        files = ["-keyout", f"{self.folder}/concord.key", "-out", f"{self.folder}/concord.pem"]
        make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *subject, *files]
        subprocess.run(make, check=True, capture_output=True)
        shutil.copyfile(certificate, self.folder / "concord-program.pem")
        return getattr(self, f"_{self.name}")(program)  # type: ignore[no-any-return]

    def _sample(self, name: str, program: int, changes: dict[str, str]) -> str:
        text = (SAMPLES / name).read_text(encoding="utf-8")
        for old, new in {
            "127.0.0.1:8501": f"127.0.0.1:{program}",
            "/etc/ssl": str(self.folder),
            **changes,
        }.items():
            assert old in text
            text = text.replace(old, new)
        return text

    def _nginx(self, program: int) -> list[str]:
        changes = {
            "listen 443": f"listen 127.0.0.1:{self.port}",
            "listen 80": f"listen 127.0.0.1:{self.plain}",
            "server_name concord.example.org": "server_name localhost",
            "/var/log/nginx": str(self.folder),
        }
        (self.folder / "concord.conf").write_text(
            self._sample("nginx.conf", program, changes), encoding="utf-8"
        )
        places = "".join(
            f"{kind}_temp_path {self.folder}/{kind};"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        whole = f"daemon off; pid {self.folder}/pid; events {{}} http {{ {places} include {self.folder}/concord.conf; }}"
        (self.folder / "nginx.conf").write_text(whole, encoding="utf-8")
        return ["nginx", "-c", f"{self.folder}/nginx.conf", "-e", f"{self.folder}/error.log"]

    def _caddy(self, program: int) -> list[str]:
        changes = {
            "\nconcord.example.org {": f"\nhttps://localhost:{self.port} {{",
            "\nhttp://concord.example.org {": f"\nhttp://localhost:{self.plain} {{",
            "\tauto_https disable_redirects": "\tauto_https disable_redirects\n\tadmin off\n\tdefault_bind 127.0.0.1",
            "/var/log/caddy": str(self.folder),
        }
        (self.folder / "Caddyfile").write_text(self._sample("Caddyfile", program, changes), encoding="utf-8")
        return ["caddy", "run", "--adapter", "caddyfile", "--config", f"{self.folder}/Caddyfile"]


@contextmanager
def running(proxy: Proxy, program: int, certificate: Path, *, says: int = 200) -> Iterator[None]:
    """The proxy in front of a program that is to show this certificate; it answers at all, with this status."""
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(proxy.folder)}
    with (proxy.folder / "said.log").open("wb") as said:
        server = subprocess.Popen(
            proxy.command(program, certificate), stdout=said, stderr=said, env=environment
        )
        try:
            _wait_for(proxy, server, says)
            yield
        finally:
            server.terminate()
            server.wait(timeout=20)


def _wait_for(proxy: Proxy, server: "subprocess.Popen[bytes]", says: int) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until and server.poll() is None:
        try:
            assert ask(proxy.port, "/healthz")[0] == says
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError((proxy.folder / "said.log").read_text(encoding="utf-8"))


def ask(
    port: int, path: str, method: str = "GET", *, body: bytes = b"", **headers: str
) -> tuple[int, dict[str, str]]:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    connection = http.client.HTTPSConnection("localhost", port, context=context, timeout=10)
    try:
        connection.request(method, path, body=body or None, headers=headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}
    finally:
        connection.close()


def refuses(port: int, body: bytes, **headers: str) -> bool:
    """A body that is too large is answered, or cut off while the rest of it is still on its way."""
    try:
        return ask(port, "/keep", "POST", body=body, **headers)[0] in REFUSED
    except (ssl.SSLEOFError, ConnectionError):
        return True


@pytest.mark.parametrize("name", ["nginx", "caddy"])
def test_people_work_through_the_sample_proxy_over_tls_and_its_log_says_nothing(
    name: str, browser: Browser, tmp_path: Path
) -> None:
    assert shutil.which(name), f"{name} is not installed; scripts/test_needs.sh installs it"
    folder = tmp_path / name
    folder.mkdir()
    proxy = Proxy(name, folder, free_port())
    address = f"https://localhost:{proxy.port}"
    with (
        serve(tmp_path, CONCORD_ADDRESS=address) as served,
        running(proxy, served.port, served.certificate),
    ):
        store = open_store(f"sqlite:///{served.home / 'concord.db'}", served.home / "database.key")
        with store.writing() as db:
            pair = Make(db).pair()
            db.commit()
        context = browser.new_context(ignore_https_errors=True)
        page = context.new_page()
        ticket = House(address, store, browser).ticket(pair.vss)

        enter(page, address, ticket)
        page.goto(f"{address}/case?case={pair.case.id}")
        at_rest(page)

        expect(page.get_by_test_id("stSidebarNav")).to_be_visible(timeout=PATIENCE)
        cookies = {cookie["name"]: cookie for cookie in context.cookies()}
        assert cookies["__Host-concord"]["httpOnly"]
        assert cookies["__Host-concord"]["sameSite"] == "Strict"
        assert all(cookie["secure"] for cookie in cookies.values()), cookies
        assert {name for name in cookies if not name.startswith("__Host-")} == set()
        status, headers = ask(proxy.port, "/")
        assert status == 200
        assert headers["strict-transport-security"] == "max-age=31536000"
        assert headers.get("server", "nginx") == "nginx"
        assert refuses(proxy.port, bytes(13 * 1024 * 1024), Origin=address)
        # Caddy itself answers a foreign name, with an empty page; nginx hands it on and is refused.
        foreign, said_by = ask(proxy.port, "/", Host="evil.example")
        assert foreign == 400 or "content-security-policy" not in said_by
        ask(proxy.port, "/_stcore/upload_file/tab-of-hers/file-of-hers?x=1", "PUT", Origin=address)
        ask(proxy.port, "/media/what-she-signed.pdf")
        _is_at_least_tls_1_2(proxy.port)
        assert _tries_from(proxy, served, address, store) == ["203.0.113.9", "local"]
        context.close()
        store.engine.dispose()
    console = served.log.read_text(encoding="utf-8").splitlines()
    lines = [json.loads(line) for line in console if line.startswith("{")]
    assert [line for line in lines if "refused at the door" in line["said"]]
    assert {line["at"][-6:] for line in lines} == {"+00:00"}
    said = proxy.log.read_text(encoding="utf-8")
    assert "/_stcore/upload_file/" in said
    assert "/case" in said
    for told in (
        ticket,
        str(pair.case.id),
        "tab-of-hers",
        "file-of-hers",
        "what-she-signed",
        "__Host-concord",
    ):
        assert told not in said
    if name == "caddy":
        assert all("headers" not in json.loads(line).get("request", {}) for line in said.splitlines())


def _tries_from(proxy: Proxy, served: Served, address: str, store: Store) -> list[str]:
    """From where two failed attempts are counted: one as a proxy hands it on, one whose visitor names another address."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    handed_on = Wire(served.address, trust=served.trust).socket(
        origin=address, host=f"localhost:{proxy.port}", headers={"X-Forwarded-For": "203.0.113.9"}
    )
    try:
        named = connect(
            f"wss://localhost:{proxy.port}/_stcore/stream",
            ssl=context,
            proxy=None,
            origin=Origin(address),
            subprotocols=[Subprotocol("streamlit"), Subprotocol("no-token")],
            additional_headers={"X-Forwarded-For": "198.51.100.7", "X-Real-Ip": "198.51.100.7"},
            max_size=None,
            open_timeout=HANDSHAKE,
        )
    except InvalidMessage as error:
        raise AssertionError(f"{proxy.name} closed the connection: {proxy.complaints}") from error
    for way in (handed_on, named):
        with way as opened:
            one = Tab(opened)
            page = one.open()
            one.set(page.widget("Name"), "nobody")
            one.set(page.widget("Password"), "not the right one")
            assert one.press(page.widget("Sign in", "button")).has("do not fit together")
    with store.reading.begin() as db:
        return list(db.scalars(select(SignInFailure.address).order_by(SignInFailure.created_at)))


def _is_at_least_tls_1_2(port: int) -> None:
    said = _agreed(port, "-tls1_1", "-cipher", "ALL:@SECLEVEL=0")
    assert said.returncode != 0
    assert b"alert protocol version" in said.stderr


def _agreed(port: int, *how: str) -> "subprocess.CompletedProcess[bytes]":
    command = ["openssl", "s_client", "-connect", f"localhost:{port}", *how]
    return subprocess.run(command, input=b"", capture_output=True, check=False, timeout=20)


def _in_the_clear(port: int, request: bytes) -> bytes:
    """Everything that comes back to somebody who speaks without TLS."""
    got = b""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as plain:
        plain.sendall(request)
        try:
            while piece := plain.recv(65_536):
                got += piece
        except ConnectionError:
            pass
    return got


def test_behind_a_proxy_the_program_answers_over_tls_alone(tmp_path: Path) -> None:
    with serve(tmp_path, CONCORD_ADDRESS="https://localhost:9443") as served:
        head = b" HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nX-Forwarded-Proto: https\r\n" % served.port
        way_in = b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        key = b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nOrigin: https://localhost:9443\r\n"
        asked = {
            b"GET /healthz" + head + b"\r\n",
            b"GET /" + head + b"\r\n",
            b"POST /enter" + head + b"Content-Length: 3\r\n\r\nabc",
            b"GET /_stcore/stream" + head + way_in + key + b"\r\n",
        }

        answered = {_in_the_clear(served.port, request) for request in asked}

        # Nothing, or the alert of TLS: seven bytes.
        assert [got for got in answered if got[:2] not in {b"", b"\x15\x03"} or len(got) > 7] == []
        assert _agreed(served.port, "-tls1_1", "-cipher", "ALL:@SECLEVEL=0").returncode != 0
        assert _agreed(served.port, "-tls1_2").returncode == 0
        newest = _agreed(served.port, "-CAfile", str(served.certificate), "-verify_return_error")
        assert b"TLSv1.3" in newest.stdout
        assert newest.returncode == 0
        assert _agreed(served.port, "-verify_return_error").returncode != 0
        made = served.certificate.read_bytes()
        served.kill()
        served.start()
        assert served.certificate.read_bytes() == made
    said = served.log.read_text(encoding="utf-8")
    assert said.count(f"a new certificate: {served.certificate}") == 1
    assert "Open https://localhost:9443 and" in said
    assert "http://" not in said


def test_behind_a_proxy_the_program_does_not_start_without_its_certificate(tmp_path: Path) -> None:
    environment = {**os.environ, "CONCORD_HOME": str(tmp_path), "CONCORD_ADDRESS": "https://localhost:9443"}
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(free_port())]

    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False, timeout=60)

    assert done.returncode != 0
    assert b"over TLS alone: start it by python app.py." in done.stderr
