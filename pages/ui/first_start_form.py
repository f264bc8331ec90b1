"""The first start: look at the fictional example, or set up one's own services."""

import streamlit as st

from core import demo, first_start
from core.errors import CoreError
from core.locale import Words
from core.models import ServiceKind
from core.sign_in import arrivals
from core.store import Store
from pages.ui import arriving, go, stores


def two_ways(words: Words) -> None:
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


def back(words: Words) -> None:
    if st.button(words("first_start.back"), key="back", icon=":material/arrow_back:"):
        del st.session_state["way"]
        st.rerun()


def personas(words: Words, store: Store) -> None:
    """Sign in as one of the people of the fictional example, without a password."""
    st.warning(words("example.banner"), icon=":material/theater_comedy:")
    st.subheader(words("example.who"))
    with store.reading.begin() as db:
        people = demo.personas(db)
    for persona in people:
        with st.container(border=True):
            who, way_in = st.columns([3, 1.25], vertical_alignment="center")
            job = words(f"example.job.{persona.key}")
            who.markdown(f"**{persona.name}**  \n{persona.service} · {job}")
            label = words("example.sign_in", name=persona.name)
            if way_in.button(label, key=f"persona:{persona.key}", width="stretch"):
                go.enter(stores.letter(store) + demo.enter_as(store, persona))


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
            del st.session_state["way"]
            arriving.begin(token)
    back(words)
