"""The level of risk on the page: who chose what and why, choosing it, agreeing to it, and how she herself sees it."""

import streamlit as st

from core.access import Permission
from core.operations import risk_assessments, risk_levels, risk_words
from core.operations.risk_boards import Board
from core.operations.risk_levels import RiskGrade, RiskLevel, Standing
from pages.ui import meant
from pages.ui.draft import open_new
from pages.ui.kept import Kept
from pages.ui.plain import plain
from pages.ui.workspace import Workspace


def show(ws: Workspace, board: Board, levels: Standing) -> None:
    t, found = ws.words, board.version.assessment
    st.header(t("risk.level"))
    st.caption(t("risk.level_help"))
    if found.is_open:
        her_view(ws, board)
        serious(ws, board)
    told(ws, board, levels, may_agree=True)
    if ws.may(Permission.CHOOSE_LEVEL) and not found.is_finished:
        _choose(ws, board, levels)


def serious(ws: Workspace, board: Board) -> None:
    """What is serious and present, and what one side said is, a line each; nothing where nothing is."""
    for key, lines in (("serious_present", board.serious), ("serious_overruled", board.overruled)):
        if lines:
            items = ", ".join(line.item.title for line in lines)
            st.markdown(f":material/priority_high: {ws.words(f'risk.{key}', items=plain(items))}")


def her_view(ws: Workspace, board: Board) -> None:
    """How she herself sees it, where her service handed that in."""
    t = ws.words
    if board.her_grade is None and not board.her_words:
        st.markdown(t("risk.her_view_none"))
        return
    grade = t(f"risk.grade.{board.her_grade}") if board.her_grade else ""
    said = " · ".join(part for part in (grade, board.her_words) if part)
    st.markdown(f"**{t('risk.her_view')}**: {plain(said)}")


def told(ws: Workspace, board: Board, levels: Standing, *, may_agree: bool = False) -> None:
    """Every choice, the newest first; none is ever changed."""
    t, cooperation = ws.words, board.version.case.cooperation
    sides = {cooperation.pp_id: cooperation.pp.name, cooperation.vss_id: cooperation.vss.name}
    people = [person for one in levels.levels for person in (one.chosen_by, one.agreed_by)]
    names = ws.read(risk_assessments.names, people) if people else {}
    for one in reversed(levels.levels):
        with st.container(border=True, key=f"card_level_{one.id}"):
            by = risk_words.level_by(t, one, names, sides, is_last=one is levels.levels[-1])
            text = "\n\n".join(plain(part) for part in risk_words.why(t, one))
            st.markdown(f"**{t(f'risk.grade.{one.grade}')}**\n\n{text}\n\n:small[:gray[{plain(by)}]]")
            if one is levels.waiting:
                _waits(ws, levels)
                if may_agree:
                    _agree(ws, board, one)


def _waits(ws: Workspace, levels: Standing) -> None:
    """What holds while one level waits, and what to do about one to which the other side does not agree."""
    t, holds = ws.words, levels.holds
    key = "risk.holds_meanwhile" if holds else "risk.holds_none_meanwhile"
    st.caption(t(key, grade=t(f"risk.grade.{holds.grade}") if holds else ""))


def _agree(ws: Workspace, board: Board, waiting: RiskLevel) -> None:
    t, cooperation = ws.words, board.version.case.cooperation
    own = cooperation.pp if cooperation.pp_id == ws.actor.service_id else cooperation.vss
    is_own = waiting.service_id == ws.actor.service_id
    if is_own or not ws.may(Permission.CHOOSE_LEVEL) or board.version.assessment.is_finished:
        return
    label = t("risk.level_agree", service=plain(own.name))
    if st.button(
        label, icon=":material/handshake:", type="primary", key=f"risk:agree:{waiting.id}"
    ) and ws.do(risk_levels.agree, waiting.id, version=waiting.version):
        st.toast(t("risk.level_agreed"))
        st.rerun()


def _choose(ws: Workspace, board: Board, levels: Standing) -> None:
    """Outside a form: what is asked beside the reason follows from the level that is chosen."""
    t, found = ws.words, board.version.assessment
    draft = open_new(f"risk_level:{found.id}")
    form = Kept(ws, f"risk_level:{found.id}", found.case_id)
    grade = st.radio(
        t("risk.level_choose"),
        list(RiskGrade),
        index=None,
        format_func=lambda one: t(f"risk.grade.{one}"),
        horizontal=True,
        key=draft.key("grade"),
    )
    ws.slot("grade")
    reason = form.area("reason", t("risk.level_reason"), value="", height=80, key=draft.key("reason"))
    ws.slot("reason")
    below = ""
    if grade is not None and risk_levels.speaks_for_more(board, grade):
        below = form.area("below", t("risk.level_below"), value="", height=80, key=draft.key("below"))
        ws.slot("below_reason")
    seen = st.session_state.setdefault(draft.key("number"), levels.number)
    if st.button(t("risk.level_save"), icon=":material/gavel:", key="risk:choose_level"):
        chosen = {"grade": grade, "reason": reason, "below_reason": below, "number": seen}
        if not meant.do(ws, draft.key("level"), risk_levels.choose, found.id, **chosen):
            # Theirs stands above now: the next click knows it.
            st.session_state[draft.key("number")] = levels.number
            return
        form.close(draft)
        st.toast(t("risk.level_saved"))
        st.rerun()
