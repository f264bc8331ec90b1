"""What goes into the copy of one person's data: chosen by one, looked at by another, taken as a file."""

import streamlit as st

from core.access import Permission
from core.operations import cases, copies, person_requests
from pages.ui import case_head, last_look
from pages.ui.draft import open_draft
from pages.ui.plain import in_label, plain
from pages.ui.site import page_file
from pages.ui.workspace import workspace

ws = workspace()
t = ws.words

request = ws.read(person_requests.find, ws.chosen("request"))
case = ws.read(cases.find, request.case_id)
pieces = ws.read(copies.pieces, request.id)
out = copies.left_out(request, pieces)
case_head.show(ws, case, "copy")
st.page_link(
    page_file("rights"),
    label=t("copy.back"),
    icon=":material/arrow_back:",
    query_params={"case": str(case.id)},
)
st.info(t("file.lock", service=plain(ws.actor.service_name)), icon=":material/lock:")

st.header(t("page.copy"))
st.caption(t("copy.help"))
if not pieces:
    st.info(t("copy.nothing"))
draft = open_draft(request, "copy")
may_choose = ws.may(Permission.RECORD_REQUEST) and request.answered_on is None
with st.form("copy", border=False):
    goes = {}
    for one in pieces:
        with st.container(border=True, key=f"card_piece_{one.id}"):
            goes[one.id] = st.checkbox(
                in_label(f"{t.day(one.on)} · {t(f'copy.section.{one.section}')}: {one.heading}"),
                value=one.id not in out,
                disabled=one.never or not may_choose,
                key=draft.key(one.id),
            )
            st.markdown(plain(copies.whole(one, t)))
            if one.doubt:
                color = "red" if one.never else "orange"
                st.caption(f":{color}[{t(f'copy.doubt.{one.doubt}')}]")
    chosen = st.form_submit_button(t("copy.choose"), type="primary", disabled=not may_choose)
if chosen and ws.do(
    person_requests.choose,
    request.id,
    left_out=[piece for piece, is_in in goes.items() if not is_in],
    version=draft.version,
):
    draft.close()
    st.toast(t("copy.chosen"))
    st.rerun()

if request.checked_by is not None:
    st.success(t("copy.checked"), icon=":material/verified:")
    if ws.may(Permission.TAKE_COPY):
        last_look.offer(
            ws,
            t("copy.take"),
            copies.document.of(request.id, words=t),
            file_name="copy.zip",
            key=f"copy:{request.id}",
        )
        st.caption(t("copy.take_help"))
elif request.chosen_by is not None:
    st.info(t("copy.waits"))
    may_check = ws.may(Permission.CHECK_COPY) and request.chosen_by != ws.actor.person_id
    if (
        may_check
        and st.button(t("copy.check"), icon=":material/check:")
        and ws.do(person_requests.check, request.id, version=request.version)
    ):
        st.rerun()
