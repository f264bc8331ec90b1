"""The first start: look at the fictional example, or set up one's own services."""

import streamlit as st

from core import first_start
from core.errors import CoreError
from core.locale import Words
from core.models import ServiceKind
from core.sign_in import arrivals
from core.store import Store
from pages.ui import arriving, stores

if first_start.has_example():
    from pages.ui import example_form


def show(words: Words, store: Store) -> None:
    """The way that was chosen, or both to choose from; without the example there is only one."""
    way = st.session_state.get("way")
    if store.is_example:
        example_form.people(words, store)
    elif not first_start.has_example():
        set_up(words, store)
    elif way == "example":
        example_form.people(words, stores.example())
        back(words)
    elif way == "set_up":
        set_up(words, store)
        back(words)
    else:
        two_ways(words)


def two_ways(words: Words) -> None:
    explore, set_up = st.columns(2, border=True)
    with explore:
        example_form.explore(words)
    with set_up:
        st.subheader(words("first_start.set_up"))
        st.markdown(words("first_start.set_up_text"))
        if st.button(words("first_start.set_up_button"), key="set_up"):
            st.session_state["way"] = "set_up"
            st.rerun()


def back(words: Words) -> None:
    if st.button(words("first_start.back"), key="back", icon=":material/arrow_back:"):
        del st.session_state["way"]
        st.rerun()


def set_up(words: Words, store: Store) -> None:
    st.subheader(words("first_start.set_up"))
    st.markdown(words("first_start.set_up_help"))
    with store.reading.begin() as db:
        brought = first_start.read_in(db)
    with st.form("set_up"):
        slots = {}

        def ask(field: str, *, is_secret: bool = False, known: str = "") -> str:
            typed = st.text_input(
                words(f"first_start.{field}"),
                value=known,
                type="password" if is_secret else "default",
                key=f"set_up:{field}",
                autocomplete="username" if field == "username" else None,
                help=words("first_start.password_help") if field == "password" else None,
            )
            slots[field] = st.empty()
            return typed

        code = ask("code")
        st.markdown(words("first_start.services"))
        pp_name = ask("pp_name", known=brought.get(ServiceKind.PP, ""))
        vss_name = ask("vss_name", known=brought.get(ServiceKind.VSS, ""))
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
                token = arrivals.arrive(db, account)
        except CoreError as error:
            place = slots.get(getattr(error, "field", ""), st)
            place.error(words(error.key, **error.values))
        else:
            st.session_state.pop("way", None)
            arriving.begin(token)
