"""Who of my service is on duty, and saying that I am."""

from datetime import datetime, time, timedelta
from uuid import UUID

import streamlit as st

from core import clock
from core.operations import duties
from pages.ui import held, pickers
from pages.ui.choices import distinct
from pages.ui.draft import open_new
from pages.ui.plain import plain
from pages.ui.workspace import Workspace


def show(ws: Workspace) -> None:
    """The turns of duty of my service, and a form to take one."""
    t = ws.words
    st.header(t("duty.title"))
    st.caption(t("duty.help"))
    turns = {found.id: found for found in ws.read(duties.of_my_service)}
    if turns:
        lines = [
            t(
                "duty.turn",
                name=plain(found.name),
                phone=plain(found.phone),
                begins=t.moment(found.from_at),
                ends=t.moment(found.until_at),
            )
            for found in turns.values()
        ]
        st.markdown("\n".join(f"- {line}" for line in lines))
    else:
        st.info(t("duty.nobody"))
    _take(ws)
    if turns:
        _give_up(ws, turns)


def _take(ws: Workspace) -> None:
    t = ws.words
    draft = open_new("duty")
    today = clock.now().astimezone(t.zone).date()
    with st.expander(t("duty.take"), icon=":material/phone_in_talk:"):
        with st.form("duty", border=False):
            phone = st.text_input(t("duty.phone"), key=draft.key("phone"))
            ws.slot("phone")
            first, second, third, fourth = st.columns(4)
            with first:
                from_day = pickers.day(t, t("duty.from_day"), value=today, key=draft.key("from_day"))
            from_time = second.time_input(t("duty.from_time"), value=time(8), key=draft.key("from_time"))
            with third:
                until_day = pickers.day(
                    t, t("duty.until_day"), value=today + timedelta(days=1), key=draft.key("until_day")
                )
            until_time = fourth.time_input(t("duty.until_time"), value=time(8), key=draft.key("until_time"))
            ws.slot("from_at")
            ws.slot("until_at")
            sent = st.form_submit_button(t("duty.take_button"))
        if sent and ws.do(
            duties.take,
            phone=phone,
            from_at=datetime.combine(from_day, from_time, t.zone) if from_day and from_time else None,
            until_at=datetime.combine(until_day, until_time, t.zone) if until_day and until_time else None,
        ):
            draft.close()
            st.rerun()


def _give_up(ws: Workspace, turns: dict[UUID, duties.OnDuty]) -> None:
    t = ws.words
    with st.popover(t("duty.give_up")):
        chosen = st.selectbox(
            t("duty.which"),
            list(turns),
            format_func=distinct(
                turns, lambda found: f"{turns[found].name}, {t.moment(turns[found].from_at)}"
            ),
            key="duty:which",
        )
        seen = held.button(t("duty.give_up_button"), chosen, key="duty:give_up")
        if held.still(ws, seen, chosen) and ws.do(duties.give_up, chosen):
            st.rerun()
