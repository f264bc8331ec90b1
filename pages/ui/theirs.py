"""Two people at the same line: what a colleague saved stands beside what was given here, and one of the two goes on."""

from typing import Any, TypeVar

import streamlit as st

from pages.ui.plain import plain
from pages.ui.workspace import Workspace

T = TypeVar("T")


def beside(ws: Workspace, slot: str, said: str, *, take: object, keep: object) -> None:
    """Show what a colleague saved, as `said`; `take` and `keep` are what the line holds after either click.

    Who keeps their own has read the other's: it is saved after it.
    """
    t = ws.words
    with st.container(border=True, key=f"card_theirs_{slot.replace(':', '_')}"):
        st.markdown(t("theirs.said", value=plain(said)))
        with st.container(horizontal=True):
            for choice, held in (("take", take), ("keep", keep)):
                st.button(
                    t(f"theirs.{choice}"),
                    key=f"{slot}:{choice}",
                    on_click=st.session_state.__setitem__,
                    args=(slot, held),
                )


def is_given(key: str, held: dict[str, Any]) -> bool:
    """Does a field of this line say something else than what was read when it was drawn?"""
    fields = {name: st.session_state.get(f"{key}:{name}", value) for name, value in held.items()}
    return fields != held
