"""Hands the browser another token after its person has proved again who they are, while the page goes on.

A cookie can be set only by an answer to the browser: the page gives the ticket to the guard, and the guard fetches.
"""

import time

import streamlit as st

from core.sign_in import TICKET_LIFE
from pages.ui import context
from pages.ui.sockets import SOCKETS

_WAITS = "renewal"
_SCRIPT = """
export default function (component) {
    window.concordGuard?.renew(component.data.ticket);
}
"""
_renew = st.components.v2.component("concord_renew", js=_SCRIPT)


def hand_over(session: str, ticket: str) -> None:
    """Hand a ticket of `sign_in.renew` to the browser, here and in the next runs: this one may be cut short."""
    SOCKETS.proved[session] = context.socket()
    st.session_state[_WAITS] = (ticket, time.monotonic())
    _show(ticket, "here")


def again() -> None:
    """Hand over once more, at the end of a page, what may not have arrived; the guard takes each ticket once."""
    ticket, since = st.session_state.get(_WAITS, ("", 0.0))
    if not ticket:
        return
    if time.monotonic() - since > TICKET_LIFE.total_seconds():
        del st.session_state[_WAITS]
    else:
        _show(ticket, "again")


def _show(ticket: str, where: str) -> None:
    _renew(data={"ticket": ticket}, key=f"renewal_{where}", height="content")
