"""The key aspects: what both services mean by them here, and which of it becomes an objective."""

import streamlit as st

from core.operations import talks
from core.operations.talks import Aspect, Standing
from pages.ui import proposals
from pages.ui.kept import Kept
from pages.ui.opened import open_form
from pages.ui.plain import plain
from pages.ui.workspace import Workspace


def show(ws: Workspace, standing: Standing) -> None:
    """One form for all of them; only what this person changed is saved."""
    t, here = ws.words, standing.cooperation.id
    form = open_form(f"talk:{here}:aspects", {one.topic.id: one.text for one in standing.aspects})
    st.caption(plain(standing.content.aspects_note))
    texts = {}
    kept = Kept(ws, f"talk:{here}:aspects")
    with st.container():
        for number, one in enumerate(standing.aspects, 1):
            left, right = st.columns([2, 3], gap="small")
            with left:
                st.markdown(f"**{number}\\. {plain(one.topic.title)}**  \n{plain(one.topic.help)}")
            with right:
                texts[one.topic.id] = kept.area(
                    one.topic.id,
                    t("talk.we_mean", aspect=one.topic.title),
                    key=form.key(one.topic.id),
                    value=form.seen[one.topic.id],
                    label_visibility="collapsed",
                    height=90,
                )
                form.show_theirs(ws, one.topic.id, str)
        save = st.button(t("phase_1.save"), type="primary", icon=":material/save:")
    if save and ws.do(talks.write_aspects, here, texts=texts, seen=form.seen):
        kept.close()
        form.close()
        st.toast(t("phase_1.saved"))
        st.rerun()
    form.show_ways(ws, kept)
    _objectives(ws, standing)


def _objectives(ws: Workspace, standing: Standing) -> None:
    t = ws.words
    waiting = [one for one in standing.aspects if one.is_waiting]
    if waiting:
        st.markdown(t("talk.objectives_help"))
        with st.container(horizontal=True, key="talk_objectives"):
            for one in waiting:
                _objective(ws, standing, one)
    proposals.show_drafts(ws, standing.cooperation.id)


def _objective(ws: Workspace, standing: Standing, one: Aspect) -> None:
    label = ws.words("talk.objective", aspect=plain(one.topic.title))
    pressed = st.button(label, icon=":material/post_add:", key=f"objective:{one.topic.id}")
    if pressed and ws.do(talks.aim_at, standing.cooperation.id, aspect=one.topic.id):
        st.rerun()
