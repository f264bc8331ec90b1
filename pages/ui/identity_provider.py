"""Signing in by the identity provider of the services: `st.login` asks it, and what it says is the first step only.

Streamlit would keep what the provider said for thirty days in a cookie of its own, and would take it for a sign-in. Here
that cookie lives for two minutes, holds no token, opens nothing by itself, and is gone once the session has begun.
"""

import hashlib
import secrets
from collections.abc import Mapping
from functools import cache
from typing import Any

import streamlit as st
from itsdangerous import Signer
from starlette.responses import Response
from streamlit import config

from core.errors import CoreError, NotAllowed
from core.locale import Words
from core.settings import settings
from core.sign_in import identities, limits
from core.store import Store
from pages.ui import arriving
from pages.ui.headers import Header

PROVIDER = "provider"
BEGIN, BACK = "/auth/login", "/oauth2callback"
#: The routes of Streamlit's that are open where a provider is set; its sign-out is not ours.
PATHS = (BEGIN, BACK)
USER, TOKENS = "_streamlit_user", "_streamlit_user_tokens"
#: Seconds in which what the provider said leads on.
LIFE = 120

# Streamlit signs its cookies by this library, which would take SHA-1.
Signer.default_digest_method = staticmethod(hashlib.sha256)


def streamlit_secrets() -> dict[str, Any] | None:
    """What `st.login` needs, from our settings; None where no provider is set."""
    own = settings()
    if not own.has_oidc:
        return None
    port = config.get_option("server.port")
    return {
        "auth": {
            "redirect_uri": f"{own.address or f'http://127.0.0.1:{port}'}{BACK}",
            "cookie_secret": _cookie_secret(),
            PROVIDER: {
                "client_id": own.oidc_client,
                "client_secret": own.oidc_secret,
                "server_metadata_url": f"{own.oidc_issuer}/.well-known/openid-configuration",
                "client_kwargs": {"scope": "openid", "prompt": "select_account"},
            },
        }
    }


@cache
def _cookie_secret() -> str:
    """New at each start: what a provider said before it counts no more."""
    return secrets.token_hex(32)


def is_open(path: str, method: str) -> bool:
    return settings().has_oidc and path in PATHS and method == "GET"


def offer(words: Words, store: Store) -> None:
    """The button that leads to the provider, and what came back from it."""
    if not settings().has_oidc or store.is_example:
        return
    claims = _claims()
    if claims is not None and not st.session_state.get("identity:seen"):
        st.session_state["identity:seen"] = True
        _arrive(words, store, claims)
    if st.button(
        words("sign_in.by_provider", name=settings().oidc_name), icon=":material/badge:", width="stretch"
    ):
        st.login(PROVIDER)


def _claims() -> Mapping[str, object] | None:
    """What the provider said of whoever sits there."""
    user = st.user.to_dict()
    return user if user.get("is_logged_in") is True and user.get(PROVIDER) == PROVIDER else None


def _arrive(words: Words, store: Store, claims: Mapping[str, object]) -> None:
    error: CoreError
    try:
        with store.writing.begin() as db:
            token = identities.arrive(db, claims)
    except NotAllowed as raised:
        error = raised
    else:
        arriving.begin(token)
    with store.writing.begin() as db:
        limits.refused(db, "")
    st.error(words(error.key, **error.values))


def forget(response: Response) -> None:
    """The session has begun, or has ended: nothing of the provider's stays in the browser."""
    if settings().has_oidc:
        for name in (USER, TOKENS):
            response.delete_cookie(name, path="/")


def shortened(given: list[Header]) -> list[Header]:
    """The headers of the way back: the cookie lives for two minutes, and the provider's tokens go nowhere."""
    kept = []
    for name, value in given:
        cookie = value.decode("latin-1")
        if name.lower() == b"set-cookie" and cookie.startswith(USER):
            first, *rest = cookie.split("; ")
            if cookie.startswith(TOKENS) and not first.endswith('=""'):
                continue
            is_life = ("max-age=", "expires=")
            attributes = [each for each in rest if not each.lower().startswith(is_life)]
            life = 0 if first.endswith('=""') else LIFE
            kept.append((name, "; ".join([first, *attributes, f"Max-Age={life}"]).encode("latin-1")))
            continue
        kept.append((name, value))
    return kept
