"""A link to a page with the ids that it needs."""

import streamlit as st

from core.operations.phases import Link
from pages.ui.site import is_here, page_file


def link_to(link: Link, label: str, *, icon: str | None = None, disabled: bool = False) -> None:
    """Show a link; nothing where the page does not exist in this installation."""
    if is_here(link.page):
        st.page_link(
            page_file(link.page), label=label, icon=icon, query_params=dict(link.params), disabled=disabled
        )
