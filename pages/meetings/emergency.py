"""Something has happened: whom to call, how she is reached safely, and a short meeting that begins at one click."""

import streamlit as st

from core.access import Permission
from core.content.meeting_kinds import Asked
from core.operations import emergencies, joint_spaces, meetings
from pages.ui import case_head, emergency_view, joint_space, last_look
from pages.ui.site import page_file
from pages.ui.workspace import workspace

ws = workspace()
t = ws.words
situation = ws.read(emergencies.of_case, ws.chosen("case"))

case_head.show(ws, situation.case.id, "emergency")
with st.container(key="emergency"):
    st.header(t("page.emergency"))
    if situation.running_id is not None:
        st.warning(t("emergency.running"))
    if situation.running_id is not None and page_file("table").exists():
        st.page_link(
            page_file("table"),
            label=t("emergency.to_the_table"),
            icon=":material/co_present:",
            query_params={"meeting": str(situation.running_id)},
        )
    space = ws.read(joint_spaces.of_case, situation.case.id)
    if situation.running_id is None:
        emergency_view.next_act(ws, situation.case, space)
    is_open = joint_space.show(ws, space, here="emergency")
    if situation.case.closed_on is None:
        joint_space.open_for_emergency(ws, space)
    beginning = st.container(horizontal=True, vertical_alignment="center")
    emergency_view.sides(ws, situation.sides)
    emergency_view.safe_contacts(ws, situation.case.id, situation.safe_contacts, situation.flags)
    if is_open:
        emergency_view.danger(ws, ws.read(emergencies.known_now, situation.case.id, words=t))
    is_remote = st.toggle(t("emergency.is_remote"), value=True, key=f"is_remote:{situation.case.id}")
    people, rooms = emergency_view.participants(ws, situation, is_remote=is_remote)
    emergency_view.actions(ws, situation.actions)
    household = t(f"emergency.together.{situation.living_together}")
    st.markdown(t("emergency.in_household", household=household))
    emergency_view.checks(ws, Asked.CLIENT)
    last_look.offer(
        ws,
        t("emergency.sheet"),
        emergencies.sheet.of(situation.case.id, words=t),
        file_name="emergency-sheet.docx",
        key="emergency:sheet",
    )
    st.caption(t("emergency.sheet_help"))

joint_space.close_emergency(ws, space)
if is_open and ws.may(Permission.RUN_MEETING) and ws.may(Permission.PLAN_MEETING):
    # A meeting that goes on is joined at its table, which must not be overlooked beside the button.
    begin = beginning.button(
        t("emergency.begin"),
        type="primary" if situation.running_id is None else "secondary",
        icon=":material/e911_emergency:",
        key="begin",
    )
    beginning.caption(t("emergency.begin_help"))
    if begin:
        meeting = ws.make(
            meetings.start_emergency,
            situation.case.id,
            people=people,
            is_remote=is_remote,
            private_rooms=rooms,
        )
        if meeting is not None:
            there = "table" if page_file("table").exists() else "meeting"
            st.switch_page(page_file(there), query_params={"meeting": str(meeting.id)})
