"""What happened in a case: the joint acts of both services, and one's own; and who read what one's own shared."""

import streamlit as st

from core.operations import case_lists, cases
from pages.ui import case_head, event_words
from pages.ui.workspace import workspace

ws = workspace()
t = ws.words

case = ws.read(cases.find, ws.chosen("case"))
case_head.show(ws, case, "history")
st.header(t("history.title"))
st.caption(t("history.help"))
happened = event_words.in_a_row(
    t,
    [
        (one.at, one.person, one.kind, event_words.did(t, one.subject, one.act))
        for one in ws.read(case_lists.history, case.id)
    ],
)
if happened:
    st.markdown(event_words.table(t, happened))
else:
    st.info(t("history.empty"))

st.header(t("history.read"))
st.caption(t("history.read_help"))
read = [
    (t.moment(one.at) or t.day(one.on), one.person, one.kind, event_words.did(t, one.subject, one.act))
    for one in ws.read(case_lists.readings, case.id)
]
if read:
    st.markdown(event_words.table(t, read))
else:
    st.info(t("history.nobody_read"))
