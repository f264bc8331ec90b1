"""A form on a record that somebody changed after it was opened: its saves are refused, and here is the way out."""

import streamlit as st

from pages.ui.draft import Draft, Versioned
from pages.ui.kept import Kept
from pages.ui.workspace import Workspace


def show(
    ws: Workspace,
    record: Versioned,
    draft: Draft,
    form: Kept | None = None,
    *,
    label: str = "common.take_theirs",
) -> None:
    """Under a form beside which the record stands as it is now: let go what was typed, and begin with that."""
    if record.version == draft.version:
        return
    st.button(
        ws.words(label),
        key=f"overtaken:{draft.slot}",
        icon=":material/refresh:",
        on_click=form.close if form else draft.close,
        args=(draft,) if form else (),
    )
