"""What the browser's request says; everything of `st.context` is read here and nowhere else."""

from functools import cache
from zoneinfo import available_timezones

import streamlit as st

from core.sign_in import Visitor
from pages.ui.cookies import cookie_name, device_cookie_name


def token() -> str:
    """The session token of the cookie; empty where there is none."""
    if (given := st.session_state.get("token")) is not None:  # tests, which have no cookies
        return str(given)
    value = st.context.cookies.get(cookie_name())
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
