"""The fields that say which lines of the access log are meant: whose, of which case, of which days."""

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

import streamlit as st

from core import clock
from core.locale import Words
from pages.ui import pickers
from pages.ui.choices import distinct

_MONTH = timedelta(days=31)


def person(t: Words, people: Mapping[UUID, str], *, view: str) -> UUID | None:
    """Whose lines; None for everybody's."""
    return st.selectbox(
        t("log.person"),
        [None, *people],
        format_func=distinct([None, *people], lambda one: people[one] if one else t("log.everybody")),
        key=f"{view}:person",
        width=190,
    )


def code(t: Words, *, view: str) -> str:
    """The code of a case, or nothing."""
    return st.text_input(t("log.case"), key=f"{view}:case", autocomplete="off", width=130)


def days(t: Words, *, view: str) -> tuple[date | None, date | None]:
    """From which day until which; the last month where nobody chooses."""
    today = clock.today()
    since = pickers.day(t, t("log.since"), value=today - _MONTH, key=f"{view}:since", width=140)
    until = pickers.day(t, t("log.until"), value=today, key=f"{view}:until", width=140)
    return since, until
