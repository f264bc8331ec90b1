"""The end of preparing a version of the protocol: it is released, or thrown away."""

import streamlit as st

from core.operations import protocols
from pages.ui.draft import Draft, open_new
from pages.ui.workspace import Workspace


def show(ws: Workspace, opened: Draft) -> None:
    t, draft = ws.words, open_new("release")
    with st.container(border=True, key="card_release"):
        st.markdown(t("protocol.release_help"))
        with st.form("release", border=False):
            note = st.text_input(t("protocol.note"), key=draft.key("note"), help=t("protocol.note_help"))
            ws.slot("note")
            release = st.form_submit_button(t("protocol.release"), type="primary")
        if release and ws.do(protocols.release, note=note, version=opened.version):
            opened.close()
            draft.close()
            st.rerun()
        with st.popover(t("protocol.discard")):
            st.markdown(t("protocol.discard_help"))
            if st.button(t("protocol.discard_sure")) and ws.do(protocols.discard, version=opened.version):
                opened.close()
                st.rerun()
