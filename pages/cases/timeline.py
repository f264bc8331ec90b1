"""The timeline of a case: two paths and the joint line, what it asks for, and what can be changed by hand."""

import streamlit as st

from core.operations import joint_spaces, timelines
from pages.ui import case_head, joint_space, timeline, timeline_forms
from pages.ui.plain import plain
from pages.ui.timeline_words import Teller
from pages.ui.workspace import workspace

ws = workspace()
t = ws.words
case_id = ws.chosen("case")
# Off until somebody asks for it on this visit: the page may stand on a wall where the other service looks on.
own_key = f"timeline:own:{case_id}"
with_own = bool(st.session_state.get(own_key, False))

found = ws.read(timelines.of_case, case_id, joint_only=not with_own)
teller = Teller(t, found)

case_head.show(ws, found.case.id, "timeline")
if with_own:
    st.warning(t("timeline.own_shown"), icon=":material/visibility_lock:")

joint_space.show(ws, ws.read(joint_spaces.of_case, case_id))
clicked = timeline.show(teller)
if clicked is not None:
    timeline.follow(clicked)
st.toggle(t("timeline.own"), key=own_key, help=t("timeline.own_help"))

st.header(t("timeline.asks"))
if found.asks:
    urgent = {True: ":red[:material/priority_high:] ", False: ""}
    st.markdown("\n".join(f"- {urgent[ask.is_urgent]}{plain(teller.ask(ask))}" for ask in found.asks))
    timeline_forms.ways_on(ws, found)
else:
    st.markdown(t("timeline.no_asks"))

st.header(t("timeline.change"))
timeline_forms.show(ws, teller, with_own=with_own)

st.header(t("timeline.table"))
st.markdown(timeline_forms.table(teller))
