"""Two people at the same line: what a colleague saved stands beside what was given here, and one of the two goes on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from pages.ui.plain import plain
from pages.ui.workspace import Workspace


@dataclass(frozen=True)
class Both:
    """What a line holds after either click, and its fields: as they were drawn here, and as the colleague left them."""

    take: object
    keep: object
    key: str
    drawn: Mapping[str, Any]
    now: Mapping[str, Any]


def beside(ws: Workspace, slot: str, said: str, both: Both) -> None:
    """Show what a colleague saved, as `said`, with the two ways to go on."""
    t = ws.words
    with st.container(border=True, key=f"card_theirs_{slot.replace(':', '_')}"):
        st.markdown(t("theirs.said", value=plain(said)))
        with st.container(horizontal=True):
            st.button(
                t("theirs.take"),
                key=f"{slot}:take",
                on_click=st.session_state.__setitem__,
                args=(slot, both.take),
            )
            st.button(t("theirs.keep"), key=f"{slot}:keep", on_click=_keep, args=(slot, both))


def is_given(key: str, drawn: Mapping[str, Any]) -> bool:
    """Does a field of this line say something else than what was read when it was drawn?"""
    return any(not _is_as_drawn(key, name, value) for name, value in drawn.items())


def _is_as_drawn(key: str, name: str, value: object) -> bool:
    here = st.session_state.get(f"{key}:{name}", value)
    if isinstance(value, list):
        return set(here) == set(value)
    return bool(here == value)


def _keep(slot: str, both: Both) -> None:
    """What was given here goes on; a field that nobody touched here says what the colleague wrote into it."""
    for name, value in both.now.items():
        if _is_as_drawn(both.key, name, both.drawn[name]):
            st.session_state[f"{both.key}:{name}"] = value
    st.session_state[slot] = both.keep
