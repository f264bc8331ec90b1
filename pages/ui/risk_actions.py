"""What is present and has no action in the plan, and the form that gives it one."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from core.access import Permission
from core.operations import action_plans, risk_boards, risk_words
from core.operations.risk_boards import Board, Line
from pages.ui import meant, plan_form
from pages.ui.choices import distinct
from pages.ui.draft import open_new
from pages.ui.kept import Kept, typed_before
from pages.ui.plain import plain
from pages.ui.workspace import Workspace


def show(ws: Workspace, board: Board) -> None:
    t = ws.words
    st.header(t("risk.gaps"))
    if not board.gaps:
        st.markdown(t("risk.gaps_none"))
    for line in board.gaps:
        st.markdown(f"- {plain(risk_words.about(t, line.about))}: {plain(line.item.title)}")
    present = [line for line in board.lines if line.is_present]
    may_write = ws.may(Permission.WRITE_PLAN) and board.version.case.closed_on is None
    if not present or not may_write:
        return
    with st.expander(t("risk.action_add"), icon=":material/add_task:"):
        line = _chosen(ws, board, present)
        _link(ws, board, line)
        _add(ws, board, line)


def _chosen(ws: Workspace, board: Board, present: Sequence[Line]) -> Line:
    """The item that gets an action; once it has one the next is offered, but not under the hands of who types."""
    slot = f"risk:action:{board.version.assessment.id}"
    was_open = f"{slot}:was_open"
    first, open_keys = (board.gaps or present)[0], {line.key for line in board.gaps}
    held = st.session_state.get(slot)
    is_answered = held is not None and held == st.session_state.get(was_open) and held not in open_keys
    if held not in {line.key for line in present} or (
        is_answered and not _is_typed(ws, board.line(*held), board)
    ):
        st.session_state[slot] = first.key
    label = partial(_label, ws, board)
    keys = [line.key for line in present]
    chosen: tuple[str, str] = st.selectbox(
        ws.words("risk.for_which"), keys, format_func=distinct(keys, label), key=slot
    )
    if chosen in open_keys:
        st.session_state[was_open] = chosen
    return board.line(*chosen)


def _is_typed(ws: Workspace, line: Line, board: Board) -> bool:
    """Is something typed for this item, or being sent just now?"""
    what = _slot(board, line)
    kept = typed_before(ws, [f"{what}:{name}" for name in plan_form.TEXTS])
    return bool(kept) or bool(st.session_state.get(f"{what}:save"))


def _slot(board: Board, line: Line) -> str:
    return f"risk_action:{board.version.assessment.id}:{line.about}:{line.item.id}"


def _label(ws: Workspace, board: Board, key: tuple[str, str]) -> str:
    line = board.line(*key)
    return f"{risk_words.about(ws.words, line.about)}: {line.item.title}"


def _link(ws: Workspace, board: Board, line: Line) -> None:
    """An action that is in the plan already."""
    t, found = ws.words, board.version.assessment
    plan = risk_boards.unlinked(ws.read(action_plans.list_of_case, found.case_id), line)
    if not plan:
        return
    texts = {one.id: f"{one.text} ({one.service.name})" for one in plan}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        action_id = st.selectbox(
            t("risk.action_link"),
            list(texts),
            index=None,
            format_func=distinct(texts, texts.__getitem__),
            placeholder=t("risk.action_choose"),
            key=f"risk:link:{line.key}",
        )
        ws.slot("action")
        clicked = st.button(t("risk.link"), icon=":material/link:", key=f"risk:link_now:{line.key}")
    if clicked and ws.do(
        risk_boards.link_action, found.id, about=line.about, item=line.item.id, action_id=action_id
    ):
        st.toast(t("risk.action_linked"))
        st.rerun()


def _add(ws: Workspace, board: Board, line: Line) -> None:
    t, found = ws.words, board.version.assessment
    slot = _slot(board, line)
    draft = open_new(slot)
    form = Kept(ws, slot, found.case_id)
    with st.form(f"risk_action_{draft.version}_{line.about}_{line.item.id}", border=False):
        st.markdown(f"**{t('risk.add_own')}**")
        typed = plan_form.fields(ws, form, draft, found.case_id)
        save = st.form_submit_button(t("plan.save_new"), type="primary", key=f"{slot}:save")
    answers_to = {"about": line.about, "item": line.item.id}
    if save and meant.do(ws, draft.key("add"), risk_boards.add_action, found.id, **answers_to, **typed):
        form.close(draft)
        st.toast(t("risk.action_added"))
        st.rerun()
