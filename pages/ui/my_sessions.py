"""Where I am signed in, and ending it there."""

import streamlit as st

from core.operations import my_account
from core.operations.my_account import Mine
from pages.ui import step_up
from pages.ui.workspace import Workspace


def show(ws: Workspace, mine: Mine) -> None:
    t = ws.words
    st.subheader(t("me.sessions"))
    st.caption(t("me.sessions_help"))
    for session in mine.sessions:
        with st.container(horizontal=True, vertical_alignment="center"):
            said = t("me.session", since=t.moment(session.created_at), seen=t.moment(session.seen_at))
            if session.id == ws.sign_in_id:
                st.markdown(f"{said} · **{t('me.this_one')}**")
                continue
            st.markdown(said)
            clicked = st.button(t("me.end_session"), key=f"end:{session.id}")
        if step_up.confirmed(ws, clicked, key=f"end:{session.id}") and ws.do(
            my_account.end_session, session.id
        ):
            st.rerun()
    if len(mine.sessions) > 1:
        all_others = st.button(t("me.end_others"), icon=":material/logout:", key="end_others")
        if step_up.confirmed(ws, all_others, key="end_others") and ws.do(
            my_account.end_others, here=ws.sign_in_id
        ):
            st.rerun()
