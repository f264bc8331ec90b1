"""My account: who I am here, when I am on duty, and my password."""

import streamlit as st

from core import access, sign_in
from pages.ui import duty
from pages.ui.draft import open_new
from pages.ui.plain import plain
from pages.ui.workspace import workspace

ws = workspace()
t = ws.words

st.title(t("page.me"))
roles = ", ".join(t(f"role.{role}") for role in sorted(ws.actor.roles))
st.markdown(t("me.who", name=plain(ws.actor.name), service=plain(ws.actor.service_name), roles=roles))

if access.is_worker(ws.actor):
    duty.show(ws)

st.header(t("me.password"))
draft = open_new("password")
with st.form("password"):
    password = st.text_input(
        t("me.new_password"), type="password", key=draft.key("password"), help=t("first_start.password_help")
    )
    ws.slot("password")
    again = st.text_input(t("first_start.again"), type="password", key=draft.key("again"))
    ws.slot("again")
    save = st.form_submit_button(t("sign_in.set_password"), type="primary")

if save and ws.do(sign_in.change_password, password=password, again=again):
    draft.close()
    st.rerun()
