"""Somebody who speaks to the server without a browser: a raw socket, a hand-made request."""

import http.client
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from pages.ui.cookies import COOKIE

#: Seconds in which a busy machine takes up a socket.
HANDSHAKE = 60.0


@dataclass
class Answer:
    status: int
    #: The last one of each name; cookies are kept apart.
    headers: dict[str, str]
    cookies: list[str]
    body: bytes


@dataclass
class Wire:
    """One client with its cookies."""

    address: str
    cookies: dict[str, str] = field(default_factory=dict)
    #: Where the address is one of TLS: which certificates are believed.
    trust: ssl.SSLContext | None = None

    @property
    def netloc(self) -> str:
        return urlsplit(self.address).netloc

    def headers(self) -> dict[str, str]:
        if not self.cookies:
            return {}
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}

    def ask(
        self,
        path: str,
        method: str = "GET",
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        connection = http.client.HTTPConnection(self.netloc, timeout=10)
        try:
            connection.request(method, path, body=body, headers={**self.headers(), **(headers or {})})
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        found = answer.getheaders()
        cookies = [value for name, value in found if name.lower() == "set-cookie"]
        for cookie in cookies:
            name, _, value = cookie.split(";")[0].partition("=")
            self.cookies[name.strip()] = value
        return Answer(answer.status, {name.lower(): value for name, value in found}, cookies, content)

    def enter(self, ticket: str) -> str:
        """Come in by a ticket; the token that the cookie holds."""
        self.ask("/enter", "POST", body=ticket.encode(), headers={"Origin": self.address})
        return self.cookies[COOKIE]

    def leave(self) -> Answer:
        """End the session everywhere."""
        return self.ask("/leave", "POST", headers={"Origin": self.address})

    @contextmanager
    def socket(
        self,
        *,
        session: str = "",
        origin: str | None = "",
        host: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> Iterator[ClientConnection]:
        """An open socket as a page opens it; `session` is the id of a tab of Streamlit's to resume."""
        token = self.cookies.get("_streamlit_xsrf", "no-token")
        protocols = ["streamlit", token, *([session] if session else [])]
        here = urlsplit(self.address)
        with connect(
            f"{'ws' if self.trust is None else 'wss'}://{host or self.netloc}/_stcore/stream",
            address=(here.hostname, here.port),
            ssl=self.trust,
            proxy=None,
            subprotocols=protocols,  # type: ignore[arg-type]
            origin=self.address if origin == "" else origin,  # type: ignore[arg-type]
            additional_headers={**self.headers(), **(headers or {})},
            max_size=None,
            compression=None,
            open_timeout=HANDSHAKE,
        ) as opened:
            yield opened


@dataclass
class Run:
    """What a run of the script sent."""

    session: str
    text: str


def run(socket: ClientConnection, query: str = "", page: str = "") -> Run:
    """Have the script run, as a page does when it opens."""
    message = BackMsg()
    message.rerun_script.query_string = query
    message.rerun_script.page_name = page
    socket.send(message.SerializeToString())
    session, said = "", []
    until = time.monotonic() + 30
    while time.monotonic() < until:
        raw = socket.recv(timeout=30)
        assert isinstance(raw, bytes)
        said.append(raw.decode("utf-8", "replace"))
        received = ForwardMsg()
        received.ParseFromString(raw)
        kind = received.WhichOneof("type")
        if kind == "new_session":
            session = received.new_session.initialize.session_id
        # A run that begins another one has not ended with this.
        if kind == "script_finished" and received.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            break
    return Run(session, "".join(said))


def closed_after(socket: ClientConnection, patience: float) -> tuple[float, int]:
    """Seconds until the socket was closed, and the code that it was closed with."""
    begin = time.monotonic()
    try:
        while (left := begin + patience - time.monotonic()) > 0:
            socket.recv(timeout=left)
    except ConnectionClosed as closed:
        return time.monotonic() - begin, closed.rcvd.code if closed.rcvd else 0
    except TimeoutError:
        pass
    raise AssertionError(f"the socket was still open after {patience} seconds")
