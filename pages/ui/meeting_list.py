"""A short list of meetings: each row opens its meeting."""

from collections.abc import Sequence

import streamlit as st

from core.content import meeting_kinds
from core.locale import Words
from core.models.case import Case
from core.models.meeting import Meeting, MeetingState
from core.operations import joint_spaces, next_meetings
from core.operations.ended_agreements import Stopped
from core.operations.joint_spaces import Standing
from pages.ui import joint_space
from pages.ui.plain import plain
from pages.ui.site import page_file
from pages.ui.workspace import Workspace

_COLOURS = {
    MeetingState.PLANNED: "gray",
    MeetingState.INVITED: "blue",
    MeetingState.IN_PROGRESS: "orange",
    MeetingState.CLOSED: "green",
    MeetingState.AGREED: "green",
    MeetingState.MISSED: "red",
    MeetingState.CANCELLED: "gray",
}


def kind(t: Words, key: str) -> str:
    """What a kind of meeting is called."""
    return meeting_kinds.load(language=t.language).kind(key).title


def state(t: Words, meeting: Meeting) -> str:
    """The state as a small coloured mark; the colour says nothing that the word does not."""
    return f":{_COLOURS[meeting.state]}-badge[{t(f'meeting.state.{meeting.state}')}]"


def show(ws: Workspace, meetings: Sequence[Meeting], *, with_case: bool = True) -> None:
    """Show meetings, each as a link to its page with day, case, kind and state (case loaded)."""
    t = ws.words
    for meeting in meetings:
        code = f" · {plain(meeting.case.code)}" if with_case and meeting.case else ""
        at = meeting.takes_place_at
        when = f"{t.short_weekday(at)}, {t.moment(at)}"
        st.page_link(
            page_file("meeting"),
            label=f"**{when}**{code} · {kind(t, meeting.kind)} {state(t, meeting)}",
            query_params={"meeting": str(meeting.id)},
        )


def what_holds(ws: Workspace, case: Case, space: Standing) -> bool:
    """Can a meeting of this case be planned? Where none can, say why, and what opens the table again."""
    t = ws.words
    if case.closed_on is not None:
        st.info(t("meetings.case_closed"), icon=":material/flag:")
        return False
    if not case.is_paired:
        st.info(t("error.meeting.not_paired"), icon=":material/handshake:")
        return False
    if joint_space.show(ws, space) or next_meetings.kinds(space):
        return True
    if space.ground in joint_spaces.OVER:
        st.markdown(t("meetings.agreement_over"))
    return False


def _stopped(t: Words, meeting: Stopped, when: str) -> str:
    if meeting.begins_on is None:
        return t("meetings.stopped", meeting=when)
    return t("meetings.stopped_until", meeting=when, day=t.day(meeting.begins_on))


def stopped(ws: Workspace, meetings: Sequence[Stopped]) -> None:
    """Planned meetings that nobody can hold now, so that nobody travels in vain; their page says what ended."""
    t = ws.words
    if not meetings:
        return
    if any(meeting.begins_on is None for meeting in meetings):
        st.warning(t("meetings.stopped_help"), icon=":material/event_busy:")
    with st.container(key="meetings_stopped", gap=None):
        for meeting in meetings:
            when = f"**{t.moment(meeting.planned_at)}** · {plain(meeting.code)} · {kind(t, meeting.kind)}"
            st.page_link(
                page_file("meeting"),
                label=_stopped(t, meeting, when),
                icon=":material/event_busy:" if meeting.begins_on is None else ":material/event_upcoming:",
                query_params={"meeting": str(meeting.meeting_id)},
                width="stretch",
            )
