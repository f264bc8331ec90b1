"""The three papers that he may get, made of the programme's own file alone."""

import streamlit as st

from core import clock
from core.operations import attended_days, papers_for_him
from core.operations.papers_for_him import DocumentKind
from pages.ui import case_head, last_look, pickers
from pages.ui.draft import open_new
from pages.ui.plain import plain
from pages.ui.site import page_file
from pages.ui.workspace import workspace

ws = workspace()
t = ws.words

ws.read(attended_days.own_file, ws.chosen("case"))
case = case_head.show(ws, ws.chosen("case"), "papers")
st.page_link(
    page_file("file"), label=t("note.back"), icon=":material/arrow_back:", query_params={"case": str(case.id)}
)
st.header(t("papers.title"))
st.info(t("papers.help"), icon=":material/shield:")

documents = {
    DocumentKind.PARTICIPATION_AGREEMENT: papers_for_him.taking_part,
    DocumentKind.HIS_CONSENT: papers_for_him.consent,
    DocumentKind.ATTENDANCE_CONFIRMATION: papers_for_him.attendance,
}
kind = st.segmented_control(
    t("papers.which"),
    list(documents),
    format_func=lambda one: t(f"papers.kind.{one}"),
    default=DocumentKind.PARTICIPATION_AGREEMENT,
    required=True,
    key=f"paper:{case.id}",
)

if kind is DocumentKind.ATTENDANCE_CONFIRMATION:
    st.subheader(t("papers.days"))
    noted = ws.read(attended_days.of_case, case.id)
    with st.container(horizontal=True, key="attended_days"):
        for one in noted:
            out = st.button(
                t.day(one.attended_on),
                icon=":material/close:",
                type="tertiary",
                key=f"day:{one.id}",
                help=t("papers.remove_day"),
            )
            if out and ws.do(attended_days.remove, one.id):
                st.rerun()
    draft = open_new(f"attended:{case.id}")
    with st.form(draft.key("form"), border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        on = pickers.day(t, t("papers.day"), value=clock.today(), key=draft.key("day"), width=220)
        ws.slot("attended_on")
        add = st.form_submit_button(t("papers.add_day"), icon=":material/add:")
    if add and ws.do(attended_days.add, case.id, attended_on=on):
        draft.close()
        st.rerun()
    if not noted:
        st.info(t("papers.no_days"))
        st.stop()

paper = ws.read(papers_for_him.preview, case.id, kind=kind, words=t)
last_look.offer(
    ws,
    t("papers.word"),
    documents[kind].of(case.id, words=t),
    file_name="paper.docx",
    key=f"paper:{kind}",
    icon=":material/description:",
)
st.subheader(t("papers.preview"))
with st.container(border=True, key="card_preview"):
    st.markdown(papers_for_him.markdown(paper, t, plain))
