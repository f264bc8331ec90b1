"""What the check found in a text that is about to leave the own file: each name or contact must be meant."""

from collections.abc import Sequence

import streamlit as st

from core.operations.identifying import Found
from pages.ui.draft import Draft
from pages.ui.plain import in_label
from pages.ui.workspace import Workspace


def ask(ws: Workspace, found: Sequence[Found], draft: Draft, *, with_help: bool = True) -> bool:
    """Show each hit with a box to tick; True where something was found and all of it is meant."""
    if not found:
        return False
    t = ws.words
    st.warning(t("share.found"), icon=":material/person_alert:")
    if with_help:
        st.caption(t("share.meant_help"))
    ticks = [
        st.checkbox(
            in_label(f"{one.value} ({', '.join(filter(None, (t(f'subject.{one.field}'), one.code)))})"),
            key=draft.key(f"meant:{one.field}:{one.value}"),
        )
        for one in found
    ]
    ws.slot("names_are_meant")
    return all(ticks)
