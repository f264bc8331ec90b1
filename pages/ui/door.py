"""The door in front of Streamlit: who gets in, and the routes of signing in and out.

Everything but the sign-in form's own traffic asks for a live session: files, uploads and media above all, which
Streamlit itself serves to anybody (security/pitfalls 5.1). A header that names the session binds Streamlit's own
session to it, so that one person cannot resume another's. What the door says with every answer is in headers.py, what
becomes of open sockets in sockets.py, and what stands on the screen in guard.py.
"""

import asyncio
import gc
import logging
import secrets
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from threading import Thread

import streamlit as st
from sqlalchemy.exc import DBAPIError
from starlette.background import BackgroundTask
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core import anchors, ends, key_holders, outages, outside, starting, taken_back
from core.locale import Words
from core.sealing import BrokenSealError
from core.settings import settings
from pages.ui import (
    console,
    guard,
    headers,
    identity_provider,
    options,
    own_address,
    refusals,
    sockets,
    stores,
    taken,
    uploads,
)
from pages.ui.cookies import cookie_name, device_cookie_name, token_of
from pages.ui.refusals import Rule
from pages.ui.sockets import IDENTITY, SOCKET, SOCKETS

__all__ = ["cookie_name", "device_cookie_name"]

log = logging.getLogger("concord")

#: So long a browser is known again.
DEVICE_LIFE = 180 * 24 * 3600
#: More than any ticket.
LONGEST_TICKET = 200
#: Nobody asks for these through the door: figures about the program, an interface for programs, another sign-in.
CLOSED = ("/_stcore/metrics", "/_stcore/agent", "/_stcore/script-health-check", "/auth/", "/oauth2callback")
#: What the sign-in form needs of Streamlit; all the rest that Streamlit serves asks for a live session.
OPEN = ("/_stcore/health", "/_stcore/host-config", "/_stcore/bidi-components/")
GUARDED = ("/media", "/_stcore/")
#: Served from files of the installed packages, which hold nothing of anybody.
PACKAGES = ("/static/", "/component/", "/favicon.png", "/manifest.json")
_SAFE = {"GET", "HEAD", "OPTIONS"}


class Door:
    """Lets in who may come in, binds Streamlit's session to ours, and adds the headers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.headers = headers.security_headers()
        self.own: dict[str, set[str]] = {}
        for route in ROUTES:
            self.own.setdefault(route.path, set()).update(route.methods or ())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        scope["headers"] = [
            (name, headers.unprefixed(value) if name == b"cookie" else value)
            for name, value in scope["headers"]
            if name not in {IDENTITY, SOCKET}
        ]
        if not settings().tls:
            # Nobody stands in front: whoever asks sits at this machine, whatever a header says of an address.
            scope["client"] = (own_address.LOCAL[0], 0)
        connection = HTTPConnection(scope)
        if scope["type"] == "websocket":
            await self._socket(connection, receive, send)
            return
        answer = self._with_headers(scope, send)
        if (refused := self._refusal(connection)) is not None:
            status, rule = refused
            if rule is not None:
                refusals.note(rule)
            await PlainTextResponse("", status_code=status)(scope, receive, answer)
        elif scope["path"].startswith(uploads.PATH) and scope["method"] == "PUT":
            await self._upload(connection, receive, answer)
        elif self._is_page(scope):
            await guard.show(Request(scope))(scope, receive, answer)
        else:
            await self.app(scope, receive, answer)

    async def _socket(self, connection: HTTPConnection, receive: Receive, send: Send) -> None:
        """A socket is opened by a page of ours alone, and lives as long as its session does."""
        scope = connection.scope
        host, origin = connection.headers.get("host", ""), connection.headers.get("origin", "")
        if not own_address.is_ours(host) or not own_address.is_own_origin(origin, host):
            refusals.note(Rule.FOREIGN_SOCKET)
            await send({"type": "websocket.close", "code": 1008})
            return
        identity = sockets.identity_of(connection, token_of(connection))
        await SOCKETS.serve(self.app, scope, receive, send, identity=identity)

    def _refusal(self, connection: HTTPConnection) -> tuple[int, Rule | None] | None:
        """The status that a request is refused with, and by which rule; None where it may come in."""
        path, method = connection.scope["path"], connection.scope["method"]
        host = connection.headers.get("host", "")
        if not own_address.is_ours(host):
            return 400, Rule.FOREIGN_NAME
        is_foreign = method not in _SAFE and not own_address.is_own_origin(
            connection.headers.get("origin", ""), host
        )
        if is_foreign:
            return 403, Rule.FOREIGN_PAGE
        if method not in self.own.get(path, {method}):
            # Streamlit would answer with its first page.
            return 405, None
        if path.startswith(CLOSED) and not identity_provider.is_open(path, method):
            return 403, Rule.CLOSED
        if path.count("/") > 1 and not path.startswith((*PACKAGES, *GUARDED, *identity_provider.PATHS)):
            # No page lies this deep; Streamlit's script asks here to learn where the program begins.
            return 404, None
        return self._held_back(path, token_of(connection))

    def _held_back(self, path: str, token: str) -> tuple[int, Rule] | None:
        """What Streamlit serves beside the sign-in form is for live sessions, and a file for whoever took it."""
        if not path.startswith(GUARDED) or path.startswith(OPEN):
            return None
        session = stores.session_of(token)
        if not session:
            return 403, Rule.NO_SESSION
        is_others = path.startswith(taken.PATH) and not taken.is_own(path, session)
        return (404, Rule.OTHERS_FILE) if is_others else None

    async def _upload(self, connection: HTTPConnection, receive: Receive, send: Send) -> None:
        """A file comes into one's own tab alone, and begins as a kind of file that some page takes."""
        scope = connection.scope
        if not uploads.is_own(connection, stores.session_of(token_of(connection))):
            refusals.note(Rule.OTHERS_TAB)
            await PlainTextResponse("", status_code=403)(scope, receive, send)
            return
        begun = await uploads.begins_well(receive)
        if begun is None:
            refusals.note(Rule.WRONG_KIND)
            await PlainTextResponse("", status_code=415)(scope, receive, send)
            return
        await self.app(scope, begun, send)

    def _is_page(self, scope: Scope) -> bool:
        """Whatever is neither a file nor a route is a page of Streamlit's, which shows it from the first one."""
        path, known = scope["path"], (*PACKAGES, *GUARDED)
        return (
            scope["method"] in {"GET", "HEAD"}
            and not path.startswith(known)
            and path not in {*self.own, *identity_provider.PATHS}
        )

    def _with_headers(self, scope: Scope, send: Send) -> Send:
        may_be_kept = scope["path"].startswith("/static/")

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = message["headers"]
                if scope["path"] == identity_provider.BACK:
                    given = identity_provider.shortened(given)
                message["headers"] = headers.answered(given, self.headers, may_be_kept=may_be_kept)
            await send(message)

        return answer


async def _enter(request: Request) -> Response:
    """Trade a ticket for a session, and the one that this browser had before ends; or for another token of it."""
    ticket = b""
    async for piece in request.stream():
        ticket += piece
        if len(ticket) > LONGEST_TICKET:
            return Response(status_code=413)
    return await asyncio.to_thread(_begin, request, ticket.decode("ascii", "replace"))


def _begin(request: Request, ticket: str) -> Response:
    response, token = Response(status_code=204), token_of(request)
    entered = stores.begin(ticket, request.cookies.get(device_cookie_name(), ""), token)
    if entered is None:
        return response
    _set_cookie(response, cookie_name(), entered.token, settings().session_hours * 3600)
    if entered.renewed is not None:
        session = entered.token[:1] + entered.renewed.hex
        response.background = BackgroundTask(SOCKETS.renewed, session)
        return response
    stores.end(token)
    if entered.device:
        _set_cookie(response, device_cookie_name(), entered.device, DEVICE_LIFE)
    identity_provider.forget(response)
    return response


def _set_cookie(response: Response, name: str, value: str, max_age: int) -> None:
    response.set_cookie(
        name, value, httponly=True, samesite="strict", secure=settings().tls, path="/", max_age=max_age
    )


def _leave(request: Request) -> Response:
    """End the session everywhere."""
    stores.end(token_of(request))
    # Its other tabs are emptied at once, and not only at the next look.
    response = Response(status_code=204, headers=guard.FORGET, background=BackgroundTask(SOCKETS.look))
    response.delete_cookie(cookie_name(), path="/", httponly=True, samesite="strict", secure=settings().tls)
    return response


def _first_page(_request: Request) -> Response:
    """The first page of the menu answers at the root alone; its own name leads there."""
    return RedirectResponse("/", status_code=303)


def _health(_request: Request) -> Response:
    return PlainTextResponse("ok")


def on_script_error(error: Exception) -> bool:
    """Say in the browser that something broke, and nothing about it; the console gets the kind and the place."""
    if isinstance(error, DBAPIError) and (known := outages.said(error)) is not None:
        log.error("the database failed: %s", known.key)
        st.error(Words(settings().language)(known.key))
        return True
    reference = secrets.token_hex(4)
    # The kind and the places only: a message may hold what somebody typed.
    places = [
        f"{place.filename}:{place.lineno} {place.name}" for place in traceback.extract_tb(error.__traceback__)
    ]
    log.error("script error %s: %s at %s", reference, type(error).__name__, " < ".join(reversed(places)))
    key = "error.seal_broken" if isinstance(error, BrokenSealError) else "error.unexpected"
    st.error(Words(settings().language)(key, reference=reference))
    return True


def ready() -> None:
    """What must hold before anybody is served: refuses the start with one plain sentence."""
    settings()
    starting.leave_no_core_dumps()
    outside.watch()
    console.begin()
    key_holders.ready()
    options.check()
    uploads.keep_in_memory(options.MEGABYTES)


@asynccontextmanager
async def lifespan(_app: object) -> AsyncIterator[None]:
    headers.hide_the_server()
    stores.open_all()
    stores.forget_erased(stores.real())
    taken_back.settle(stores.real(), *settings().taken_back_folders)
    # Objects of the imports are never garbage: taken out of the collector's sight once (design/stack.md 0.1).
    gc.collect()
    gc.freeze()
    if not gc.get_freeze_count():
        raise RuntimeError("the objects of the imports were not frozen")
    # The first list needs these; nobody should wait for them in front of it.
    for slow in ("pandas", "pyarrow"):
        Thread(target=import_module, args=(slow,), daemon=True).start()
    with (
        taken_back.always(stores.real(), *settings().taken_back_folders),
        anchors.daily(stores.real(), *settings().anchor_folders),
        ends.daily(stores.real(), settings().leaving),
    ):
        yield
    stores.close_all()


ROUTES = [
    Route("/enter", _enter, methods=["POST"]),
    Route("/leave", _leave, methods=["POST"]),
    Route("/healthz", _health),
    Route("/today", _first_page),
    *guard.ROUTES,
]
MIDDLEWARE = [Middleware(Door)]
