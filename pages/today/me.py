"""My account: who I am here, when I am on duty, what I did not send, where I am signed in, my second step and my password."""

import streamlit as st

from core import access
from core.operations import my_account
from pages.ui import context, duty, my_factor, my_sessions, my_texts, step_up
from pages.ui.draft import open_new
from pages.ui.plain import plain
from pages.ui.workspace import workspace

ws = workspace()
t = ws.words

st.title(t("page.me"))
roles = ", ".join(t(f"role.{role}") for role in sorted(ws.actor.roles))
st.markdown(t("me.who", name=plain(ws.actor.name), service=plain(ws.actor.service_name), roles=roles))

my_factor.confirmations(ws)
my_factor.under_way(ws)
if access.is_worker(ws.actor):
    duty.show(ws)
my_texts.show(ws)

mine = ws.read(my_account.look)
my_sessions.show(ws, mine)
my_factor.show(ws, mine)

st.header(t("me.password"))
st.caption(t("me.password_help"))
draft = open_new("password")
with st.form("password"):
    current = ""
    if mine.has_password:
        current = st.text_input(
            t("me.current_password"),
            type="password",
            key=draft.key("current"),
            autocomplete="current-password",
        )
        ws.slot("current")
    password = st.text_input(
        t("me.new_password"), type="password", key=draft.key("password"), help=t("first_start.password_help")
    )
    ws.slot("password")
    again = st.text_input(t("first_start.again"), type="password", key=draft.key("again"))
    ws.slot("again")
    save = st.form_submit_button(t("sign_in.set_password"), type="primary")

if step_up.confirmed(ws, save, key="password"):
    attempt = ws.make(my_account.knock_to_change, password=password, again=again, visitor=context.visitor())
    if attempt is not None and ws.do(
        my_account.change_password, current=current, password=password, again=again, attempt_id=attempt
    ):
        draft.close()
        st.rerun()
