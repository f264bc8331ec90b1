"""Striking words out of the record of a meeting: typed, counted, and then gone."""

from dataclasses import asdict

import streamlit as st

from core.access import Permission
from core.operations import minutes_documents, strike_news, strikes
from core.operations.minutes import View
from core.operations.strikes import StrikeGround
from pages.ui import held
from pages.ui.draft import open_new
from pages.ui.plain import plain
from pages.ui.workspace import Workspace


def seen(ws: Workspace, view: View) -> None:
    """The click that says for one's own service: we know that the other one struck words out."""
    new = [one.id for one in view.struck if one.seen_at is None and one.service_id != ws.actor.service_id]
    if not new or not ws.may(Permission.AGREE_MINUTES):
        return
    st.caption(ws.words("strike.seen_help"))
    # A click sees none that came after the page was read.
    shown = held.button(ws.words("strike.seen"), new, icon=":material/check:", key="struck_seen")
    if shown is not None and ws.do(strike_news.see, view.meeting.id, seen=shown):
        st.rerun()


def back(ws: Workspace, view: View) -> None:
    """Words of one's own that an older copy may have brought back, each until somebody has looked for them."""
    for one in view.back:
        st.error(plain(minutes_documents.struck(one, ws.words)), icon=":material/settings_backup_restore:")
        # The key holds which one: a click after the page has changed says it of no other.
        out = st.button(ws.words("strike.out"), icon=":material/check:", key=f"out:{one.id}")
        if out and ws.do(strike_news.looked_for, view.meeting.id, one.id):
            st.rerun()


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
    found = ws.read(strikes.preview, view.meeting.id, typed=typed, mark=t("strike.mark"))
    if not found.total:
        st.info(t("strike.none"))
        return
    st.markdown(t.count("strike.found", found.total, **asdict(found)))
    if found.others:
        where = ", ".join(t("strike.at", at=t.moment(at), count=count) for at, count in found.others)
        st.markdown(t("strike.others", where=where))
    if found.emptied:
        st.warning(t("error.strike.whole_action"), icon=":material/checklist:")
        return
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
