"""The joint table: a meeting on a shared screen, one agenda item at a time, until it is closed."""

import streamlit as st

from core.operations import shared_screens, sittings
from core.operations.tables import MeetingState
from pages.ui import (
    agenda_bar,
    beginning,
    closing,
    item_panel,
    keeper,
    last_actions,
    new_action,
    seats,
    shared_screen,
)
from pages.ui.follow import follow
from pages.ui.site import page_file
from pages.ui.workspace import workspace

ws = workspace()
t = ws.words
if ws.shared is not None:
    shared_screen.head(ws)
    sitting = ws.read(shared_screens.of_meeting, ws.shared)
else:
    sitting = ws.read(sittings.of_meeting, ws.chosen("meeting"))
meeting = sitting.meeting

if meeting.is_over:
    st.title(sitting.kind.title)
    st.info(t("table.is_over"), icon=":material/done_all:")
    if meeting.is_held and ws.shared is None:
        st.page_link(
            page_file("minutes"), label=t("table.to_minutes"), query_params={"meeting": str(meeting.id)}
        )
    if new_action.is_typed(ws, meeting):
        st.page_link(page_file("me"), label=t("table.to_account"), icon=":material/person:")
    st.stop()

if meeting.state is not MeetingState.IN_PROGRESS:
    with st.container(key="on_table"):
        beginning.show(ws, sitting)
    follow(ws, meeting.id, sitting.pulse, is_behind=False)
    st.stop()

if not meeting.items:
    with st.container(key="on_table"):
        agenda_bar.empty(ws, sitting)
        closing.take_back(ws, meeting.id)
    follow(ws, meeting.id, sitting.pulse, is_behind=False)
    st.stop()

item = meeting.items[agenda_bar.position(sitting)]
if not sitting.may_read:
    with st.container(key="on_table"):
        shared_screen.with_guests(ws, sitting, item)
    follow(ws, meeting.id, sitting.pulse, is_behind=item.position != meeting.item_position)
    st.stop()
with st.container(key="on_table"):
    agenda_bar.show(ws, sitting, item)
    match agenda_bar.view(ws, sitting):
        case "people":
            seats.attendance(ws, sitting)
            seats.declaration(ws, sitting)
        case "actions":
            with st.container(key="actions_known"):
                last_actions.show(ws, sitting)
                new_action.listed(ws, sitting)
            if sitting.has_plan:
                new_action.restore(ws, meeting)
                new_action.add(ws, meeting)
            else:
                new_action.later(ws, sitting)
        case "agenda":
            agenda_bar.agenda(ws, sitting)
        case "close":
            closing.show(ws, sitting)
        case _:
            item_panel.show(ws, sitting, item)
    if ws.shared is None:
        shared_screen.offer(ws, meeting.id)
keeper.watch(lambda found: item_panel.rescued(ws, found))
follow(ws, meeting.id, sitting.pulse, is_behind=item.position != meeting.item_position)
