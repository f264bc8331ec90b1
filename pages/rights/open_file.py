"""A colleague is away and something cannot wait: open a file of our service without working on it, for some hours."""

import streamlit as st

from core.access import Permission
from core.operations import break_glass
from core.operations.break_glass import BreakGlassGround
from pages.ui import step_up
from pages.ui.draft import open_new
from pages.ui.plain import plain
from pages.ui.site import page_file
from pages.ui.workspace import workspace

ws = workspace()
t = ws.words

st.title(t("page.open_file"))
if not ws.may(Permission.BREAK_GLASS):
    st.error(t("error.not_allowed"))
    st.stop()
st.markdown(t("break_glass.help", hours=break_glass.HOURS))

mine = ws.read(break_glass.mine)
if mine:
    st.header(t("break_glass.mine"))
    for one in mine:
        st.page_link(
            page_file("case"),
            label=t("break_glass.until", code=plain(one.code), until=t.moment(one.opening.until_at)),
            icon=":material/folder_shared:",
            query_params={"case": str(one.opening.case_id)},
        )

draft = open_new("break_glass")
with st.form("break_glass", border=True):
    typed = st.text_input(t("break_glass.typed"), key=draft.key("typed"), autocomplete="off")
    ws.slot("typed")
    ground = st.radio(
        t("break_glass.choose_ground"),
        list(BreakGlassGround),
        index=None,
        format_func=lambda each: t(f"break_glass.ground.{each}"),
        key=draft.key("ground"),
    )
    ws.slot("ground")
    reason = st.text_input(t("break_glass.reason"), key=draft.key("reason"))
    ws.slot("reason")
    sent = st.form_submit_button(t("break_glass.open"), type="primary", icon=":material/lock_open:")
sure = step_up.confirmed(ws, sent, key="break_glass:open")
opened = ws.make(break_glass.open_file, typed=typed, ground=ground, reason=reason) if sure else None
if opened is not None:
    draft.close()
    st.switch_page(page_file("case"), query_params={"case": str(opened.case_id)})
