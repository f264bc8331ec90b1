"""The people: who may sign in, with which roles, and help for those who cannot."""

from uuid import UUID

import streamlit as st

from core.operations import people, services
from core.operations.people import FirstPassword
from pages.ui import first_password, relabel
from pages.ui.draft import open_draft, open_new
from pages.ui.plain import plain
from pages.ui.workspace import workspace

ws = workspace()
t = ws.words

st.title(t("page.people"))
st.caption(t("people.help"))
first_password.show(ws)

found = {service.id: service for service in ws.read(services.list_all)}
service_id = st.selectbox(
    t("people.service"), list(found), format_func=lambda one: found[one].name, key="people:service"
)
service = found[service_id]
members = {member.person.id: member for member in ws.read(people.members, service.id)}
rows = [
    f"| {plain(member.person.name)} | {plain(member.username)} "
    f"| {', '.join(t(f'role.{role}') for role in sorted(member.person.role_names))} "
    f"| {first_password.state(ws, member)} |"
    for member in members.values()
]
if rows:
    heads = " | ".join(t(f"people.column.{column}") for column in ("name", "username", "roles", "state"))
    st.markdown("\n".join([f"| {heads} |", "|---|---|---|---|", *rows]))
else:
    st.info(t("people.empty"))

key = f"person:{service.id}"
labels: dict[UUID | None, str] = {
    None: t("people.new"),
    **{one: each.person.name for one, each in members.items()},
}
relabel.keep_choice(key, labels)
chosen = st.selectbox(t("people.which"), list(labels), format_func=labels.__getitem__, key=key)
member = members[chosen] if chosen else None
person = member.person if member else None
draft = open_draft(person) if person else open_new("person")
with st.form("person"):
    left, right = st.columns(2)
    with left:
        name = st.text_input(t("people.name"), value=person.name if person else "", key=draft.key("name"))
        ws.slot("name")
        job = st.text_input(t("people.job"), value=person.job if person else "", key=draft.key("job"))
        ws.slot("job")
        username = ""
        if person is None:
            username = st.text_input(
                t("people.username"), key=draft.key("username"), help=t("people.username_help")
            )
            ws.slot("username")
    with right:
        email = st.text_input(t("people.email"), value=person.email if person else "", key=draft.key("email"))
        ws.slot("email")
        phone = st.text_input(t("people.phone"), value=person.phone if person else "", key=draft.key("phone"))
        ws.slot("phone")
    choices = people.roles_for(service.kind)
    roles = st.multiselect(
        t("people.roles"),
        choices,
        default=[role for role in choices if person and role in person.role_names],
        format_func=lambda role: t(f"role.{role}"),
        key=draft.key(f"roles:{service.id}"),
        help=t("people.roles_help"),
    )
    ws.slot("roles")
    save = st.form_submit_button(t("people.save" if person else "people.add"), type="primary")

if save and person is not None:
    if ws.do(
        people.revise,
        person.id,
        name=name,
        roles=roles,
        job=job,
        email=email,
        phone=phone,
        version=draft.version,
    ):
        draft.close()
        st.toast(t("common.saved"))
        st.rerun()
elif save:
    made = ws.make(
        people.add,
        service_id=service.id,
        name=name,
        username=username,
        roles=roles,
        job=job,
        email=email,
        phone=phone,
    )
    if made is not None:
        draft.close()
        first_password.keep(made)
        st.rerun()

if person is not None and person.version != draft.version:
    st.button(t("common.take_theirs"), on_click=draft.close)

if member is not None and person is not None:
    with st.container(horizontal=True):
        made = None
        if member.is_locked and st.button(t("people.unlock")) and ws.do(people.unlock, person.id):
            st.rerun()
        if member.is_enabled:
            if st.button(t("people.new_password")):
                made = ws.make(people.new_password, person.id)
            end = bool(member.sessions) and st.button(t("people.end_sessions"))
            if end and ws.do(people.end_sessions, person.id):
                st.rerun()
            if st.button(t("people.disable")) and ws.do(people.disable, person.id):
                draft.close()
                st.rerun()
        elif st.button(t("people.enable")):
            made = ws.make(people.enable, person.id)
        if isinstance(made, FirstPassword):
            draft.close()
            first_password.keep(made)
            st.rerun()
    successors = {
        one.person.id: one.person.name
        for one in members.values()
        if one.person.id != person.id and one.is_enabled and people.Role.CASE_MANAGER in one.person.role_names
    }
    if service.kind.is_side:
        with st.expander(t("people.hand_over"), icon=":material/move_down:"):
            st.caption(t("people.hand_over_help"))
            with st.form("hand_over", border=False):
                to_id = st.selectbox(
                    t("people.hand_over_to"),
                    list(successors),
                    index=None,
                    format_func=lambda one: successors[one],
                    key=draft.key("to"),
                )
                ws.slot("to_id")
                hand_over = st.form_submit_button(t("people.hand_over_button"))
            if hand_over:
                number = ws.make(people.hand_over, person.id, to_id=to_id)
                if number is not None:
                    st.success(t.count("people.handed_over", number))
