"""The list for the woman that the services hold themselves: entered by an administrator, checked, released, frozen."""

import streamlit as st

from core import clock
from core.operations import risk_lists
from pages.ui import risk_list_form
from pages.ui.draft import open_draft
from pages.ui.plain import plain
from pages.ui.workspace import workspace

ws = workspace()
t = ws.words

st.title(t("page.risk_list"))
st.caption(t("risk_list.help"))
released = ws.read(risk_lists.released)
newest = risk_lists.content_of(released[0]).title if released else t("risk_list.shipped")
st.markdown(t("risk_list.holds", title=plain(newest)))
lines = [
    "- "
    + t(
        "risk_list.released",
        number=one.number,
        day=t.day(clock.day(one.released_at) if one.released_at else None),
        title=plain(risk_lists.content_of(one).title),
    )
    for one in released
]
if lines:
    st.markdown("\n".join(lines))

draft = ws.read(risk_lists.draft)
if draft is None:
    st.markdown(t("risk_list.none"))
    risk_list_form.begin(ws)
    st.stop()

opened = open_draft(draft)
content = risk_lists.content_of(draft)
st.header(t("risk_list.draft", number=draft.number))
if draft.version != opened.version:
    st.info(t("protocol.changed"))
    st.button(t("protocol.look_again"), on_click=opened.close)
risk_list_form.show(ws, content, opened)
risk_list_form.end(ws, opened)
