"""The cookie that holds a session's token."""

from starlette.requests import HTTPConnection

from core.settings import settings

COOKIE = "concord"
SECURE_COOKIE = "__Host-concord"


def cookie_name() -> str:
    return SECURE_COOKIE if settings().tls else COOKIE


def device_cookie_name() -> str:
    """Knows a browser again that somebody has signed in from; opens nothing (core.sign_in.limits)."""
    return f"{cookie_name()}_device"


def token_of(connection: HTTPConnection) -> str:
    """The token that a request brings along; empty where it brings none."""
    return connection.cookies.get(cookie_name(), "")
