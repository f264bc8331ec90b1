"""Asking again who sits there, before what must not be done by whoever finds an unlocked screen.

    if step_up.confirmed(ws, st.button(...), key="disable") and ws.do(...):

asks for a code in place where the last one is older than five minutes, and goes on with what was clicked.
"""

from dataclasses import replace

import streamlit as st

from core.operations import my_account
from pages.ui import context
from pages.ui.workspace import Workspace

#: What was clicked last and waits for a code; anything else that is clicked takes its place.
_WAITS = "step_up"


def confirmed(ws: Workspace, clicked: bool, *, key: str) -> bool:
    """Was this clicked, and is it certain by whom? Asks here where it is not; true once for each click."""
    if clicked and ws.actor.is_fresh:
        st.session_state.pop(_WAITS, None)
        return True
    if clicked:
        st.session_state[_WAITS] = key
    if st.session_state.get(_WAITS) != key:
        return False
    # Proved for something else in the meantime: then this is not what they want any more.
    is_other = ws.actor.is_fresh
    if not is_other and not asked(ws, key):
        return False
    del st.session_state[_WAITS]
    return not is_other


def asked(ws: Workspace, key: str) -> bool:
    """Ask for one code, and Enter; true in the run in which it was right."""
    place = st.empty()
    with place.container(), st.form(f"step_up:{key}", border=True):
        typed = st.text_input(
            ws.words("step_up.code"), type="password", key=f"step_up:{key}:code", autocomplete="one-time-code"
        )
        ws.slot("code")
        sent = st.form_submit_button(ws.words("step_up.button"), type="primary")
    if not sent or not _proved(ws, typed):
        return False
    place.empty()
    return True


def _proved(ws: Workspace, typed: str) -> bool:
    attempt_id = ws.make(my_account.knock, visitor=context.visitor())
    if attempt_id is None:
        return False
    if not ws.do(my_account.prove, token=ws.token[1:], typed=typed, attempt_id=attempt_id):
        ws.do(my_account.refused)
        return False
    ws.actor = replace(ws.actor, is_fresh=True)
    return True
