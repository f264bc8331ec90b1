"""The open databases of this process, and which of them a session belongs to.

A token begins with the letter of its store, so that the fictional example and the real data can be open side by side
and never mix.
"""

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import cache
from threading import Lock
from uuid import UUID

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from streamlit import get_option

from core import clock, first_start, log_clock, lost_periods, outages, sign_in, store, tombstones
from core.errors import Unavailable
from core.lost_periods import LostPeriod
from core.operations import unsent
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
        return replace(opened, is_example=first_start.is_example(db))


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


def of(token: str) -> Store | None:
    """The store that a token or ticket belongs to; None for one of the example where nobody explores it.

    A token is a stranger's word: it makes no file, and opens no example behind services that are set up.
    """
    if not token.startswith(EXAMPLE):
        return real()
    return example() if _is_explored() else None


def _is_explored() -> bool:
    """Did somebody choose the example since the start, or before it while the services were not set up?"""
    if _example.cache_info().currsize or letter(real()) == EXAMPLE:
        return True
    if not first_start.has_example() or not settings().example_file.exists():
        return False
    with real().reading.begin() as db:
        return not first_start.is_set_up(db)


def letter(chosen: Store) -> str:
    """The example's own file has a letter of its own; every other store is the one that the settings name."""
    return EXAMPLE if str(chosen.engine.url) == settings().example_database_url else REAL


def open_all() -> None:
    """Open the real store at start and, where nobody has set it up yet, print the set-up code.

    Raises SettingsError where the clock of the machine does not fit the log, or where the store is the example and the
    program came without it.
    """
    with real().writing.begin() as db:
        if real().is_example:
            first_start.require_example()
        else:
            log_clock.require_right(db)
        code = first_start.new_code(db)
    if code is not None:
        address = settings().address or f"http://127.0.0.1:{get_option('server.port')}"
        print(first_start.announcement(code, address=address), flush=True)  # noqa: T201  the terminal is where it belongs


def close_all() -> None:
    for opened in (_real, _example):
        if opened.cache_info().currsize:
            opened().engine.dispose()
        opened.cache_clear()
    _lost_period.cache_clear()


@cache
def _lost_period() -> LostPeriod | None:
    # Once a process: nobody puts a copy back under a program that runs.
    with real().reading.begin() as db:
        return lost_periods.find(db, *settings().anchor_folders)


def lost_period(of_store: Store) -> LostPeriod | None:
    """The period that is lost because an older copy was put back, and of which no administrator has read yet."""
    return None if letter(of_store) == EXAMPLE else _lost_period()


def forget_lost_period() -> None:
    """An administrator has read of it."""
    _lost_period.cache_clear()


def forget_erased(of_store: Store) -> None:
    """After an erasure, and at start: clean the database file, and write down outside it what is gone."""
    folders = settings().erased_folders
    if letter(of_store) == EXAMPLE:
        folders = (settings().erased.with_name("erased-example"),)
    tombstones.settle(of_store, *folders)


def session_of(token: str) -> str:
    """The session that a token opens, as it is named inside whatever its token; empty where it opens none.

    A question is no visit.
    """
    chosen = of(token) if token else None
    if chosen is None:
        return ""
    with chosen.reading.begin() as db:
        found = sign_in.find(db, token[1:])
    return "" if found is None else named(chosen, found.sign_in_id)


def named(of_store: Store, sign_in_id: UUID) -> str:
    """A session outside its database: the letter of its store, and its id."""
    return letter(of_store) + sign_in_id.hex


def id_of(session: str) -> UUID | None:
    """The id of a session in its store; None where this names none."""
    try:
        return UUID(hex=session[1:])
    except ValueError:
        return None


def ends(sessions: Iterable[str]) -> dict[str, datetime]:
    """When these sessions end if nobody does anything more; one statement a store, the ended ones left out."""
    asked = [(each[:1], sign_in_id) for each in sessions if (sign_in_id := id_of(each)) is not None]
    found: dict[str, datetime] = {}
    for first in {of_store for of_store, _ in asked}:
        if (chosen := of(first)) is None:
            continue
        with chosen.reading.begin() as db:
            alive = sign_in.ends(db, [each for of_store, each in asked if of_store == first])
        found |= {named(chosen, each): at for each, at in alive.items()}
    return found


def seconds_left(token: str) -> int:
    """Seconds until the session of this token ends if nobody does anything more; 0 where it has ended.

    A question that was on its way while the token was changed is answered for the session, which goes on.
    """
    session = session_of(token) or _looked_up(token, sign_in.just_renewed)
    at = ends([session]).get(session)
    return 0 if at is None else max(1, int((at - clock.now()).total_seconds()))


def _looked_up(token: str, look: Callable[[Session, str], UUID | None]) -> str:
    """The session that a look finds by a token; empty where it finds none."""
    chosen = of(token) if token else None
    if chosen is None:
        return ""
    with chosen.reading.begin() as db:
        found = look(db, token[1:])
    return "" if found is None else named(chosen, found)


def presence(session: str, *, is_visit: bool = True) -> sign_in.Presence | None:
    """Who holds this session now; a visit begins the idle time anew. The example asks nobody again who they are.

    Where the visit cannot be written down, whoever looks goes on looking: the idle time runs on, and ends the earlier.
    """
    sign_in_id, chosen = id_of(session), of(session) if session else None
    if chosen is None or sign_in_id is None:
        return None
    with chosen.reading.begin() as db:
        found = sign_in.of_id(db, sign_in_id)
    if found is not None and found.is_stale and is_visit:
        with suppress(Unavailable), outages.told(), chosen.writing.begin() as db:
            sign_in.note_visit(db, found.sign_in_id)
    if found is not None and chosen.is_example:
        return replace(found, actor=replace(found.actor, is_fresh=True, is_certain=True))
    return found


def begin(ticket: str, device: str = "", token: str = "") -> Entered | None:
    """Trade a ticket for a token; the example tells no devices apart."""
    chosen = of(ticket) if ticket else None
    if chosen is None:
        return None
    with chosen.writing.begin() as db:
        known = None if chosen.is_example else device
        entered = sign_in.begin(db, ticket[1:], device=known, token=token[1:])
    return None if entered is None else replace(entered, token=letter(chosen) + entered.token)


def end(token: str) -> None:
    chosen = of(token) if token else None
    if chosen is not None:
        with chosen.writing.begin() as db:
            sign_in.end(db, token[1:])


#: Seconds after which a text that could not be kept is tried again.
_PAUSES = (0.5, 1.0, 2.0)


def lately(token: str) -> str:
    """The session that this is the token of, or was a moment ago; empty where it was none."""
    return _looked_up(token, sign_in.lately)


def rescue(session: str, slot: str, text: str, case_id: UUID | None = None) -> None:
    """Keep what somebody was typing when their page or session ended; one that ended long ago keeps nothing."""
    sign_in_id, chosen = id_of(session), of(session) if session else None
    if chosen is None or sign_in_id is None:
        return
    for pause in _PAUSES:
        try:
            _rescue(chosen, sign_in_id, slot, text, case_id)
        except (
            OperationalError
        ):  # somebody else writes for longer than one waits; nobody sends this a second time
            time.sleep(pause)
        else:
            return
    _rescue(chosen, sign_in_id, slot, text, case_id)


def _rescue(chosen: Store, sign_in_id: UUID, slot: str, text: str, case_id: UUID | None) -> None:
    with chosen.writing.begin() as db:
        found = sign_in.author(db, sign_in_id)
        if found is not None:
            person_id, is_screen = found
            # A new action: what was typed on a shared screen takes no place of what its person has typed alone.
            place = f"{slot}{unsent.SCREEN}" if is_screen and ":" not in slot else slot
            unsent.rescue(db, person_id, place, text=text, case_id=case_id)


def idle_seconds() -> int:
    return settings().idle_minutes * 60
