"""What both services learned from the cases that ended, without the cases: for the review of the agreement between them."""

import streamlit as st

from core.content import closings as content
from core.operations import cooperations, lessons
from core.operations.phases import Link
from pages.ui import cooperation_choice
from pages.ui.links import link_to
from pages.ui.plain import plain
from pages.ui.workspace import workspace

ws = workspace()
t = ws.words

summary = ws.read(cooperations.summary, cooperation_choice.chosen(ws, "review"))
cooperation, agreement = summary.cooperation, summary.agreement
own = {"cooperation": str(cooperation.id)}
cooperation_choice.show_head(ws, cooperation, here="review")
st.caption(t("review.help"))
if agreement is not None:
    if agreement.review_on is not None:
        st.markdown(t("review.next", day=t.day(agreement.review_on)))
    to_agreement = Link("agreement", {"agreement": str(agreement.id)})
    link_to(to_agreement, t("review.to_agreement"), icon=":material/contract:")

found = ws.read(lessons.of_cooperation, cooperation.id)
known = content.load(language=t.language)
for question in known.questions:
    said = found[question.id]
    st.header(plain(question.title))
    with st.container(border=True, key=f"card_review_{question.id}"):
        if not said:
            st.markdown(t("review.none"))
        for one in said:
            st.markdown(f"{plain(one.text)}\n\n:small[{t(f'side.{one.kind}')} · {one.year}]")
st.markdown(t("review.what_follows"))
with st.container(horizontal=True):
    link_to(Link("talk", own), t("review.to_talk"), icon=":material/forum:")
    link_to(Link("phase_1", own), t("review.to_phase_1"), icon=":material/diversity_3:")
st.caption(plain(known.questions_source))
