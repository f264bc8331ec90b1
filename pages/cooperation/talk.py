"""The talk of the two managements before any clause is written: from challenges to commitments."""

import streamlit as st

from core.operations import talks
from pages.ui import cooperation_choice, talk_aspects, talk_challenges, talk_held, talk_parts, talk_solutions
from pages.ui.plain import plain
from pages.ui.workspace import workspace

ws = workspace()
t = ws.words

standing = ws.read(talks.find, cooperation_choice.chosen(ws, "talk"))
cooperation, content = standing.cooperation, standing.content
cooperation_choice.show_head(ws, cooperation, here="talk")
st.caption(f"{plain(content.purpose)} {t('talk.length', minutes=content.minutes)}")

counts = {
    "challenges": f"{standing.rated}/{len(standing.challenges)}",
    "solutions": str(sum(len(one.proposals) for one in standing.remedies)),
    "aspects": f"{sum(bool(one.text) for one in standing.aspects)}/{len(standing.aspects)}",
    "held": ":material/check:" if standing.held.held_on else "·",
}
views = {
    "challenges": talk_challenges.show,
    "solutions": talk_solutions.show,
    "aspects": talk_aspects.show,
    "held": talk_held.show,
}
talk_parts.begin(cooperation.id)
with st.container(key="talk_views"):
    view = st.segmented_control(
        t("talk.view"),
        list(views),
        default="challenges",
        format_func=lambda one: f"{t(f'talk.view_{one}')} {counts[one]}",
        key=talk_parts.key(cooperation.id),
        required=True,
        label_visibility="collapsed",
    )
views[view](ws, standing)
talk_parts.end(cooperation.id)
st.caption(plain(content.source))
