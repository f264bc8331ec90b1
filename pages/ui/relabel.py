"""Lists whose labels change while they are used, as a date in them is moved or an answer is given.

A browser knows a choice by its label. Unless it is told the new one, it sends the old label with the next click,
and the list falls back to its first line.
"""

from collections.abc import Mapping
from typing import Any

import streamlit as st


def keep_choice(key: str, labels: Mapping[Any, str]) -> None:
    """Call before the list with this key is shown: its choice stays where only the labels are others."""
    slot, shown = f"{key}:labels", list(labels.values())
    chosen = st.session_state.get(key)
    if chosen in labels and st.session_state.get(slot) != shown:
        st.session_state[key] = chosen
    st.session_state[slot] = shown
