"""Why the risk is to be assessed, and by when: at the head of its page, as both services may see it."""

import streamlit as st

from core.operations.timelines import Timeline
from pages.ui.plain import plain
from pages.ui.timeline_words import Teller
from pages.ui.workspace import Workspace


def show(ws: Workspace, timeline: Timeline) -> None:
    """What the timeline asks for; that an assessment runs the page shows itself."""
    found = [ask for ask in timeline.asks if ask.page == "risk" and ask.key != "risk_running"]
    if found:
        teller = Teller(ws.words, timeline)
        lines = [plain(teller.ask(ask)) for ask in found]
        runs = [ask.key.startswith("risk_running") for ask in timeline.asks if ask.page == "risk"]
        if any(runs) and not all(runs):
            lines.append(ws.words("risk.finish_first"))
        st.warning("\n".join(f"- {one}" for one in lines), icon=":material/event_upcoming:")
