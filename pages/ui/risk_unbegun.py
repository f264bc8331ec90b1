"""A risk assessment that was begun by mistake."""

import streamlit as st

from core.access import Permission
from core.operations import risk_unbegun
from core.operations.risk_boards import Board
from pages.ui.workspace import Workspace


def show(ws: Workspace, board: Board) -> None:
    """Take it back, while neither side has put anything into it."""
    t, found = ws.words, board.version.assessment
    if not ws.may(Permission.ASSESS_RISK) or not ws.read(risk_unbegun.may_ask, found.id):
        return
    with st.popover(t("risk.mistake"), type="tertiary", icon=":material/undo:"):
        st.markdown(t("risk.mistake_help"))
        if st.button(t("risk.mistake_sure"), key=f"risk:mistake:{found.id}") and ws.do(
            risk_unbegun.take_back, found.id, version_=found.version
        ):
            st.toast(t("risk.mistake_done"))
            st.rerun()
