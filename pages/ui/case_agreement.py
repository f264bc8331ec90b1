"""Beginning the agreement of a case: on the way from that case, or for any case that has none."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

import streamlit as st

from core import clock
from core.content import agreements as content
from core.operations import agreement_starts, agreements
from core.operations.agreements import AgreementLevel, Standing
from pages.ui import case_head, pickers
from pages.ui.draft import open_new
from pages.ui.site import page_file
from pages.ui.workspace import Workspace

_HALF_A_YEAR = timedelta(days=182)
_LIVE = frozenset(
    {Standing.DRAFT, Standing.APPROVED, Standing.COMING, Standing.IN_FORCE, Standing.REVIEW_DUE}
)


def show(ws: Workspace, case_id: UUID) -> None:
    """The case stays before the eyes of who begins its agreement; one in draft or in force is led to instead."""
    t = ws.words
    for one in ws.read(agreements.list_of_case, case_id):
        if agreements.standing(one) in _LIVE:
            st.switch_page(page_file("agreement"), query_params={"agreement": str(one.id)})
    case = case_head.show(ws, case_id, "agreement")
    st.header(t("page.agreement"))
    st.info(t("agreements.none_for_case"), icon=":material/contract:")
    _footing(ws, case.cooperation_id)
    if ws.may(agreements.drafting(AgreementLevel.CASE)):
        _begin(ws, {case.id: case.code}, case.id)
    else:
        st.caption(t("agreement.others_decide"))
    st.markdown(content.load("case").explanation)
    st.page_link(page_file("agreements"), label=t("agreements.to_all"), icon=":material/contract:")


def _footing(ws: Workspace, cooperation_id: UUID) -> None:
    """What it cannot be approved without is said before the work on it begins."""
    footings = {one.cooperation.id: one for one in ws.read(agreements.footings)}
    if footings[cooperation_id].in_force is None:
        st.warning(ws.words("agreements.none_in_force"), icon=":material/warning:")


def begin_for_any_case(ws: Workspace) -> None:
    """Say which cases no agreement covers, and begin one for a chosen one."""
    t = ws.words
    without, total = ws.read(agreements.cases_without)
    if not without:
        st.markdown(t("agreements.cases_all"))
        return
    st.warning(t.count("agreements.cases_without", total), icon=":material/warning:")
    if ws.may(agreements.drafting(AgreementLevel.CASE)):
        with st.expander(t("agreements.begin_case"), icon=":material/add:"):
            _begin(ws, {case.id: case.code for case in without}, None)


def _begin(ws: Workspace, codes: Mapping[UUID, str], case_id: UUID | None) -> None:
    t = ws.words
    draft = open_new(f"case_agreement:{case_id or ''}")
    with st.form("case_agreement", border=False):
        if case_id is None:
            case_id = st.selectbox(
                t("agreements.case"),
                list(codes),
                index=None,
                format_func=codes.__getitem__,
                key=draft.key("case"),
            )
        ws.slot("case")
        starts_on = pickers.day(t, t("agreements.starts_on"), value=clock.today(), key=draft.key("starts_on"))
        ws.slot("starts_on")
        ends_on = pickers.day(
            t,
            t("agreements.ends_on"),
            value=clock.today() + _HALF_A_YEAR,
            key=draft.key("ends_on"),
            explained=t("agreements.ends_on_help"),
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
