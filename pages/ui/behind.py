"""What lies behind a box is read and sent when somebody opens it: a long page stays light on a phone."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator


def box(name: str, *, key: str, icon: str | None = None) -> DeltaGenerator | None:
    """A box to open; None while it is closed. By its name Streamlit knows it, so it is told what it was."""
    found = st.expander(name, expanded=bool(st.session_state.get(key)), key=key, icon=icon, on_change="rerun")
    return found if found.open else None


def panel(name: str, *, key: str, icon: str | None = None) -> DeltaGenerator | None:
    """A panel to open over the page; None until somebody has. It is then drawn on, so that nothing typed in it is lost."""
    found = st.popover(name, key=key, icon=icon, on_change="rerun")
    was_opened = f"{key}:was_opened"
    if found.open:
        st.session_state[was_opened] = True
    return found if st.session_state.get(was_opened) else None
