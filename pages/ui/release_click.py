"""The click that lets something leave the own file: it holds the preview, and without consent asks for a code first."""

from collections.abc import Sequence
from uuid import UUID

import streamlit as st

from core.operations import releases
from core.operations.releases import Basis, Terms
from pages.ui import step_up
from pages.ui.draft import Draft
from pages.ui.workspace import Workspace


def button(ws: Workspace, case_id: UUID, draft: Draft, label: str, digest: str, *, icon: str) -> None:
    """Who will read it, and the button.

    What was typed since, and not looked at, does not leave: the click takes the digest of the preview along.
    """
    st.caption(f":material/group: {recipients(ws, ws.read(releases.recipients, case_id))}")
    st.button(
        label,
        type="primary",
        icon=icon,
        key=draft.key(digest),
        on_click=st.session_state.__setitem__,
        args=(draft.key("clicked"), digest),
    )


def recipients(ws: Workspace, roles: Sequence[str]) -> str:
    """Who of both services reads it, by role."""
    t = ws.words
    if not roles:
        return t("share.recipients_all")
    return t("share.recipients", roles=", ".join(t(f"role.{role}") for role in roles))


def seen(ws: Workspace, draft: Draft, terms: Terms) -> str:
    """The digest that was clicked, once; empty where nothing was, or a code is still asked for."""
    slot = draft.key("seen")
    clicked: str | None = st.session_state.pop(draft.key("clicked"), None)
    if clicked is not None:
        st.session_state[slot] = clicked
    is_click = clicked is not None
    if terms.basis is not Basis.CONSENT:
        is_click = step_up.confirmed(ws, is_click, key=slot)
    return str(st.session_state.pop(slot, "")) if is_click else ""
