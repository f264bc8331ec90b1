"""Choosing a day, and a moment in the place's own time."""

from datetime import date, datetime
from typing import Literal

import streamlit as st

from core.locale import Words
from core.text import FIRST_DAY, LAST_DAY
from pages.ui.workspace import Workspace


def day(
    t: Words,
    label: str,
    *,
    value: date | Literal["today"] | None = "today",
    width: int | Literal["stretch"] = "stretch",
    key: str | None = None,
    explained: str | None = None,
) -> date | None:
    """A day, the way this language types it.

    A field of Streamlit drops a day beyond its bounds silently, and without bounds of its own every day that is more
    than ten years away: whoever typed it would save what stood there before. So the bounds are those of all days, and
    what a record cannot take is refused by its operation, in a sentence.
    """
    return st.date_input(
        label,
        value=value,
        min_value=FIRST_DAY,
        max_value=LAST_DAY,
        width=width,
        key=key,
        help=explained,
        format=t.day_field,
    )


def moment(ws: Workspace, label: str, key: str, value: datetime | None = None) -> datetime | None:
    """A day and a time side by side; nothing where one of the two is missing.

    People read and choose the time of their own clock; what comes back knows its zone.
    """
    zone = ws.words.zone
    local = value.astimezone(zone) if value else None
    day_place, time_place = st.columns(2)
    with day_place:
        chosen = day(ws.words, label, value=local.date() if local else None, key=f"{key}:day")
    time = time_place.time_input(
        ws.words("pickers.time"),
        value=local.time().replace(second=0, microsecond=0) if local else None,
        step=300,
        key=f"{key}:time",
        help=ws.words("pickers.zone", zone=zone.key),
    )
    if chosen is None or time is None:
        return None
    return datetime.combine(chosen, time, tzinfo=zone)
