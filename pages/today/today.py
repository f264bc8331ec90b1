"""Today: what waits for me, each row leading to where it is done."""

import streamlit as st

from core.operations import today
from pages.ui import meeting_list, waiting, waiting_notices
from pages.ui.workspace import workspace

ws = workspace()
t = ws.words

found = ws.read(today.of_actor)

st.title(t("page.today"))
st.caption(t("today.hello", name=waiting.first_name(ws), day=waiting.this_day(ws)))

waiting.running(ws, found.running)
waiting.emergencies(ws, found)
waiting_notices.show(ws, found)
if found.is_empty:
    waiting.nothing(ws)
has_meetings = bool(found.due or found.unsettled or found.coming or found.stopped)
left, right = st.columns(2, gap="large") if has_meetings and found.waits else (st.container(), st.container())
with left:
    waiting.due(ws, found.due)
    waiting.meetings(ws, "unsettled", found.unsettled, more=found.more.get("unsettled", 0))
    waiting.meetings(ws, "coming", found.coming)
    meeting_list.stopped(ws, found.stopped)
    waiting.guest_cases(ws, found.guest_cases)
with right:
    waiting.actions(ws, found.actions, more=found.more.get("actions", 0))
    waiting.asked_of_me(ws, found)
    waiting.keeping(ws, found.keeping)
