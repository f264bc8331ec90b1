"""A click that holds what stood on the page when it was made: the run that works on it reads everything anew.

    seen = held.button(label, opened.number, key="approve")
    if seen is not None and ws.do(agreement_approvals.approve, agreement.id, number=seen): …

    seen = held.button(label, entry.id, key="share")      of a record that was chosen in a list
    if held.still(ws, seen, entry.id) and ws.do(path_entries.share, entry.id, …): …

A colleague may have saved a newer version meanwhile, or removed the record that was chosen, so that another one stands
in its place. What is held goes to the operation, which refuses what has moved on, or is set against what stands there.
"""

from typing import Any, Final, TypeVar

import streamlit as st

from core.errors import Conflict
from pages.ui.workspace import Workspace

T = TypeVar("T")
_HELD: Final = "held"


def button(label: str, shown: T, *, key: str, **look: Any) -> T | None:
    """A button; what it held, in the run of its click."""
    return _held(key, is_clicked=st.button(label, key=key, on_click=_hold, args=(key, shown), **look))


def send(label: str, shown: T, *, slot: str, **look: Any) -> T | None:
    """The button that sends a form; what it held, in the run of its click."""
    # Without a key of its own: by its name a second click on the form that was just sent is known.
    return _held(slot, is_clicked=st.form_submit_button(label, on_click=_hold, args=(slot, shown), **look))


def send_choice(label: str, field: str, *, slot: str, **look: Any) -> Any | None:
    """The button that sends a form; what its list with this key said when it was sent, though it may say it no more."""
    clicked = st.form_submit_button(label, on_click=_hold_choice, args=(slot, field), **look)
    return _held(slot, is_clicked=clicked)


def still(ws: Workspace, seen: object, now: object) -> bool:
    """Was it clicked for what stands there now? Where another record has taken its place, say so, and do nothing."""
    if seen is not None and seen != now:
        ws.show(Conflict("error.chosen_gone"))
    return seen is not None and seen == now


def _hold(slot: str, shown: object) -> None:
    st.session_state[f"{_HELD}:{slot}"] = shown


def _hold_choice(slot: str, field: str) -> None:
    _hold(slot, st.session_state.get(field))


def _held(slot: str, *, is_clicked: bool) -> Any | None:
    shown = st.session_state.pop(f"{_HELD}:{slot}", None)
    return shown if is_clicked else None
