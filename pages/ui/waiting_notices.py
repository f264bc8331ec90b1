"""What waits of notices, at the top of the page Today: what is to be read first."""

import streamlit as st

from core.operations.today import Today
from pages.ui import notice_words
from pages.ui.plain import plain
from pages.ui.site import page_file
from pages.ui.workspace import Workspace

_ICONS = {
    "due": ":material/outgoing_mail:",
    "tell_her": ":material/forum:",
    "tell_her_behind": ":material/forum:",
    "theirs_unread_behind": ":material/call:",
    "theirs_unanswered_behind": ":material/call:",
    "ours_unread_behind": ":material/call:",
    "ours_unanswered_behind": ":material/call:",
    "reentry": ":material/keyboard_return:",
    "unconfirmed": ":material/group:",
    "unconfirmed_here": ":material/group:",
}


def show(ws: Workspace, found: Today) -> None:
    """One row a notice that waits, each to the case where it is read; a manager's row to what lies unread."""
    if not found.notices and not found.unread:
        return
    t = ws.words
    st.header(t("today.notices"))
    with st.container(key="today_notices", gap=None):
        for one in found.notices:
            at = notice_words.by(ws, one.at) if one.at else ""
            label = t(f"today.notice.{one.key}", code=plain(one.case.code), at=at)
            label = t("today.notice_about", said=label, about=plain(one.about)) if one.about else label
            label = f":red[**{label}**]" if one.is_urgent else label
            icon = _ICONS.get(one.key, ":material/notification_important:")
            if not one.page:
                st.markdown(f"{icon} {label}")
                continue
            st.page_link(
                page_file(one.page),
                label=label,
                icon=icon,
                query_params={"case": str(one.case.id)},
                width="stretch",
            )
        if found.unread:
            st.page_link(
                page_file("unread_notices"),
                label=f":red[**{t.count('today.notices_unread', len(found.unread))}**]",
                icon=":material/notification_important:",
                width="stretch",
            )
