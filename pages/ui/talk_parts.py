"""Which part of the managements' talk is on the screen; what is typed in the others is kept meanwhile."""

from uuid import UUID

import streamlit as st

from pages.ui import talk_challenges, talk_solutions
from pages.ui.typed import keep

#: The parts that show one topic at a time, and the key under which it is chosen.
_CHOICES = {"challenges": talk_challenges.choice, "solutions": talk_solutions.choice}
_SHOWN = "talk:shown"


def key(cooperation_id: UUID) -> str:
    """The key of the part that is on the screen."""
    return f"talk:{cooperation_id}"


def begin(cooperation_id: UUID) -> None:
    """Before anything is shown: keep what was typed, without touching the fields in which somebody may be typing."""
    part = _part(cooperation_id)
    goes_on = st.session_state.get(_SHOWN) == part
    keep(f"draft:new:talk:{cooperation_id}:", besides=part if goes_on else None)


def end(cooperation_id: UUID) -> None:
    """After everything is shown: remember what it was."""
    st.session_state[_SHOWN] = _part(cooperation_id)


def _part(cooperation_id: UUID) -> str:
    view = st.session_state.get(key(cooperation_id))
    topic = st.session_state.get(_CHOICES[view](cooperation_id)) if view in _CHOICES else ""
    return f"draft:new:talk:{cooperation_id}:{view}:{topic}"
