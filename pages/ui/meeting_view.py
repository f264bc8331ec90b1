"""What the page of a meeting shows: its frame, its agenda, its people, its steps and how it was moved."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

import streamlit as st

from core.access import is_worker
from core.models.meeting import MeetingMove
from core.operations import invitations
from core.operations.invitations import Invitation, Line
from core.operations.preparations import Preparation
from core.operations.remote_steps import RemoteStepDone
from pages.ui import last_look
from pages.ui.plain import plain
from pages.ui.workspace import Workspace


def frame(ws: Workspace, found: Invitation) -> None:
    """When, how long and where: what everybody who comes may know."""
    t = ws.words
    lines = [
        t(
            "meeting.when",
            day=t.weekday(found.planned_at.astimezone(t.zone).date()),
            time=t.time(found.planned_at),
        )
    ]
    lines.append(t("meeting.how_long", length=t.minutes(found.duration)))
    lines.append(t("meeting.remote" if found.is_remote else "meeting.in_person"))
    if found.place:
        lines.append(t("meeting.at_place", place=plain(found.place)))
    if found.link:
        lines.append(t("meeting.by_link", link=plain(found.link)))
    st.markdown("\n".join(f"- {line}" for line in lines))
    if found.link.startswith("https://") and not found.is_over:
        st.link_button(t("meeting.open_link"), found.link, icon=":material/videocam:")


def agenda(ws: Workspace, lines: Sequence[Line], duration: timedelta, purpose: str = "") -> None:
    """The agenda with the minutes of each item, and how their sum stands to the length of the meeting."""
    t = ws.words
    st.subheader(t("meeting.agenda"))
    if purpose:
        st.caption(purpose)
    if not lines:
        st.caption(t("meeting.agenda_empty"))
        return
    rows = [f"| | {t('meeting.item')} | {t('meeting.item_minutes')} |", "| --- | --- | ---: |"]
    for number, line in enumerate(lines, 1):
        mark = f" :blue-badge[{t('meeting.left_over')}]" if line.is_carried else ""
        rows.append(f"| {number} | {plain(line.title)}{mark} | {line.minutes} |")
    st.markdown("\n".join(rows))
    total, length = sum(line.minutes for line in lines), int(duration.total_seconds() // 60)
    if total > length and is_worker(ws.actor):
        st.warning(t("meeting.too_long", total=total, length=length, over=total - length))
    else:
        st.caption(t("meeting.sum", total=total, length=length))


def bring(ws: Workspace, lines: Iterable[str]) -> None:
    st.subheader(ws.words("meeting.bring_title"))
    given = "\n".join(f"- {plain(line)}" for line in lines)
    if given:
        st.markdown(given)
    else:
        st.caption(ws.words("meeting.bring_empty"))


def people(ws: Workspace, prepared: Preparation) -> None:
    """Who is invited, with service and part."""
    t, meeting = ws.words, prepared.meeting
    st.subheader(t("meeting.invited"))
    if not meeting.attendances:
        st.caption(t("meeting.nobody_invited"))
        return
    parts = {meeting.chair_id: t("meeting.leads"), meeting.minute_taker_id: t("meeting.writes")}
    if meeting.chair_id == meeting.minute_taker_id:
        parts = {meeting.chair_id: t("meeting.leads_and_writes")}
    lines = []
    for each in meeting.attendances:
        part = f", {parts[each.person_id]}" if each.person_id in parts else ""
        lines.append(f"- {plain(each.person.name)} · {plain(each.person.service.name)}{part}")
    st.markdown("\n".join(lines))


def downloads(ws: Workspace, found: Invitation) -> None:
    """The invitation as files; made at the click, and for whoever clicks."""
    t, meeting_id = ws.words, found.meeting_id
    if found.lacking is not None:
        st.info(ws.sentence(found.lacking), icon=":material/location_off:")
        return
    with st.container(horizontal=True):
        last_look.offer(
            ws,
            t("meeting.as_calendar"),
            invitations.calendar.of(meeting_id, words=t),
            file_name="invitation.ics",
            key="invitation:calendar",
            icon=":material/calendar_add_on:",
        )
        last_look.offer(
            ws,
            t("meeting.as_word"),
            invitations.document.of(meeting_id, words=t),
            file_name="invitation.docx",
            key="invitation:word",
        )
    st.caption(t("meeting.files_help"))


def steps(ws: Workspace, found: Sequence[RemoteStepDone], source: str) -> None:
    """The six steps of a meeting at a distance, which the records show as done, and where they come from."""
    if not found:
        return
    t = ws.words
    st.subheader(t("meeting.six_steps"))
    lines = []
    for number, step in enumerate(found, 1):
        mark = (
            f":green-badge[{t('meeting.step_done')}]"
            if step.is_done
            else f":gray-badge[{t('meeting.step_open')}]"
        )
        lines.append(f"{number}. **{step.title}** {mark}  \n{step.help}")
    st.markdown("\n".join(lines))
    st.caption(source)


def moves(ws: Workspace, found: Sequence[MeetingMove]) -> None:
    """How the meeting was moved, and why."""
    if not found:
        return
    t = ws.words
    st.subheader(t("meeting.moves"))
    st.markdown(
        "\n".join(
            "- "
            + t(
                "meeting.moved",
                before=t.moment(move.from_at),
                after=t.moment(move.to_at),
                reason=plain(move.reason),
            )
            for move in found
        )
    )
