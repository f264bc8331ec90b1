"""Sends the browser to a route outside the page: the one thing that Streamlit cannot do by itself.

What changes something is sent and not asked for by an address: so no other site can bring it about by a link, and no
ticket stands in an address. The guard is told first, so that it does not take the end of a session for somebody else's.
"""

import streamlit as st

_SCRIPT = """
export default function (component) {
    const { address, body, then } = component.data;
    window.concordGuard?.leaving();
    fetch(address, { method: "POST", body }).finally(() => window.location.assign(then));
}
"""

_go = st.components.v2.component("concord_go", js=_SCRIPT)


def enter(ticket: str, *, then: str = "/") -> None:
    """Trade a one-time ticket for a session at /enter, and end the page; `then` is the address that opens with it."""
    _to("/enter", ticket, then)


def leave() -> None:
    """End the session everywhere, at /leave."""
    _to("/leave")


def _to(address: str, body: str = "", then: str = "/") -> None:
    _go(data={"address": address, "body": body, "then": then}, key="go")
    st.stop()
