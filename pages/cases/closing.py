"""The end of a case: what belongs before it, the report, the review of the cooperation, and the end by both services."""

import streamlit as st

from core.access import Permission
from core.operations import closings, joint_spaces
from pages.ui import (
    case_end,
    case_end_decide,
    case_end_steps,
    case_end_texts,
    case_end_turns,
    case_head,
    joint_space,
)
from pages.ui.workspace import workspace

ws = workspace()
t = ws.words

case = case_head.show(ws, ws.chosen("case"), "closing")
if not case.is_paired:
    st.info(t("closing.not_paired"), icon=":material/handshake:")
    st.stop()

standing = ws.read(closings.of_case, case.id)
closing = standing.closing
case_end.head(ws, standing)
case_end_turns.show(ws, standing)
space = ws.read(joint_spaces.of_case, case.id)
if closing is None:
    case_end.begin(ws, standing)
    case_end_decide.reopen(ws, standing)
    case_end.earlier(ws, standing, is_open=space.is_open)
    st.stop()

view = case_end.choose(ws, standing)
if view == "before":
    case_end.before(ws, standing)
    if ws.may(Permission.READ_FILE):
        case_end_steps.show(ws, standing)
elif view in {"report", "review"}:
    if joint_space.show(ws, space):
        case_end_texts.show(ws, standing, view)
        if view == "report":
            case_end.earlier(ws, standing, is_open=True)
else:
    case_end_decide.show(ws, standing)
    case_end_decide.reopen(ws, standing)
