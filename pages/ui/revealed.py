"""Names and contacts that somebody asked for: shown as long as it is certain who looks, and then closed again."""

from uuid import UUID

import streamlit as st

from core.operations import files
from pages.ui import step_up
from pages.ui.workspace import Workspace


def is_open(ws: Workspace, slot: str) -> bool:
    """Was it asked for, and is the proof of who sits there still good?"""
    return bool(st.session_state.get(slot)) and ws.actor.is_fresh


def say_closed(ws: Workspace, slot: str) -> None:
    """Where it was open and has closed because the proof has become too old: say why."""
    if st.session_state.get(slot) and not ws.actor.is_fresh:
        st.caption(ws.words("file.closed_again"))


def names(ws: Workspace, case_id: UUID, *, wants: bool) -> None:
    """Open the names and contacts of the own file for who asks for them and is sure to be themselves."""
    if step_up.confirmed(ws, wants, key=of_file(case_id)) and ws.do(files.reveal, case_id):
        st.session_state[of_file(case_id)] = True
        st.rerun()


def of_file(case_id: UUID) -> str:
    return f"reveal:{case_id}"
