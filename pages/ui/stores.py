"""The open databases of this process, and which of them a session belongs to.

A token begins with the letter of its store, so that the fictional example and the real data can be open side by side
and never mix.
"""

from dataclasses import replace
from functools import cache
from threading import Lock

from streamlit import get_option

from core import demo, first_start, sign_in, store
from core.settings import settings
from core.store import Store

EXAMPLE = "e"
REAL = "r"
_opening = Lock()


@cache
def _real() -> Store:
    opened = store.open_default()
    with opened.reading.begin() as db:
        return replace(opened, is_example=demo.is_example(db))


@cache
def _example() -> Store:
    return store.open_example()


def real() -> Store:
    with _opening:
        return _real()


def example() -> Store:
    """The fictional example, written at its first use."""
    with _opening:
        return _example()


def of(token: str) -> Store:
    """The store that a token or ticket belongs to."""
    return example() if token.startswith(EXAMPLE) else real()


def letter(chosen: Store) -> str:
    """The example's own file has a letter of its own; every other store is the one that the settings name."""
    return EXAMPLE if str(chosen.engine.url) == settings().example_database_url else REAL


def open_all() -> None:
    """Open the real store at start and, where nobody has set it up yet, print the set-up code."""
    with real().writing.begin() as db:
        code = first_start.new_code(db)
    if code is not None:
        address = f"http://127.0.0.1:{get_option('server.port')}"
        print(first_start.announcement(code, address=address), flush=True)  # noqa: T201  the terminal is where it belongs


def close_all() -> None:
    for opened in (_real, _example):
        if opened.cache_info().currsize:
            opened().engine.dispose()
        opened.cache_clear()


def is_live(token: str) -> bool:
    return presence(token) is not None


def presence(token: str, *, is_visit: bool = True) -> sign_in.Presence | None:
    """Who holds this token now; a visit begins the idle time anew."""
    if not token:
        return None
    chosen = of(token)
    with chosen.reading.begin() as db:
        found = sign_in.find(db, token[1:])
    if found is not None and found.is_stale and is_visit:
        with chosen.writing.begin() as db:
            sign_in.note_visit(db, found.sign_in_id)
    return found


def begin(ticket: str) -> str | None:
    """Trade a ticket for a token."""
    if not ticket:
        return None
    chosen = of(ticket)
    with chosen.writing.begin() as db:
        token = sign_in.begin(db, ticket[1:])
    return None if token is None else letter(chosen) + token


def end(token: str) -> None:
    if token:
        with of(token).writing.begin() as db:
            sign_in.end(db, token[1:])


def idle_seconds() -> int:
    return settings().idle_minutes * 60
