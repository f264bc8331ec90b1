"""Keeps a page up with what others do: looks at one number every few seconds and runs the page when it has changed."""

from uuid import UUID

import streamlit as st

from core.operations import sittings
from core.operations.sittings import Pulse
from pages.ui import writing
from pages.ui.workspace import Workspace

#: Set when a page runs by itself; such a run is no sign that its person is there.
FOLLOWS = "follows"


@st.fragment(run_every="3s")
def follow(ws: Workspace, meeting_id: UUID, pulse: Pulse, *, is_behind: bool) -> None:
    """Run the page when the meeting has changed, when it stands at another item, or when the session has ended.

    Not while its person is typing: the next look comes in three seconds.
    """
    writing.heard()
    beat = ws.glance(sittings.pulse, meeting_id)
    if (beat != pulse or is_behind) and not writing.is_typing():
        st.session_state[FOLLOWS] = True
        st.rerun(scope="app")
