"""Sends the browser to a route outside the page: the one thing that Streamlit cannot do by itself."""

import streamlit as st

_SCRIPT = """
export default function (component) {
    window.location.assign(component.data.address);
}
"""

_go = st.components.v2.component("concord_go", js=_SCRIPT)


def enter(ticket: str) -> None:
    """Take the browser to /enter with a one-time ticket, and end the page."""
    _to(f"/enter?ticket={ticket}")


def leave() -> None:
    """Take the browser to /leave, where the session ends everywhere."""
    _to("/leave")


def _to(address: str) -> None:
    _go(data={"address": address}, key="go")
    st.stop()
