"""The questionnaires that the services hold themselves: entered by an administrator, checked, released, frozen."""

import streamlit as st

from core import clock
from core.operations import questionnaires
from pages.ui import questionnaire_form
from pages.ui.draft import open_draft
from pages.ui.plain import plain
from pages.ui.workspace import workspace

ws = workspace()
t = ws.words

st.title(t("page.questionnaires"))
st.caption(t("questionnaires.help"))

st.header(t("questionnaires.holds"))
lines = [
    "- "
    + t(
        "questionnaires.row",
        who=t(f"change.{one.respondent}"),
        time=", ".join(one.times),
        title=plain(one.title),
    )
    for one in ws.read(questionnaires.asked_now)
]
st.markdown("\n".join(lines))

released = ws.read(questionnaires.released)
if released:
    labels = {one.id: questionnaires.content_of(one).title for one in released}
    st.subheader(t("questionnaires.all_released"))
    st.markdown(
        "\n".join(
            "- "
            + t(
                "questionnaires.ended" if one.ended_at else "questionnaires.released",
                title=plain(labels[one.id]),
                name=plain(one.key),
                number=one.number,
                day=t.day(clock.day(one.released_at) if one.released_at else None),
                end=t.day(clock.day(one.ended_at) if one.ended_at else None),
            )
            for one in released
        )
    )
    asked = {(one.key, one.number): labels[one.id] for one in released if one.ended_at is None}
    if asked:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            which = st.selectbox(
                t("questionnaires.end_which"), list(asked), format_func=asked.__getitem__, width=420
            )
            ends = st.button(t("questionnaires.end"), key="questionnaire:end")
        if ends and ws.do(questionnaires.end, key=which[0], number=which[1]):
            st.toast(t("questionnaires.end_done"))
            st.rerun()

draft = ws.read(questionnaires.draft)
if draft is None:
    questionnaire_form.begin(ws)
    st.stop()

opened = open_draft(draft)
form = questionnaires.content_of(draft)
st.header(t("questionnaires.draft", title=plain(form.title)))
questionnaire_form.show(ws, form)
questionnaire_form.end(ws, opened)
