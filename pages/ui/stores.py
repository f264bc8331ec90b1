"""The open databases of this process, and which of them a session belongs to.

A token begins with the letter of its store, so that the fictional example and the real data can be open side by side
and never mix.
"""

from dataclasses import replace
from functools import cache
from threading import Lock

from core import demo, first_start, sign_in, store
from core.settings import settings
from core.sign_in.sessions import Entered
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
        print(first_start.announcement(code), flush=True)  # noqa: T201  the terminal is where it belongs


def close_all() -> None:
    for opened in (_real, _example):
        if opened.cache_info().currsize:
            opened().engine.dispose()
        opened.cache_clear()


def is_live(token: str) -> bool:
    return presence(token) is not None


def presence(token: str, *, is_visit: bool = True) -> sign_in.Presence | None:
    """Who holds this token now; a visit begins the idle time anew. The example asks nobody again who they are."""
    if not token:
        return None
    chosen = of(token)
    with chosen.reading.begin() as db:
        found = sign_in.find(db, token[1:])
    if found is not None and found.is_stale and is_visit:
        with chosen.writing.begin() as db:
            sign_in.note_visit(db, found.sign_in_id)
    if found is not None and chosen.is_example:
        return replace(found, actor=replace(found.actor, is_fresh=True))
    return found


def begin(ticket: str, device: str = "") -> Entered | None:
    """Trade a ticket for a token; the example tells no devices apart."""
    if not ticket:
        return None
    chosen = of(ticket)
    with chosen.writing.begin() as db:
        entered = sign_in.begin(db, ticket[1:], device=None if chosen.is_example else device)
    return None if entered is None else replace(entered, token=letter(chosen) + entered.token)


def end(token: str) -> None:
    if token:
        with of(token).writing.begin() as db:
            sign_in.end(db, token[1:])


def idle_seconds() -> int:
    return settings().idle_minutes * 60
