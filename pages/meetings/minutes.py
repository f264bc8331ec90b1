"""The minutes of a meeting: read, take along in Word, correct, agree, and add to them later."""

import streamlit as st

from core.access import Permission
from core.operations import minutes, minutes_documents
from pages.ui import (
    case_head,
    held,
    last_look,
    minutes_changes,
    minutes_forgotten,
    minutes_own,
    minutes_strike,
    minutes_text,
    minutes_updates_view,
)
from pages.ui.plain import plain
from pages.ui.workspace import workspace

ws = workspace()
t = ws.words
view = ws.read(minutes.of_meeting, ws.chosen("meeting"))
meeting, latest = view.meeting, view.latest

if meeting.case is not None:
    case_head.show(ws, meeting.case.id, "minutes")
    st.header(t("minutes.note" if latest.content.is_consultation else "page.minutes"))
else:
    st.caption(latest.content.purpose)
    st.title(t("minutes.note" if latest.content.is_consultation else "page.minutes"))
st.markdown(
    f"{latest.content.kind_title} · {t('minutes.version', number=latest.number)} · "
    f"**{plain(minutes_documents.status(view, t))}**"
)
with st.container(key="minutes_news"):  # what comes here must not fold away what is open below
    for struck in view.struck:
        st.warning(plain(minutes_documents.struck(struck, t)), icon=":material/ink_eraser:")
    minutes_strike.seen(ws, view)
    minutes_strike.back(ws, view)
    if view.agree_by is not None:
        minutes_text.agree_by(t, view)
    if view.may_agree and view.unseen:
        minutes_text.unseen(t, view)
with st.container(horizontal=True, vertical_alignment="center", key="minutes_acts"):
    # A click on a version that has been corrected meanwhile agrees to nothing, and says so.
    if view.may_agree:
        label = t("minutes.agree", service=plain(ws.actor.service_name))
        seen = held.button(label, latest.number, type="primary", icon=":material/check_circle:", key="agree")
        if seen is not None and ws.do(minutes.agree, meeting.id, number=seen):
            st.rerun()
    last_look.offer(
        ws,
        t("minutes.word"),
        minutes_documents.document.of(meeting.id, words=t),
        file_name=t("minutes.file_name"),
        key="minutes:word",
        icon=":material/description:",
        help_text=t("minutes.word_help"),
    )
with st.container(key="minutes_said"):
    minutes_own.show(ws, view)
    minutes_text.show(t, latest.content)
    minutes_text.after(t, view)

st.divider()
if view.may_correct:
    is_open = minutes_own.is_correcting(view)
    with st.expander(t("minutes.correct"), icon=":material/edit:", expanded=is_open):
        st.caption(t("minutes.correct_help"))
        minutes_changes.item(ws, view)
    with st.expander(t("minutes.correct_people"), icon=":material/group:"):
        minutes_changes.presence(ws, view)
        minutes_forgotten.show(ws, view)
    with st.expander(t("minutes.correct_head"), icon=":material/chair_alt:"):
        minutes_updates_view.head(ws, view)
    with st.expander(t("minutes.take_over"), icon=":material/checklist:"):
        minutes_updates_view.plan(ws, view)
if view.is_locked and ws.may(Permission.RUN_MEETING):
    minutes_changes.addendum(ws, view)
if ws.may(Permission.AGREE_MINUTES):
    with st.expander(t("strike.title"), icon=":material/ink_eraser:"):
        minutes_strike.show(ws, view)
with st.expander(t("minutes.history"), icon=":material/history:"):
    minutes_text.history(t, view)
    st.caption(t("minutes.digest", digest=latest.digest))
