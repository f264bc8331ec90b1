"""A child that was forgotten when the assessment began."""

import streamlit as st

from core.access import Permission
from core.operations import risk_assessments
from core.operations.risk_boards import Board
from pages.ui.draft import open_new
from pages.ui.plain import plain
from pages.ui.workspace import Workspace


def add(ws: Workspace, board: Board) -> None:
    """Put it there, as long as the assessment runs."""
    t, found = ws.words, board.version.assessment
    if found.is_finished or not ws.may(Permission.ASSESS_RISK):
        return
    with st.expander(t("risk.add_child"), icon=":material/child_care:"):
        codes = ", ".join(board.version.children)
        st.markdown(t("risk.children_there", codes=plain(codes)) if codes else t("risk.children_none"))
        st.caption(t("risk.add_child_open" if found.is_open else "risk.add_child_apart"))
        draft = open_new(f"risk:child:{found.id}")
        with st.form(f"risk_child_{draft.version}", border=False):
            code = st.text_input(t("risk.child_code"), help=t("risk.children_help"), key=draft.key("child"))
            ws.slot("child")
            save = st.form_submit_button(t("risk.add_child_now"))
        if save and ws.do(risk_assessments.add_child, found.id, code=code, version_=found.version):
            draft.close()
            st.toast(t("risk.child_added"))
            st.rerun()
