"""Keeps a risk assessment up with what others settle, without taking the page from under who settles or types."""

from dataclasses import dataclass, replace
from uuid import UUID

import streamlit as st

from core.operations import risk_boards, risk_words
from core.operations.risk_boards import Board, Pulse
from pages.ui import writing
from pages.ui.follow import FOLLOWS
from pages.ui.plain import plain
from pages.ui.workspace import Workspace


@dataclass(frozen=True)
class Drawn:
    """What the page shows: its pulse, moved on by one's own acts; and whether these have made it stale."""

    pulse: Pulse
    is_stale: bool = False


def _key(assessment_id: UUID) -> str:
    return f"risk:drawn:{assessment_id}"


def settled_here(assessment_id: UUID) -> None:
    """One's own row shows it already: it is no reason to draw the page anew."""
    known: Drawn = st.session_state[_key(assessment_id)]
    moved = known.pulse._replace(settled=known.pulse.settled + 1)
    st.session_state[_key(assessment_id)] = replace(known, pulse=moved, is_stale=True)


def drawn(board: Board) -> None:
    """The whole page is drawn from this board; before its rows, which move it on."""
    st.session_state[_key(board.version.assessment.id)] = Drawn(board.pulse)


@st.fragment(run_every="3s")
def follow(ws: Workspace, assessment_id: UUID, *, is_open: bool) -> None:
    """Say what is left to settle, and show what others do as soon as it is there; not while somebody types."""
    known: Drawn = st.session_state[_key(assessment_id)]
    now = ws.glance(risk_boards.pulse, assessment_id)
    if now is not None and now != known.pulse and not writing.is_typing():
        st.session_state[FOLLOWS] = True
        st.rerun(scope="app")
    left = _counted(ws, assessment_id, now) if is_open and now is not None else None
    if left is not None:
        _left(ws, left, known)


def _counted(ws: Workspace, assessment_id: UUID, now: Pulse) -> dict[str, int] | None:
    """How many items are left for whom: counted anew where something has moved, not at every look."""
    key = f"risk:left:{assessment_id}"
    counted: tuple[Pulse, dict[str, int] | None] | None = st.session_state.get(key)
    if counted is None or counted[0] != now:
        counted = st.session_state[key] = (now, ws.glance(risk_boards.left, assessment_id))
    return counted[1]


def _left(ws: Workspace, left: dict[str, int], known: Drawn) -> None:
    t = ws.words
    open_ones = [
        t("risk.left", about=plain(risk_words.about(t, about)), number=t.number(number))
        for about, number in left.items()
        if number
    ]
    st.markdown(t("risk.left_all", people=" · ".join(open_ones)) if open_ones else t("risk.all_settled"))
    # Levels, gaps and the order of the items follow when somebody wants it, not under their hands.
    if known.is_stale and st.button(
        t("risk.draw_anew"), icon=":material/refresh:", type="tertiary", key="risk:draw_anew"
    ):
        st.rerun(scope="app")
