"""What can be changed about a meeting before it begins, one form at a time."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import streamlit as st

from core import clock
from core.models.meeting import AgendaItem, Meeting
from core.operations import agenda_items, attendances, meetings, preparations
from pages.ui import held, meeting_forms, pickers, relabel
from pages.ui.choices import distinct
from pages.ui.draft import Draft, open_draft, open_new
from pages.ui.kept import Kept
from pages.ui.meeting_forms import Details
from pages.ui.plain import plain
from pages.ui.workspace import Workspace

#: Fields of How and where in which nothing is typed.
CHOSEN = ("is_remote", "duration", "chair", "minute_taker")
CHANGES = ("agenda", "people", "details", "time", "off")


def show(ws: Workspace, meeting: Meeting) -> None:
    """Ask what shall be changed, and show the form for it."""
    t = ws.words
    chosen = st.segmented_control(
        t("meeting.change"),
        CHANGES,
        format_func=lambda change: t(f"meeting.change_{change}"),
        key=f"meeting_change:{meeting.id}",
        on_change=_forget,
        args=(meeting,),
    )
    match chosen:
        case "agenda":
            _agenda(ws, meeting)
        case "people":
            _people(ws, meeting)
        case "details":
            _details(ws, meeting)
        case "time":
            _time(ws, meeting)
        case "off":
            _off(ws, meeting)


def _forget(meeting: Meeting) -> None:
    """Another form begins with what is now there, but what was chosen in How and where comes back with its texts."""
    key = open_draft(meeting, "details").key("details")
    chosen = {name: st.session_state[at] for name in CHOSEN if (at := f"{key}:{name}") in st.session_state}
    if chosen:
        st.session_state[f"chosen:{meeting.id}"] = chosen
    for what in ("details", "time", "off"):
        open_draft(meeting, what).close()


def _conflict(ws: Workspace, meeting: Meeting, draft: Draft, take: Callable[[], None] | None = None) -> None:
    """Show what a colleague saved meanwhile beside what is typed here, and let it be taken."""
    if meeting.version == draft.version:
        return
    t = ws.words
    st.warning(t("meeting.theirs"))
    lines = [
        t("meeting.theirs_when", when=t.moment(meeting.planned_at), length=t.minutes(meeting.duration)),
        t("meeting.theirs_where", place=plain(meeting.place) or "-", link=plain(meeting.link) or "-"),
        t("meeting.theirs_bring", bring=plain(meeting.bring) or "-"),
    ]
    st.markdown("\n".join(f"- {line.replace(chr(10), ' ')}" for line in lines))
    st.button(t("meeting.take_theirs"), on_click=take or draft.close, key=draft.key("take_theirs"))


def _details(ws: Workspace, meeting: Meeting) -> None:
    draft = open_draft(meeting, "details")
    names = {each.person_id: each.person.name for each in meeting.attendances}
    form = Kept(ws, f"meeting_details:{meeting.id}", meeting.case_id)
    with st.form("details"):
        given = meeting_forms.details(ws, form, _start(meeting), names, key=draft.key("details"))
        save = st.form_submit_button(ws.words("meeting.save"), type="primary")
    if save and ws.do(meetings.edit_details, meeting.id, **vars(given), version=draft.version):
        _close(meeting, form, draft)
        st.rerun()
    _conflict(ws, meeting, draft, lambda: _close(meeting, form, draft))


def _start(meeting: Meeting) -> Details:
    """How the meeting is, with what this person had chosen before they looked at another part of it."""
    chosen = st.session_state.get(f"chosen:{meeting.id}", {})
    start = meeting_forms.of(meeting)
    return replace(
        start,
        is_remote=chosen.get("is_remote", start.is_remote),
        duration=timedelta(minutes=chosen["duration"]) if chosen.get("duration") else start.duration,
        chair_id=chosen.get("chair", start.chair_id),
        minute_taker_id=chosen.get("minute_taker", start.minute_taker_id),
    )


def _close(meeting: Meeting, form: Kept, draft: Draft) -> None:
    form.close(draft)
    st.session_state.pop(f"chosen:{meeting.id}", None)


def _time(ws: Workspace, meeting: Meeting) -> None:
    t = ws.words
    draft = open_draft(meeting, "time")
    form = Kept(ws, f"meeting_time:{meeting.id}", meeting.case_id)
    with st.form("time"):
        planned_at = pickers.moment(ws, t("meeting.new_day"), draft.key("planned_at"), meeting.planned_at)
        ws.slot("planned_at")
        reason = form.line(
            "reason", t("meeting.reason"), key=draft.key("reason"), help=t("meeting.reason_help")
        )
        ws.slot("reason")
        save = st.form_submit_button(t("meeting.move"), type="primary")
    if save and ws.do(meetings.move, meeting.id, planned_at=planned_at, reason=reason, version=draft.version):
        form.close(draft)
        st.rerun()
    _conflict(ws, meeting, draft)


def _off(ws: Workspace, meeting: Meeting) -> None:
    t = ws.words
    draft = open_draft(meeting, "off")
    form = Kept(ws, f"meeting_off:{meeting.id}", meeting.case_id)
    with st.form("off"):
        reason = form.line(
            "reason", t("meeting.reason"), key=draft.key("reason"), help=t("meeting.reason_help")
        )
        ws.slot("reason")
        with st.container(horizontal=True):
            # Until its time has come a meeting cannot have been missed; after it that is what has mostly happened.
            is_past = meeting.planned_at <= clock.now()
            missed = is_past and st.form_submit_button(t("meeting.mark_missed"), type="primary")
            cancel = st.form_submit_button(t("meeting.cancel"), type="secondary" if is_past else "primary")
    if (cancel and ws.do(meetings.cancel, meeting.id, reason=reason, version=draft.version)) or (
        missed and ws.do(meetings.mark_missed, meeting.id, reason=reason, version=draft.version)
    ):
        form.close(draft)
        st.rerun()
    _conflict(ws, meeting, draft)


def _people(ws: Workspace, meeting: Meeting) -> None:
    t = ws.words
    if meeting.case_id is not None:
        occasion = ws.read(preparations.for_case, meeting.case_id)
    else:
        occasion = ws.read(preparations.for_cooperation, meeting.cooperation_id)
    seated = {each.person_id: each.person.name for each in meeting.attendances}
    others = {
        person.id: f"{person.name} ({person.service.name})"
        for person in occasion.people
        if person.id not in seated
    }
    new = open_new(f"people:{meeting.id}")
    with st.form("people"):
        chosen = st.multiselect(
            t("meeting.add_people"),
            list(others),
            format_func=distinct(others, others.__getitem__),
            wrap=True,
            key=new.key("people"),
            help=t("meeting.people_help"),
        )
        ws.slot("people")
        add = st.form_submit_button(t("meeting.add_people_save"), type="primary")
    if add and ws.do(attendances.add, meeting.id, people=chosen):
        new.close()
        st.rerun()
    if not seated:
        return
    key = f"leave:{meeting.id}"
    with st.form("leave"):
        leaving = st.selectbox(
            t("meeting.remove_person"),
            list(seated),
            format_func=distinct(seated, seated.__getitem__),
            key=key,
        )
        seen = held.send_choice(t("meeting.remove_person_save"), key, slot=key)
    if held.still(ws, seen, leaving) and ws.do(attendances.remove, meeting.id, leaving):
        st.rerun()


def _agenda(ws: Workspace, meeting: Meeting) -> None:
    t = ws.words
    items = {item.id: item for item in meeting.items}
    if items:
        key = f"agenda_item:{meeting.id}"
        labels = {item_id: f"{item.position + 1}. {item.title}" for item_id, item in items.items()}
        relabel.keep_choice(key, labels)
        chosen = st.selectbox(t("meeting.item"), list(labels), format_func=labels.__getitem__, key=key)
        _item(ws, meeting, items[chosen])
    new = open_new(f"item:{meeting.id}")
    form = Kept(ws, f"new_item:{meeting.id}", meeting.case_id)
    with st.form("new_item"):
        st.markdown(f"**{t('meeting.new_item')}**")
        title, minutes, is_recurring = _item_fields(ws, form, new, "", 5, is_recurring=False)
        add = st.form_submit_button(t("meeting.add_item"))
    if add and ws.do(agenda_items.add, meeting.id, title=title, minutes=minutes, is_recurring=is_recurring):
        form.close(new)
        st.rerun()


def _item(ws: Workspace, meeting: Meeting, item: AgendaItem) -> None:
    t = ws.words
    draft = open_draft(item)
    form = Kept(ws, f"item:{item.id}", meeting.case_id)
    with st.form("item"):
        title, minutes, is_recurring = _item_fields(
            ws, form, draft, item.title, item.minutes, is_recurring=item.is_recurring
        )
        seen = held.send(t("meeting.save_item"), item.id, slot="save_item", type="primary")
    if held.still(ws, seen, item.id) and ws.do(
        agenda_items.revise,
        meeting.id,
        item.id,
        title=title,
        minutes=minutes,
        is_recurring=is_recurring,
        version=draft.version,
    ):
        form.close(draft)
        st.rerun()
    with st.container(horizontal=True, key="item_order"):
        earlier = held.button(
            t("meeting.earlier"),
            item.id,
            key="item_earlier",
            icon=":material/arrow_upward:",
            disabled=item.position == 0,
        )
        later = held.button(
            t("meeting.later"),
            item.id,
            key="item_later",
            icon=":material/arrow_downward:",
            disabled=item.position == len(meeting.items) - 1,
        )
        remove = held.button(t("meeting.remove_item"), item.id, key="item_remove", icon=":material/delete:")
    if item.carried_from is not None:
        st.caption(t("meeting.remove_left_over"))
    if held.still(ws, earlier or later, item.id) and ws.do(
        agenda_items.shift, meeting.id, item.id, earlier=earlier is not None
    ):
        draft.close()
        st.rerun()
    if held.still(ws, remove, item.id) and ws.do(agenda_items.remove, meeting.id, item.id):
        form.close(draft)
        st.rerun()
    if item.version != draft.version:
        st.warning(t("meeting.item_theirs", title=plain(item.title), minutes=item.minutes))
        st.button(t("meeting.take_theirs"), on_click=form.close, args=(draft,), key=draft.key("take_theirs"))


def _item_fields(
    ws: Workspace, form: Kept, draft: Draft, title: str, minutes: int, *, is_recurring: bool
) -> tuple[str, int, bool]:
    t = ws.words
    wide, narrow = st.columns([4, 1])
    with wide:
        typed = form.line("title", t("meeting.item_title"), value=title, key=draft.key("title"))
        ws.slot("title")
    with narrow:
        length = st.number_input(
            t("meeting.item_minutes"), min_value=1, max_value=120, value=minutes, key=draft.key("minutes")
        )
        ws.slot("minutes")
    recurs = st.checkbox(
        t("meeting.item_recurring"),
        value=is_recurring,
        key=draft.key("recurring"),
        help=t("meeting.recurring_help"),
    )
    return typed, int(length), recurs
