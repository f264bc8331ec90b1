"""The clock of an agenda item against its minutes, and what is left of the meeting; it ticks in the browser."""

from pathlib import Path

import streamlit as st

from core import clock
from core.locale import Words
from core.operations.sittings import AgendaItem, Meeting

_HTML = '<div class="clock" role="timer"><span class="item"></span><span class="whole"></span></div>'
_CSS = """
.clock { display: flex; flex-wrap: wrap; gap: 0 1rem; align-items: baseline; font-variant-numeric: tabular-nums; }
.item { font-size: 1.6rem; font-weight: 600; }
.whole { font-size: 1.15rem; }
.over { color: #8a4508; background: #fbe6c8; border-radius: 0.35rem; padding: 0 0.4rem; }
"""
_component = st.components.v2.component(
    "concord_item_clock",
    html=_HTML,
    css=_CSS,
    js=Path(__file__).with_suffix(".js").read_text(encoding="utf-8"),
)


def show(t: Words, meeting: Meeting, item: AgendaItem) -> None:
    """Show how long the item has taken and how much of the meeting is left."""
    now = clock.now()
    on_item = now - (meeting.item_since or now)
    left = meeting.duration - (now - (meeting.started_at or now))
    _component(
        key="item_clock",
        data={
            "item": item.position,
            "item_seconds": int(on_item.total_seconds()),
            "item_minutes": item.minutes,
            "left_seconds": int(left.total_seconds()),
            "of": t("table.clock_of"),
            "left": t("table.clock_left"),
            "over": t("table.clock_over"),
        },
        height="content",
    )
