"""Results of instruments that are no part of this product: name, day, by whom, what came out."""

from collections.abc import Sequence

import streamlit as st

from core.access import Permission
from core.models.service import ServiceKind
from core.operations import risk_boards
from core.operations.risk_assessments import RiskAssessment
from core.operations.risk_boards import Board, OutsideResult
from pages.ui import meant, pickers
from pages.ui.draft import open_new
from pages.ui.kept import Kept
from pages.ui.plain import plain
from pages.ui.workspace import Workspace


def own(ws: Workspace, found: RiskAssessment) -> None:
    """What the own service recorded. Once the first passes are open, the programme's stands on the joint page alone."""
    is_hers = ws.actor.kind is ServiceKind.VSS
    if found.is_open and not is_hers:
        return
    results = ws.read(risk_boards.own_results, found.id)
    who_reads = ws.words("risk.results_hers" if is_hers else "risk.results_before")
    _show(ws, found, results, who_reads, may_drop=True)


def joint(ws: Workspace, board: Board) -> None:
    """What both services read. What her service records before it has handed in stands on its own page."""
    version = board.version
    stays = ws.actor.kind is ServiceKind.VSS and not version.vss_is_in
    who_reads = ws.words("risk.results_not_in" if stays else "risk.results_read")
    _show(ws, version.assessment, board.results, who_reads, may_drop=False)


def _show(
    ws: Workspace, found: RiskAssessment, results: Sequence[OutsideResult], who_reads: str, *, may_drop: bool
) -> None:
    may_write = ws.may(Permission.ASSESS_RISK) and not found.is_finished
    if not results and not may_write:
        return
    with st.expander(ws.words("risk.results"), icon=":material/fact_check:", expanded=bool(results)):
        if may_write:
            st.info(who_reads, icon=":material/visibility:")
        for one in results:
            st.markdown(line(ws, one))
            if may_write and may_drop:
                _drop(ws, one)
        if may_write:
            _add(ws, found)


def line(ws: Workspace, one: OutsideResult) -> str:
    t = ws.words
    return t(
        "risk.result_line",
        instrument=plain(one.instrument),
        day=t.day(one.done_on),
        by=plain(one.done_by),
        result=plain(one.result),
    )


def _drop(ws: Workspace, one: OutsideResult) -> None:
    label = ws.words("risk.result_drop")
    if st.button(label, icon=":material/delete:", key=f"risk:result_drop:{one.id}") and ws.do(
        risk_boards.drop_result, one.id
    ):
        st.rerun()


def _add(ws: Workspace, found: RiskAssessment) -> None:
    t = ws.words
    draft = open_new(f"outside_result:{found.id}")
    st.caption(t("risk.results_help"))
    form = Kept(ws, f"outside_result:{found.id}", found.case_id)
    with st.form(f"outside_result_{draft.version}", border=False):
        left, middle, right = st.columns([4, 2, 4])
        with left:
            instrument = form.line("instrument", t("risk.instrument"), key=draft.key("instrument"))
            ws.slot("instrument")
        with middle:
            done_on = pickers.day(t, t("risk.done_on"), value=None, key=draft.key("done_on"))
            ws.slot("done_on")
        with right:
            done_by = form.line("done_by", t("risk.done_by"), key=draft.key("done_by"))
            ws.slot("done_by")
        result = form.area("result", t("risk.result"), height=70, key=draft.key("result"))
        ws.slot("result")
        save = st.form_submit_button(t("risk.result_save"))
    if save and meant.do(
        ws,
        draft.key("add"),
        risk_boards.add_result,
        found.id,
        instrument=instrument,
        done_on=done_on,
        done_by=done_by,
        result=result,
    ):
        form.close(draft)
        st.toast(t("risk.result_saved"))
        st.rerun()
