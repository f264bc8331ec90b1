"""The joint risk assessment of a case, fit for a screen that both services look at: begin, open, settle, choose, finish."""

import streamlit as st

from core.operations import joint_spaces, risk_assessments, risk_boards, risk_levels, timelines
from pages.ui import (
    case_head,
    joint_space,
    risk_actions,
    risk_asks,
    risk_child,
    risk_follow,
    risk_items,
    risk_level,
    risk_results,
    risk_unbegun,
    risk_view,
)
from pages.ui.workspace import workspace

ws = workspace()
t = ws.words

case = case_head.show(ws, ws.chosen("case"), "risk")
if not case.is_paired:
    st.info(t("plan.not_paired"), icon=":material/handshake:")
    st.stop()
if not joint_space.show(ws, ws.read(joint_spaces.of_case, case.id)):
    risk_view.to_first_pass(ws, case.id)
    st.stop()

risk_asks.show(ws, ws.read(timelines.asking_for_risk, case.id))
versions = ws.read(risk_assessments.list_of_case, case.id)
risk_view.begin(ws, case, versions)
if not versions:
    st.stop()

found = risk_view.choose(ws, versions)
board = ws.read(risk_boards.of_assessment, found.id)
levels = ws.read(risk_levels.of_assessment, found.id)
risk_follow.drawn(board)
risk_view.head(ws, board, levels, is_only=len(versions) == 1)
if found.is_open:
    risk_view.handed_in(ws, board)
    about = risk_view.about(ws, board)
    risk_items.show(ws, board, about)
else:
    risk_view.sides(ws, board)
risk_child.add(ws, board)
risk_unbegun.show(ws, board)
risk_level.show(ws, board, levels)
if found.is_open:
    risk_actions.show(ws, board)
    risk_results.joint(ws, board)
risk_view.foot(ws, board, versions)
