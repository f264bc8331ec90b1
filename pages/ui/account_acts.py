"""What an administrator does to one account: code, lock, sessions, second step, closing, and what a leaver leaves."""

from uuid import UUID

import streamlit as st

from core.operations import accounts, factor_removals, leavers
from core.operations.accounts import Handover
from core.operations.people import Member
from pages.ui import account_state, step_up
from pages.ui.choices import distinct
from pages.ui.workspace import Workspace


def show(ws: Workspace, member: Member) -> bool:
    """The buttons under a person; true where something was done and the page should open anew."""
    person_id = member.person.id
    with st.container(horizontal=True, key="account_acts"):
        clicked = {name: st.button(ws.words(f"people.{name}")) for name in _possible(member)}
    for name, is_clicked in clicked.items():
        key = f"account:{name}:{person_id}"
        if step_up.confirmed(ws, is_clicked, key=key) and _act(ws, name, person_id):
            return True
    return False


def _possible(member: Member) -> list[str]:
    if not member.is_managed:
        return ["new_code"] if member.is_enabled and not member.has_password else []
    if not member.is_enabled:
        return ["enable"] if member.username else []
    possible = {
        "unlock": member.is_locked,
        "new_code": True,
        "end_sessions": bool(member.sessions),
        "remove_factor": member.has_factor,
        "disable": True,
    }
    return [name for name, is_possible in possible.items() if is_possible]


def _act(ws: Workspace, name: str, person_id: UUID) -> bool:
    match name:
        case "unlock":
            return ws.do(accounts.unlock, person_id)
        case "end_sessions":
            return ws.do(accounts.end_sessions, person_id)
        case "disable":
            return ws.do(accounts.disable, person_id)
        case "remove_factor":
            is_asked = ws.do(factor_removals.ask, person_id)
            if is_asked:
                st.success(ws.words("people.removal_asked"))
            return False
        case _:
            made = ws.make(accounts.enable if name == "enable" else accounts.new_code, person_id)
            if isinstance(made, Handover):
                account_state.keep(made)
            return made is not None


def left(ws: Workspace, member: Member) -> None:
    """What the person answers for, and to whom it goes: beside closing the account, and still there after it."""
    t, person_id = ws.words, member.person.id
    found = ws.read(leavers.left_by, person_id)
    with st.expander(t("people.left"), icon=":material/move_down:", expanded=not member.is_enabled):
        if found.is_empty:
            st.caption(t("people.left_nothing"))
            return
        st.caption(t("people.left_help"))
        names = {one.id: one.name for one in ws.read(leavers.successors, person_id)}
        if found.cases:
            st.markdown(t.count("people.left_cases", found.cases))
            if found.cases_alone:
                st.warning(t.count("people.left_cases_alone", found.cases_alone))
        if found.closed_alone:
            st.markdown(t.count("people.left_closed", found.closed_alone))
            st.caption(t("people.left_closed_help"))
        if found.cases or found.closed_alone:
            _hand_over(ws, person_id, names)
        for duty in found.duties:
            st.markdown(t("people.duty", since=t.moment(duty.from_at), until=t.moment(duty.until_at)))
            _hand_over_duty(ws, person_id, duty.id, names)


def _hand_over(ws: Workspace, person_id: UUID, names: dict[UUID, str]) -> None:
    with st.form("hand_over", border=False):
        to_id = _successor(ws, names, key=f"hand_over:{person_id}")
        sent = st.form_submit_button(ws.words("people.hand_over_button"))
    if step_up.confirmed(ws, sent, key=f"hand_over:{person_id}"):
        number = ws.make(leavers.hand_over, person_id, to_id=to_id)
        if number is not None:
            st.toast(ws.words.count("people.handed_over", number))
            st.rerun()


def _hand_over_duty(ws: Workspace, person_id: UUID, duty_id: UUID, names: dict[UUID, str]) -> None:
    key = f"hand_over:{duty_id}"
    with st.form(key, border=False):
        to_id = _successor(ws, names, key=f"{key}:to")
        phone = st.text_input(ws.words("people.duty_phone"), key=f"{key}:phone")
        ws.slot("phone")
        sent = st.form_submit_button(ws.words("people.hand_over_duty"))
    if step_up.confirmed(ws, sent, key=key) and ws.do(
        leavers.hand_over_duty, person_id, duty_id, to_id=to_id, phone=phone
    ):
        st.rerun()


def _successor(ws: Workspace, names: dict[UUID, str], *, key: str) -> UUID | None:
    chosen = st.selectbox(
        ws.words("people.hand_over_to"),
        list(names),
        index=None,
        format_func=distinct(names, names.__getitem__),
        key=key,
    )
    ws.slot("to_id")
    return chosen
