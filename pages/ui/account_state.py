"""A code that an administrator hands over, shown once, and the state of an account."""

import streamlit as st

from core.operations.accounts import Handover
from core.operations.people import Member
from pages.ui.plain import plain
from pages.ui.workspace import Workspace

_SLOT = "handover"


def keep(made: Handover) -> None:
    """Hold it for the next run, which shows it once."""
    st.session_state[_SLOT] = (made.person.name, made.username, made.code)


def show(ws: Workspace) -> None:
    """Show the code that was just made; the next click ends it."""
    made = st.session_state.pop(_SLOT, None)
    if made is None:
        return
    name, username, code = made
    with st.container(border=True):
        st.markdown(ws.words("people.code", name=plain(name), username=plain(username)))
        st.code(code, language=None)
        st.caption(ws.words("people.code_help"))


def state(ws: Workspace, member: Member) -> str:
    """What the account is in, in a few words."""
    t = ws.words
    if not member.username:
        return t("people.state.none")
    if not member.is_enabled:
        return t("people.state.disabled")
    if member.is_locked:
        return t("people.state.locked")
    if not member.has_password:
        return t("people.state.no_password")
    return t("people.state.enabled" if member.has_factor else "people.state.no_factor")
