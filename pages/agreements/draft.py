"""Draft an agreement: one chapter at a time, one clause opened, its text beside it."""

import streamlit as st

from core.operations import agreement_reading, agreement_starts, agreement_texts, agreements
from core.operations.phases import Link
from pages.ui import (
    agreement_answers,
    agreement_editor,
    agreement_lapsed,
    agreement_steps,
    agreement_words,
    case_head,
)
from pages.ui.agreement_chapters import PARTIES, chooser
from pages.ui.links import link_to
from pages.ui.plain import plain
from pages.ui.site import page_file
from pages.ui.typed import keep
from pages.ui.workspace import workspace

ws = workspace()
t = ws.words

opened = ws.read(agreement_reading.opened, ws.chosen("agreement"))
agreement = opened.agreement
keep(agreement_answers.prefix(opened))

with st.container(key="draft_title"):
    if agreement.case is not None:
        case_head.show(ws, agreement.case.id, "draft")
        st.header(t("page.draft"))
    else:
        st.title(agreement_words.title(t, opened))
with st.container(horizontal=True, vertical_alignment="center", key="draft_head"):
    st.markdown(agreement_words.head(t, opened), width="content")
    st.page_link(
        page_file("agreement"),
        label=t("agreement_draft.back"),
        icon=":material/arrow_back:",
        query_params={"agreement": str(agreement.id)},
    )
if not opened.is_changeable or not ws.may(agreements.drafting(agreement.level)):
    st.info(t("agreement_draft.closed"))
    st.stop()
if opened.approved_by:
    st.warning(t("agreement_draft.approvals_lapse"), icon=":material/history:")
agreement_lapsed.show(ws, opened)
if opened.outdated:
    agreement_steps.outdated(ws, opened)

here = chooser(ws, opened)
left, right = st.columns([3, 2], gap="medium")

with left, st.container(key="clause_editor"):
    waiting = ws.read(agreement_starts.waiting_proposals, agreement.id) if here.is_first else 0
    if waiting:
        st.info(t.count("agreement_draft.proposals", waiting))
        if st.button(t("agreement_draft.take_proposals")) and ws.do(
            agreement_starts.take_proposals, agreement.id
        ):
            st.rerun()
    if here.is_first and agreement.level is agreements.AgreementLevel.ORGANISATION:
        talk = Link("talk", {"cooperation": str(agreement.cooperation_id)})
        link_to(talk, t("agreement_draft.before.link"), icon=":material/forum:")
    if here.key == PARTIES:
        agreement_editor.parties(ws, opened)
    elif here.clause is None:
        added = agreement_editor.new(ws, opened, here.chapter)
        if added is not None:
            here.go(added.chapter, added.key)
            st.rerun()
    else:
        agreement_editor.show(ws, opened, here.clause)

with right:
    typed = agreement_answers.unsaved(opened)
    wording = agreement_editor.unsaved_wording(opened, here.clause) if here.clause else None
    draft = agreement_texts.with_typed(
        opened.draft, answers=typed, clause=here.clause.key if here.clause else "", text=wording
    )
    extent = agreement_editor.extent(ws, here.clause)
    shown = here.clause.key if here.clause and extent == "clause" else ""
    with st.container(height=330, border=True, key="agreement_text"):
        text = agreement_texts.preview(draft, chapter=here.chapter, clause=shown)
        st.markdown(text or t("agreement_draft.no_clause"))
    if typed or wording is not None:
        st.caption(t("agreement_draft.unsaved", what=plain(", ".join(here.unsaved(typed, wording)))))
        agreement_answers.offer_saved(ws, opened, typed)
    with st.container(height="content" if opened.is_complete else 240, border=True, key="draft_needs"):
        agreement_words.show_length(t, opened)
        agreement_words.show_needs(t, opened)
