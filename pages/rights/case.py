"""The rights of the people of our own file, and how long the case is kept. The other service reads nothing of it."""

import streamlit as st

from core.access import Permission
from core.models.case import SubjectKind
from core.operations import cases, erasures, files, person_requests, retention, seals
from core.operations.erasures import ErasureGround
from pages.ui import case_head, erasing, person_request_view, step_up
from pages.ui.draft import open_new
from pages.ui.plain import plain
from pages.ui.workspace import workspace

ws = workspace()
t = ws.words

mine = ws.read(files.mine, ws.chosen("case"))
people = {subject.id: subject for subject in mine.subjects}
case = case_head.show(ws, ws.chosen("case"), "rights")
st.info(t("file.lock", service=plain(ws.actor.service_name)), icon=":material/lock:")

st.header(t("rights.requests"))
st.caption(t("rights.his" if SubjectKind.HIM in {one.kind for one in people.values()} else "rights.safe"))
asked = ws.read(person_requests.of_case, case.id)
if not asked:
    st.info(t("rights.none"))
for request in asked:
    person_request_view.show(ws, request, people)
if ws.may(Permission.RECORD_REQUEST) and people:
    person_request_view.write(ws, case.id, people)

if ws.may(Permission.KEEP):
    st.header(t("rights.keeping"))
    parts = ws.read(retention.of_one, case.id)
    if case.closed_on is None:
        st.caption(t("rights.not_closed"))
    st.markdown(
        "\n".join(f"- {erasing.due_line(ws, due, 'rights.runs', 'rights.runs_rest')}" for due in parts)
    )
    erasing.kept(ws, case.id)
    wants_erasure = any(one.kind.value == "erasure" and one.answered_on is None for one in asked)
    grounds = [ErasureGround.REQUEST] if wants_erasure else []
    grounds += [ErasureGround.TIME_IS_OVER, ErasureGround.OPENED_IN_ERROR]
    with st.container(horizontal=True):
        erasing.keep(ws, case.id, [due.part.id for due in parts], key="case")
        codes = {subject.id: subject.code for subject in people.values()}
        erasing.ask(ws, case.id, ["own_file"], grounds, subjects=codes, key="case", is_in_case=True)
    here = [one for one in ws.read(erasures.list_all) if one.erasure.case_id == case.id]
    if here:
        erasing.listed(ws, here)

sealed = ws.read(seals.of_case, case.id)
if sealed is not None:
    st.header(t("rights.seal"))
    st.info(t("rights.sealed", reason=plain(sealed.reason)), icon=":material/shield_lock:")
if ws.may(Permission.SEAL) and ws.read(cases.is_at_work, case.id):
    if sealed is not None:
        if step_up.confirmed(ws, st.button(t("rights.unseal")), key=f"unseal:{case.id}") and ws.do(
            seals.unseal, case.id
        ):
            st.rerun()
    else:
        st.header(t("rights.seal"))
        st.caption(t("rights.seal_help"))
        draft = open_new(f"seal:{case.id}")
        with st.form("seal", border=False):
            reason = st.text_input(t("rights.seal_reason"), key=draft.key("reason"))
            ws.slot("reason")
            sent = st.form_submit_button(t("rights.seal_save"), icon=":material/shield_lock:")
        if sent and ws.do(seals.seal, case.id, reason=reason):
            draft.close()
            st.rerun()
