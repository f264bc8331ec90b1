"""What of a week of the log deserves a look: a list, each line with what it counts."""

from datetime import timedelta
from itertools import groupby

import streamlit as st

from core import clock
from core.operations import log_signals
from core.operations.log_signals import MANY_CASES, MANY_REFUSALS, Signal
from pages.ui.plain import plain
from pages.ui.workspace import Workspace

WEEKS = 12


def show(ws: Workspace) -> None:
    """Choose a week, and read what stands out in it."""
    t = ws.words
    st.caption(t("log.week_help"))
    today = clock.today()
    this = today - timedelta(days=today.weekday())
    monday = st.selectbox(
        t("log.week"),
        [this - timedelta(weeks=ago) for ago in range(WEEKS)],
        format_func=lambda day: t("log.week_of", first=t.day(day), last=t.day(day + timedelta(days=6))),
        key="log:week",
        width=300,
    )
    found = ws.read(log_signals.of_week, monday)
    if not found:
        st.info(t("log.calm"), icon=":material/check_circle:")
        return
    limits = {
        Signal.MANY_CASES: MANY_CASES,
        Signal.REFUSED: MANY_REFUSALS,
        Signal.SIGN_IN_FAILED: MANY_REFUSALS,
    }
    for signal, lines in groupby(found, key=lambda one: one.signal):
        st.subheader(t(f"log.signal.{signal}"))
        st.caption(t(f"log.signal_help.{signal}", limit=limits.get(signal, 0)))
        sentences = [
            t.count(f"log.noticed.{signal}", one.count, name=plain(one.person), day=t.day(one.on))
            for one in lines
        ]
        st.markdown("\n".join(f"- {sentence}" for sentence in sentences))
