"""What two services stand on, and beginning an agreement of either level."""

from datetime import timedelta
from uuid import UUID

import streamlit as st

from core import clock
from core.operations import agreement_starts, agreements
from core.operations.agreements import AgreementLevel, Footing
from core.operations.phases import Link
from pages.ui import agreement_words
from pages.ui.draft import open_new
from pages.ui.links import link_to
from pages.ui.plain import plain
from pages.ui.site import page_file
from pages.ui.workspace import Workspace

_HALF_A_YEAR = timedelta(days=182)


def show(ws: Workspace, footing: Footing) -> None:
    """One cooperation: its agreement in force, its draft, or how to begin one."""
    t, cooperation = ws.words, footing.cooperation
    with st.container(border=True, key=f"card_footing_{cooperation.id}"):
        st.markdown(f"**{plain(cooperation.pp.name)}** · **{plain(cooperation.vss.name)}**")
        if footing.in_force is None:
            st.warning(t("agreements.none_in_force"), icon=":material/warning:")
        for agreement in (footing.in_force, footing.draft):
            if agreement is None:
                continue
            standing = agreements.standing(agreement)
            line = agreement_words.times(t, agreement)
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f"{agreement_words.badge(t, standing)} {line}", width="content")
                st.page_link(
                    page_file("agreement"),
                    label=t("agreements.open"),
                    icon=":material/arrow_forward:",
                    query_params={"agreement": str(agreement.id)},
                )
        if footing.draft is None and footing.in_force is None:
            _begin(ws, footing)


def _begin(ws: Workspace, footing: Footing) -> None:
    t = ws.words
    if not ws.may(agreements.drafting(AgreementLevel.ORGANISATION)):
        st.caption(t("agreements.managers_draft"))
        return
    st.caption(t("agreement_draft.before.help"))
    talk = Link("talk", {"cooperation": str(footing.cooperation.id)})
    link_to(talk, t("agreement_draft.before.link"), icon=":material/forum:")
    key = f"begin:{footing.cooperation.id}"
    if st.button(t("agreements.begin_organisation"), type="primary", icon=":material/add:", key=key):
        new = ws.make(
            agreement_starts.draft,
            level=AgreementLevel.ORGANISATION,
            cooperation_id=footing.cooperation.id,
        )
        if new is not None:
            st.switch_page(page_file("draft"), query_params={"agreement": str(new.id)})


def begin_for_case(ws: Workspace, wanted: UUID | None) -> None:
    """Say which cases no agreement covers, and begin one for a chosen one."""
    t = ws.words
    cases, total = ws.read(agreements.cases_without)
    if not cases:
        return
    st.warning(t.count("agreements.cases_without", total), icon=":material/warning:")
    if not ws.may(agreements.drafting(AgreementLevel.CASE)):
        return
    codes = {case.id: case.code for case in cases}
    draft = open_new("case_agreement")
    with (
        st.expander(t("agreements.begin_case"), expanded=wanted in codes, icon=":material/add:"),
        st.form("case_agreement", border=False),
    ):
        case_id = st.selectbox(
            t("agreements.case"),
            list(codes),
            index=list(codes).index(wanted) if wanted in codes else None,
            format_func=lambda one: codes[one],
            key=draft.key("case"),
        )
        ws.slot("case")
        starts_on = st.date_input(
            t("agreements.starts_on"), value=clock.today(), format="DD/MM/YYYY", key=draft.key("starts_on")
        )
        ws.slot("starts_on")
        ends_on = st.date_input(
            t("agreements.ends_on"),
            value=clock.today() + _HALF_A_YEAR,
            format="DD/MM/YYYY",
            key=draft.key("ends_on"),
            help=t("agreements.ends_on_help"),
        )
        ws.slot("ends_on")
        begin = st.form_submit_button(t("agreements.begin"), type="primary")
    if not begin:
        return
    new = ws.make(
        agreement_starts.draft,
        level=AgreementLevel.CASE,
        case_id=case_id,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    if new is not None:
        draft.close()
        st.switch_page(page_file("draft"), query_params={"agreement": str(new.id)})
