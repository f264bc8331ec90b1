"""What a person should know of their own account, above every page until they have read it."""

import streamlit as st

from core.operations import my_account
from pages.ui.workspace import Workspace


def show(ws: Workspace) -> None:
    t = ws.words
    with st.container(border=True):
        for notice in ws.read(my_account.unseen_notices):
            st.markdown(
                f":material/shield_person: {t(f'notice.{notice.kind}', at=t.moment(notice.created_at))}"
            )
        if st.button(t("notice.seen"), key="notices:seen") and ws.do(my_account.have_seen):
            st.rerun()
