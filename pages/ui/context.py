"""What the browser's request says; everything of `st.context` is read here and nowhere else."""

from functools import cache
from zoneinfo import available_timezones

import streamlit as st

from core.sign_in import Visitor
from pages.ui.cookies import device_cookie_name
from pages.ui.sockets import IDENTITY, SOCKET


def session() -> str:
    """The session that this page was let in with, whatever its token is by now; names none where there is none."""
    if (given := st.session_state.get("session")) is not None:  # tests, which pass no door
        return str(given)
    return _said(IDENTITY)


def socket() -> str:
    """The name that the door gave the connection of this tab."""
    return _said(SOCKET)


def _said(header: bytes) -> str:
    """What the door has written into the head of this connection; a browser's own words there are dropped."""
    value = st.context.headers.get(header.decode())
    return value if isinstance(value, str) else ""


def address() -> str:
    value = st.context.ip_address
    return value if isinstance(value, str) else "local"


def visitor() -> Visitor:
    """Where somebody tries to sign in from: the address, and the cookie of a browser that signed in before."""
    value = st.context.cookies.get(device_cookie_name())
    return Visitor(address(), value if isinstance(value, str) else "")


def zone() -> str:
    """The browser's time zone, or UTC where it is unknown."""
    value = st.context.timezone
    return value if isinstance(value, str) and value in _zones() else "UTC"


@cache
def _zones() -> set[str]:
    return available_timezones()
