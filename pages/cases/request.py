"""A question of the other service: do we hold the parallel file? Read, check with her first, answer."""

import streamlit as st

from core.content.protocols import Side
from core.operations import cases, requests
from core.operations.requests import Answer
from pages.ui.choices import distinct
from pages.ui.draft import open_draft
from pages.ui.plain import plain
from pages.ui.site import page_file
from pages.ui.workspace import workspace

ws = workspace()
t = ws.words

asked = ws.read(requests.find, ws.chosen("request"))
side = cases.side_of(ws.actor)

st.caption(t("case_head.purpose"))
st.title(t("request.title"))
st.markdown(t("request.who", asker=plain(asked.asker), day=t.day(asked.asked_on), code=plain(asked.code)))
with st.container(border=True):
    st.caption(t("request.identification"))
    st.markdown(f"**{plain(asked.identification)}**")

if asked.answer is Answer.PARALLEL_FILE:
    st.success(t("request.opened"))
    st.page_link(page_file("cases"), label=t("page.cases"), icon=":material/arrow_back:")
    st.stop()
if asked.is_answered:
    st.info(t("request.answered", answer=t(f"answer.{asked.answer}")))

st.info(t("request.guide_vss" if side is Side.VSS else "request.guide_pp"), icon=":material/shield:")

draft = open_draft(asked)
managers = {person.id: person.name for person in ws.read(requests.case_managers)}
is_manager = ws.actor.person_id in managers
with st.form("answer"):
    answer = st.radio(
        t("request.answer"),
        [Answer.PARALLEL_FILE, Answer.NONE, Answer.CANNOT_SAY],
        index=None,
        format_func=lambda choice: t(f"answer.{choice}"),
        captions=[t(f"request.means.{choice}") for choice in ("parallel_file", "none", "cannot_say")],
        key=draft.key("answer"),
    )
    ws.slot("answer")
    manager_id = None
    if not is_manager:
        manager_id = st.selectbox(
            t("request.case_manager"),
            list(managers),
            index=None,
            format_func=distinct(managers, managers.__getitem__),
            key=draft.key("manager"),
        )
        ws.slot("case_manager_id")
    sent = st.form_submit_button(t("request.send"), type="primary")

if sent and ws.do(
    requests.answer, asked.id, answer=answer, case_manager_id=manager_id, version=draft.version
):
    draft.close()
    st.toast(t("request.sent"))
    if answer is Answer.PARALLEL_FILE:
        st.switch_page(page_file("case"), query_params={"case": str(asked.case_id)})
    st.switch_page(page_file("cases"))

if asked.version != draft.version:
    st.button(t("request.take_theirs"), on_click=draft.close)
