"""What became of the actions of last time: one by one, by the people whose service answers for each."""

from datetime import timedelta

import streamlit as st

from core import clock
from core.operations import action_plans, tables
from core.operations.action_plans import Action, ActionState
from core.operations.sittings import Sitting
from core.operations.tables import Outcome
from pages.ui import actions, meant, pickers
from pages.ui.draft import open_draft
from pages.ui.kept import Kept
from pages.ui.plain import plain
from pages.ui.workspace import Workspace

_STATES = {
    ActionState.DONE: Outcome.DONE,
    ActionState.NOT_POSSIBLE: Outcome.NOT_POSSIBLE,
    ActionState.NOT_DONE: Outcome.NOT_DONE,
    ActionState.HANDED_ON: Outcome.HANDED_ON,
}


def show(ws: Workspace, sitting: Sitting) -> None:
    """The actions that earlier meetings left, with the answer that each has now."""
    if not sitting.last_actions:
        st.info(ws.words("table.no_last_actions"), icon=":material/task_alt:")
    for action in sitting.last_actions:
        with st.container(border=True, key=f"last_{action.id.hex}"):
            _one(ws, sitting, action)


def outcome_of(action: Action, sitting: Sitting) -> Outcome | None:
    """What this meeting said of an action; None where it has said nothing yet."""
    if action.state in _STATES:
        return _STATES[action.state]
    return Outcome.CARRIED_OVER if action.id in sitting.carried_over else None


def _reason(action: Action, sitting: Sitting) -> str:
    """The reason of the answer that stands: what was settled since says more than why it was carried over before."""
    return sitting.carried_over.get(action.id, "") if action.state.is_open else action.reason


def _one(ws: Workspace, sitting: Sitting, action: Action) -> None:
    t = ws.words
    outcome = outcome_of(action, sitting)
    left, right = st.columns([5, 2])
    with left:
        st.markdown(f"**{plain(action.text)}**")
        st.caption(
            f"{plain(action.need)} · {t('table.until', day=t.day(action.due_on))} · "
            f"{plain(actions.responsible(action))}"
        )
    with right:
        if outcome is not None:
            st.markdown(f"**{t(f'outcome.{outcome}')}**")
            if reason := _reason(action, sitting):
                st.caption(plain(reason))
        elif action.is_overdue:
            st.markdown(f":orange[{actions.state(action, t)}]")
    with st.expander(t("table.answer" if outcome is None else "table.answer_again")):
        _answer(ws, sitting, action)


def _answer(ws: Workspace, sitting: Sitting, action: Action) -> None:
    t = ws.words
    is_mine = action_plans.may_tick(ws.actor, action)
    if not is_mine:
        st.caption(t("table.only_theirs", service=plain(action.service.name)))
    possible = [each for each in Outcome if is_mine or each is Outcome.CARRIED_OVER]
    if not action.state.is_open:
        possible = [each for each in possible if each is not Outcome.CARRIED_OVER]
    if not possible:
        return
    draft = open_draft(action, "outcome")
    # Nothing is ticked before somebody has answered; what was answered stands there when it is answered again.
    said = outcome_of(action, sitting)
    was = _reason(action, sitting)
    form = Kept(ws, f"outcome:{action.id}", action.case_id)
    with st.form(draft.key("form"), border=False):
        outcome = st.radio(
            t("table.outcome"),
            possible,
            index=possible.index(said) if said in possible and said is not Outcome.CARRIED_OVER else None,
            format_func=lambda each: t(f"outcome.{each}"),
            horizontal=True,
            key=draft.key("outcome"),
        )
        ws.slot("outcome")
        reason = form.area(
            "reason", t("table.reason"), value=was, key=draft.key("reason"), help=t("table.reason_help")
        )
        ws.slot("reason")
        due_on = None
        if Outcome.CARRIED_OVER in possible:
            later = max(action.due_on, clock.today()) + timedelta(days=14)
            due_on = pickers.day(t, t("table.new_term"), value=later, key=draft.key("due_on"))
            ws.slot("due_on")
        save = st.form_submit_button(t("table.save"), type="primary")
    if save and meant.do(
        ws,
        draft.key("settle"),
        tables.settle_last_action,
        sitting.meeting.id,
        action.id,
        outcome=outcome,
        reason=reason,
        due_on=due_on,
        version=draft.version,
    ):
        form.close(draft)
        st.rerun()
    if action.version != draft.version:
        st.button(t("table.look_again"), on_click=draft.close, key=draft.key("again"))
