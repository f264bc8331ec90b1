"""One agreement: where it stands, what comes next, its text, its versions."""

import streamlit as st

from core.operations import agreement_reading, agreement_texts
from pages.ui import agreement_answers, agreement_steps, agreement_versions, agreement_words, case_head
from pages.ui.plain import plain
from pages.ui.typed import keep
from pages.ui.workspace import workspace

ws = workspace()
t = ws.words

opened = ws.read(agreement_reading.opened, ws.chosen("agreement"))
agreement = opened.agreement
keep(agreement_answers.prefix(opened))

if agreement.case is not None:
    case_head.show(ws, agreement.case.id, "agreement")
    st.header(t("page.agreement"))
else:
    st.caption(t("case_head.purpose"))
    st.title(agreement_words.title(t, opened))
    st.markdown(plain(agreement_words.services(agreement)))
st.markdown(agreement_words.head(t, opened))
agreement_words.others(ws, agreement)

view = st.segmented_control(
    t("agreement.view"),
    ["stands", "text", "versions"],
    default="stands",
    format_func=lambda one: t(f"agreement.view_{one}"),
    key=f"view:{agreement.id}",
    required=True,
    label_visibility="collapsed",
)

if view == "versions":
    agreement_versions.show(ws, opened)
elif view == "text":
    with st.container(height=560, border=True, key="agreement_text"):
        st.markdown(ws.read(agreement_texts.kept_preview, agreement.id))
    agreement_steps.downloads(ws, opened)
else:
    agreement_steps.show(ws, opened)
    agreement_steps.give_up(ws, opened)
