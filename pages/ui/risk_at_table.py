"""The joint risk assessment at the table: where the answers differ, what is serious and present, then the level."""

from dataclasses import replace

import streamlit as st

from core.operations import risk_tables
from core.operations.risk_boards import Board, Part
from core.operations.risk_levels import Standing
from core.operations.sittings import Sitting
from pages.ui import risk_follow, risk_items, risk_level, risk_view
from pages.ui.plain import plain
from pages.ui.workspace import Workspace

_FIRST = (Part.DIFFERS, Part.SERIOUS)


def show(ws: Workspace, sitting: Sitting) -> None:
    """The newest assessment of the case; on a shared screen only where everybody who is there may read it."""
    if sitting.meeting.case_id is None:
        return
    is_shared = ws.shared is not None
    laid = ws.read(risk_tables.of_meeting, sitting.meeting.id, is_shared=is_shared)
    if laid is None:
        st.caption(ws.words("table.risk.none"))
        return
    risk_follow.drawn(laid.board)
    if laid.board.version.assessment.is_open:
        _items(ws, laid.board)
    else:
        _waits(ws, laid.board)
    _level(ws, laid.board, laid.levels)
    assessment = laid.board.version.assessment
    risk_follow.follow(ws, assessment.id, is_open=assessment.is_open)


def _items(ws: Workspace, board: Board) -> None:
    t = ws.words
    about = risk_view.about(ws, board)
    asked, lines = board.version.list_of(about), board.of(about)
    st.header(plain(asked.title))
    st.caption(plain(asked.banner))
    if not any(line.part is Part.DIFFERS for line in lines):
        st.markdown(t("table.risk.differs_none"))
    risk_items.parts(ws, board, about, _FIRST)
    if rest := sum(line.part not in _FIRST for line in lines):
        st.caption(t("table.risk.rest", number=t.number(rest)))
    risk_level.serious(ws, board)


def _waits(ws: Workspace, board: Board) -> None:
    """Which side has handed in; what it said stands here once both lie open."""
    t, version = ws.words, board.version
    cooperation = version.case.cooperation
    for service, is_in in ((cooperation.pp, version.pp_is_in), (cooperation.vss, version.vss_is_in)):
        key, icon = ("risk.side_in", "check_circle") if is_in else ("risk.side_waits", "hourglass_top")
        st.markdown(f":material/{icon}: {t(key, service=plain(service.name))}")
    st.caption(t("table.risk.waits"))


def _level(ws: Workspace, board: Board, levels: Standing) -> None:
    """The level of this assessment, or the one that holds from the last, with its names and its reason."""
    t = ws.words
    st.header(t("risk.level"))
    if board.version.assessment.is_open:
        risk_level.her_view(ws, board)
    if levels.holds is None and not levels.levels:
        st.markdown(t("risk.level_none"))
    elif levels.levels:
        risk_level.told(ws, board, levels)
    elif levels.holds is not None:
        st.markdown(t("risk.level_before", grade=t(f"risk.grade.{levels.holds.grade}")))
        risk_level.told(ws, board, replace(levels, levels=(levels.holds,)))
