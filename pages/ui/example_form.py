"""The fictional example: write it, and come in as one of its people. The package for real data comes without it."""

import streamlit as st

from core import demo
from core.locale import Words
from core.store import Store
from pages.ui import go, stores


def explore(words: Words) -> None:
    """One of the two ways of the first start."""
    st.subheader(words("first_start.explore"))
    st.markdown(words("first_start.explore_text"))
    if st.button(words("first_start.explore_button"), type="primary", key="explore"):
        with st.spinner(words("first_start.writing_example")):
            demo.ensure(stores.example())
        st.session_state["way"] = "example"
        st.rerun()


def people(words: Words, store: Store) -> None:
    """Sign in as one of the people of the fictional example, without a password."""
    st.warning(words("example.banner"), icon=":material/theater_comedy:")
    st.subheader(words("example.who"))
    with store.reading.begin() as db:
        found = demo.personas(db)
    for persona in found:
        with st.container(border=True):
            who, way_in = st.columns([3, 1.25], vertical_alignment="center")
            job = words(f"example.job.{persona.key}")
            who.markdown(f"**{persona.name}**  \n{persona.service} · {job}")
            label = words("example.sign_in", name=persona.name)
            if way_in.button(label, key=f"persona:{persona.key}", width="stretch"):
                go.enter(stores.letter(store) + demo.enter_as(store, persona))
