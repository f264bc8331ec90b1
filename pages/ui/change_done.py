"""A time that is done: what the other service reads of it, what the own person's answers say, and which time is next."""

import streamlit as st

from core.content.questionnaires import Change
from core.operations.changes import Board, Moment, Stand
from pages.ui import change_words
from pages.ui.plain import plain
from pages.ui.site import page_file
from pages.ui.workspace import Workspace

#: These say something only beside an earlier answer.
_NOTHING_TO_COMPARE = {Change.FIRST, Change.MISSING}


def stay_at(case_id: object, label: str) -> None:
    """The page Change opens at this time, and not at the next one that is to be asked."""
    st.session_state[key(case_id)] = label


def to_questions(ws: Workspace, case_id: object, label: str) -> None:
    """The way to the page Change at this time, also where an earlier one is still to be asked."""
    words = ws.words("change.to_questions", label=label)
    if st.button(words, icon=":material/quiz:", type="tertiary", key=f"change:to:{case_id}:{label}"):
        stay_at(case_id, label)
        st.switch_page(page_file("change"), query_params={"case": str(case_id)})


def key(case_id: object) -> str:
    """Where the page Change keeps which time is chosen."""
    return f"change:time:{case_id}"


def show(ws: Workspace, board: Board, moment: Moment) -> None:
    t = ws.words
    said = "change.is_done_gone" if moment.time.is_gone else "change.is_done"
    st.success(t(said, label=moment.label), icon=":material/check_circle:")
    if moment.lines:
        st.markdown(_came_of_it(ws, board, moment))
    following = next((one for one in board.moments if one.stand in {Stand.DUE, Stand.ASKING}), None) or next(
        (one for one in board.moments if one.stand is Stand.TO_COME), None
    )
    if following is not None:
        st.caption(t("change.next_time", label=following.label, day=t.day(following.time.on)))


def _came_of_it(ws: Workspace, board: Board, moment: Moment) -> str:
    """Area by area, in the words of the table below."""
    t = ws.words
    compared = {name: one for name, one in moment.own.items() if one not in _NOTHING_TO_COMPARE}
    if not compared:
        return t("change.came_first", label=moment.label)
    lines = change_words.lines(t, {one.id: one for one in board.domains}, compared)
    return plain(t("change.came_of_it", lines=lines))
