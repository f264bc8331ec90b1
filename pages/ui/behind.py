"""What lies behind a box is read and sent when somebody opens it: a long page stays light on a phone."""

from typing import Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator


def box(name: str, *, key: str, icon: str | None = None, is_typed_in: bool = False) -> DeltaGenerator | None:
    """A box to open; None while it is closed. By its name Streamlit knows it, so it is told what it was.

    One that is typed in is drawn on once it was opened, closed or not, so that nothing in it is lost.
    """
    found = st.expander(name, expanded=bool(st.session_state.get(key)), key=key, icon=icon, on_change="rerun")
    was_opened = _was_opened(key, now=bool(found.open))
    return found if found.open or (is_typed_in and was_opened) else None


def panel(
    name: str, *, key: str, icon: str | None = None, look: Literal["secondary", "tertiary"] = "secondary"
) -> DeltaGenerator | None:
    """A panel to open over the page; None until somebody has. It is then drawn on, so that nothing typed in it is lost."""
    found = st.popover(name, key=key, icon=icon, type=look, on_change="rerun")
    return found if _was_opened(key, now=bool(found.open)) else None


def _was_opened(key: str, *, now: bool) -> bool:
    """Has it ever been opened in this tab, or is it now?"""
    if now:
        st.session_state[f"{key}:was_opened"] = True
    return bool(st.session_state.get(f"{key}:was_opened"))
