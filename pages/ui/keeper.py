"""Hands over what people type without waiting until they leave the field or send its form.

keeper.js, in the first page, does the work; keeper_ways.js, in a page with such fields, tells it how to reach that page.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import streamlit as st

from core.content.meeting_kinds import Entry
from core.operations import unsent

#: Fields whose key begins like this are watched.
MARK = "write_"
#: What stands in a field in a container whose key begins like this is handed over beside its form.
KEEP = "keep_"
_KEY = "keeper"
#: An entry of an agenda item, or a field of a new action.
_FIELD = re.compile(
    rf"{MARK}(?:(?P<item>[0-9a-f]{{32}})_(?P<entry>{'|'.join(Entry)})|action_[0-9a-f]{{32}}_[a-z]+)"
)
_component = st.components.v2.component(
    "concord_keeper", js=Path(__file__).with_name("keeper_ways.js").read_text(encoding="utf-8")
)


@dataclass(frozen=True)
class Rescued:
    """Letters of a field that was replaced or taken away before they were sent."""

    key: str
    text: str
    #: The field left the page; else somebody else's text took the place of what was typed.
    is_gone: bool


def slot_of(key: str) -> str | None:
    """The place where the text of a watched field is kept; None where no field of ours has this key."""
    found = _FIELD.fullmatch(key)
    if found is None:
        return None
    return unsent.slot(UUID(found["item"]), found["entry"]) if found["item"] else key


def watch(on_rescued: Callable[[Rescued], None]) -> None:
    """Watch the fields of this page."""
    _component(key=_KEY, data={}, on_rescued_change=_rescued, height="content")
    st.session_state["keeper:on_rescued"] = on_rescued


def watch_forms(on_typed: Callable[[str, str], None]) -> None:
    """Hand over what is typed into forms: the place and the text. Only this runs meanwhile, not the page."""
    st.session_state["keeper:on_typed"] = on_typed
    _listen()


@st.fragment
def _listen() -> None:
    _component(key="kept", data={"keeps": True}, on_typed_change=_typed, height="content")


def _typed() -> None:
    on_typed = st.session_state.get("keeper:on_typed")
    for each in getattr(st.session_state.get("kept"), "typed", None) or ():
        if on_typed is not None:
            on_typed(str(each["place"]), str(each["text"]))


def _rescued() -> None:
    on_rescued = st.session_state.get("keeper:on_rescued")
    found = getattr(st.session_state.get(_KEY), "rescued", None)
    for each in found or ():
        if on_rescued is not None and str(each["place"]).startswith(MARK):
            on_rescued(Rescued(str(each["place"]), str(each["text"]), bool(each["is_gone"])))
