"""The people: who may sign in, with which roles, and help for those who cannot."""

from uuid import UUID

import streamlit as st

from core.operations import people
from pages.ui import account_acts, account_state, identity_form, relabel, step_up
from pages.ui.choices import distinct
from pages.ui.draft import open_draft, open_new
from pages.ui.plain import plain
from pages.ui.workspace import workspace

ws = workspace()
t = ws.words

st.title(t("page.people"))
st.caption(t("people.help"))
account_state.show(ws)

found = {service.id: service for service in ws.read(people.services)}
service_id = st.selectbox(
    t("people.service"), list(found), format_func=lambda one: found[one].name, key="people:service"
)
service = found[service_id]
members = {member.person.id: member for member in ws.read(people.members, service.id)}
is_own = service.id == ws.actor.service_id
if service.kind.is_side and not is_own:
    st.info(t("people.set_up_only"))
rows = [
    f"| {plain(member.person.name)} | {plain(member.username)} "
    f"| {', '.join(t(f'role.{role}') for role in sorted(member.person.role_names))} "
    f"| {account_state.state(ws, member)} |"
    for member in members.values()
]
if rows:
    heads = " | ".join(t(f"people.column.{column}") for column in ("name", "username", "roles", "state"))
    st.markdown("\n".join([f"| {heads} |", "|---|---|---|---|", *rows]))
else:
    st.info(t("people.empty"))

key = f"person:{service.id}"
say = distinct(members, lambda one: members[one].person.name, lambda one: members[one].username)
labels: dict[UUID | None, str] = {None: t("people.new"), **{one: say(one) for one in members}}
relabel.keep_choice(key, labels)
chosen = st.selectbox(t("people.which"), list(labels), format_func=labels.__getitem__, key=key)
member = members[chosen] if chosen else None
person = member.person if member and member.is_managed else None
draft = open_draft(person) if person else open_new("person")
slot = st.empty()
with slot.container(), st.form("person"):
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
        wrap=True,
        key=draft.key(f"roles:{service.id}"),
        help=t("people.roles_help"),
    )
    ws.slot("roles")
    save = st.form_submit_button(t("people.save" if person else "people.add"), type="primary")

if member is not None and person is None:
    # Somebody of a side that is only being set up: a first code, and nothing else.
    slot.empty()
    save = False

sure = step_up.confirmed(ws, save, key=f"people:{chosen}:{service.id}")
if sure and person is not None:
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
elif sure:
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
        account_state.keep(made)
        st.rerun()

if person is not None and person.version != draft.version:
    st.button(t("common.take_theirs"), on_click=draft.close)

if member is not None:
    if account_acts.show(ws, member):
        draft.close()
        st.rerun()
    if member.is_managed and service.kind.is_side:
        account_acts.left(ws, member)
        identity_form.show(ws, member)
