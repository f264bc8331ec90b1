"""What this person typed into the closing report and did not save, said before the Word document is made."""

from collections.abc import Sequence

import streamlit as st

from core.content.closings import Section
from core.models.closing import Closing
from core.operations import closing_unsent
from pages.ui.plain import in_label
from pages.ui.site import page_file
from pages.ui.workspace import Workspace


def anchor(part: str) -> str:
    """Where a part stands on the page."""
    return f"part-{part}"


def show(ws: Workspace, closing: Closing, sections: Sequence[Section], *, has_fields: bool) -> bool:
    """Say it, one way a part whose field is on the page; does anything stand before the Word document?"""
    t = ws.words
    found = ws.read(closing_unsent.mine, closing.id, is_shared=ws.shared is not None)
    if not found:
        return False
    here = {one.part for one in found if has_fields and not one.is_aside}
    ways = [f"- [{in_label(one.title)}](#{anchor(one.id)})" for one in sections if one.id in here]
    said = t("closing.unsent" if ways else "closing.unsent_elsewhere")
    st.warning("\n".join([said, "", *ways]), icon=":material/edit_note:")
    if any(one.is_aside or not has_fields for one in found):
        if ways:
            st.caption(t("closing.unsent_aside"))
        st.page_link(page_file("me"), label=t("closing.unsent_to_account"), icon=":material/person:")
    return True
