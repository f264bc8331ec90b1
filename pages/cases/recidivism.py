"""New violence in a case: who told of what, which tell of one event, and how the times of the programme compare."""

import streamlit as st

from core.operations import case_heads, episode_boards, timelines
from pages.ui import case_head, episode_acts, episode_form, episode_view
from pages.ui.plain import plain
from pages.ui.workspace import workspace

ws = workspace()
t = ws.words

case_id = ws.chosen("case")
# On, the page shows what both services read and nothing else: it may stand on a shared screen.
both_only = bool(st.session_state.get(f"recidivism:both:{case_id}", False))
case_head.draw(ws, ws.read(case_heads.of_case, case_id, joint_only=both_only), "recidivism")
if both_only:
    st.info(t("recidivism.both"), icon=":material/groups:")
else:
    st.info(t("recidivism.own", service=plain(ws.actor.service_name)), icon=":material/lock:")
st.toggle(t("recidivism.both_only"), key=f"recidivism:both:{case_id}", help=t("recidivism.both_help"))

board = ws.read(episode_boards.of_case, case_id, joint_only=both_only)
timeline = ws.read(timelines.of_case, case_id, joint_only=both_only)

if not both_only:
    episode_form.add(ws, board)
episode_view.asks(ws, timeline)
st.header(t("recidivism.events"))
st.caption(t(f"recidivism.events_help_{ws.actor.kind}"))
episode_view.events(ws, board, both_only=both_only)
if not both_only:
    episode_acts.show(ws, board)
episode_view.periods(ws, board, timeline, both_only=both_only)
