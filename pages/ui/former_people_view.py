"""Who left and is still known by name, and what goes by itself, on a page."""

import streamlit as st

from core.operations import former_people, over
from pages.ui import step_up
from pages.ui.plain import plain
from pages.ui.workspace import Workspace


def show(ws: Workspace) -> None:
    t = ws.words
    st.caption(t("former.help"))
    found = ws.read(former_people.list_all)
    if not found:
        st.info(t("former.none"))
    for one in found:
        person = one.person
        with st.container(border=True, key=f"card_former_{person.id}"):
            st.markdown(
                t(
                    "former.over" if one.is_due else "former.row",
                    name=plain(person.name),
                    left=t.day(one.left_on),
                    day=t.day(one.on),
                )
            )
            clicked = one.is_due and st.button(
                t("former.reduce"), icon=":material/person_cancel:", key=f"former:{person.id}"
            )
            if step_up.confirmed(ws, clicked, key=f"former:{person.id}"):
                done = ws.make(former_people.reduce, person.id, version=person.version)
                if done is not None:
                    st.toast(t("former.reduced", name=done.name))
                    st.rerun()
    _by_itself(ws)


def _by_itself(ws: Workspace) -> None:
    t = ws.words
    seen = ws.read(over.review)
    st.subheader(t("over.title"))
    source = t(f"retention.source.{seen.log.source}", months=t.number(seen.log.months))
    if seen.since is None:
        st.markdown(t("over.log_empty", source=source))
    else:
        st.markdown(t("over.log", source=source, since=t.day(seen.since)))
        before = t.day(seen.before)
        st.markdown(
            t("over.going", before=before, rows=t.number(seen.rows))
            if seen.rows
            else t("over.nothing_going", before=before)
        )
    if seen.is_held:
        st.info(t("over.held"), icon=":material/lock_clock:")
    way_in = t(f"retention.source.{seen.way_in.source}", months=t.number(seen.way_in.months))
    st.markdown(t("over.way_in", source=way_in))
    st.caption(t("over.help"))
