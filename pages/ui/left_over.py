"""What other meetings left over and what waits beside an agenda, until somebody puts it there with a click."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from core.models.meeting import AgendaItem, Meeting
from pages.ui.plain import plain
from pages.ui.workspace import Workspace


def show(ws: Workspace, meeting: Meeting, waiting: Sequence[AgendaItem], take_on: Callable[..., Any]) -> None:
    """One button a point; nothing where nothing waits."""
    t = ws.words
    if not waiting:
        return
    with st.container(key="left_over"):
        st.markdown(f"**{t('meeting.waiting')}**")
        st.caption(t("meeting.waiting_help"))
        for item in waiting:
            label = t("meeting.take_on", title=plain(item.title))
            is_clicked = st.button(label, key=f"take_on:{item.id}", icon=":material/playlist_add:")
            if is_clicked and ws.do(take_on, meeting.id, item.id):
                st.rerun()
        ws.slot("title")
