"""Asking again who sits there, before what must not be done by whoever finds an unlocked screen.

    if step_up.confirmed(ws, st.button(...), key="disable") and ws.do(...):

asks for a code in place where the last one is older than five minutes, and goes on with what was clicked.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.operations import my_account
from pages.ui import code_hint, context, renewal, stores

if TYPE_CHECKING:
    from pages.ui.workspace import Workspace

#: What was clicked last and waits for a code; anything else that is clicked takes its place.
_WAITS = "step_up"


def confirmed(ws: "Workspace", clicked: bool, *, key: str, by_both: bool = False) -> bool:
    """Was this clicked, and is it certain by whom? Asks here where it is not; true once for each click.

    `by_both` asks for the password and a code: for what could let somebody else in for good.
    """
    is_sure = ws.actor.is_certain if by_both else ws.actor.is_fresh
    if clicked and is_sure:
        st.session_state.pop(_WAITS, None)
        return True
    if clicked:
        st.session_state[_WAITS] = key
    if st.session_state.get(_WAITS) != key:
        return False
    # Proved for something else in the meantime: then this is not what they want any more.
    if not is_sure and not (asked_both(ws, key) if by_both else asked(ws, key)):
        return False
    del st.session_state[_WAITS]
    return not is_sure


def before_reading(ws: "Workspace") -> None:
    """Ask here, before what is kept closest is read; nothing below is shown until it is certain who reads."""
    place = st.empty()
    place.info(ws.words("step_up.before_reading"), icon=":material/lock:")
    if not asked(ws, "reading"):
        st.stop()
    place.empty()


def asked(ws: "Workspace", key: str) -> bool:
    """Ask for one code, and Enter; true in the run in which it was right."""
    place = st.empty()
    with place.container(), st.form(f"step_up:{key}", border=True):
        typed = st.text_input(
            ws.words("step_up.code"), type="password", key=f"step_up:{key}:code", autocomplete="one-time-code"
        )
        code_hint.show(ws.words)
        ws.slot("code")
        sent = st.form_submit_button(ws.words("step_up.button"), type="primary")
    if not sent or not _proved(ws, place, my_account.prove, typed=typed):
        return False
    ws.actor = replace(ws.actor, is_fresh=True)
    return True


def asked_both(ws: "Workspace", key: str) -> bool:
    """Ask for the password and a code; true in the run in which both were right."""
    place = st.empty()
    with place.container(), st.form(f"step_up:{key}", border=True):
        st.markdown(ws.words("step_up.both"))
        password = st.text_input(
            ws.words("sign_in.password"),
            type="password",
            key=f"step_up:{key}:password",
            autocomplete="current-password",
        )
        ws.slot("current")
        code = st.text_input(ws.words("factor.code"), key=f"step_up:{key}:code", autocomplete="one-time-code")
        code_hint.show(ws.words)
        ws.slot("code")
        sent = st.form_submit_button(ws.words("step_up.button"), type="primary")
    if not sent or not _proved(ws, place, my_account.prove_by_both, password=password, code=code):
        return False
    ws.actor = replace(ws.actor, is_fresh=True, is_certain=True)
    return True


def _proved(ws: "Workspace", place: DeltaGenerator, prove: Callable[..., str], **typed: str) -> bool:
    attempt_id = ws.make(my_account.knock, visitor=context.visitor())
    if attempt_id is None:
        return False
    ticket = ws.make(prove, here=ws.sign_in_id, attempt_id=attempt_id, **typed)
    if ticket is None:
        ws.do(my_account.refused)
        return False
    with place.container():
        # A shared screen is left by it: the way back to one's own pages is a session of its own.
        if ws.shared is None:
            renewal.hand_over(ws.session, stores.letter(ws.store) + ticket)
    return True
