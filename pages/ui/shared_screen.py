"""The shared screen of a meeting: its banner with the only way out, what it shows with a guest there, and how it begins."""

from uuid import UUID

import streamlit as st

from core.operations import shared_screens
from core.operations.sittings import AgendaItem, Sitting
from pages.ui import agenda_bar, go, step_up, stores
from pages.ui.plain import plain
from pages.ui.workspace import Workspace


def head(ws: Workspace) -> None:
    """The banner, and leaving: by a proof that is given here and now."""
    t = ws.words
    with st.container(horizontal=True, vertical_alignment="center", key="shared_banner"):
        st.warning(t("shared_screen.banner"), icon=":material/co_present:", width="stretch")
        leave = st.button(
            t("shared_screen.leave"),
            icon=":material/lock:",
            key="leave_screen",
            help=t("shared_screen.leave_help"),
        )
    if step_up.confirmed(ws, leave, key="leave_screen"):
        ticket = ws.make(shared_screens.leave, here=ws.sign_in_id)
        if ticket is not None:
            # The wall may show it still: neither one's own list of the day nor what one typed alone at the table.
            go.enter(stores.letter(ws.store) + ticket, then=f"/meeting?meeting={ws.shared}")


def offer(ws: Workspace, meeting_id: UUID) -> None:
    """Put the table onto the shared screen: the session of before ends, and with it every other tab."""
    t = ws.words
    st.divider()
    with st.container(horizontal=True, vertical_alignment="center", key="share_screen"):
        share = st.button(t("shared_screen.share"), icon=":material/co_present:", key="share_screen_button")
        st.caption(t("shared_screen.share_help"))
    ticket = ws.make(shared_screens.begin, meeting_id, here=ws.sign_in_id) if share else None
    if ticket is not None:
        go.enter(stores.letter(ws.store) + ticket)


def with_guests(ws: Workspace, sitting: Sitting, item: AgendaItem) -> None:
    """Where somebody is there who may not read the table: who is there, and the agenda."""
    t = ws.words
    agenda_bar.show(ws, sitting, item)
    st.title(plain(item.title), anchor=False)
    st.info(t("shared_screen.guest"), icon=":material/visibility_off:")
    names = [plain(seat.person.name) for seat in sitting.meeting.attendances if seat.is_present]
    st.markdown(t("shared_screen.present", names=", ".join(names)))
    st.markdown(
        "\n".join(
            f"{one.position + 1}. {f'**{plain(one.title)}**' if one.id == item.id else plain(one.title)}"
            for one in sitting.meeting.items
        )
    )
