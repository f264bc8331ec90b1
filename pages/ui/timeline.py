"""The two parallel paths of a case and the joint line between them, as a picture."""

from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from core.operations.timelines import Entry, Kind, Lane, State, Timeline
from pages.ui.site import page_file
from pages.ui.timeline_words import Teller

_HERE = Path(__file__).parent
_draw = st.components.v2.component(
    "concord_timeline",
    js=(_HERE / "timeline.js").read_text(encoding="utf-8"),
    css=(_HERE / "timeline.css").read_text(encoding="utf-8"),
)

#: Days shown before the first and after the last entry.
BEFORE, AFTER = 10, 24
#: A new case shows its first half year, so that there is a way to see.
SHORTEST = 180
#: What the legend explains, in its order; the kinds that a case has not reached yet stay in it, so that it is learnt.
SHAPES = ("held", "planned", "missed", "emergency", "time", "pp", "vss", "action")


def show(teller: Teller) -> Entry | None:
    """Draw the picture; return the entry whose mark was clicked in this run."""
    timeline = teller.timeline
    result = _draw(data=data_of(teller), key=f"timeline:{timeline.case.id}", on_open_change=lambda: None)
    clicked = getattr(result, "open", None)
    if clicked is None:
        return None
    # The browser names a mark; where it leads is ours to say, among what this person sees.
    return next(
        (entry for place, entry in _drawn(timeline) if f"m{place}" == clicked and _opens(entry)), None
    )


def follow(entry: Entry) -> None:
    """Go to the page that an entry opens."""
    what = "case" if entry.page in {"phase", "plan"} else entry.page
    st.switch_page(page_file(entry.page), query_params={what: str(entry.page_id)})


def data_of(teller: Teller) -> dict[str, Any]:
    """Everything that the picture shows, in words."""
    timeline, t = teller.timeline, teller.words
    drawn = _drawn(timeline)
    start, end = _range(timeline)
    return {
        "from": start.isoformat(),
        "to": end.isoformat(),
        "today": timeline.today.isoformat(),
        "today_name": t("timeline.today", day=t.short_day(timeline.today)),
        "months": _months(teller, start, end),
        "lanes": {lane.value: teller.lane(lane) for lane in Lane},
        "phases": [_bar(teller, place, one) for place, one in drawn if one.kind is Kind.PHASE],
        "agreements": [_bar(teller, place, one) for place, one in drawn if one.kind is Kind.AGREEMENT],
        "marks": [
            _mark(teller, place, one) for place, one in drawn if one.kind not in {Kind.PHASE, Kind.AGREEMENT}
        ],
        "legend": [{"shape": shape, "name": t(f"timeline.legend.{shape}")} for shape in _shapes(timeline)],
        "words": {
            name: t(f"timeline.picture.{name}") for name in ("picture", "now", "now_help", "closer", "wider")
        },
    }


def _drawn(timeline: Timeline) -> list[tuple[int, Entry]]:
    """The entries that have a place in the picture: all but the times without a day."""
    return [(place, entry) for place, entry in enumerate(timeline.entries) if entry.on is not None]


def _range(timeline: Timeline) -> tuple[date, date]:
    days = [timeline.today, timeline.begins_on]
    for entry in timeline.entries:
        days += [day for day in (entry.on, entry.until) if day is not None]
    start, end = min(days) - timedelta(days=BEFORE), max(days) + timedelta(days=AFTER)
    return start, max(end, start + timedelta(days=SHORTEST))


def _months(teller: Teller, start: date, end: date) -> list[dict[str, str]]:
    months: list[dict[str, str]] = []
    month = start.replace(day=1)
    while month <= end:
        if month >= start:
            year = str(month.year) if month.month == 1 or not months else ""
            months.append({"on": month.isoformat(), "name": teller.words.month(month), "year": year})
        month = (month + timedelta(days=32)).replace(day=1)
    return months


def _shapes(timeline: Timeline) -> list[str]:
    shapes = list(SHAPES)
    if any(entry.kind is Kind.MEETING_DUE for entry in timeline.entries):
        shapes.append("due")
    shapes += [
        f"own_{lane}"
        for lane in (Lane.PP, Lane.VSS)
        if any(entry.is_ours_only and entry.lane is lane for entry in timeline.entries)
    ]
    return shapes


@cache
def _has_page(key: str) -> bool:
    return page_file(key).exists()


def _opens(entry: Entry) -> bool:
    return bool(entry.page) and _has_page(entry.page)


def _bar(teller: Teller, place: int, entry: Entry) -> dict[str, Any]:
    return {
        "id": f"m{place}",
        "lane": entry.lane.value,
        "on": entry.on and entry.on.isoformat(),
        "until": entry.until and entry.until.isoformat(),
        "state": entry.state.value,
        "name": teller.short(entry),
        "told": teller.told(entry),
        "open": _opens(entry),
    }


def _mark(teller: Teller, place: int, entry: Entry) -> dict[str, Any]:
    return {
        "id": f"m{place}",
        "lane": entry.lane.value,
        "kind": entry.kind.value,
        "on": entry.on and entry.on.isoformat(),
        "state": entry.state.value,
        "name": teller.short(entry),
        "day": teller.words.short_day(entry.on) if entry.on else "",
        "told": teller.told(entry),
        "open": _opens(entry),
        "pp": entry.pp_done,
        "vss": entry.vss_done,
        "own": entry.is_ours_only,
        "emergency": entry.is_emergency,
        "alert": entry.calls_meeting
        or entry.state is State.OVERDUE
        or (entry.kind is Kind.MEETING_DUE and entry.state is State.OPEN),
    }
