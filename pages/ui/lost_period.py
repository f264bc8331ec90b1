"""That an older copy was put back, above every page until an administrator has read it."""

import streamlit as st

from core.access import Permission
from core.lost_periods import LostPeriod
from core.operations import upkeep
from core.settings import settings
from pages.ui import stores
from pages.ui.workspace import Workspace


def show(ws: Workspace, lost: LostPeriod) -> None:
    """Everybody sees it: who wrote something in that time must write it again."""
    t, reads = ws.words, ws.may(Permission.ADMINISTER)
    with st.container(border=reads):
        st.error(
            t("upkeep.lost", since=t.moment(lost.since), until=t.moment(lost.until)),
            icon=":material/history:",
        )
        if not reads:
            return
        st.markdown(t("upkeep.lost_administrator"))
        if st.button(t("upkeep.lost_read"), key="lost_period:read") and ws.do(
            upkeep.have_read_lost_period, anchors=settings().anchor_folders
        ):
            stores.forget_lost_period()
            st.rerun()
