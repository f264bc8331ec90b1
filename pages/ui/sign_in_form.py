"""What a visitor without a session sees: the first start, or the sign-in form of streamlit-authenticator.

The form says only that a password is right; core.sign_in decides what follows, and a one-time ticket takes the
browser to /enter, where the cookie is set (design/sign-in.md).
"""

from collections.abc import Iterator, Mapping

import streamlit as st
import streamlit_authenticator as authenticator

from core import demo, first_start, sign_in
from core.errors import CoreError
from core.locale import Words
from core.settings import settings
from core.store import Store
from pages.ui import context, go, stores
from pages.ui.workspace import Workspace


class Accounts(Mapping[str, dict[str, str | int]]):
    """The accounts as the form reads them: one at a time, read-only, an unknown name with a dummy hash."""

    def __init__(self, store: Store) -> None:
        self.store = store
        #: The name that was typed, as the form asked for it.
        self.asked: str | None = None

    def __contains__(self, name: object) -> bool:
        return True

    def __getitem__(self, name: str) -> dict[str, str | int]:
        self.asked = name
        with self.store.reading.begin() as db:
            password = sign_in.password_hash(db, name)
        # The form counts failures in what it is given and needs a number there; the count that locks is ours.
        return {"password": password, "email": "", "name": "", "failed_login_attempts": 0}

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
        way = st.session_state.get("way")
        if store.is_example:
            _personas(words, store)
        elif not is_set_up and way == "example":
            _personas(words, stores.example())
            _back(words)
        elif not is_set_up and way == "set_up":
            _set_up(words, store)
        elif not is_set_up:
            _two_ways(words)
        else:
            _sign_in(words, store)


def _two_ways(words: Words) -> None:
    explore, set_up = st.columns(2, border=True)
    with explore:
        st.subheader(words("first_start.explore"))
        st.markdown(words("first_start.explore_text"))
        if st.button(words("first_start.explore_button"), type="primary", key="explore"):
            with st.spinner(words("first_start.writing_example")):
                demo.ensure(stores.example())
            st.session_state["way"] = "example"
            st.rerun()
    with set_up:
        st.subheader(words("first_start.set_up"))
        st.markdown(words("first_start.set_up_text"))
        if st.button(words("first_start.set_up_button"), key="set_up"):
            st.session_state["way"] = "set_up"
            st.rerun()


def _back(words: Words) -> None:
    if st.button(words("first_start.back"), key="back", icon=":material/arrow_back:"):
        del st.session_state["way"]
        st.rerun()


def _personas(words: Words, store: Store) -> None:
    """Sign in as one of the people of the fictional example, without a password."""
    st.warning(words("example.banner"), icon=":material/theater_comedy:")
    st.subheader(words("example.who"))
    with store.reading.begin() as db:
        personas = demo.personas(db)
    for persona in personas:
        with st.container(
            border=True, horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
        ):
            st.markdown(f"**{persona.name}**  \n{persona.service} · {words(f'example.job.{persona.key}')}")
            if st.button(words("example.sign_in"), key=f"persona:{persona.key}"):
                with store.writing.begin() as db:
                    ticket = sign_in.issue_ticket_for(db, persona.person_id)
                go.enter(stores.letter(store) + ticket)


def _set_up(words: Words, store: Store) -> None:
    st.subheader(words("first_start.set_up"))
    st.markdown(words("first_start.set_up_help"))
    with st.form("set_up"):
        slots = {}

        def ask(field: str, *, is_secret: bool = False) -> str:
            typed = st.text_input(
                words(f"first_start.{field}"),
                type="password" if is_secret else "default",
                key=f"set_up:{field}",
                help=words("first_start.password_help") if field == "password" else None,
            )
            slots[field] = st.empty()
            return typed

        code = ask("code")
        st.markdown(words("first_start.services"))
        pp_name, vss_name = ask("pp_name"), ask("vss_name")
        st.markdown(words("first_start.administrator"))
        name, username = ask("name"), ask("username")
        password, again = ask("password", is_secret=True), ask("again", is_secret=True)
        sent = st.form_submit_button(words("first_start.begin"), type="primary")
    if sent:
        try:
            with store.writing.begin() as db:
                account = first_start.set_up(
                    db,
                    code=code,
                    administrator=first_start.FirstPerson(name, username, password),
                    pp_name=pp_name,
                    vss_name=vss_name,
                    again=again,
                )
                ticket = sign_in.issue_ticket_for(db, account.person_id)
        except CoreError as error:
            place = slots.get(getattr(error, "field", ""), st)
            place.error(words(error.key, **error.values))
        else:
            del st.session_state["way"]
            go.enter(stores.letter(store) + ticket)
    _back(words)


def _sign_in(words: Words, store: Store) -> None:
    accounts = Accounts(store)
    login = authenticator.Authenticate(
        {"usernames": {}},
        cookie_name="concord_form",
        cookie_key=sign_in.form_key(),
        cookie_expiry_days=0,
        auto_hash=False,
        login_sleep_time=0,
    )
    login.authentication_controller.authentication_model.credentials = {"usernames": accounts}
    refused = st.empty()
    login.login(
        fields={
            "Form name": words("sign_in.title"),
            "Username": words("sign_in.name"),
            "Password": words("sign_in.password"),
            "Login": words("sign_in.button"),
        },
        key="sign_in",
    )
    is_right = st.session_state.get("authentication_status") is True
    for name in ("authentication_status", "username", "name", "email", "roles"):
        st.session_state[name] = None
    if accounts.asked is None:
        return
    ticket, error = _decide(store, is_right=is_right, username=accounts.asked)
    if ticket is None:
        refused.error(words(error.key, **error.values))
    else:
        go.enter(stores.letter(store) + ticket)


def _decide(store: Store, *, is_right: bool, username: str) -> tuple[str | None, CoreError]:
    """Ask the core what a right or a wrong password means."""
    refusal = CoreError("error.sign_in_refused")
    address = context.address()
    with store.writing.begin() as db:
        if not is_right:
            sign_in.record_failure(db, username, address)
            db.flush()
            if sign_in.is_locked(db, username, address):
                refusal = CoreError("error.sign_in_locked", minutes=settings().lock_minutes)
            return None, refusal
        try:
            return sign_in.issue_ticket(db, username, address), refusal
        except CoreError as error:
            return None, error


def new_password(workspace: Workspace) -> None:
    """Ask for a password of the person's own before anything else."""
    words = workspace.words
    st.title(words("sign_in.new_password"))
    st.markdown(words("sign_in.new_password_help"))
    with st.form("new_password"):
        password = st.text_input(words("first_start.password"), type="password", key="new:password")
        workspace.slot("password")
        again = st.text_input(words("first_start.again"), type="password", key="new:again")
        workspace.slot("again")
        sent = st.form_submit_button(words("sign_in.set_password"), type="primary")
    if sent and workspace.do(sign_in.change_password, password=password, again=again):
        go.leave()
