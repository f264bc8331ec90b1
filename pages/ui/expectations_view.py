"""The talk with her about what she expects: whether it is due, what is said in it, and writing down that it was held."""

from uuid import UUID

import streamlit as st

from core import clock
from core.access import Permission
from core.content import expectations as content
from core.operations import expectations
from core.operations.expectations import Standing
from pages.ui import pickers
from pages.ui.draft import open_new
from pages.ui.kept import Kept
from pages.ui.plain import plain
from pages.ui.workspace import Workspace


def show(ws: Workspace, case_id: UUID, standing: Standing) -> None:
    t = ws.words
    talk = content.load(language=t.language)
    st.header(talk.title)
    if standing.is_due:
        st.warning(t("expectations.due", day=t.day(standing.began_on)), icon=":material/forum:")
    st.caption(talk.help)
    st.markdown("\n".join(f"- {point.text}" for point in talk.points))
    for one in standing.talks:
        said = f": {plain(one.note)}" if one.note else ""
        st.markdown(f":material/check: **{t.day(one.happened_on)}**{said}")
    if ws.may(Permission.WRITE_FILE):
        with st.expander(t("expectations.new"), icon=":material/add:", expanded=standing.is_due):
            _form(ws, case_id)
    st.caption(talk.source)


def _form(ws: Workspace, case_id: UUID) -> None:
    t = ws.words
    draft = open_new(f"expectations:{case_id}")
    form = Kept(ws, f"expectations:{case_id}", case_id)
    with st.form(draft.key("form"), border=False):
        held_on = pickers.day(
            t,
            t("expectations.held_on"),
            value=clock.today(),
            key=draft.key("held_on"),
        )
        ws.slot("happened_on")
        note = form.area("note", t("expectations.note"), height=90, key=draft.key("note"))
        ws.slot("note")
        save = st.form_submit_button(t("expectations.save"), type="primary")
    if save and ws.do(expectations.record, case_id, held_on=held_on, note=note):
        form.close(draft)
        st.toast(t("common.saved"))
        st.rerun()
