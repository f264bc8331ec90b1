"""The open sockets, by the session they belong to: when it ends, they are closed and Streamlit forgets what it held.

Streamlit itself looks at a session only when a script runs, and keeps what a closed tab showed. Here one task asks the
database once a second for all open sessions in one statement, while there are any.
"""

import asyncio
import hashlib
import logging
import secrets
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field

from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.runtime import Runtime
from streamlit.web.server.starlette.starlette_app_utils import decode_xsrf_token_string

from pages.ui import stores
from pages.ui.clicks import Clicks

log = logging.getLogger("concord")

#: What a closed socket says to the guard in the browser.
ENDED = 4001
#: A stranger's socket gave its place to another.
GAVE_WAY = 4002
#: Seconds between two looks, and until a run that has just ended its own session has said its goodbye.
LOOK = 0.6
GOODBYE = 0.3
#: Somebody has proved elsewhere in this session who they are: the browser comes again, by the token that it has now.
RENEWED = 4003
#: What the door writes into the head of a connection: the session that it was let in with, and a name of its own.
IDENTITY = b"x-concord-session"
SOCKET = b"x-concord-socket"
#: A visitor who has not signed in needs a socket for the sign-in form only.
STRANGER = "stranger:"
STRANGERS_EACH = 30
STRANGERS = 200
STRANGERS_LIFE = 30 * 60.0


@dataclass(eq=False)
class Socket:
    """One open socket, of a session or of a stranger."""

    identity: str
    address: str
    send: Send
    name: str = field(default_factory=lambda: secrets.token_hex(16))
    since: float = field(default_factory=time.monotonic)
    is_closed: bool = False

    @property
    def is_strangers(self) -> bool:
        return self.identity.startswith(STRANGER)

    async def tell(self, message: Message) -> None:
        """Pass on what Streamlit says, until the socket is closed."""
        if not self.is_closed:
            await self.send(message)

    async def close(self, code: int) -> None:
        if not self.is_closed:
            self.is_closed = True
            with suppress(OSError, RuntimeError):
                await self.send({"type": "websocket.close", "code": code})


class Sockets:
    """All open sockets of this process."""

    def __init__(self) -> None:
        self.open: set[Socket] = set()
        #: For each session the socket in which its person has proved again who they are.
        self.proved: dict[str, str] = {}
        self._watch: asyncio.Task[None] | None = None

    async def serve(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send, *, identity: str) -> None:
        """Let a socket be served as long as its session lives."""
        client = scope.get("client")
        socket = Socket(identity, str(client[0]) if client else "", send)
        if socket.is_strangers:
            await self._make_room(socket.address)
        self.open.add(socket)
        self._begin_watching()
        scope["headers"] = [
            *scope["headers"],
            (IDENTITY, identity.encode()),
            (SOCKET, socket.name.encode()),
        ]
        clicks = Clicks(receive, socket.tell)
        try:
            await app(scope, clicks.hear, clicks.tell)
        finally:
            self.open.discard(socket)

    async def look(self) -> None:
        """Close what belongs to sessions that have ended."""
        identities = {socket.identity for socket in self.open} | set(_held())
        identities = {each for each in identities if not each.startswith(STRANGER)}
        if identities:
            alive = await asyncio.to_thread(stores.ends, identities)
            gone = identities - alive.keys()
            if gone:
                await asyncio.sleep(GOODBYE)
                await self._end(gone)
        for socket in self._strangers():
            if time.monotonic() - socket.since > STRANGERS_LIFE:
                await socket.close(GAVE_WAY)

    async def renewed(self, session: str) -> None:
        """Let the other tabs of a session come again by its new token; whoever holds only the earlier one cannot."""
        stays = self.proved.pop(session, "")
        await asyncio.sleep(GOODBYE)
        for socket in [each for each in self.open if each.identity == session and each.name != stays]:
            await socket.close(RENEWED)

    async def _end(self, gone: set[str]) -> None:
        for socket in [socket for socket in self.open if socket.identity in gone]:
            await socket.close(ENDED)
        for identity in gone:
            self.proved.pop(identity, None)
        forget(gone)

    def _begin_watching(self) -> None:
        if self._watch is None or self._watch.done():
            self._watch = asyncio.create_task(self._keep_looking(), name="concord-sockets")

    async def _keep_looking(self) -> None:
        while self.open or _held():
            await asyncio.sleep(LOOK)
            try:
                await self.look()
            except SQLAlchemyError as error:
                # Without the database no page shows anything new; the next look comes soon.
                log.error("the sessions could not be looked up: %s", type(error).__name__)  # noqa: TRY400  no text

    def _strangers(self) -> list[Socket]:
        """The oldest first."""
        return sorted((each for each in self.open if each.is_strangers), key=lambda each: each.since)

    async def _make_room(self, address: str) -> None:
        """The oldest stranger of the same address gives way, else the oldest of all: nobody is kept out for good."""
        strangers = [each for each in self._strangers() if not each.is_closed]
        same = [each for each in strangers if each.address == address]
        if len(same) >= STRANGERS_EACH:
            await same[0].close(GAVE_WAY)
        elif len(strangers) >= STRANGERS:
            await strangers[0].close(GAVE_WAY)


def identity_of(connection: HTTPConnection, token: str) -> str:
    """To whom a socket belongs: to a live session, else to this browser's stranger."""
    if session := stores.session_of(token):
        return session
    given, _at = decode_xsrf_token_string(connection.cookies.get("_streamlit_xsrf", ""))
    return STRANGER + (hashlib.sha256(given).hexdigest() if given else secrets.token_hex(32))


def owns(session_id: str, identity: str) -> bool:
    """Does one of Streamlit's sessions belong to this identity?"""
    if not Runtime.exists():
        return False
    session = Runtime.instance().get_app_session(session_id)
    return session is not None and session.matches_user_info({"session": identity})


def forget(identities: Iterable[str]) -> None:
    """Discard what Streamlit holds of these sessions: state, uploaded files, tabs that may come back."""
    held = _held()
    for identity in identities:
        for session_id in held.get(identity, ()):
            Runtime.instance().close_session(session_id)


def _held() -> dict[str, list[str]]:
    """Streamlit's sessions by the identity that they belong to, closed tabs among them."""
    if not Runtime.exists():
        return {}
    found: dict[str, list[str]] = {}
    # Streamlit has no public way to ask for them all; a test holds this one.
    for info in Runtime.instance()._session_mgr.list_sessions():  # noqa: SLF001
        identity = str(info.session._user_info.get("session") or "")  # noqa: SLF001
        found.setdefault(identity, []).append(info.session.id)
    return found


SOCKETS = Sockets()
