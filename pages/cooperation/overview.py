"""The cooperation of two services: where Phase 1 stands, the agreement, and the meetings of both teams."""

import streamlit as st

from core import clock
from core.operations import agreements, cooperations, phases
from core.operations.agreements import Standing
from core.operations.phases import Link
from pages.ui import cooperation_choice, walk
from pages.ui.draft import open_draft, open_new
from pages.ui.kept import Kept
from pages.ui.links import link_to
from pages.ui.workspace import workspace

ws = workspace()
t = ws.words

summary = ws.read(cooperations.summary, cooperation_choice.chosen(ws, "cooperation"))
cooperation, agreement = summary.cooperation, summary.agreement
own = {"cooperation": str(cooperation.id)}
cooperation_choice.show_head(ws, cooperation, here="cooperation")
seen = ws.read(phases.overview_of_cooperation, cooperation.id)

holds = agreements.standing(agreement) if agreement else None
if agreement and holds is Standing.REVIEW_DUE and agreement.review_on:
    st.error(t("cooperation.review_overdue", day=t.day(agreement.review_on)), icon=":material/event_busy:")
elif holds is not Standing.IN_FORCE:
    st.error(t("cooperation.nothing_holds"), icon=":material/report:")

with st.container(border=True, key="card_standing"):
    st.markdown(
        "\n".join(
            [
                "- "
                + t("cooperation.points", done=summary.points_discussed, all=summary.points)
                + (t.count("cooperation.points_begun", summary.points_begun) if summary.points_begun else ""),
                "- " + t.count("cooperation.terms", summary.terms),
                "- " + t.count("cooperation.proposals", summary.proposals),
                "- " + t("cooperation.held", day=t.day(clock.day(summary.held.takes_place_at)))
                if summary.held
                else "- " + t("cooperation.not_held"),
                *(
                    ["- " + t("cooperation.repeat", day=t.day(summary.repeat_on))]
                    if summary.repeat_on
                    else []
                ),
                "- "
                + t(
                    f"cooperation.agreement_{agreements.standing(agreement)}"
                    if agreement
                    else "cooperation.no_agreement"
                ),
            ]
        )
    )
    with st.container(horizontal=True):
        if summary.planned:
            to_meeting = Link("meeting", {"meeting": str(summary.planned.id)})
            next_at = t("cooperation.to_meeting", at=t.moment(summary.planned.planned_at))
            link_to(to_meeting, next_at, icon=":material/event:")
        else:
            link_to(Link("plan_meeting", own), t("cooperation.plan_meeting"), icon=":material/event:")
        if agreement:
            to_agreement = Link("agreement", {"agreement": str(agreement.id)})
            link_to(to_agreement, t("cooperation.to_agreement"), icon=":material/contract:")
        else:
            link_to(Link("talk", own), t("cooperation.to_talk"), icon=":material/forum:")
            link_to(Link("agreements", own), t("cooperation.begin_agreement"), icon=":material/contract:")

hand = walk.Hand(phases.mark_step_of_cooperation, cooperation.id) if seen.may_mark else None
for walked in seen.phases:
    walk.show_phase(ws, walked, hand)
if hand is not None:
    walk.show_marking(ws, seen, hand)

if seen.may_enter:
    opened, draft = open_draft(cooperation, "repeat"), open_new(f"repeat:{cooperation.id}")
    with st.expander(t("cooperation.walk_again"), icon=":material/replay:"):
        st.markdown(t("cooperation.walk_again_help"))
        form = Kept(ws, f"repeat:{cooperation.id}")
        with st.form("repeat", border=False):
            reason = form.area("reason", t("walk.reason"), key=draft.key("reason"), height=80)
            ws.slot("reason")
            again = st.form_submit_button(t("cooperation.walk_again"))
        if again and ws.do(phases.repeat, cooperation.id, reason=reason, version=opened.version):
            opened.close()
            form.close(draft)
            st.rerun()
        if cooperation.version != opened.version:
            st.button(t("phase.look_again"), on_click=opened.close, icon=":material/refresh:")
walk.show_history(ws, seen.history)
