"""The services, and the cooperations that join two of them."""

from uuid import UUID

import streamlit as st

from core.operations import people, services
from core.operations.services import ServiceKind
from pages.ui import backup_age, relabel
from pages.ui.choices import distinct
from pages.ui.draft import open_draft, open_new
from pages.ui.plain import plain
from pages.ui.workspace import workspace

ws = workspace()
t = ws.words

st.title(t("page.services"))
if not ws.store.is_example:
    backup_age.warn(ws)
st.caption(t("services.help"))

found = {service.id: service for service in ws.read(services.list_all)}
rows = [
    f"| {plain(service.name)} | {t(f'kind.{service.kind}')} | {plain(service.duty_phone)} "
    f"| {t('services.active' if service.is_active else 'services.inactive')} |"
    for service in found.values()
]
heads = " | ".join(t(f"services.column.{column}") for column in ("name", "kind", "duty_phone", "state"))
st.markdown("\n".join([f"| {heads} |", "|---|---|---|---|", *rows]))

# Only those that nobody else administers.
own = [service.id for service in ws.read(people.services)]
say = distinct(own, lambda one: found[one].name)
labels: dict[UUID | None, str] = {None: t("services.new"), **{one: say(one) for one in own}}
relabel.keep_choice("services:which", labels)
chosen = st.selectbox(t("services.which"), list(labels), format_func=labels.__getitem__, key="services:which")
service = found[chosen] if chosen else None
draft = open_draft(service) if service else open_new("service")
with st.form("service"):
    name = st.text_input(t("services.name"), value=service.name if service else "", key=draft.key("name"))
    ws.slot("name")
    kind = st.selectbox(
        t("services.kind"),
        list(ServiceKind),
        index=list(ServiceKind).index(service.kind) if service else 0,
        format_func=lambda choice: t(f"kind.{choice}"),
        disabled=service is not None,
        key=draft.key("kind"),
    )
    left, right = st.columns(2)
    with left:
        legal_form = st.text_input(
            t("services.legal_form"), value=service.legal_form if service else "", key=draft.key("legal_form")
        )
        ws.slot("legal_form")
        address = st.text_input(
            t("services.address"),
            value=service.address if service else "",
            key=draft.key("address"),
            help=t("services.address_help"),
        )
        ws.slot("address")
    with right:
        contact_point = st.text_input(
            t("services.contact_point"),
            value=service.contact_point if service else "",
            key=draft.key("contact_point"),
            help=t("services.contact_point_help"),
        )
        ws.slot("contact_point")
        duty_phone = st.text_input(
            t("services.duty_phone"), value=service.duty_phone if service else "", key=draft.key("duty_phone")
        )
        ws.slot("duty_phone")
    save = st.form_submit_button(t("common.save"), type="primary")

if save and (
    ws.do(
        services.revise,
        service.id,
        name=name,
        legal_form=legal_form,
        address=address,
        contact_point=contact_point,
        duty_phone=duty_phone,
        version=draft.version,
    )
    if service
    else ws.do(
        services.add,
        name=name,
        kind=kind or ServiceKind.PP,
        legal_form=legal_form,
        address=address,
        contact_point=contact_point,
        duty_phone=duty_phone,
    )
):
    draft.close()
    st.toast(t("common.saved"))
    st.rerun()

if service is not None and service.version != draft.version:
    st.button(t("common.take_theirs"), on_click=draft.close)
if (
    service is not None
    and st.button(t("services.take_out" if service.is_active else "services.take_in"))
    and ws.do(services.set_active, service.id, is_active=not service.is_active, version=service.version)
):
    draft.close()
    st.rerun()

st.header(t("services.cooperations"))
st.caption(t("services.cooperations_help"))
joined = ws.read(services.cooperations)
for cooperation in joined:
    agreed = open_draft(cooperation)
    with st.form(f"cooperation:{cooperation.id}"):
        st.markdown(f"**{plain(cooperation.pp.name)}** · **{plain(cooperation.vss.name)}**")
        identification = st.text_input(
            t("services.identification"),
            value=cooperation.identification,
            key=agreed.key("identification"),
            help=t("services.identification_help"),
        )
        ws.slot("identification")
        keep = st.form_submit_button(t("common.save"))
    if keep and ws.do(
        services.agree_identification,
        cooperation.id,
        identification=identification,
        version=agreed.version,
    ):
        agreed.close()
        st.toast(t("common.saved"))
        st.rerun()
    if cooperation.version != agreed.version:
        st.button(t("common.take_theirs"), on_click=agreed.close, key=f"theirs:{cooperation.id}")

both = open_new("cooperation")
with st.expander(t("services.join"), icon=":material/handshake:"), st.form("join", border=False):
    pairs = {}
    for field, of_kind in (("pp_id", ServiceKind.PP), ("vss_id", ServiceKind.VSS)):
        pairs[field] = st.selectbox(
            t(f"kind.{of_kind}"),
            [one.id for one in found.values() if one.kind is of_kind and one.is_active],
            index=None,
            format_func=distinct(found, lambda service_id: found[service_id].name),
            key=both.key(field),
        )
        ws.slot(field)
    join = st.form_submit_button(t("services.join_button"))
if join and ws.do(services.join, pp_id=pairs["pp_id"], vss_id=pairs["vss_id"]):
    both.close()
    st.rerun()
