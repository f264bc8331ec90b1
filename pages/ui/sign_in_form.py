"""What a visitor without a session sees: the first start, or the sign-in form, checked by streamlit-authenticator.

The form says only that a password is right; core.sign_in decides what follows, asks for the second factor, and a
one-time ticket takes the browser to /enter, where the cookie is set (design/sign-in.md).
"""

from collections.abc import Iterator, Mapping
from uuid import UUID

import streamlit as st
from streamlit_authenticator.models import AuthenticationModel

from core import first_start
from core.errors import CoreError, NotAllowed
from core.locale import Words
from core.sign_in import arrivals, limits, passwords
from core.store import Store
from pages.ui import arriving, context, first_start_form, identity_provider, stores

WITH_CODE = "with_code"


class Accounts(Mapping[str, dict[str, str | int]]):
    """The accounts as the form reads them: one at a time, read-only, an unknown name with a dummy hash.

    Reading one counts an attempt; where the name has to wait, nothing is compared but a dummy.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        #: The name that was typed, as the form asked for it.
        self.asked: str | None = None
        self.attempt_id: UUID | None = None
        self.refusal: CoreError = NotAllowed("error.sign_in_refused")
        self.hash = ""

    def __contains__(self, name: object) -> bool:
        return True

    def __getitem__(self, name: str) -> dict[str, str | int]:
        if self.asked is None:
            self.asked = name
            self.hash = self._knock(name)
        # The form counts failures in what it is given and needs a number there; the count that locks is ours.
        return {"password": self.hash, "email": "", "name": "", "failed_login_attempts": 0}

    def _knock(self, name: str) -> str:
        try:
            with self.store.writing.begin() as db:
                self.attempt_id = limits.knock(db, name, context.visitor())
        except CoreError as error:
            self.refusal = error
            return passwords.dummy_hash()
        with self.store.reading.begin() as db:
            return passwords.hash_of(db, name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def show(words: Words) -> None:
    """Offer the first start where nobody can sign in yet, else the sign-in form."""
    _left, middle, _right = st.columns([1, 2, 1])
    with middle:
        st.title(words("app.title"))
        st.markdown(words("app.claim"))
        store = stores.real()
        with store.reading.begin() as db:
            is_set_up = first_start.is_set_up(db)
        if store.is_example or not is_set_up:
            first_start_form.show(words, store)
        elif arriving.show(words, store):
            return
        elif st.session_state.get("way") == WITH_CODE:
            _with_code(words, store)
        else:
            _sign_in(words, store)


def _sign_in(words: Words, store: Store) -> None:
    accounts = Accounts(store)
    checks = AuthenticationModel({"usernames": {}}, auto_hash=False)
    checks.credentials = {"usernames": accounts}
    # Our own fields: those of the library keep password managers out and cut blanks off a password.
    with st.form("sign_in"):
        st.subheader(words("sign_in.title"))
        name = st.text_input(words("sign_in.name"), key="sign_in:name", autocomplete="username")
        password = st.text_input(
            words("sign_in.password"),
            type="password",
            key="sign_in:password",
            autocomplete="current-password",
        )
        refused = st.empty()
        sent = st.form_submit_button(words("sign_in.button"))
    if sent and name.strip():
        is_right = checks.check_credentials(name, passwords.prepared(password)) is True
        error = _decide(accounts, password if is_right else None)
        with store.writing.begin() as db:
            limits.refused(db, name)
        refused.error(words(error.key, **error.values))
    identity_provider.offer(words, store)
    st.button(words("sign_in.have_code"), type="tertiary", icon=":material/key:", on_click=_choose_code)


def _choose_code() -> None:
    st.session_state["way"] = WITH_CODE


def _decide(accounts: Accounts, right: str | None) -> CoreError:
    """Ask the core what a right password means, or a wrong one (None).

    A right one leads on, and comes back for its refusal only.
    """
    if right is not None and accounts.attempt_id is not None and accounts.asked is not None:
        # Before the transaction: it takes its time, and nobody shall wait for it.
        anew = passwords.renewed(right, accounts.hash)
        try:
            with accounts.store.writing.begin() as db:
                token = arrivals.by_password(db, accounts.asked, attempt_id=accounts.attempt_id)
                if anew is not None:
                    passwords.renew(db, accounts.hash, anew)
        except CoreError as error:
            return error
        arriving.begin(token)
    return accounts.refusal


def _with_code(words: Words, store: Store) -> None:
    """Come in with a code that an administrator handed over."""
    st.subheader(words("sign_in.have_code"))
    st.markdown(words("sign_in.have_code_help"))
    with st.form("with_code"):
        name = st.text_input(words("sign_in.name"), key="with_code:name")
        code = st.text_input(words("sign_in.code"), key="with_code:code", autocomplete="off")
        refused = st.empty()
        sent = st.form_submit_button(words("sign_in.go_on"), type="primary")
    if sent:
        try:
            with store.writing.begin() as db:
                attempt_id = limits.knock(db, name, context.visitor())
            with store.writing.begin() as db:
                token = arrivals.by_code(db, name, code, attempt_id=attempt_id)
        except CoreError as error:
            with store.writing.begin() as db:
                limits.refused(db, name)
            refused.error(words(error.key, **error.values))
        else:
            del st.session_state["way"]
            arriving.begin(token)
    first_start_form.back(words)
