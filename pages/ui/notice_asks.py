"""What his leaving or suspension asks of both services: to meet, to look at the danger again, to turn the plan to protection."""

from typing import Final

import streamlit as st

from core.operations.phases import Link
from core.operations.timelines import Timeline
from pages.ui.links import link_to
from pages.ui.plain import plain
from pages.ui.timeline_words import Teller
from pages.ui.workspace import Workspace

_EXITS: Final = frozenset({"left", "suspended"})
_ASKS: Final = {
    "meeting_due": "meetings",
    "meeting_overdue": "meetings",
    "risk_after": "risk",
    "risk_first_after": "risk",
}


def show(ws: Workspace, timeline: Timeline) -> None:
    """What is due by the days of the agreement, as the timeline counts them; nothing where all of it is done."""
    found = [ask for ask in timeline.asks if ask.key in _ASKS and ask.what in _EXITS]
    if not found:
        return
    t, teller = ws.words, Teller(ws.words, timeline)
    with st.container(border=True, key="notice_asks"):
        st.markdown(f"**{t('notices.after')}**")
        st.markdown("\n".join(f"- {plain(teller.ask(ask))}" for ask in found))
        st.caption(t("notices.goes_on"))
        with st.container(horizontal=True):
            for page in (*dict.fromkeys(_ASKS[ask.key] for ask in found), "plan"):
                link_to(Link(page, {"case": str(timeline.case.id)}), t(f"timeline.way.{page}"))
