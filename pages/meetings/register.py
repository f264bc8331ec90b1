"""Meetings: of a case, of two services, or all of mine; and the way to plan a new one."""

from datetime import timedelta

import streamlit as st

from core import clock
from core.access import Permission, is_worker
from core.operations import ended_agreements, joint_spaces, meeting_lists, meetings
from pages.ui import case_head, meeting_list, tables
from pages.ui.site import page_file
from pages.ui.tables import Column
from pages.ui.workspace import workspace

#: More are in the list below.
NEXT = 8

ws = workspace()
t = ws.words

case_id, cooperation_id = ws.chosen_or_none("case"), ws.chosen_or_none("cooperation")
about = {"case": str(case_id)} if case_id else {"cooperation": str(cooperation_id)} if cooperation_id else {}

is_open = True
if case_id is not None:
    case = case_head.show(ws, case_id, "meetings")
    st.header(t("page.meetings"))
    space = ws.read(joint_spaces.of_case, case_id)
    is_open = meeting_list.what_holds(ws, case, space)
else:
    st.title(t("page.meetings"))
if is_open and ws.may(Permission.PLAN_MEETING):
    st.page_link(
        page_file("plan_meeting"), label=t("meetings.plan"), icon=":material/add:", query_params=about
    )
if about:
    if case_id is not None:
        found = ws.read(meetings.list_of_case, case_id)
        stopped = ws.read(ended_agreements.stopped_of_case, case_id)
        meeting_list.stopped(ws, stopped)
    else:
        found, stopped = ws.read(meetings.list_of_cooperation, ws.chosen("cooperation")), []
    meeting_list.show(ws, found[::-1], with_case=False)
    if is_open and not found and not stopped:
        st.caption(t("meetings.nothing_here"))
    st.stop()

st.header(t("meetings.ahead"))
# A meeting stays ahead until the morning after it, unless it is over: people look for it while it runs.
ahead = ws.read(meetings.list_ahead, since=clock.now() - timedelta(hours=12), limit=NEXT)
stopped = ws.read(ended_agreements.stopped)
if ahead:
    meeting_list.show(ws, ahead)
elif not stopped:
    st.caption(t("meetings.nothing_ahead" if is_worker(ws.actor) else "meetings.nothing_for_guest"))
meeting_list.stopped(ws, stopped)
if not is_worker(ws.actor):
    st.stop()

st.header(t("meetings.all"))
tables.show(
    ws,
    meeting_lists.search,
    [
        Column("held", lambda meeting: meeting.takes_place_at.astimezone(t.zone), sort="newest"),
        Column("case", lambda meeting: meeting.case.code if meeting.case else "", sort="case"),
        Column("kind", lambda meeting: meeting_list.kind(t, meeting.kind), sort="kind"),
        Column("state", lambda meeting: t(f"meeting.state.{meeting.state}"), sort="state"),
        Column("place", lambda meeting: meeting.place),
    ],
    key="meetings",
    page="meeting",
    id_name="meeting",
    empty="" if ws.may(Permission.PLAN_MEETING) else "meetings.empty_for_others",
)
