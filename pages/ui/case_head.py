"""The head of every page of a case: its code, where it stands, what is expected next, and the ways on."""

import streamlit as st

from core.models.case import Case
from pages.ui.site import page_file
from pages.ui.workspace import Workspace

#: The pages of a case, in the order of its work.
WAYS = ("case", "file", "phase", "timeline", "plan")


def show(ws: Workspace, case: Case, here: str) -> None:
    """Show the head of a case on the page whose key is `here`."""
    t = ws.words
    st.caption(t("case_head.purpose"))
    st.title(t("case_head.title", code=case.code))
    with st.container(horizontal=True, key="case_ways"):
        for way in WAYS:
            if page_file(way).exists():
                st.page_link(
                    page_file(way),
                    label=t(f"page.{way}"),
                    query_params={"case": str(case.id)},
                    disabled=way == here,
                )
