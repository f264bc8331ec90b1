"""A meeting that has not begun: its agenda, and beginning it, with a question where its time is another."""

import streamlit as st

from core.access import Permission
from core.operations import sittings, tables
from core.operations.sittings import Sitting, Timing
from pages.ui.plain import plain
from pages.ui.workspace import Workspace


def show(ws: Workspace, sitting: Sitting) -> None:
    """The button first, so that nobody looks for it under a long agenda."""
    t, meeting = ws.words, sitting.meeting
    st.caption(sitting.kinds.purpose_line)
    st.title(sitting.kind.title)
    code = plain(meeting.case.code) if meeting.case else t("table.two_services")
    st.markdown(t("table.before", code=code, planned=t.moment(meeting.planned_at)))
    if ws.may(Permission.RUN_MEETING):
        _begin(ws, sitting)
    st.markdown(f"**{t('meeting.agenda')}**")
    st.markdown(
        "\n".join(
            f"{item.position + 1}. {plain(item.title)} ({t('common.minutes', number=item.minutes)})"
            for item in meeting.items
        )
    )


def _begin(ws: Workspace, sitting: Sitting) -> None:
    """On time at one click; else the day that the minutes, the timeline and the lists will name is asked."""
    t, meeting = ws.words, sitting.meeting
    timing, slot = sittings.timing(meeting), _asked(sitting)
    is_asked = timing is not Timing.ON_TIME and st.session_state.get(slot) == meeting.planned_at
    if not is_asked:
        if st.button(t("table.begin"), type="primary", icon=":material/play_arrow:", key="begin"):
            if timing is Timing.ON_TIME:
                _open(ws, sitting)
            st.session_state[slot] = meeting.planned_at
            st.rerun()
        return
    planned = t.moment(meeting.planned_at)
    st.warning(t(f"table.begin_{timing}", planned=planned), icon=":material/event_busy:")
    with st.container(horizontal=True, key="begin_asked"):
        if st.button(t("table.begin_now"), type="primary", key="begin_now"):
            _open(ws, sitting)
        if timing is Timing.LATE and st.button(t("table.begin_then", planned=planned), key="begin_then"):
            _open(ws, sitting, was_held_as_planned=True)
        if st.button(t("table.begin_not"), key="begin_not"):
            del st.session_state[slot]
            st.rerun()


def _asked(sitting: Sitting) -> str:
    """Where it is kept that the question stands on the page."""
    return f"begin_asked:{sitting.meeting.id}"


def _open(ws: Workspace, sitting: Sitting, *, was_held_as_planned: bool = False) -> None:
    if ws.do(tables.begin, sitting.meeting.id, was_held_as_planned=was_held_as_planned):
        st.session_state.pop(_asked(sitting), None)
        st.rerun()
    st.stop()
