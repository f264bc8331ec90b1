"""What two services stand on, and beginning the agreement between their managements."""

import streamlit as st

from core.operations import agreement_starts, agreements
from core.operations.agreements import AgreementLevel, Footing
from core.operations.phases import Link
from pages.ui import agreement_words
from pages.ui.links import link_to
from pages.ui.plain import plain
from pages.ui.site import page_file
from pages.ui.workspace import Workspace


def show(ws: Workspace, footing: Footing) -> None:
    """One cooperation: its agreement in force, its draft, or how to begin one."""
    t, cooperation = ws.words, footing.cooperation
    with st.container(border=True, key=f"card_footing_{cooperation.id}"):
        st.markdown(f"**{plain(cooperation.pp.name)}** · **{plain(cooperation.vss.name)}**")
        if footing.in_force is None:
            st.warning(t("agreements.none_in_force"), icon=":material/warning:")
        for agreement in (footing.in_force, footing.coming, footing.draft):
            if agreement is None:
                continue
            standing = agreements.standing(agreement)
            line = agreement_words.times(t, agreement)
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f"{agreement_words.badge(t, standing)} {line}", width="content")
                st.page_link(
                    page_file("agreement"),
                    label=t("agreements.open"),
                    icon=":material/arrow_forward:",
                    query_params={"agreement": str(agreement.id)},
                )
        if footing.draft is footing.in_force is footing.coming is None:
            _begin(ws, footing)


def _begin(ws: Workspace, footing: Footing) -> None:
    t = ws.words
    if not ws.may(agreements.drafting(AgreementLevel.ORGANISATION)):
        st.caption(t("agreements.managers_draft"))
        return
    st.caption(t("agreement_draft.before.help"))
    talk = Link("talk", {"cooperation": str(footing.cooperation.id)})
    link_to(talk, t("agreement_draft.before.link"), icon=":material/forum:")
    key = f"begin:{footing.cooperation.id}"
    if st.button(t("agreements.begin_organisation"), type="primary", icon=":material/add:", key=key):
        new = ws.make(
            agreement_starts.draft,
            level=AgreementLevel.ORGANISATION,
            cooperation_id=footing.cooperation.id,
        )
        if new is not None:
            st.switch_page(page_file("draft"), query_params={"agreement": str(new.id)})
