"""A new action of the joint plan, added at the table in the middle of an item; what is typed is kept meanwhile."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

import streamlit as st

from core import clock
from core.operations import action_plans, unsent
from core.operations.action_plans import Responsible
from core.operations.meetings import EMERGENCY
from core.operations.sittings import Meeting, Sitting
from pages.ui import actions, keeper, meant, pickers, places, writing
from pages.ui.choices import distinct
from pages.ui.draft import Draft, open_new
from pages.ui.kept import place_of, typed_before
from pages.ui.plain import plain
from pages.ui.plan_form import Who
from pages.ui.typed import same
from pages.ui.workspace import Workspace

_FIELDS = ("need", "text")
_ADDED_AT = "new_action:added_at"
#: Seconds in which a click on empty fields is the second of two, and not somebody who forgot to fill them.
_SECOND_CLICK = 3.0
_USUAL = timedelta(days=14)


@dataclass(frozen=True)
class _Chosen:
    """Term and person, which outlive another list of the table; they are not kept with the texts over a reload."""

    due_on: date | None
    who: Who | None = None
    #: The texts came back without them: a term that nobody has chosen stands beside no text.
    is_lost: bool = False


def listed(ws: Workspace, sitting: Sitting) -> None:
    """The actions that this meeting has decided."""
    t = ws.words
    for action in sitting.new_actions:
        term = t("table.until", day=t.day(action.due_on))
        st.markdown(
            f"**{plain(action.text)}**  \n"
            f":small[{plain(action.need)} · {term} · {plain(actions.responsible(action))}]"
        )


def key_of(meeting_id: UUID, field: str) -> str:
    return f"{keeper.MARK}action_{meeting_id.hex}_{field}"


def later(ws: Workspace, sitting: Sitting) -> None:
    """Say when actions can be added, where there is a case and they cannot yet, or not any more."""
    case = sitting.meeting.case
    if case is not None:
        key = "actions_over" if case.closed_on else "actions_later"
        st.caption(f":material/schedule: {ws.words(f'table.{key}')}")


def _usual_term(meeting: Meeting) -> timedelta:
    """What an emergency decides is for tonight, unless somebody says otherwise."""
    return timedelta() if meeting.kind == EMERGENCY else _USUAL


def add(ws: Workspace, meeting: Meeting) -> None:
    """The four columns of the plan for one more action."""
    t = ws.words
    if meeting.case_id is None:
        return
    # By who they are: while somebody types, a person may leave the list or come into it.
    choices: dict[Who, str] = {
        (one.service.id, one.person.id if one.person else None): _name(one)
        for one in ws.read(action_plans.responsible_for, meeting.case_id)
    }
    need, text = (key_of(meeting.id, field) for field in _FIELDS)
    for key in (need, text):
        places.show(ws.session, key, place_of(ws, key), case_id=meeting.case_id, value="")
    st.text_input(t("table.need"), key=need, on_change=kept, args=(ws, need), help=t("table.need_help"))
    ws.slot("need")
    st.text_area(t("table.action"), key=text, on_change=kept, args=(ws, text), height=100)
    ws.slot("text")
    # The next action begins with nobody and with its own term, in this meeting as in another.
    draft = open_new(f"new_action:{meeting.id}")
    chosen = _choose(ws, meeting, draft, choices)
    if st.button(t("table.add_action"), type="primary", icon=":material/add_task:", key="new_action:add"):
        _add(ws, meeting, draft, chosen)


def _choose(ws: Workspace, meeting: Meeting, draft: Draft, choices: Mapping[Who, str]) -> _Chosen:
    """Ask for term and person; where they were not kept with the texts, say so until both are there again."""
    t, before = ws.words, _before(meeting, draft)
    left, right = st.columns(2)
    with left:
        st.session_state.setdefault(draft.key("due_on"), before.due_on)
        due_on = pickers.day(t, t("table.term"), key=draft.key("due_on"))
        ws.slot("due_on")
    with right:
        st.session_state.setdefault(draft.key("responsible"), before.who if before.who in choices else None)
        who = st.selectbox(
            t("table.responsible"),
            list(choices),
            index=None,
            format_func=distinct(choices, choices.__getitem__),
            key=draft.key("responsible"),
        )
        ws.slot("responsible")
    chosen = replace(before, due_on=due_on, who=who)
    st.session_state[_slot(draft)] = chosen
    if chosen.is_lost and (due_on is None or who is None):
        st.caption(f":material/info: {t('table.choose_again')}")
    return chosen


def _before(meeting: Meeting, draft: Draft) -> _Chosen:
    found: _Chosen | None = st.session_state.get(_slot(draft))
    if found is not None:
        return found
    is_lost = _holds_text(meeting)
    return _Chosen(None if is_lost else clock.today() + _usual_term(meeting), is_lost=is_lost)


def _slot(draft: Draft) -> str:
    return draft.key("chosen")


def _holds_text(meeting: Meeting) -> bool:
    return any(st.session_state.get(key_of(meeting.id, field)) for field in _FIELDS)


def is_open(meeting: Meeting, item_id: UUID) -> bool:
    """Was something typed and not added when this item was first looked at? Nobody looks for it in a folded box."""
    return bool(st.session_state.setdefault(f"new_action:open:{item_id}", _holds_text(meeting)))


def _name(choice: Responsible) -> str:
    return f"{choice.person.name}, {choice.service.name}" if choice.person else choice.service.name


def _add(ws: Workspace, meeting: Meeting, draft: Draft, chosen: _Chosen) -> None:
    need, text = (key_of(meeting.id, field) for field in _FIELDS)
    is_empty = not (st.session_state[need] or st.session_state[text])
    if meeting.case_id is None or (is_empty and _has_just_added()):
        return  # the second of two clicks finds the fields empty
    service_id, person_id = chosen.who or (None, None)
    added = meant.do(
        ws,
        draft.key("add"),
        action_plans.add,
        meeting.case_id,
        need=st.session_state[need],
        text=st.session_state[text],
        due_on=chosen.due_on,
        service_id=service_id,
        person_id=person_id,
        meeting_id=meeting.id,
    )
    if added:
        for key in (need, text):
            sent = str(st.session_state.pop(key))
            shown = writing.kept_here().pop(key, sent)
            ws.attempt(unsent.let_go, {place_of(ws, key): [sent, shown]})
            places.sent(ws.session, key, sent)
            st.session_state.pop(f"{key}{unsent.SCREEN}", None)
        draft.close()
        st.session_state[_ADDED_AT] = time.monotonic()
        st.toast(ws.words("table.action_added"), icon=":material/task_alt:")
        st.rerun()


def is_typed(ws: Workspace, meeting: Meeting) -> bool:
    """Has this person typed an action and not added it?"""
    keys = [key_of(meeting.id, field) for field in _FIELDS]
    if ws.shared is not None:
        return any(st.session_state.get(f"{key}{unsent.SCREEN}") for key in keys)
    return bool(typed_before(ws, keys))


def _has_just_added() -> bool:
    return time.monotonic() - float(st.session_state.get(_ADDED_AT, -_SECOND_CLICK)) < _SECOND_CLICK


def restore(ws: Workspace, meeting: Meeting) -> None:
    """After a reload the fields hold what was typed into them and not added yet; a shared screen begins empty."""
    if meeting.case_id is None:
        return
    keys = [key_of(meeting.id, field) for field in _FIELDS]
    found, shown = typed_before(ws, keys), writing.kept_here()
    for key in keys:
        typed = found[key].text if key in found else ""
        if key not in st.session_state:
            st.session_state[key] = typed or st.session_state.get(f"{key}{unsent.SCREEN}", "")
            shown[key] = st.session_state[key]
        elif typed and not same(typed, shown.get(key, "")) and not st.session_state[key]:
            writing.hand(key, typed)  # the last letters of a page that was left
            shown[key] = typed


def kept(ws: Workspace, key: str, text: str | None = None) -> None:
    """Keep what is typed until the action is added."""
    typed = str(st.session_state.get(key) or "") if text is None else text
    writing.unheard(key, typed)
    if ws.shared is not None:
        st.session_state[f"{key}{unsent.SCREEN}"] = typed  # while another list of the table is looked at
    if typed:
        writing.keep(ws, key, place_of(ws, key), typed)
    else:
        ws.attempt(unsent.let_go, {place_of(ws, key): [writing.kept_here().get(key, "")]})
