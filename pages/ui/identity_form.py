"""An administrator names the identity by which a person of their service signs in at the provider."""

import streamlit as st

from core.operations import identities
from core.operations.people import Member
from core.settings import settings
from pages.ui import step_up
from pages.ui.plain import plain
from pages.ui.workspace import Workspace


def show(ws: Workspace, member: Member) -> None:
    """The form under a person, where a provider is set."""
    if not (settings().has_oidc and member.is_managed and member.is_enabled):
        return
    t, person_id = ws.words, member.person.id
    has_one = ws.read(identities.is_recorded, person_id)
    with st.expander(t("identity.title", name=plain(settings().oidc_name)), icon=":material/badge:"):
        st.caption(t("identity.help"))
        st.markdown(t("identity.has_one" if has_one else "identity.has_none"))
        with st.form(f"identity:{person_id}", border=False):
            subject = st.text_input(
                t("identity.subject"), key=f"identity:{person_id}:subject", autocomplete="off"
            )
            ws.slot("subject")
            with st.container(horizontal=True):
                record = st.form_submit_button(t("identity.record"))
                remove = st.form_submit_button(t("identity.remove"), disabled=not has_one)
    if step_up.confirmed(ws, record, key=f"identity:record:{person_id}") and ws.do(
        identities.record, person_id, subject=subject
    ):
        st.rerun()
    if step_up.confirmed(ws, remove, key=f"identity:remove:{person_id}") and ws.do(
        identities.remove, person_id
    ):
        st.rerun()
