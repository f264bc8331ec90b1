"""The immediate notices of a case: read and answer what came, tell the other service, and see what became of it."""

import streamlit as st

from core.operations import joint_spaces, notice_boards, notice_paths, timelines
from pages.ui import case_head, joint_space, notice_acts, notice_asks, notice_form, notice_view, reentry_view
from pages.ui.workspace import workspace

ws = workspace()
t = ws.words

case = case_head.show(ws, ws.chosen("case"), "notices")
notice_view.telephone(ws, case)

board = ws.read(notice_boards.of_case, case.id)
due = ws.read(notice_paths.of_case, case.id)
space = ws.read(joint_spaces.of_case, case.id)
joint_space.show(ws, space)

st.header(t("notices.received"))
notice_view.received(ws, board, is_open=space.is_open)
notice_view.behind(ws, board)
if space.is_open:
    notice_asks.show(ws, ws.read(timelines.of_case, case.id))
reentry_view.show(ws, case)
notice_form.show(ws, case, due, is_open=space.is_open or space.asked is not None)
notice_view.sent(ws, board)
notice_acts.exit_report(ws, case)
notice_view.source(ws)
