"""Choices that others make, too: whenever somebody else has made one, it stands in a new field.

A browser that has not heard of it yet sends with its next click what it still shows. It shows a field that is gone, so
that nobody takes back a colleague's choice without having seen it.
"""

import streamlit as st


def field(slot: str, now: object) -> str:
    """The key of the field for what holds now; call it in each run, before the field is drawn."""
    if st.session_state.get(current(slot), now) != now:
        st.session_state[_count(slot)] = st.session_state.get(_count(slot), 0) + 1
    key = current(slot)
    st.session_state[key] = now
    return key


def current(slot: str) -> str:
    """The key of the field that was drawn last; whatever comes from another one is late."""
    count = st.session_state.get(_count(slot), 0)
    return f"{slot}:{count}" if count else slot


def _count(slot: str) -> str:
    return f"turn:{slot}"
