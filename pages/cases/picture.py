"""He says, she says, others say: one picture of the case over time, and where the accounts differ."""

import streamlit as st

from core.access import Permission
from core.models.service import ServiceKind
from core.operations import joint_spaces, picture_documents, pictures
from core.operations.picture_documents import Edition
from pages.ui import case_head, joint_space, last_look, picture_view
from pages.ui.workspace import workspace

ws = workspace()
t = ws.words
case_id = ws.chosen("case")
# Off until somebody asks for it on this visit: the page may stand on a wall where the other service looks on.
own_key = f"picture:own:{case_id}"
with_own = bool(st.session_state.get(own_key, False))

picture = ws.read(pictures.of_case, case_id, joint_only=not with_own)
case_head.show(ws, picture.case.id, "picture")
st.header(t("picture.title"))
if picture.case.is_paired:
    joint_space.show(ws, ws.read(joint_spaces.of_case, case_id))
if with_own:
    st.warning(t("picture.own_shown"), icon=":material/visibility_lock:")
st.caption(picture_view.help_text(ws, picture))
st.toggle(t("picture.own"), key=own_key, help=t("picture.own_help"))
picture_view.show(ws, picture, key=f"picture:{case_id}:{'own' if with_own else 'both'}")

with st.container(horizontal=True, key="picture_papers"):
    last_look.offer(
        ws,
        t("picture.word"),
        picture_documents.document.of(case_id, words=t, form=Edition.JOINT),
        file_name="case-over-time.docx",
        key="picture:word",
    )
    if ws.actor.kind is ServiceKind.VSS and ws.may(Permission.READ_FILE):
        last_look.offer(
            ws,
            t("picture.word_vss"),
            picture_documents.document.of(case_id, words=t, form=Edition.VSS),
            file_name="case-over-time-vss.docx",
            key="picture:word_vss",
            icon=":material/lock:",
            help_text=t("picture.word_vss_help"),
        )
