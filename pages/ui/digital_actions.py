"""Actions of digital safety: each with the ways to settle it, and the form in which one is written down or changed.

Where it is a change that may make it worse, the warning stands before the button, and what is in place first is asked.
"""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

import streamlit as st

from core import clock
from core.content.digital_violence import Area, DigitalViolence, titled
from core.models.digital import SafetyAction
from core.operations import cases, safety_actions
from core.operations.safety_actions import SafetyState, Wanted
from pages.ui import overtaken, pickers
from pages.ui.draft import Draft, open_draft, open_new
from pages.ui.kept import Kept
from pages.ui.plain import plain
from pages.ui.workspace import Workspace

#: The action that is being changed: one at a time.
_EDITED = "digital:edited"


def show(ws: Workspace, case_id: UUID, content: DigitalViolence) -> None:
    """The actions of the own file under their key areas, and a new one."""
    going = ws.read(safety_actions.of_case, case_id)
    for area in content.areas_with(cases.side_of(ws.actor), (one.area for one in going)):
        _area(ws, case_id, content, area, [one for one in going if one.area == area.id])
    with st.expander(
        ws.words("digital.plan.new"), icon=":material/add:", expanded=not going, key=f"new:{case_id}"
    ):
        _form(ws, case_id, content, None)


def _area(
    ws: Workspace, case_id: UUID, content: DigitalViolence, area: Area, those: Sequence[SafetyAction]
) -> None:
    t = ws.words
    st.subheader(plain(area.title))
    st.caption(plain(area.help))
    if not those:
        st.markdown(f":gray[{t('digital.plan.none')}]")
    for one in those:
        with st.container(border=True, key=f"card_action_{one.id}"):
            st.markdown(_said(ws, content, one))
            _buttons(ws, one)
            if st.session_state.get(_EDITED) == one.id:
                _form(ws, case_id, content, one)


def _said(ws: Workspace, content: DigitalViolence, one: SafetyAction) -> str:
    """The action, who and until when; a change that may make it worse with what is in place first."""
    t = ws.words
    is_open = one.state is SafetyState.OPEN
    head = f"**{plain(one.text)}**" if is_open else f":gray[{plain(one.text)}]"
    foot = [plain(one.who)]
    if one.until is not None:
        foot.append(t("digital.until", day=t.day(one.until)))
    if not is_open:
        foot.append(t(f"digital.state.{one.state}"))
    lines = [head, " · ".join(foot)]
    change = next((each for each in content.changes if each.id == one.change), None)
    if change is not None and is_open:
        lines.append(f":material/warning: **{plain(change.title)}.** {plain(change.warning)}")
    if one.first:
        when = f" · {t('digital.not_before_day', day=t.day(one.not_before))}" if one.not_before else ""
        lines.append(t("digital.plan.first_of", first=plain(one.first)) + when)
    return "  \n".join(lines)


def _buttons(ws: Workspace, one: SafetyAction) -> None:
    t = ws.words
    ways = (
        {"done": SafetyState.DONE, "drop": SafetyState.DROPPED}
        if one.state is SafetyState.OPEN
        else {"reopen": SafetyState.OPEN}
    )
    icons = {"done": "check", "drop": "close", "reopen": "undo"}
    with st.container(horizontal=True, key=f"ways_{one.id}"):
        for label, state in ways.items():
            if state is SafetyState.DONE and one.first:
                _done(ws, one)
                continue
            clicked = st.button(
                t(f"digital.plan.{label}"),
                icon=f":material/{icons[label]}:",
                type="tertiary",
                key=f"{label}:{one.id}:{one.version}",
            )
            if clicked and ws.do(safety_actions.set_state, one.id, state=state, version=one.version):
                st.rerun()
        if one.state is SafetyState.OPEN:
            st.button(
                t("digital.plan.edit"),
                icon=":material/edit:",
                type="tertiary",
                key=f"edit:{one.id}",
                on_click=_edit,
                args=(one.id,),
            )


def _done(ws: Workspace, one: SafetyAction) -> None:
    """Not by one click: what had to be in place first, and from which day on, is read before."""
    t = ws.words
    with st.popover(t("digital.plan.done"), icon=":material/check:", key=f"done:{one.id}"):
        st.markdown(t("digital.plan.first_of", first=plain(one.first)))
        if one.not_before is not None and one.not_before > clock.today():
            st.warning(t("digital.plan.done_early", day=t.day(one.not_before)), icon=":material/event:")
        clicked = st.button(t("digital.plan.done_sure"), key=f"done_sure:{one.id}:{one.version}")
    if clicked and ws.do(
        safety_actions.set_state, one.id, state=SafetyState.DONE, version=one.version, is_in_place=True
    ):
        st.rerun()


def _edit(action_id: UUID) -> None:
    is_open = st.session_state.get(_EDITED) == action_id
    st.session_state[_EDITED] = None if is_open else action_id


def _form(ws: Workspace, case_id: UUID, content: DigitalViolence, one: SafetyAction | None) -> None:
    """Outside a form, so that the warning follows what is chosen."""
    t, side = ws.words, cases.side_of(ws.actor)
    draft = open_draft(one) if one else open_new(f"safety_action:{case_id}")
    form = Kept(ws, f"safety_action:{one.id if one else case_id}", case_id)
    used = [one.area] if one else []
    areas = {area.id: area.title for area in content.areas_with(side, used)}
    area = next(iter(areas))
    if len(areas) > 1:
        area = st.selectbox(
            t("digital.plan.area"),
            list(areas),
            index=list(areas).index(one.area) if one else 0,
            format_func=areas.__getitem__,
            key=draft.key("area"),
        )
    ws.slot("area")
    text = form.area(
        "text", t("digital.plan.text"), value=one.text if one else "", height=80, key=draft.key("text")
    )
    ws.slot("text")
    left, right = st.columns(2)
    with left:
        who = form.line("who", t("digital.plan.who"), value=one.who if one else "", key=draft.key("who"))
        ws.slot("who")
    with right:
        until = pickers.day(
            t, t("digital.plan.until"), value=one.until if one else None, key=draft.key("until")
        )
        ws.slot("until")
    changes = content.changes_of(side)
    now = one.change if one else ""
    # What an older version of the content named stays, though it is not offered for anything else.
    keys = list(dict.fromkeys(["", *(change.id for change in changes), now]))
    chosen = st.selectbox(
        t("digital.plan.change"),
        keys,
        index=keys.index(now) if one else None,
        placeholder=t("digital.plan.choose"),
        format_func=lambda key: titled(changes, key) if key else t("digital.plan.no_change"),
        key=draft.key("change"),
    )
    ws.slot("change")
    wanted = Wanted(area=area, text=text, who=who, until=until, change=chosen)
    if chosen:
        warning = next((change.warning for change in changes if change.id == chosen), "")
        wanted = _before(ws, draft, form, warning, wanted, one)
    elif one and one.first:
        st.warning(t("digital.plan.first_goes", first=plain(one.first)), icon=":material/delete:")
    _save(ws, case_id, one, draft, form, wanted)


def _before(  # noqa: PLR0917
    ws: Workspace, draft: Draft, form: Kept, warning: str, wanted: Wanted, one: SafetyAction | None
) -> Wanted:
    """The warning, and what is in place before the change."""
    t = ws.words
    if warning:
        st.warning(f"**{t('digital.plan.warning')}**  \n{plain(warning)}", icon=":material/warning:")
    first = form.area(
        "first",
        t("digital.plan.first"),
        value=one.first if one else "",
        height=80,
        key=draft.key("first"),
        help=t("digital.plan.first_help"),
    )
    ws.slot("first")
    not_before = pickers.day(
        t, t("digital.plan.not_before"), value=one.not_before if one else None, key=draft.key("not_before")
    )
    ws.slot("not_before")
    return replace(wanted, first=first, not_before=not_before)


def _save(  # noqa: PLR0917
    ws: Workspace, case_id: UUID, one: SafetyAction | None, draft: Draft, form: Kept, wanted: Wanted
) -> None:
    t = ws.words
    label = t("common.save") if one else t("digital.plan.add")
    clicked = st.button(label, type="primary", key=draft.key("save"))
    saved = clicked and (
        ws.do(safety_actions.revise, one.id, wanted=wanted, version=draft.version)
        if one
        else ws.do(safety_actions.write, case_id, wanted=wanted)
    )
    if saved:
        form.close(draft)
        st.session_state[_EDITED] = None
        st.toast(t("common.saved"))
        st.rerun()
    if one is not None:
        overtaken.show(ws, one, draft, form)
