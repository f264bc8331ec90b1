"""What our own service answers on a risk assessment, before it reads what the other answers; and handing it in."""

import streamlit as st

from core.operations import first_passes, joint_spaces, risk_assessments
from core.operations.phases import Link
from pages.ui import (
    case_head,
    first_pass_earlier,
    first_pass_items,
    first_pass_view,
    joint_space,
    risk_hand_in,
    risk_results,
)
from pages.ui.links import link_to
from pages.ui.workspace import workspace

ws = workspace()
t = ws.words

case = case_head.show(ws, ws.chosen("case"), "first_pass")
is_open = joint_space.show(ws, ws.read(joint_spaces.of_case, case.id))
running = [one for one in ws.read(risk_assessments.list_of_case, case.id) if not one.is_finished]
link_to(Link("risk", {"case": str(case.id)}), t("first_pass.back"), icon=":material/arrow_back:")
if not running:
    if is_open:
        st.info(t("first_pass.none"), icon=":material/crisis_alert:")
    first_pass_earlier.show(ws, case.id)
    st.stop()

mine = ws.read(first_passes.mine, running[0].id)
st.info(t("first_pass.own"), icon=":material/lock:")
if mine.is_handed_in:
    first_pass_view.handed_in(ws, mine)
    risk_results.own(ws, mine.version.assessment)
    first_pass_earlier.show(ws, case.id, running[0].id)
    st.stop()

first_pass_earlier.offer(ws, mine)
about = first_pass_view.choose(ws, mine)
if first_pass_view.part(ws, mine, about):
    first_pass_items.show(ws, mine, about)
    first_pass_view.next_one(ws, mine, about)
if about == first_passes.HER:
    first_pass_view.her_view(ws, mine)
risk_results.own(ws, mine.version.assessment)
risk_hand_in.show(ws, mine)
first_pass_earlier.show(ws, case.id, running[0].id)
