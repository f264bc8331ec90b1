"""A first password, shown once to the administrator who made it, and the state of an account."""

import streamlit as st

from core.operations.people import FirstPassword, Member
from pages.ui.plain import plain
from pages.ui.workspace import Workspace

_SLOT = "first_password"


def keep(made: FirstPassword) -> None:
    """Hold it for the next run, which shows it once."""
    st.session_state[_SLOT] = (made.person.name, made.username, made.password)


def show(ws: Workspace) -> None:
    """Show the password that was just made; the next click ends it."""
    made = st.session_state.pop(_SLOT, None)
    if made is None:
        return
    name, username, password = made
    with st.container(border=True):
        st.markdown(ws.words("people.first_password", name=plain(name), username=plain(username)))
        st.code(password, language=None)
        st.caption(ws.words("people.first_password_help"))


def state(ws: Workspace, member: Member) -> str:
    """What the account is in, in a word or two."""
    if not member.username:
        return ws.words("people.state.none")
    if not member.is_enabled:
        return ws.words("people.state.disabled")
    if member.is_locked:
        return ws.words("people.state.locked")
    if member.must_change:
        return ws.words("people.state.must_change")
    return ws.words("people.state.enabled")
