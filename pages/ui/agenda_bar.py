"""The head of the joint table: where the meeting stands, its clock, and the ways to and fro."""

from uuid import UUID

import streamlit as st

from core.operations import agenda_items, tables
from core.operations.sittings import AgendaItem, Meeting, Sitting
from pages.ui import item_clock, left_over, writing
from pages.ui.draft import open_new
from pages.ui.kept import Kept
from pages.ui.plain import plain
from pages.ui.workspace import Workspace

VIEWS = ("item", "people", "actions", "agenda", "close")


def position(sitting: Sitting) -> int:
    """The item that this browser shows: the table's, but nobody is led away from what they are typing."""
    slot = f"here:{sitting.meeting.id}"
    if slot not in st.session_state or not writing.is_typing():
        st.session_state[slot] = sitting.meeting.item_position
    return min(int(st.session_state[slot]), len(sitting.meeting.items) - 1)


def show(ws: Workspace, sitting: Sitting, item: AgendaItem) -> None:
    """The slim head: case and kind, the clock, back and on."""
    t, meeting = ws.words, sitting.meeting
    code = meeting.case.code if meeting.case else t("table.two_services")
    last = len(meeting.items) - 1
    with st.container(horizontal=True, vertical_alignment="center", key="table_head"):
        place = t("table.of_items", number=item.position + 1, count=last + 1)
        st.markdown(f"**{plain(code)}** · {sitting.kind.title} · **{place}**", width="content")
        item_clock.show(t, meeting, item)
        for step, icon in ((-1, ":material/arrow_back:"), (1, ":material/arrow_forward:")):
            st.button(
                t("table.back" if step < 0 else "table.on"),
                icon=icon,
                icon_position="left" if step < 0 else "right",
                type="secondary" if step < 0 else "primary",
                key=f"step:{step}",
                disabled=not 0 <= item.position + step <= last,
                on_click=go,
                args=(ws, meeting.id, item.position + step),
            )
    # Always in its place, empty or not: a field that changes its place on the page loses the cursor.
    with st.container(horizontal=True, vertical_alignment="center", key="table_news"):
        if item.position != meeting.item_position:
            ahead = meeting.items[meeting.item_position]
            st.info(t("table.moved_on", title=plain(ahead.title)), icon=":material/directions_walk:")
            st.button(t("table.come_along"), key="come", on_click=_come, args=(meeting.id, ahead.position))


def go(ws: Workspace, meeting_id: UUID, to: int) -> None:
    """Put an item onto the screen of everybody."""
    if ws.do(tables.go_to, meeting_id, position=to):
        _come(meeting_id, to)


def _come(meeting_id: UUID, to: int) -> None:
    st.session_state[f"here:{meeting_id}"] = to
    st.session_state["table:view"] = "item"


def view(ws: Workspace, sitting: Sitting) -> str:
    """What this browser looks at: the item, or one of the lists beside it."""
    t, meeting = ws.words, sitting.meeting
    here = sum(seat.is_present for seat in meeting.attendances)
    labels = {
        "item": t("table.view.item"),
        "people": t("table.view.people", here=here, all=len(meeting.attendances)),
        "actions": t("table.view.actions", number=len(sitting.last_actions) + len(sitting.new_actions)),
        "agenda": t("table.view.agenda"),
        "close": t("table.view.close"),
    }
    st.session_state.setdefault("table:view", "item")
    chosen = st.segmented_control(
        t("table.view.label"),
        VIEWS,
        format_func=labels.__getitem__,
        required=True,
        key="table:view",
        label_visibility="collapsed",
    )
    return str(chosen)


def agenda(ws: Workspace, sitting: Sitting) -> None:
    """The whole agenda, each item a way to it, and a point that came up."""
    t, meeting = ws.words, sitting.meeting
    for item in meeting.items:
        mark = ":material/radio_button_checked:" if item.position == meeting.item_position else None
        opened = ":material/visibility:" if item.is_reached else ":material/radio_button_unchecked:"
        done = ":material/edit_note:" if tables.is_written(item) else opened
        st.button(
            t("table.agenda_line", number=item.position + 1, title=plain(item.title), minutes=item.minutes),
            icon=mark or done,
            type="tertiary",
            key=f"item:{item.id}",
            on_click=go,
            args=(ws, meeting.id, item.position),
        )
    st.caption(t("table.agenda_signs"))
    _point(ws, meeting)
    if ws.shared is None:
        left_over.show(ws, meeting, ws.read(agenda_items.waiting, meeting.id), tables.take_on)


def empty(ws: Workspace, sitting: Sitting) -> None:
    """Nothing stands on the agenda: a point can be put there, but not before a guest's eyes."""
    st.title(sitting.kind.title)
    st.info(ws.words("table.no_agenda"), icon=":material/playlist_remove:")
    if sitting.may_read:
        _point(ws, sitting.meeting)


def _point(ws: Workspace, meeting: Meeting) -> None:
    t = ws.words
    draft = open_new(f"point:{meeting.id}")
    form = Kept(ws, f"table_point:{meeting.id}", meeting.case_id)
    with st.form(draft.key("form")):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            title = form.line("title", t("table.point"), key=draft.key("title"), help=t("table.point_help"))
            minutes = st.number_input(
                t("table.point_minutes"), 1, 120, 5, key=draft.key("minutes"), width=160
            )
            add = st.form_submit_button(t("table.add_point"), icon=":material/playlist_add:")
        ws.slot("title")
    if add and ws.do(tables.add_item, meeting.id, title=title, minutes=int(minutes)):
        form.close(draft)
        st.rerun()
