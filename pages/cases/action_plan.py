"""The joint action plan of a case: what is needed, who does what, by when, and what became of it."""

import streamlit as st

from core.access import Permission
from core.operations import action_plans, joint_spaces
from pages.ui import case_head, joint_space, plan_form, plan_rows
from pages.ui.workspace import workspace

ws = workspace()
t = ws.words

case = case_head.show(ws, ws.chosen("case"), "plan")
if not case.is_paired:
    st.info(t("plan.not_paired"), icon=":material/handshake:")
    st.stop()
is_open = joint_space.show(ws, ws.read(joint_spaces.of_case, case.id))

plan_rows.tick(ws)
actions = ws.read(action_plans.list_of_case, case.id)

with st.container(horizontal=True, vertical_alignment="bottom", key="plan_top"):
    shown = plan_rows.choose(ws, actions)
    may_write = ws.may(Permission.WRITE_PLAN) and case.closed_on is None and is_open
    if may_write and not plan_form.is_adding(case.id):
        st.button(
            t("plan.add"),
            icon=":material/add:",
            type="primary",
            on_click=plan_form.begin,
            args=(case.id,),
            key="plan:add",
        )
if may_write and plan_form.is_adding(case.id):
    plan_form.add(ws, case.id)

if actions:
    plan_rows.show(ws, shown)
    plan_rows.downloads(ws, case.id, actions)
else:
    st.info(t("plan.empty"), icon=":material/checklist:")
