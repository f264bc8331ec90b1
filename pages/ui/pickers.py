"""Choosing a moment in the place's own time."""

from datetime import datetime

import streamlit as st

from pages.ui.workspace import Workspace


def moment(ws: Workspace, label: str, key: str, value: datetime | None = None) -> datetime | None:
    """A day and a time side by side; nothing where one of the two is missing.

    People read and choose the time of their own clock; what comes back knows its zone.
    """
    zone = ws.words.zone
    local = value.astimezone(zone) if value else None
    day_place, time_place = st.columns(2)
    day = day_place.date_input(
        label, value=local.date() if local else None, format=ws.words.day_field, key=f"{key}:day"
    )
    time = time_place.time_input(
        ws.words("pickers.time"),
        value=local.time().replace(second=0, microsecond=0) if local else None,
        step=300,
        key=f"{key}:time",
        help=ws.words("pickers.zone", zone=zone.key),
    )
    if day is None or time is None:
        return None
    return datetime.combine(day, time, tzinfo=zone)
