"""The forms of a joint action plan: add an action, change one, say what became of it."""

from collections.abc import Mapping
from datetime import date
from typing import Any, TypedDict
from uuid import UUID

import streamlit as st

from core.access import Permission
from core.operations import action_plans
from core.operations.action_plans import Action, ActionState
from pages.ui import actions as action_words
from pages.ui import meant, opened, pickers
from pages.ui.choices import distinct
from pages.ui.draft import Draft, open_draft, open_new
from pages.ui.kept import Kept
from pages.ui.plain import plain
from pages.ui.workspace import Workspace

Who = tuple[UUID, UUID | None]
#: The fields of which what is typed is kept.
TEXTS = ("need", "text")


class Typed(TypedDict):
    """What the fields of an action hold."""

    need: str
    text: str
    due_on: date | None
    service_id: UUID | None
    person_id: UUID | None


def is_adding(case_id: UUID) -> bool:
    return bool(st.session_state.get(f"plan:adding:{case_id}"))


def begin(case_id: UUID) -> None:
    st.session_state[f"plan:adding:{case_id}"] = True


def end(case_id: UUID) -> None:
    st.session_state.pop(f"plan:adding:{case_id}", None)


def add(ws: Workspace, case_id: UUID) -> None:
    """The form of a new action."""
    t = ws.words
    draft = open_new(f"action:{case_id}")
    form = Kept(ws, f"action:{case_id}", case_id)
    with st.form(f"plan_add_{draft.version}"):
        st.markdown(f"**{t('plan.new')}**")
        typed = fields(ws, form, draft, case_id)
        with st.container(horizontal=True):
            save = st.form_submit_button(t("plan.save_new"), type="primary")
            st.form_submit_button(t("plan.cancel"), on_click=end, args=(case_id,))
    if save and meant.do(ws, draft.key("add"), action_plans.add, case_id, **typed):
        form.close(draft)
        end(case_id)
        st.toast(t("plan.added"), icon=":material/check:")
        st.rerun()


def revise(ws: Workspace, action: Action) -> bool:
    """The form that changes an action; says whether it was saved. A colleague's newer text is shown beside it."""
    t = ws.words
    if not action.state.is_open:
        st.caption(t("error.action_settled"))
        return False
    if not ws.may(Permission.WRITE_PLAN):
        st.caption(t("error.not_allowed"))
        return False
    draft = open_draft(action, "revise")
    st.session_state.setdefault(_drawn(draft), _values(action))
    form = Kept(ws, f"action:{action.id}", action.case_id)
    box = st.form(f"plan_revise_{action.id}_{draft.version}", border=False)
    with box:
        typed = fields(ws, form, draft, action.case_id, action)
        save = st.form_submit_button(t("plan.save"), type="primary")
    revised = save and meant.do(
        ws, draft.key("revise"), action_plans.revise, action.id, version=_seen(draft), **typed
    )
    if revised:
        _close(form, draft)
        st.toast(t("plan.saved"), icon=":material/check:")
        return True
    if action.version != _seen(draft):
        with box:
            _theirs(ws, action, form, draft)
    return False


def settle(ws: Workspace, action: Action) -> bool:
    """The form that says what became of an action; says whether it was saved."""
    t = ws.words
    if not action_plans.may_tick(ws.actor, action):
        st.caption(t("error.action_not_yours", service=plain(action.service.name)))
        return False
    draft = open_draft(action, "state")
    st.session_state.setdefault(_drawn(draft), _values(action))
    states = list(ActionState)
    form = Kept(ws, f"action_state:{action.id}", action.case_id)
    box = st.form(f"plan_state_{action.id}_{draft.version}", border=False)
    st.session_state.setdefault(draft.key("state"), action.state)
    with box:
        state = st.radio(
            t("plan.state_label"),
            states,
            format_func=lambda state: t(f"action.state.{state}"),
            captions=[t(f"plan.state_help.{state}") for state in states],
            horizontal=True,
            key=draft.key("state"),
        )
        reason = form.area(
            "reason",
            t("plan.reason"),
            value=action.reason,
            help=t("plan.reason_help"),
            height=90,
            key=draft.key("reason"),
        )
        ws.slot("reason")
        save = st.form_submit_button(t("plan.save"), type="primary")
    became = {"state": state or action.state, "reason": reason, "version": _seen(draft)}
    if save and meant.do(ws, draft.key("settle"), action_plans.set_state, action.id, **became):
        _close(form, draft)
        st.toast(t("plan.saved"), icon=":material/check:")
        return True
    if action.version != _seen(draft):
        with box:
            _theirs(ws, action, form, draft)
    return False


def fields(ws: Workspace, form: Kept, draft: Draft, case_id: UUID, action: Action | None = None) -> Typed:
    """The four columns of the plan as fields."""
    t = ws.words
    need = form.line(
        "need",
        t("plan.column.need"),
        value=action.need if action else "",
        help=t("plan.need_help"),
        key=draft.key("need"),
    )
    ws.slot("need")
    text = form.area(
        "text",
        t("plan.column.action"),
        value=action.text if action else "",
        height=90,
        help=t("plan.text_help"),
        key=draft.key("text"),
    )
    ws.slot("text")
    left, right = st.columns([1, 2])
    with left:
        st.session_state.setdefault(draft.key("due_on"), action.due_on if action else None)
        due_on = pickers.day(
            t,
            t("plan.column.term"),
            key=draft.key("due_on"),
        )
        ws.slot("due_on")
    with right:
        choices = _choices(ws, case_id, action)
        st.session_state.setdefault(
            draft.key("responsible"), (action.service_id, action.person_id) if action else None
        )
        who = st.selectbox(
            t("plan.column.responsible"),
            list(choices),
            index=None,
            format_func=distinct(choices, choices.__getitem__),
            placeholder=t("plan.choose"),
            help=t("plan.responsible_help"),
            key=draft.key("responsible"),
        )
        ws.slot("responsible")
    service_id, person_id = who or (None, None)
    return Typed(need=need, text=text, due_on=due_on, service_id=service_id, person_id=person_id)


def _choices(ws: Workspace, case_id: UUID, action: Action | None) -> Mapping[Who, str]:
    choices: dict[Who, str] = {}
    for choice in ws.read(action_plans.responsible_for, case_id):
        person = choice.person
        name = f"{choice.service.name}: {person.name}" if person else choice.service.name
        choices[choice.service.id, person.id if person else None] = name
    if action is not None:
        choices.setdefault((action.service_id, action.person_id), action_words.responsible(action))
    return choices


def _theirs(ws: Workspace, action: Action, form: Kept, draft: Draft) -> None:
    """What a colleague saved while this form was open, inside it: either way to go on sends what is typed too."""
    t = ws.words
    with st.container(border=True):
        st.markdown(f":material/group: **{t('plan.theirs')}**")
        lines = {
            "need": action.need,
            "action": action.text,
            "term": t.day(action.due_on),
            "responsible": action_words.responsible(action),
            "state": action_words.state(action, t),
        }
        st.markdown(
            "\n".join(f"- {t(f'plan.column.{name}')}: {_line(value)}" for name, value in lines.items())
        )
        with st.container(horizontal=True):
            for way, act in (("theirs", _take_theirs), ("mine", _keep_mine)):
                st.form_submit_button(
                    t("plan.take_theirs" if way == "theirs" else "plan.keep_mine"),
                    on_click=act,
                    args=(form, draft, action),
                    key=f"{draft.slot}:{way}",
                )


def _line(value: str) -> str:
    return plain(" / ".join(line for line in value.splitlines() if line.strip()))


def _seen(draft: Draft) -> int:
    """The version that the person knows: the one they opened, or a newer one that they chose to write over."""
    return max(draft.version, int(st.session_state.get(f"{draft.slot}:seen", 0)))


def _values(action: Action) -> dict[str, Any]:
    """What the fields of both forms say where nobody typed anything."""
    return {
        "need": action.need,
        "text": action.text,
        "due_on": action.due_on,
        "responsible": (action.service_id, action.person_id),
        "state": action.state,
        "reason": action.reason,
    }


def _drawn(draft: Draft) -> str:
    """Where the values lie that the fields of a form were filled with."""
    return f"drawn:{draft.slot}:{draft.version}"


def _keep_mine(_form: Kept, draft: Draft, action: Action) -> None:
    """Go on with what I typed, now knowing theirs: the next save replaces it, and nothing that I did not touch."""
    opened.keep_mine(draft.key, st.session_state[_drawn(draft)], _values(action))
    _go_on(draft, action)


def _take_theirs(form: Kept, draft: Draft, action: Action) -> None:
    """Take what they changed; what I typed in the other fields stays."""
    opened.take_theirs(draft.key, st.session_state[_drawn(draft)], _values(action), form)
    _go_on(draft, action)


def _go_on(draft: Draft, action: Action) -> None:
    st.session_state[_drawn(draft)] = _values(action)
    st.session_state[f"{draft.slot}:seen"] = action.version


def _close(form: Kept, draft: Draft) -> None:
    for slot in (f"{draft.slot}:seen", _drawn(draft)):
        st.session_state.pop(slot, None)
    form.close(draft)
