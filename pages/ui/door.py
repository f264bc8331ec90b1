"""The door in front of Streamlit: who gets in, the headers of every answer, and the routes of signing in and out.

Everything but the sign-in form's own traffic asks for a live session: files, uploads and media above all, which
Streamlit itself serves to anybody (security/pitfalls 5.1). A header with a digest of the session's token binds
Streamlit's own session to it, so that one person cannot resume another's.
"""

import base64
import gc
import hashlib
import logging
import re
import secrets
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from threading import Thread

import streamlit
import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config

from core import sign_in
from core.locale import Words
from core.settings import settings
from pages.ui import stores

log = logging.getLogger("concord")

COOKIE = "concord"
SECURE_COOKIE = "__Host-concord"
#: Knows a browser again that somebody has signed in from; opens nothing (core.sign_in.limits).
DEVICE_LIFE = 180 * 24 * 3600
#: The header that names the session to Streamlit; any that a browser sends is dropped.
IDENTITY = b"x-concord-session"
GUARDED = ("/media", "/_stcore/upload_file", "/_stcore/metrics")


def cookie_name() -> str:
    return SECURE_COOKIE if settings().tls else COOKIE


def device_cookie_name() -> str:
    return f"{cookie_name()}_device"


def _inline_script_hashes() -> list[str]:
    """The hashes of the inline scripts that the installed packages ship in their pages."""
    # The form library's cookie page is looked up without importing it: its import wants a running script.
    form_library = find_spec("extra_streamlit_components")
    folders = form_library.submodule_search_locations if form_library else None
    pages = [Path(streamlit.__file__).parent / "static" / "index.html"]
    for folder in folders or ():
        pages += Path(folder).glob("CookieManager/**/index.html")
    hashes = []
    for page in pages:
        for script in re.findall(r"<script>(.*?)</script>", page.read_text(encoding="utf-8"), re.DOTALL):
            digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
            hashes.append(f"'sha256-{digest}'")
    return hashes


def security_headers() -> list[tuple[bytes, bytes]]:
    """The headers of every answer (design/sign-in.md gives the policy)."""
    policy = "; ".join(
        [
            "default-src 'none'",
            f"script-src 'self' blob: {' '.join(_inline_script_hashes())}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "media-src 'self' blob:",
            "worker-src 'self' blob:",
            "connect-src 'self'",
            "frame-src 'self'",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'self'",
            "object-src 'none'",
        ]
    )
    headers = {
        "content-security-policy": policy,
        "x-content-type-options": "nosniff",
        "x-frame-options": "SAMEORIGIN",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "permissions-policy": "camera=(), microphone=(), geolocation=()",
    }
    return [(name.encode(), value.encode()) for name, value in headers.items()]


class Door:
    """Adds the headers, binds the Streamlit session to ours, and keeps strangers from files."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.headers = security_headers()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        token = HTTPConnection(scope).cookies.get(cookie_name(), "")
        raw = [(name, value) for name, value in scope["headers"] if name != IDENTITY]
        scope["headers"] = [*raw, (IDENTITY, sign_in.digest(token)[:32].encode())]
        if scope["type"] == "websocket":
            await self.app(scope, receive, send)
            return
        if scope["path"].startswith(GUARDED) and not stores.is_live(token):
            await PlainTextResponse("", status_code=403)(scope, receive, self._with_headers(scope, send))
            return
        await self.app(scope, receive, self._with_headers(scope, send))

    def _with_headers(self, scope: Scope, send: Send) -> Send:
        is_static = scope["path"].startswith("/static/")

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                extra = list(self.headers)
                if not is_static:
                    extra.append((b"cache-control", b"no-store"))
                names = {name for name, _ in extra} | {b"server"}
                kept = [(name, value) for name, value in message["headers"] if name.lower() not in names]
                message["headers"] = [*kept, *extra]
            await send(message)

        return answer


def _enter(request: Request) -> Response:
    """Trade a ticket for a session, and go to the first page; the one that this browser had before ends."""
    response = RedirectResponse("/", status_code=303)
    ticket, device = request.query_params.get("ticket", ""), request.cookies.get(device_cookie_name(), "")
    entered = stores.begin(ticket, device)
    if entered is not None:
        stores.end(request.cookies.get(cookie_name(), ""))
        _set_cookie(response, cookie_name(), entered.token, settings().session_hours * 3600)
        if entered.device:
            _set_cookie(response, device_cookie_name(), entered.device, DEVICE_LIFE)
    return response


def _set_cookie(response: Response, name: str, value: str, max_age: int) -> None:
    response.set_cookie(
        name, value, httponly=True, samesite="strict", secure=settings().tls, path="/", max_age=max_age
    )


def _leave(request: Request) -> Response:
    """End the session everywhere."""
    stores.end(request.cookies.get(cookie_name(), ""))
    response = RedirectResponse("/", status_code=303)
    response.delete_cookie(cookie_name(), path="/", httponly=True, samesite="strict", secure=settings().tls)
    return response


def _first_page(_request: Request) -> Response:
    """The first page of the menu answers at the root alone; its own name leads there."""
    return RedirectResponse("/", status_code=303)


def _health(_request: Request) -> Response:
    return PlainTextResponse("ok")


def on_script_error(error: Exception) -> bool:
    """Say in the browser that something broke, and nothing about it; the console gets the kind and the place."""
    reference = secrets.token_hex(4)
    # The kind and the places only: a message may hold what somebody typed.
    places = [
        f"{place.filename}:{place.lineno} {place.name}" for place in traceback.extract_tb(error.__traceback__)
    ]
    log.error("script error %s: %s at %s", reference, type(error).__name__, " < ".join(reversed(places)))
    st.error(Words(settings().language)("error.unexpected", reference=reference))
    return True


#: What must hold for the program to start: read back, because Streamlit ignores some ways of setting options.
REQUIRED_OPTIONS = {
    "runner.postScriptGC": False,
    "client.showErrorDetails": "none",
    "browser.gatherUsageStats": False,
    "server.enableXsrfProtection": True,
}


def check_options() -> None:
    """Raise RuntimeError where an option of Streamlit is not what the program needs."""
    for name, expected in REQUIRED_OPTIONS.items():
        if config.get_option(name) != expected:
            raise RuntimeError(f"the option {name} of .streamlit/config.toml did not take effect")


@asynccontextmanager
async def lifespan(_app: object) -> AsyncIterator[None]:
    check_options()
    stores.open_all()
    # Objects of the imports are never garbage: taken out of the collector's sight once (design/stack.md 0.1).
    gc.collect()
    gc.freeze()
    if not gc.get_freeze_count():
        raise RuntimeError("the objects of the imports were not frozen")
    # The first list needs these; nobody should wait for them in front of it.
    for slow in ("pandas", "pyarrow"):
        Thread(target=import_module, args=(slow,), daemon=True).start()
    yield
    stores.close_all()


ROUTES = [
    Route("/enter", _enter),
    Route("/leave", _leave),
    Route("/healthz", _health),
    Route("/today", _first_page),
]
MIDDLEWARE = [Middleware(Door)]
