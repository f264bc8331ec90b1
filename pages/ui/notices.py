"""What a person should know of their own account, above every page until they have read it."""

from typing import Final

import streamlit as st

from core.models.account import Notice
from core.operations import my_account
from pages.ui import held
from pages.ui.workspace import Workspace

#: So many stand open; what came before them is folded in, so that the page below can be reached.
_OPEN: Final = 3


def show(ws: Workspace) -> None:
    t, found = ws.words, ws.read(my_account.unseen_notices)
    if not found:
        return
    with st.container(border=True):
        for notice in found[:_OPEN]:
            _say(ws, notice)
        if earlier := found[_OPEN:]:
            with st.expander(t.count("notice.earlier", len(earlier))):
                for notice in earlier:
                    _say(ws, notice)
        # What came since this was drawn is not read by the click.
        seen = held.button(t("notice.seen"), found[0].created_at, key="notices:seen")
        if seen is not None and ws.do(my_account.have_seen, until=seen):
            st.rerun()


def _say(ws: Workspace, notice: Notice) -> None:
    at = ws.words.moment(notice.created_at)
    st.markdown(f":material/shield_person: {ws.words(f'notice.{notice.kind}', at=at)}")
