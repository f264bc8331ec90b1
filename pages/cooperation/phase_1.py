"""Phase 1, one aim at a time, to be read together on one screen: what each team says, what is agreed, what stays."""

import streamlit as st

from core.operations import cooperations, phase_1_records
from pages.ui import cooperation_choice, last_look, phase_1_point, proposals
from pages.ui.workspace import workspace

ws = workspace()
t = ws.words

cooperation = ws.read(cooperations.find, cooperation_choice.chosen(ws, "phase_1"))
cooperation_choice.show_head(ws, cooperation, here="phase_1")
points = {point.key: point for point in ws.read(cooperations.points, cooperation.id)}

chosen = st.pills(
    t("phase_1.points"),
    list(points),
    default=next(iter(points)),
    format_func=lambda key: phase_1_point.name(ws, points[key]),
    label_visibility="collapsed",
    wrap=True,
    key=f"point:{cooperation.id}",
)
point = points[chosen or next(iter(points))]

phase_1_point.show(ws, cooperation, point)
proposals.show(ws, cooperation.id, point)

last_look.offer(
    ws,
    t("phase_1.word"),
    phase_1_records.document.of(cooperation.id, words=t),
    file_name="phase-1.docx",
    key="phase_1:word",
)
st.caption(t("phase_1.word_note"))
