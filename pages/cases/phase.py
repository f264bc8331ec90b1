"""The walk of a case: phase by phase, step by step, and on to the next phase."""

import streamlit as st

from core.operations import case_heads, phases
from core.operations.phases import Place
from pages.ui import case_head, go_on, walk
from pages.ui.plain import plain
from pages.ui.workspace import workspace

ws = workspace()
t = ws.words

head, seen = ws.read(case_heads.with_walk, ws.chosen("case"))
case = head.case
case_head.draw(ws, head, "phase")
hand = walk.Hand(phases.mark_step, case.id) if seen.may_mark else None

for walked in seen.phases:
    walk.show_phase(ws, walked, hand)
    if walked.place is Place.CURRENT and seen.may_enter:
        go_on.show(ws, case, seen)

if hand is not None:
    walk.show_marking(ws, seen, hand, case_id=hand.record_id)
walk.show_history(ws, seen.history)
st.caption(t("phase.version", number=seen.protocol.version, title=plain(seen.protocol.title)))
