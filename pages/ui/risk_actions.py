"""What is present and has no action in the plan, and the form that gives it one."""

from functools import partial

import streamlit as st

from core.access import Permission
from core.operations import action_plans, risk_boards, risk_words
from core.operations.risk_boards import Board, Line
from pages.ui import plan_form
from pages.ui.draft import open_new
from pages.ui.kept import Kept
from pages.ui.plain import plain
from pages.ui.workspace import Workspace


def show(ws: Workspace, board: Board) -> None:
    t, found = ws.words, board.version.assessment
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
        first = board.gaps[0] if board.gaps else present[0]
        keys = [line.key for line in present]
        chosen = st.selectbox(
            t("risk.for_which"),
            keys,
            index=keys.index(first.key),
            format_func=partial(_label, ws, board),
            key=f"risk:action:{found.id}:{first.key}",
        )
        line = board.line(*chosen)
        _link(ws, board, line)
        _add(ws, board, line)


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
            format_func=lambda one: texts[one],
            placeholder=t("plan.choose"),
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
    draft = open_new(f"risk_action:{found.id}:{line.about}:{line.item.id}")
    form = Kept(ws, f"risk_action:{found.id}:{line.about}:{line.item.id}", found.case_id)
    with st.form(f"risk_action_{draft.version}_{line.about}_{line.item.id}", border=False):
        st.markdown(f"**{t('risk.add_own')}**")
        typed = plan_form.fields(ws, form, draft, found.case_id)
        save = st.form_submit_button(t("plan.save_new"), type="primary")
    if save and ws.do(risk_boards.add_action, found.id, about=line.about, item=line.item.id, **typed):
        form.close(draft)
        st.toast(t("risk.action_added"))
        st.rerun()
