"""Change in a case: what is due, asked, done or not and why; and what changed, his and hers, over the times."""

import streamlit as st

from core.access import Permission
from core.operations import changes, joint_spaces
from pages.ui import case_head, change_chart, change_times, joint_space
from pages.ui.workspace import workspace

ws = workspace()
t = ws.words

case = case_head.show(ws, ws.chosen("case"), "change")
reads_file = ws.may(Permission.READ_FILE)
st.info(t("change.own" if reads_file else "change.no_file"), icon=":material/lock:")
if case.is_paired:
    joint_space.show(ws, ws.read(joint_spaces.of_case, case.id))

board = ws.read(changes.of_case, case.id)
st.header(t("change.times"))
change_times.table(ws, board)
if reads_file:
    change_times.one(ws, board)
shown = change_chart.show(ws, board)
if reads_file:
    change_chart.answers(ws, board, shown)
