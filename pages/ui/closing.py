"""The end of a meeting: the next date, what the minutes will lack, and the one button that makes them."""

from datetime import datetime, time
from uuid import UUID

import streamlit as st

from core.access import Permission
from core.operations import meetings, next_meetings, phases, sittings, tables, unbegun
from core.operations.next_meetings import SamePeople
from core.operations.sittings import Missing, Sitting
from pages.ui import new_action, pickers, register_view
from pages.ui.draft import open_new
from pages.ui.plain import plain
from pages.ui.site import page_file
from pages.ui.workspace import Workspace

_DECISIVE = {Missing.NOBODY, Missing.PP, Missing.VSS}


def show(ws: Workspace, sitting: Sitting) -> None:
    """What will stand in the minutes, what is missing, and closing."""
    t, meeting = ws.words, sitting.meeting
    missing = ws.read(sittings.missing, meeting.id)
    _following(ws, sitting)
    present = [plain(seat.person.name) for seat in meeting.attendances if seat.is_present]
    reached = sum(item.is_reached for item in meeting.items)
    written = sum(tables.is_written(item) for item in meeting.items)
    st.markdown(
        t(
            "table.will_hold",
            people=", ".join(present) or t("table.nobody"),
            reached=reached,
            written=written,
            items=len(meeting.items),
            last=len(sitting.last_actions),
            new=len(sitting.new_actions),
        )
    )
    _missing(ws, sitting, missing)
    with st.container(horizontal=True, key="close_or_not"):
        close = st.button(
            t("table.close"),
            type="primary",
            icon=":material/done_all:",
            key=f"close:{meeting.id}",
            disabled=Missing.NOBODY in missing,
        )
        take_back(ws, meeting.id)
    if close and ws.do(tables.close, meeting.id):
        if ws.shared is not None:
            st.rerun()
        st.switch_page(page_file("minutes"), query_params={"meeting": str(meeting.id)})


def _following(ws: Workspace, sitting: Sitting) -> None:
    """When they meet next, and the form for it; behind a fold where a meeting is planned, be it the follow-up in a year."""
    t = ws.words
    found = ws.read(sittings.following, sitting.meeting.id)
    may_plan = bool(sitting.next_kinds) and ws.may(Permission.PLAN_MEETING)
    if found is None:
        if may_plan:
            _next(ws, sitting)
        return
    at, kind = found
    st.markdown(t("table.next_is", at=t.moment(at), kind=kind))
    if may_plan:
        with st.expander(t("table.plan_another"), icon=":material/event:"):
            _next(ws, sitting)


def take_back(ws: Workspace, meeting_id: UUID) -> None:
    """The way out for whoever began the wrong meeting, or this one on the wrong day."""
    t = ws.words
    if not ws.read(unbegun.may_take_back, meeting_id):
        return
    back = st.button(
        t("table.take_back"),
        icon=":material/undo:",
        help=t("table.take_back_help"),
        key=f"unbegin:{meeting_id}",
    )
    if back and ws.do(unbegun.take_back, meeting_id):
        st.rerun()


def _missing(ws: Workspace, sitting: Sitting, missing: list[Missing]) -> None:
    """What prevents the closing, said as such; what decides what the minutes are; and what they merely lack."""
    t = ws.words
    if Missing.NOBODY in missing:
        st.error(t("table.prevented"), icon=":material/event_seat:")
    elif {Missing.PP, Missing.VSS} & set(missing):
        st.warning(t("table.will_be_note"), icon=":material/warning:")
    lacking = [str(each) for each in missing if each not in _DECISIVE]
    if sitting.has_plan and new_action.is_typed(ws, sitting.meeting):
        lacking.insert(0, "action_typed")
    if lacking:
        st.markdown(f"**{t('table.lacking_too' if Missing.NOBODY in missing else 'table.lacking')}**")
        others = ", ".join(plain(name) for name in sitting.others_unsent)
        st.markdown("\n".join(f"- {t(f'missing.{each}', names=others)}" for each in lacking))


def _next(ws: Workspace, sitting: Sitting) -> None:
    """Plan the next meeting with those of the same people who may come, without leaving the table."""
    t, meeting = ws.words, sitting.meeting
    proposed = ""
    if meeting.case_id is not None:
        proposed = ws.read(phases.proposed_meeting, meeting.case_id, running=meeting.kind)
    same = ws.read(next_meetings.same_people, meeting.id)
    draft = open_new(f"next:{meeting.id}")
    with st.form(draft.key("form")):
        st.markdown(f"**{t('table.next_meeting')}**")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            kinds = sitting.next_kinds
            kind = st.selectbox(
                t("table.next_kind"),
                kinds,
                index=kinds.index(proposed) if proposed in kinds else 0,
                format_func=lambda each: sitting.kinds.kind(each).title,
                key=draft.key("kind"),
            )
            day = pickers.day(
                t, t("table.next_day"), value=next_meetings.proposed_day(meeting), key=draft.key("day")
            )
            at = st.time_input(t("table.next_time"), value=time(10), key=draft.key("time"))
            plan = st.form_submit_button(t("table.plan_next"), icon=":material/event:")
        ws.slot("planned_at")
        if sitting.space is not None and not sitting.space.is_open:
            st.caption(f":material/schedule: {t('table.kinds_later')}")
        _left_out(ws, same)
    if plan and ws.do(
        meetings.plan,
        kind=kind,
        planned_at=datetime.combine(day, at, t.zone) if day else None,
        case_id=meeting.case_id,
        cooperation_id=None if meeting.case_id else meeting.cooperation_id,
        is_remote=meeting.is_remote,
        place=meeting.place,
        link=meeting.link,
        chair_id=same.chair_id,
        minute_taker_id=same.minute_taker_id,
        people=same.people,
    ):
        draft.close()
        st.rerun()


def _left_out(ws: Workspace, same: SamePeople) -> None:
    """Say who is here and will not be invited by it."""
    if same.left_out:
        names = ", ".join(plain(name) for name in same.left_out)
        st.caption(f":material/person_off: {ws.words('table.not_again', names=names)}")
    if ws.shared is None:  # the other service does not learn from the screen what the own register says
        register_view.kept_out(ws, same.kept_out)
