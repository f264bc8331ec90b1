"""For a manager: notices of the other service that nobody here has read in time; whom to call, and what came of it."""

import streamlit as st

from core.operations import notices_due
from pages.ui import notice_acts, notice_words
from pages.ui.plain import plain
from pages.ui.workspace import workspace

ws = workspace()
t = ws.words

st.title(t("page.unread_notices"))
st.info(t("notices.unread_help"), icon=":material/lock:")
found = ws.read(notices_due.unread)
if not found:
    st.success(t("notices.unread_none"), icon=":material/task_alt:")
for one in found:
    with st.container(border=True, key=f"card_unread_{one.notice.id}"):
        st.markdown(
            f"**{plain(one.case.code)}** · {t('notices.unread_since', at=notice_words.by(ws, one.read_by))}"
        )
        if one.is_behind:
            st.warning(t("notices.unread_behind"), icon=":material/lock:")
        for name, phone in one.colleagues:
            st.markdown(f":material/call: {plain(name)} · {plain(phone) or t('notices.no_phone')}")
        if one.duty_phone:
            st.markdown(f":material/e911_emergency: {t('notices.duty_phone', phone=plain(one.duty_phone))}")
        if not one.colleagues:
            st.warning(t("notices.nobody_works"), icon=":material/person_off:")
        notice_acts.call(ws, one.notice.id, one.case.id)
