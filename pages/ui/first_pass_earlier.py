"""First passes of earlier versions: what our file holds of them, what is still shared, and what goes over into this one."""

from uuid import UUID

import streamlit as st

from core import clock
from core.models.risk_assessment import RiskAssessment
from core.operations import earlier_passes, first_passes
from core.operations.first_passes import Mine
from pages.ui import behind, risk_results
from pages.ui.first_pass_items import about_words
from pages.ui.first_pass_view import her_own, table
from pages.ui.plain import plain
from pages.ui.workspace import Workspace


def offer(ws: Workspace, mine: Mine) -> None:
    """What was answered for the last version and never lay beside the other service's need not be typed again."""
    t, found = ws.words, mine.version.assessment
    last = ws.read(earlier_passes.to_go_on_with, found.id)
    if last is None:
        return
    with st.container(border=True, key="card_go_on"):
        st.markdown(t("first_pass.go_on", number=last.number, day=t.day(clock.day(last.created_at))))
        clicked = st.button(t("first_pass.go_on_now"), icon=":material/content_copy:", key="first_pass:go_on")
        if clicked and ws.do(earlier_passes.go_on, found.id):
            st.toast(t("first_pass.gone_on"))
            st.rerun()


def show(ws: Workspace, case_id: UUID, running: UUID | None = None) -> None:
    """The versions but the one that is being answered, each as our file holds it."""
    versions = [one for one in ws.read(earlier_passes.of_case, case_id) if one.id != running]
    if versions:
        st.header(ws.words("first_pass.earlier"))
        st.caption(ws.words("first_pass.earlier_help"))
    _still_shared(ws, case_id)
    for one in versions:
        _version(ws, one)


def _version(ws: Workspace, one: RiskAssessment) -> None:
    t = ws.words
    name = t("first_pass.earlier_version", number=one.number, day=t.day(clock.day(one.created_at)))
    box = behind.box(name, key=f"first_pass:earlier:{one.id}", icon=":material/lock:")
    if box is None:
        return
    with box:
        ours = ws.read(earlier_passes.find, one.id)
        her_own(ws, ours.first_pass)
        for about in ours.about:
            st.subheader(plain(about_words(ws, about)))
            st.markdown(table(ws, ours.list_of(about), about, ours.answers))
        for result in ours.results:
            st.markdown(risk_results.line(ws, result))


def _still_shared(ws: Workspace, case_id: UUID) -> None:
    """Of finished versions what of hers still stands: her right to take it back outlives them."""
    t = ws.words
    for one in ws.read(first_passes.still_shared, case_id):
        day = t.day(clock.day(one.created_at))
        st.markdown(t("first_pass.still_shared", number=one.number, day=day))
        with st.popover(t("first_pass.take_back"), icon=":material/undo:", key=f"first_pass:back:{one.id}"):
            st.markdown(t("first_pass.still_shared_help"))
            if st.button(t("first_pass.take_back_sure"), key=f"first_pass:take_back:{one.id}") and ws.do(
                first_passes.take_back, one.id
            ):
                st.toast(t("first_pass.taken_back"))
                st.rerun()
