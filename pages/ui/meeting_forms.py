"""The forms of a meeting: planning it, and changing it before it begins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import streamlit as st

from core.content import meeting_kinds
from core.content.meeting_kinds import MeetingKind
from core.models.meeting import Meeting
from core.models.person import Person
from core.operations import joint_spaces, meeting_frames, meetings, phases, preparations
from core.operations.preparations import Occasion
from pages.ui import pickers, register_view
from pages.ui.choices import distinct
from pages.ui.draft import Draft
from pages.ui.kept import Kept
from pages.ui.plain import plain
from pages.ui.site import page_file
from pages.ui.workspace import Workspace


@dataclass(frozen=True)
class Details:
    """How and where a meeting takes place, as it was typed."""

    duration: timedelta
    is_remote: bool
    place: str
    link: str
    bring: str
    chair_id: UUID | None
    minute_taker_id: UUID | None


@dataclass(frozen=True)
class NewMeeting(Details):
    planned_at: datetime | None
    people: tuple[UUID, ...]


def choose_occasion(ws: Workspace) -> None:
    """Ask what the meeting is about: a case, of those that one can be planned for, or the cooperation of two services."""
    t = ws.words
    st.header(t("plan_meeting.of_case"))
    _choose_case(ws, {found.case.id: found for found in ws.read(preparations.cases_to_plan) if found.case})
    st.header(t("plan_meeting.of_services"))
    st.caption(t("plan_meeting.of_services_help"))
    for occasion in ws.read(preparations.occasions):
        _occasion_link(occasion)


def _choose_case(ws: Workspace, offered: Mapping[UUID, Occasion]) -> None:
    t = ws.words
    if not offered:
        st.caption(t("plan_meeting.no_case"))
        return
    codes = {case_id: one.case.code for case_id, one in offered.items() if one.case}
    with st.form("occasion", border=False):
        chosen = st.selectbox(
            t("plan_meeting.case"),
            list(codes),
            index=0 if len(codes) == 1 else None,
            # Two cooperations of one service may use the same code.
            format_func=distinct(codes, codes.__getitem__, lambda one: offered[one].services),
            placeholder=t("plan_meeting.case_choose"),
            key="plan_meeting:case",
            help=t("plan_meeting.case_help"),
        )
        go_on = st.form_submit_button(t("plan_meeting.go_on"), type="primary")
    if go_on and chosen is None:
        st.error(t("plan_meeting.case_choose"))
    elif go_on:
        st.switch_page(page_file("plan_meeting"), query_params={"case": str(chosen)})


def _occasion_link(occasion: Occasion) -> None:
    st.page_link(
        page_file("plan_meeting"),
        label=plain(occasion.services),
        query_params={"cooperation": str(occasion.cooperation_id)},
        icon=":material/handshake:",
    )


def choose_kind(
    ws: Workspace, occasion: Occasion, draft: Draft, space: joint_spaces.Standing | None = None
) -> MeetingKind:
    """The kind of meeting, with what it is for; Phase 1 for two services, for a case the kinds that can be held now."""
    content = meeting_kinds.load(language=ws.words.language)
    if occasion.case is None:
        kind = content.kind(meetings.PHASE_1)
    else:
        offered = {
            kind.id: kind.title
            for kind in content.kinds
            if kind.id != meetings.PHASE_1 and (space is None or meeting_frames.has_ground(space, kind.id))
        }
        proposed = ws.read(phases.proposed_meeting, occasion.case.id)
        chosen = st.selectbox(
            ws.words("plan_meeting.kind"),
            list(offered),
            index=list(offered).index(proposed) if proposed in offered else 0,
            format_func=lambda key: offered[key],
            key=draft.key("kind"),
        )
        ws.slot("kind")
        kind = content.kind(chosen)
    st.caption(f"{kind.purpose}  \n{ws.words('plan_meeting.source', source=kind.source)}")
    return kind


def new_meeting(ws: Workspace, form: Kept, occasion: Occasion, draft: Draft, kind: MeetingKind) -> NewMeeting:
    """The fields of a meeting that is planned; length and what to bring begin as the kind has them."""
    t = ws.words
    planned_at = pickers.moment(ws, t("meeting.day"), draft.key("planned_at"))
    ws.slot("planned_at")
    names = _names(occasion.people)
    sides = [person.id for person in occasion.people if person.service.kind.is_side]
    people = st.multiselect(
        t("meeting.people"),
        list(names),
        default=sides,
        format_func=distinct(names, names.__getitem__),
        wrap=True,
        key=draft.key("people"),
        help=t("meeting.people_help"),
    )
    ws.slot("people")
    register_view.kept_out(ws, occasion.kept_out)
    start = Details(
        duration=timedelta(minutes=kind.duration_minutes),
        is_remote=False,
        place="",
        link="",
        bring="\n".join(kind.bring),
        chair_id=None,
        minute_taker_id=None,
    )
    # A key for each kind, so that its own length and list appear when another kind is chosen.
    given = details(ws, form, start, names, key=draft.key(kind.id))
    return NewMeeting(**vars(given), planned_at=planned_at, people=tuple(people))


def _names(people: Sequence[Person]) -> dict[UUID, str]:
    return {person.id: f"{person.name} ({person.service.name})" for person in people}


def details(ws: Workspace, form: Kept, start: Details, names: dict[UUID, str], *, key: str) -> Details:
    """The fields of how and where; `names` are the people who may lead and write, `form` keeps what is typed."""
    t = ws.words
    left, right = st.columns(2)
    with left:
        is_remote = st.toggle(t("meeting.is_remote"), value=start.is_remote, key=f"{key}:is_remote")
        place = form.line("place", t("meeting.place"), value=start.place, key=f"{key}:place")
        ws.slot("place")
        link = form.line(
            "link",
            t("meeting.link"),
            value=start.link,
            key=f"{key}:link",
            help=t("meeting.link_help"),
        )
        ws.slot("link")
        length = st.number_input(
            t("meeting.duration"),
            min_value=5,
            max_value=480,
            value=int(start.duration.total_seconds() // 60),
            step=5,
            key=f"{key}:duration",
        )
        ws.slot("duration")
    with right:
        chair_id = _person(ws, "chair", names, start.chair_id, key)
        minute_taker_id = _person(ws, "minute_taker", names, start.minute_taker_id, key)
        bring = form.area(
            "bring",
            t("meeting.bring"),
            value=start.bring,
            height=130,
            key=f"{key}:bring",
            help=t("meeting.bring_help"),
        )
        ws.slot("bring")
    return Details(
        duration=timedelta(minutes=int(length or 0)),
        is_remote=is_remote,
        place=place,
        link=link,
        bring=bring,
        chair_id=chair_id,
        minute_taker_id=minute_taker_id,
    )


def _person(ws: Workspace, part: str, names: dict[UUID, str], chosen: UUID | None, key: str) -> UUID | None:
    options = list(names)
    found = st.selectbox(
        ws.words(f"meeting.{part}"),
        options,
        index=options.index(chosen) if chosen in names else None,
        format_func=distinct(names, names.__getitem__),
        placeholder=ws.words("meeting.nobody_yet"),
        key=f"{key}:{part}",
    )
    ws.slot(part)
    return found


def of(meeting: Meeting) -> Details:
    """The details that a meeting has now."""
    return Details(
        duration=meeting.duration,
        is_remote=meeting.is_remote,
        place=meeting.place,
        link=meeting.link,
        bring=meeting.bring,
        chair_id=meeting.chair_id,
        minute_taker_id=meeting.minute_taker_id,
    )
