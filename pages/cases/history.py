"""What happened in a case: the joint acts of both services, and one's own; and who read what one's own shared."""

import streamlit as st

from core.operations import case_lists
from pages.ui import case_head, event_words, more
from pages.ui.workspace import workspace

AT_ONCE = 60

ws = workspace()
t = ws.words

case = case_head.show(ws, ws.chosen("case"), "history")
st.header(t("history.title"))
st.caption(t("history.help"))
did_key = f"history:{case.id}"
limit = more.shown(did_key, AT_ONCE)
# One more than is shown says whether there is more.
happened = ws.read(case_lists.history, case.id, limit=limit + 1)
if happened:
    lines = [
        (one.at, one.person, one.kind, event_words.did(t, one.subject, one.act)) for one in happened[:limit]
    ]
    st.markdown(event_words.table(t, event_words.in_a_row(t, lines)))
else:
    st.info(t("history.empty"))
if len(happened) > limit:
    more.button(t, did_key, AT_ONCE)

st.header(t("history.read"))
st.caption(t("history.read_help"))
read_key = f"readings:{case.id}"
limit = more.shown(read_key, AT_ONCE)
readings = ws.read(case_lists.readings, case.id, limit=limit + 1)
read = [
    (t.moment(one.at) or t.day(one.on), one.person, one.kind, event_words.did(t, one.subject, one.act))
    for one in readings[:limit]
]
if read:
    st.markdown(event_words.table(t, read))
else:
    st.info(t("history.nobody_read"))
if len(readings) > limit:
    more.button(t, read_key, AT_ONCE)
