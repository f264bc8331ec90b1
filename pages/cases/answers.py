"""What our own person is asked at one time, question by question; the other service reads that it is done, or not."""

import streamlit as st

from core.access import Permission
from core.operations import responses
from core.operations.phases import Link
from pages.ui import answer_rows, answers_view, case_head
from pages.ui.links import link_to
from pages.ui.plain import plain
from pages.ui.workspace import workspace

ws = workspace()
t = ws.words

sheet = ws.read(responses.find, ws.chosen("response"))
case_head.show(ws, sheet.case.id, "answers")
st.header(t("answers.title", label=sheet.response.label))
link_to(Link("change", {"case": str(sheet.case.id)}), t("answers.back"), icon=":material/arrow_back:")
st.info(t("answers.unknown_other"), icon=":material/lock:")
form = sheet.questionnaire
st.markdown(f"**{plain(form.title)}**  \n{plain(form.banner)}")
if form.intro:
    st.markdown(plain(form.intro))

is_settled = sheet.response.not_done_on is not None
if sheet.is_done:
    answers_view.done(ws, sheet)
elif is_settled or sheet.case.closed_on is not None or not ws.may(Permission.WRITE_FILE):
    answers_view.read(ws, sheet)
else:
    answers_view.shared(ws, sheet)
    st.caption(t("answers.keys"))
    progress = t("answers.progress", answered=sheet.answered, total=len(sheet.asked))
    st.markdown(f":small[{progress}]")
    answers_view.how(ws, sheet)
    answer_rows.show(ws, sheet)
    answers_view.finish(ws, sheet)
st.caption(plain(form.source))
