"""Hands over what people type without waiting until they leave the field; the work is done by keeper.js."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

#: Fields whose key begins like this are watched.
MARK = "write_"
_KEY = "keeper"
_component = st.components.v2.component(
    "concord_keeper", js=Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
)


@dataclass(frozen=True)
class Rescued:
    """Letters of a field that was replaced or taken away before they were sent."""

    key: str
    text: str
    #: The field left the page; else somebody else's text took the place of what was typed.
    is_gone: bool


def watch(on_rescued: Callable[[Rescued], None]) -> None:
    """Watch the fields of this page."""
    _component(key=_KEY, data={}, on_rescued_change=_rescued, height="content")
    st.session_state["keeper:on_rescued"] = on_rescued


def _rescued() -> None:
    on_rescued = st.session_state.get("keeper:on_rescued")
    found = getattr(st.session_state.get(_KEY), "rescued", None)
    for each in found or ():
        if on_rescued is not None and str(each["place"]).startswith(MARK):
            on_rescued(Rescued(str(each["place"]), str(each["text"]), bool(each["is_gone"])))
