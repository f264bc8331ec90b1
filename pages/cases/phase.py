"""The walk of a case: phase by phase, step by step, and on to the next phase."""

import streamlit as st

from core.operations import cases, phases
from pages.ui import case_head, walk
from pages.ui.draft import open_draft, open_new
from pages.ui.plain import plain
from pages.ui.workspace import workspace

ws = workspace()
t = ws.words

case = ws.read(cases.find, ws.chosen("case"))
case_head.show(ws, case, here="phase")
seen = ws.read(phases.overview, case.id)
hand = walk.Hand(phases.mark_step, case.id) if seen.may_mark else None

for walked in seen.phases:
    walk.show_phase(ws, walked, hand)

if seen.may_enter:
    opened = open_draft(case, "enter")
    draft = open_new(f"enter:{case.id}")
    left = seen.current.open_steps
    order = {one.phase.id: one.phase.title for one in seen.phases}
    order[seen.current.phase.id] = t("phase.once_more", phase=seen.current.phase.title)
    following = seen.next or seen.current
    with st.container(border=True, key="card_go_on"):
        st.subheader(t("phase.what_next"))
        st.markdown(plain(seen.current.phase.what_next))
        with st.form("enter", border=False):
            target = st.selectbox(
                t("phase.go_on_to"),
                list(order),
                index=list(order).index(following.phase.id),
                key=draft.key(f"phase:{seen.current.phase.id}"),
                format_func=order.__getitem__,
            )
            reason = st.text_area(
                t.count("phase.reason_open", len(left)) if left else t("phase.reason"),
                key=draft.key("reason"),
                help=t("phase.reason_help"),
                height=80,
            )
            ws.slot("reason")
            go_on = st.form_submit_button(t("phase.go_on"), icon=":material/arrow_forward:")
        if go_on and ws.do(phases.enter, case.id, phase=target, reason=reason, version=opened.version):
            opened.close()
            draft.close()
            st.rerun()
        if case.version != opened.version:
            st.button(t("phase.look_again"), on_click=opened.close, icon=":material/refresh:")

if hand is not None:
    walk.show_marking(ws, seen, hand)
walk.show_history(ws, seen.history)
st.caption(t("phase.version", number=seen.protocol.version, title=plain(seen.protocol.title)))
