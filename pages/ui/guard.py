"""Guards what stands on a screen: Streamlit's first page with our scripts in it, and the routes that they ask.

What is being typed is watched by keeper.js (keeper.py), what is pressed by press.js; back.js keeps the way back in order.
The rest is done by guard.js: it warns before the idle time is over, covers what stands there while the connection is
lost, and empties the screen when the session has ended. Only a person's own act makes the idle time begin anew.
"""

import asyncio
import html
import json
import re
from functools import cache
from pathlib import Path

import streamlit
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from core.locale import Words
from core.settings import settings
from core.text import LONGEST_TEXT
from pages.ui import cookies, keeper, places, stores

#: Loaded by the first page in this order, before Streamlit's own.
_SCRIPTS = ("keeper", "press", "back", "guard")
_SPOKEN = (
    "warning_title",
    "warning",
    "here",
    "cover_title",
    "cover",
    "gone_title",
    "idle",
    "ended",
    "lost",
    "again",
)
#: Why a screen was emptied; anything else in the address says the second.
_REASONS = ("idle", "ended", "lost")
#: A field that is full, each sign of it as long as JSON may write it, and its name; each field comes by itself.
_LONGEST = 6 * LONGEST_TEXT + 1_000
_MOST = 40


@cache
def page() -> str:
    """Streamlit's first page, with the keeper and the guard before its own scripts, and in our language."""
    source = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    words = Words(settings().language)
    said = html.escape(json.dumps({name: words(f"guard.{name}") for name in _SPOKEN}))
    title = html.escape(words("app.title"))
    scripts = "".join(f'<script src="/{name}.js"></script>' for name in _SCRIPTS)
    for pattern, new in (
        ("<head>", f'<head><meta name="concord-words" content="{said}">{scripts}'),
        ("<title>.*?</title>", f"<title>{title}</title>"),
        ('<html lang="en">', f'<html lang="{settings().language}">'),
        # It would lead to the description of an interface that is switched off.
        (r'<link rel="service-desc"[^>]*>', ""),
    ):
        before, found, after = _cut(pattern, source)
        if not found:
            raise RuntimeError("Streamlit's first page is not what it was: the guard has no place in it")
        source = before + new + after
    return source


def _cut(pattern: str, source: str) -> tuple[str, str, str]:
    """What stands before the first match, the match, and what stands after it."""
    found = re.search(pattern, source)
    if found is None:
        return source, "", ""
    return source[: found.start()], found[0], source[found.end() :]


def show(_request: Request) -> Response:
    return HTMLResponse(page())


def source_of(script: str) -> str:
    """One of our scripts."""
    return Path(__file__).with_name(f"{script}.js").read_text(encoding="utf-8")


def _script(request: Request) -> Response:
    name = request.url.path.removeprefix("/").removesuffix(".js")
    return Response(source_of(name), media_type="text/javascript")


def _look(request: Request) -> Response:
    """Does the session live, and how long yet? A look makes nothing begin anew."""
    return _left(cookies.token_of(request))


def _here(request: Request) -> Response:
    """A person has just typed or clicked: the idle time begins anew. The door has asked for our own Origin."""
    token = cookies.token_of(request)
    stores.presence(stores.session_of(token))
    return _left(token)


def _left(token: str) -> Response:
    return JSONResponse({"seconds": stores.seconds_left(token), "idle": stores.idle_seconds()})


async def _keep(request: Request) -> Response:
    """Keep what was being typed when the page or session ended, for its author alone; the answer says nothing."""
    session, body = await asyncio.to_thread(stores.lately, cookies.token_of(request)), b""
    async for piece in request.stream():
        body += piece
        if len(body) > _LONGEST:
            return Response(status_code=413)
    for key, text in _typed(body):
        if (slot := keeper.slot_of(key)) is not None:
            if not places.was_sent(session, key, text):
                await asyncio.to_thread(stores.rescue, session, slot, text)
        elif (place := places.find(session, key, text)) is not None:
            await asyncio.to_thread(stores.rescue, session, place.slot, text, place.case_id)
    return Response(status_code=204)


def _typed(body: bytes) -> list[tuple[str, str]]:
    try:
        given = json.loads(body)
    except ValueError:
        return []
    if not isinstance(given, dict):
        return []
    return [(key, text) for key, text in list(given.items())[:_MOST] if isinstance(text, str)]


def _out(request: Request) -> Response:
    """The plain page that is left of an emptied screen; the browser forgets what it kept."""
    asked = request.query_params.get("why", "")
    words = Words(settings().language)
    text = {
        "title": words("app.title"),
        "head": words("guard.gone_title"),
        "why": words(f"guard.{asked if asked in _REASONS else _REASONS[1]}"),
        "again": words("guard.again"),
    }
    body = _OUT.format(
        language=settings().language, **{name: html.escape(said) for name, said in text.items()}
    )
    return HTMLResponse(body, headers=FORGET)


#: Not "cookies": it would take those of every other program under the same name along.
FORGET = {"clear-site-data": '"cache", "storage"'}

_OUT = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ margin: 0; min-height: 100vh; display: grid; place-items: center; background: #fbfaf7; color: #22302f;
  font: 1rem/1.5 "Source Sans", "Segoe UI", sans-serif; }}
main {{ max-width: 30rem; padding: 2rem; text-align: center; }}
h1 {{ font-size: 1.5rem; }}
a {{ display: inline-block; padding: 0.5rem 1.25rem; border-radius: 0.5rem; background: #1f5c66; color: #fff;
  text-decoration: none; }}
</style>
</head>
<body><main><h1>{head}</h1><p>{why}</p><p><a href="/">{again}</a></p></main></body>
</html>
"""

ROUTES = [
    *(Route(f"/{name}.js", _script) for name in _SCRIPTS),
    Route("/here", _look, methods=["GET"]),
    Route("/here", _here, methods=["POST"]),
    Route("/keep", _keep, methods=["POST"]),
    Route("/out", _out),
]
