"""Striking words out of the record of a meeting: typed, counted, and then gone."""

from dataclasses import asdict

import streamlit as st

from core.operations import strikes
from core.operations.minutes import View
from core.operations.strikes import StrikeGround
from pages.ui.draft import open_new
from pages.ui.workspace import Workspace


def show(ws: Workspace, view: View) -> None:
    """Which words, why, in how many places; the button says the number that was looked at."""
    t = ws.words
    st.caption(t("strike.help"))
    draft = open_new(f"strike:{view.meeting.id}")
    # Outside a form, so that the count follows what is typed.
    typed = st.text_input(t("strike.words"), key=draft.key("words"), max_chars=strikes.LONGEST)
    ws.slot("words")
    ground = st.radio(
        t("strike.why"),
        list(StrikeGround),
        index=None,
        format_func=lambda each: t(f"strike.ground.{each}"),
        key=draft.key("ground"),
    )
    ws.slot("ground")
    if not typed.strip():
        return
    found = ws.read(strikes.preview, view.meeting.id, typed=typed)
    if not found.total:
        st.info(t("strike.none"))
        return
    st.markdown(t.count("strike.found", found.total, **asdict(found)))
    if found.others:
        where = ", ".join(t("strike.at", at=t.moment(at), count=count) for at, count in found.others)
        st.markdown(t("strike.others", where=where))
    # The key holds the number: a click on another count than the one on the screen strikes nothing.
    gone = st.button(t.count("strike.button", found.total), key=draft.key(f"strike:{found.total}"))
    if gone and ws.do(
        strikes.strike,
        view.meeting.id,
        typed=typed,
        ground=ground,
        places=found.total,
        mark=t("strike.mark"),
    ):
        draft.close()
        st.toast(t("strike.done"))
        st.rerun()
