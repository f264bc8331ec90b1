"""A long list shows its beginning; a button under it shows more of it."""

import streamlit as st

from core.locale import Words


def shown(key: str, at_once: int) -> int:
    """How many rows of the list stand on the page now."""
    return int(st.session_state.get(f"{key}:limit", at_once))


def button(t: Words, key: str, at_once: int) -> None:
    """Offer as many rows again."""
    st.button(t("tables.more"), key=f"{key}:more", on_click=_more, args=(key, at_once))


def _more(key: str, at_once: int) -> None:
    st.session_state[f"{key}:limit"] = shown(key, at_once) + at_once
