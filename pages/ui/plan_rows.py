"""The rows of a joint action plan on a page: the four columns of the plan, the state, and quick ticks."""

from collections.abc import Sequence
from uuid import UUID

import streamlit as st

from core.locale import Words
from core.operations import action_plans, plan_documents
from core.operations.action_plans import Action, ActionState
from pages.ui import actions as action_words
from pages.ui import last_look, more, plan_form, plan_history
from pages.ui.plain import plain
from pages.ui.workspace import Workspace

_FILTERS = ("open", "mine", "all")
_AT_ONCE = 25
_TICKED = "plan:ticked"
_OPENED = "plan:opened"
_WORD = "plan:word:shown"
_MARKS = {
    ActionState.OPEN: "{}",
    ActionState.IN_PROGRESS: ":blue[:material/pending: {}]",
    ActionState.DONE: ":green[:material/check_circle: {}]",
    ActionState.NOT_POSSIBLE: ":gray[:material/block: {}]",
    ActionState.NOT_DONE: ":orange[:material/cancel: {}]",
    ActionState.HANDED_ON: ":green[:material/move_up: {}]",
}


def tick(ws: Workspace) -> None:
    """Do what the last click on a row's tick asked for, on the version that stood on the screen."""
    ticked = st.session_state.pop(_TICKED, None)
    if ticked is None:
        return
    action_id, version = ticked
    if ws.do(action_plans.set_state, action_id, state=ActionState.DONE, version=version):
        st.toast(ws.words("plan.ticked"), icon=":material/check:")


def choose(ws: Workspace, actions: Sequence[Action]) -> list[Action]:
    """Ask which actions to show, and return them."""
    t = ws.words
    chosen = st.segmented_control(
        t("plan.filter_label"),
        _FILTERS,
        default=_FILTERS[0],
        required=True,
        format_func=lambda name: t(f"plan.filter.{name}"),
        key="plan:filter",
        label_visibility="collapsed",
    )
    if chosen == "all":
        return list(actions)
    waiting = [action for action in actions if action.state.is_open]
    if chosen == "mine":
        return [action for action in waiting if action_plans.may_tick(ws.actor, action)]
    return waiting


def show(ws: Workspace, actions: Sequence[Action]) -> None:
    """Show the rows, and under the one that was opened what can be done with it."""
    t = ws.words
    if not actions:
        st.info(t("plan.nothing_here"), icon=":material/task_alt:")
        return
    limit = more.shown("plan", _AT_ONCE)
    opened = st.session_state.get(_OPENED)
    with st.container(key="plan_list", gap=None):
        heads = (t(f"plan.column.{name}") for name in ("need", "action", "term", "responsible", "state"))
        with st.container(key="plan_head"):
            st.markdown("\n\n".join(heads))
        for action in actions[:limit]:
            _row(ws, action)
            if opened == action.id:
                _opened(ws, action)
    if len(actions) > limit:
        more.button(t, "plan", _AT_ONCE)


def downloads(ws: Workspace, case_id: UUID, actions: Sequence[Action]) -> None:
    """Offer the plan in Word, and an extract for each service or agency that has a row."""
    t = ws.words
    services = {action.service_id: action.service for action in actions}
    # No popover: it would lie over the panel of the last look.
    st.button(t("plan.word"), icon=":material/download:", key="plan:word:open", on_click=_open_word)
    if not st.session_state.get(_WORD):
        return
    with st.container(border=True, key="plan_word"):
        last_look.offer(
            ws,
            t("plan.word_joint"),
            plan_documents.document.of(case_id, words=t),
            file_name="action-plan.docx",
            key="plan:word",
            width="stretch",
        )
        for service in sorted(
            services.values(), key=lambda service: (not service.kind.is_side, service.kind, service.name)
        ):
            last_look.offer(
                ws,
                t("plan.word_extract", service=plain(service.name)),
                plan_documents.document.of(case_id, words=t, extract_for=service.id),
                file_name="action-plan-extract.docx",
                key=f"plan:word:{service.id}",
                width="stretch",
            )
        st.caption(t("plan.word_note"))


def _row(ws: Workspace, action: Action) -> None:
    t = ws.words
    is_late = "late_" if action.is_overdue else ""
    with st.container(horizontal=True, vertical_alignment="center", key=f"plan_row_{is_late}{action.id}"):
        st.markdown("\n\n".join(_cells(action, t)))
        if action.state.is_open and action_plans.may_tick(ws.actor, action):
            st.button(
                t("plan.done"),
                icon=":material/check:",
                key=f"plan:done:{action.id}",
                on_click=_tick,
                args=(action.id, action.version),
            )
        is_opened = st.session_state.get(_OPENED) == action.id
        st.button(
            t("plan.close" if is_opened else "plan.open"),
            type="tertiary",
            key=f"plan:open:{action.id}",
            on_click=_open,
            args=(None if is_opened else action.id,),
        )


def _cells(action: Action, t: Words) -> list[str]:
    """The five cells of a row as paragraphs; each begins with its column's name, for narrow screens."""
    who = plain(action.service.name)
    if action.person is not None:
        who = f"{plain(action.person.name)}  \n:gray[{who}]"
    term = t.day(action.due_on)
    cells = {
        "need": one_paragraph(action.need),
        "action": f"**{one_paragraph(action.text)}**"
        if "\n" not in action.text
        else one_paragraph(action.text),
        "term": f"**{term}**" if action.is_overdue else term,
        "responsible": who,
        "state": _state(action, t),
    }
    return [f"*{t(f'plan.column.{name}')}*  \n{cell}" for name, cell in cells.items()]


def _state(action: Action, t: Words) -> str:
    said = action_words.state(action, t)
    if action.is_overdue:
        return f":red[:material/alarm: **{said}**]"
    mark = _MARKS[action.state].format(said)
    if action.done_on is not None:
        mark += f"  \n:gray[{t.day(action.done_on)}]"
    return f"{mark}  \n{one_paragraph(action.reason)}" if action.reason else mark


def one_paragraph(text: str) -> str:
    """Typed text for a cell: its lines stay lines, and none of them starts a paragraph of its own."""
    return "  \n".join(plain(line.strip()) for line in text.splitlines() if line.strip())


def _opened(ws: Workspace, action: Action) -> None:
    t = ws.words
    with st.container(border=True, key="card_plan_opened"):
        outcome, change, history = st.tabs(
            [t("plan.tab.outcome"), t("plan.tab.change"), t("plan.tab.history")]
        )
        with outcome:
            done = plan_form.settle(ws, action)
        with change:
            done = plan_form.revise(ws, action) or done
        with history:
            plan_history.show(ws, action)
    if done:
        st.session_state.pop(_OPENED, None)
        st.rerun()


def _tick(action_id: UUID, version: int) -> None:
    st.session_state[_TICKED] = (action_id, version)


def _open(action_id: UUID | None) -> None:
    st.session_state[_OPENED] = action_id


def _open_word() -> None:
    st.session_state[_WORD] = not st.session_state.get(_WORD)
