"""One meeting before and after the table: when, where, who, its agenda, its invitation, and its changes."""

import streamlit as st

from core.access import Permission, is_worker
from core.content import meeting_kinds
from core.operations import agenda_items, invitations, meetings, preparations
from pages.ui import case_head, left_over, meeting_changes, meeting_list, meeting_view
from pages.ui.plain import plain
from pages.ui.site import page_file
from pages.ui.workspace import workspace

ws = workspace()
t = ws.words
kinds = meeting_kinds.load(language=t.language)

if not is_worker(ws.actor):
    found = ws.read(invitations.find, ws.chosen("meeting"))
    kind = kinds.kind(found.kind)
    st.title(kind.title)
    st.markdown(t("meeting.of_case", code=plain(found.code)))
    if found.is_over:
        st.info(
            t("meeting.guest_off" if found.is_off else "meeting.guest_over"), icon=":material/event_busy:"
        )
    meeting_view.frame(ws, found)
    meeting_view.agenda(ws, found.agenda, found.duration, kind.purpose)
    if not found.is_over:
        meeting_view.bring(ws, found.bring)
    if found.is_off or not found.is_over:  # the entry that takes it out of the calendar stays
        meeting_view.downloads(ws, found)
    st.stop()

prepared = ws.read(preparations.of_meeting, ws.chosen("meeting"))
meeting = prepared.meeting
found, kind = invitations.of(meeting), kinds.kind(meeting.kind)
if meeting.case is not None:
    case_head.show(ws, meeting.case.id, "meeting")
    st.header(kind.title)
else:
    st.caption(t("case_head.purpose"))
    st.title(kind.title)

st.markdown(meeting_list.state(t, meeting))
if meeting.started_at is not None:
    st.markdown(
        t("meeting.held_at" if meeting.is_held else "meeting.begun_at", at=t.moment(meeting.started_at))
    )
if meeting.reason:
    st.info(t("meeting.called_off", reason=plain(meeting.reason)))
if prepared.is_unsettled:
    st.warning(t("meeting.unsettled"), icon=":material/event_busy:")
elif prepared.is_outdated:
    st.warning(t("meeting.outdated", at=t.moment(meeting.invited_at)))
with st.container(horizontal=True, key="meeting_ways"):
    if not meeting.is_over and page_file("table").exists():
        st.page_link(
            page_file("table"),
            label=t("page.table"),
            icon=":material/co_present:",
            query_params={"meeting": str(meeting.id)},
        )
    if meeting.is_held and page_file("minutes").exists():
        st.page_link(
            page_file("minutes"),
            label=t("page.minutes"),
            icon=":material/description:",
            query_params={"meeting": str(meeting.id)},
        )

    if found.is_off and ws.may(Permission.PLAN_MEETING) and not prepared.is_case_closed:
        about = {"case": meeting.case_id} if meeting.case_id else {"cooperation": meeting.cooperation_id}
        st.page_link(
            page_file("plan_meeting"),
            label=t("meeting.plan_anew"),
            icon=":material/event:",
            query_params={name: str(value) for name, value in about.items()},
        )

if prepared.may_be_prepared and ws.may(Permission.PLAN_MEETING):
    meeting_changes.show(ws, meeting)

left, right = st.columns([3, 2], gap="large")
with left:
    meeting_view.frame(ws, found)
    meeting_view.agenda(ws, found.agenda, found.duration, kind.purpose)
    if prepared.may_be_prepared and ws.may(Permission.PLAN_MEETING):
        left_over.show(ws, meeting, prepared.waiting, agenda_items.take_on)
with right:
    meeting_view.people(ws, prepared)
    meeting_view.bring(ws, found.bring)
    st.subheader(t("meeting.invitation"))
    if meeting.invited_at is not None:
        st.markdown(t("meeting.invited_at", at=t.moment(meeting.invited_at)))
    meeting_view.downloads(ws, found)
    if prepared.may_be_prepared and ws.may(Permission.PLAN_MEETING):
        # The key holds the version: a click on what has changed meanwhile does nothing but show the change.
        is_sent = meeting.invited_at is not None and not prepared.is_outdated
        what = "invite_again" if is_sent else "invite_new" if meeting.invited_at is not None else "invite"
        sent = st.button(
            t(f"meeting.{what}"),
            key=f"invite:{meeting.version}",
            type="tertiary" if is_sent else "secondary",
            help=t("meeting.invite_help"),
        )
        for field in ("link", "place", "people"):
            ws.slot(field)
        if sent and ws.do(meetings.invite, meeting.id, version=meeting.version):
            st.rerun()

meeting_view.steps(ws, prepared.steps, prepared.steps_source)
meeting_view.moves(ws, prepared.moves)
