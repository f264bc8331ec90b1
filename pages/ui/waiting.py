"""The parts of the page Today: one row a thing that waits, and each row a link to where it is done."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

import streamlit as st

from core import clock
from core.access import is_worker
from core.locale import Words
from core.models import Action, Case, Meeting
from core.operations import joint_spaces, releases, today
from core.operations.agreements_due import Waits
from core.operations.ended_agreements import Ended
from core.operations.guest_cases import GuestCase
from core.operations.joint_spaces import EmergencyOpening
from core.operations.meetings_due import Due
from core.operations.today import Today
from pages.ui import actions as action_words
from pages.ui import joint_space
from pages.ui.plain import plain
from pages.ui.site import is_here, page_file
from pages.ui.workspace import Workspace

_LONGEST = 110


def first_name(ws: Workspace) -> str:
    return plain(ws.actor.name)


def this_day(ws: Workspace) -> str:
    return ws.words.weekday(clock.now().astimezone(ws.words.zone).date())


def running(ws: Workspace, meetings: Sequence[Meeting]) -> None:
    """A meeting that goes on now, with the way to its table; a guest is led to its frame."""
    t = ws.words
    page = "table" if is_worker(ws.actor) else "meeting"
    for meeting in meetings:
        with st.container(border=True, key=f"card_running_{meeting.id}"):
            st.markdown(f"**{t('today.running')}** {_meeting(ws, meeting)}")
            _row(page, t("today.to_table"), "meeting", meeting.id, icon=":material/co_present:")


def emergencies(ws: Workspace, found: Today) -> None:
    """What somebody of the other service waits for now, above all that is not a meeting that goes on."""
    for opening, case in found.emergencies:
        if opening.is_asked:
            _emergency(ws, opening, case)


def nothing(ws: Workspace) -> None:
    """Say that nothing waits, and where one could go on."""
    t = ws.words
    st.success(t("today.nothing", days=today.DAYS_AHEAD), icon=":material/task_alt:")
    with st.container(horizontal=True, key="today_ways"):
        for page in ("cases", "meetings", "cooperation") if is_worker(ws.actor) else ("meetings",):
            if is_here(page):
                st.page_link(page_file(page), label=t(f"today.to_{page}"), icon=":material/arrow_forward:")


def meetings(ws: Workspace, name: str, found: Sequence[Meeting], *, more: int = 0) -> None:
    """Meetings under their heading: those that come, or those that nobody settled."""
    if not found:
        return
    st.header(ws.words(f"today.{name}"))
    with st.container(key=f"today_{name}", gap=None):
        for meeting in found:
            icon = ":material/event:" if name == "coming" else ":material/event_busy:"
            _row("meeting", _meeting(ws, meeting), "meeting", meeting.id, icon=icon)
        _more(ws, more, "meetings")


def due(ws: Workspace, found: Sequence[Due]) -> None:
    """Meetings that are due after something on a path; each leads to the meetings of its case, to plan one."""
    t = ws.words
    if not found:
        return
    st.header(t("today.meeting_due"))
    with st.container(key="today_due", gap=None):
        for one in found:
            key = "today.meeting_overdue_row" if one.is_overdue else "today.meeting_due_row"
            after = ", ".join(
                t("today.meeting_after", title=plain(each.title), since=t.day(each.since))
                for each in one.after
            )
            label = t(key, code=plain(one.case.code), after=after, day=t.day(one.by))
            label = f":red[**{label}**]" if one.is_overdue else label
            _row("meetings", label, "case", one.case.id, icon=":material/event_upcoming:")


def actions(ws: Workspace, found: Sequence[Action], *, more: int = 0) -> None:
    """My actions, what is overdue first and said in words."""
    t = ws.words
    if not found:
        return
    st.header(t("today.actions"))
    with st.container(key="today_actions", gap=None):
        for action in found:
            when = t("today.until", day=t.day(action.due_on))
            if action.is_overdue:
                when = f":red[**{action_words.state(action, t)}**]"
            label = f"{when} · {plain(action.case.code)} · {_short(action.text)}"
            if action.person_id != ws.actor.person_id:
                label = f"{label} · {plain(action_words.responsible(action))}"
            icon = ":material/alarm:" if action.is_overdue else ":material/checklist:"
            _row("plan", label, "case", action.case_id, icon=icon)
        _more(ws, more, "actions")
    st.page_link(page_file("actions"), label=t("today.all_actions"), icon=":material/arrow_forward:")


def guest_cases(ws: Workspace, found: Sequence[GuestCase]) -> None:
    """For a guest: each case with its phase, and what the own agency has to do in it."""
    t = ws.words
    if not found:
        return
    st.header(t("today.guest_cases"))
    st.caption(t("today.guest_help"))
    for case in found:
        with st.container(border=True, key=f"card_guest_{case.id}"):
            st.markdown(f"**{plain(case.code)}** · {plain(case.phase)}")
            for action in case.actions:
                when = t("today.until", day=t.day(action.due_on))
                if action.is_overdue:
                    when = f":red[**{action_words.state(action, t)}**]"
                st.markdown(f"{when} · {plain(' '.join(action.text.split()))}")
            if not case.actions:
                st.caption(t("today.guest_nothing"))


def asked_of_me(ws: Workspace, found: Today) -> None:
    """Minutes and drafts to agree to, requests to answer, pairs to confirm."""
    t = ws.words
    if not found.asked:
        return
    st.header(t("today.asked"))
    for opening, case in found.emergencies:
        if not opening.is_asked:
            _emergency(ws, opening, case)
    with st.container(key="today_asked", gap=None):
        _contacts(ws, found)
        for request in found.requests:
            label = t("today.request", service=plain(request.asker), day=t.day(request.asked_on))
            _row("request", label, "request", request.id, icon=":material/help:")
        for release, case, person in found.releases:
            late = "_late" if releases.is_late(release) else ""
            key = f"today.release_his{late}" if ws.actor.kind == "pp" else "today.release"
            label = t(key, code=plain(case.code), person=plain(person))
            _row("consent", label, "case", case.id, icon=":material/policy:")
        for held in found.unconfirmed:
            key = "today.held_up_his" if ws.actor.kind == "pp" else "today.held_up"
            label = t(key, code=plain(held.case.code), day=t.day(clock.day(held.since)))
            st.markdown(f":material/group_off: :red[**{label}**]")  # the case itself is not theirs to open
        _risks(ws, found)
        _changes(ws, found)
        _closings(ws, found)
        _of_own(ws, found)
        for meeting in found.minutes:
            _minutes(ws, meeting, found.minutes_by.get(meeting.id))
        _more(ws, found.more.get("minutes", 0), "meetings")
        _struck(ws, found)
        for one in found.agreements:
            agreement = one.agreement
            which = plain(agreement.case.code) if agreement.case else t("today.organisation")
            label = _agreement(t, one, which)
            _row("agreement", label, "agreement", agreement.id, icon=":material/contract:")
        _more(ws, found.more.get("agreements", 0), "agreements")
        _ends(ws, found)
    if found.is_full:
        st.caption(t("today.full", number=today.MOST))


def _contacts(ws: Workspace, found: Today) -> None:
    """How she is reached, where it is not safe as her entry says it: before anybody calls."""
    t = ws.words
    for one in found.contacts:
        mark = t(f"contact_flag.vss.{one.mark}") if one.mark else ""
        key, code, day = f"today.contact_{one.key}", plain(one.case.code), t.day(one.on)
        label = t(key, code=code, name=plain(one.by), day=day, mark=mark)
        _row("file", f":red[**{label}**]", "case", one.case.id, icon=":material/contact_phone:")


def _more(ws: Workspace, number: int, page: str) -> None:
    """How many more wait than stand here, with the way to the list that holds them all."""
    if number:
        label = ws.words.count("today.more", number)
        st.page_link(page_file(page), label=label, icon=":material/arrow_forward:", width="stretch")


def _minutes(ws: Workspace, meeting: Meeting, by: date | None) -> None:
    """Minutes to agree to, with their day; what is late is said in words."""
    t, is_late = ws.words, by is not None and by < clock.today()
    when = t("today.minutes_late" if is_late else "today.until", day=t.day(by)) if by else ""
    label = t("today.minutes", meeting=_meeting(ws, meeting))
    if when:
        label = f"{f':red[**{when}**]' if is_late else when} · {label}"
    icon = ":material/alarm:" if is_late else ":material/description:"
    _row("minutes", label, "meeting", meeting.id, icon=icon)


def _struck(ws: Workspace, found: Today) -> None:
    """Words that the other service struck out, and own ones that may be back: never which; seen on the minutes' page."""
    t = ws.words
    for one in found.struck:
        meeting, struck = one.meeting, one.struck
        label = t(
            "today.struck_back" if struck.is_back else "today.struck",
            code=plain(meeting.case.code) if meeting.case else t("minutes.no_case"),
            day=t.day(meeting.takes_place_at),
            name=plain(struck.name),
            service=plain(struck.service),
            ground=t(f"strike.ground.{struck.ground}"),
        )
        _row("minutes", label, "meeting", meeting.id, icon=":material/ink_eraser:")


def _how_ended(one: Ended) -> str:
    if one.given_up_by:
        return "agreement_given_up"
    if not one.has_begun:
        return "agreement_called_off"
    return "agreement_will_end" if one.is_coming else "agreement_ended"


def _agreement(t: Words, one: Waits, which: str) -> str:
    if one.lapse is None:
        return t(f"today.agreement_{one.step}", which=which)
    day, by = t.day(clock.day(one.lapse.since)), plain(one.lapse.changed_by)
    return f"**{t('today.agreement_lapsed', which=which, day=day, name=by)}**"


def _ends(ws: Workspace, found: Today) -> None:
    """Agreements that one side ended, and those of cases that end soon by themselves."""
    t = ws.words
    for one in found.ended:
        key = f"today.{_how_ended(one)}"
        said = {"day": t.day(one.on), "service": plain(one.service), "name": plain(one.given_up_by)}
        if one.code:
            label = t(key, code=plain(one.code), **said)
        else:
            label = t(f"{key}_between", **said)
        _row("agreement", label, "agreement", one.agreement_id, icon=":material/contract_delete:")
    for ending in found.ending:
        agreement, draft = ending.agreement, ending.draft
        if agreement.case is not None and agreement.ends_on is not None:
            code, day = plain(agreement.case.code), t.day(agreement.ends_on)
            key = "joint_space.ends_soon" if draft is None else "joint_space.ends_soon_drafted"
            label, leads_to = t(key, code=code, day=day), draft or agreement
            _row("agreement", label, "agreement", leads_to.id, icon=":material/hourglass_bottom:")


def _of_own(ws: Workspace, found: Today) -> None:
    """Talks to have with her, plans to look at again, pairs to confirm."""
    t = ws.words
    for case in found.talks:
        label = t("today.expectations", code=plain(case.code))
        _row("contact", label, "case", case.id, icon=":material/forum:")
    for case in found.untold:
        label = t("today.untold", code=plain(case.code))
        _row("consent", label, "case", case.id, icon=":material/record_voice_over:")
    for request, case in found.copies:
        label = t("today.copy", code=plain(case.code), day=t.day(request.due_on))
        _row("copy", label, "request", request.id, icon=":material/content_copy:")
    for case in found.plans:
        label = t("today.safety_plan", code=plain(case.code))
        _row("digital", label, "case", case.id, icon=":material/phonelink_lock:")
    for case in found.safety_actions:
        label = t("today.safety_action", code=plain(case.code))
        _row("digital", label, "case", case.id, icon=":material/phonelink_lock:")
    for case in found.pairs:
        _row("case", t("today.pair", code=plain(case.code)), "case", case.id, icon=":material/handshake:")


def _risks(ws: Workspace, found: Today) -> None:
    """What the other service shared, levels that it chose, first passes to answer, levels to agree to, what is due."""
    for news in found.shared:
        label = ws.words("today.shared", code=plain(news.case.code), day=ws.words.day(clock.day(news.at)))
        _row("case", f"**{label}**", "case", news.case.id, icon=":material/mark_email_unread:")
    for case in found.levels:
        label = ws.words("today.risk_level_chosen", code=plain(case.code))
        _row("risk", f":red[**{label}**]", "case", case.id, icon=":material/crisis_alert:")
    for one in found.risks:
        label = ws.words(f"today.risk_{one.key}", code=plain(one.case.code))
        _row(one.page, label, "case", one.case.id, icon=":material/crisis_alert:")


def _changes(ws: Workspace, found: Today) -> None:
    """Times at which our person is asked, with the first of their days."""
    for one in found.changes:
        key = "today.change_overdue" if one.is_overdue else "today.change_due"
        key = f"{key}_first" if len(one.labels) > 1 else key
        labels, day = ", ".join(one.labels), ws.words.day(one.on)
        label = ws.words(key, code=plain(one.case.code), labels=labels, day=day)
        _row("change", label, "case", one.case.id, icon=":material/quiz:")


def _closings(ws: Workspace, found: Today) -> None:
    """Ends of cases: to agree to, to prepare, to follow up, to learn from, to read for the last time."""
    for one in found.closings:
        label = ws.words(f"today.closing_{one.key}", code=plain(one.case.code), day=ws.words.day(one.on))
        _row("closing", label, "case", one.case.id, icon=":material/flag:")


def keeping(ws: Workspace, found: Mapping[str, int]) -> None:
    """Records, requests and openings that wait for an office: one row for each, to the page that has them."""
    t = ws.words
    if not found:
        return
    with st.container(key="today_keeping", gap=None):
        for name, number in found.items():
            st.page_link(
                page_file("keeping"),
                label=t.count(f"today.keeping.{name}", number),
                icon=":material/inventory_2:",
                width="stretch",
            )


def _emergency(ws: Workspace, opening: EmergencyOpening, case: Case) -> None:
    """A joint space that was opened without an agreement: read why, and note that it was looked at."""
    t = ws.words
    with st.container(border=True, key=f"card_emergency_{opening.id}"):
        at, why = t.moment(opening.created_at), joint_space.why(ws, opening)
        key = "joint_space.asked_for" if opening.is_asked else "joint_space.to_look_at"
        said = t(key, code=plain(case.code), at=at, why=why)
        if opening.is_asked:
            st.markdown(f":red[**{said}**]")
            _row("emergency", t("joint_space.to_answer"), "case", case.id, icon=":material/e911_emergency:")
            return
        st.markdown(said)
        with st.container(horizontal=True):
            _row("case", t("joint_space.to_case"), "case", case.id, icon=":material/folder_shared:")
            if st.button(t("joint_space.seen"), key=f"seen:{opening.id}", icon=":material/check:") and ws.do(
                joint_spaces.see_emergency, opening.id, version=opening.version
            ):
                st.rerun()


def _meeting(ws: Workspace, meeting: Meeting) -> str:
    parts = [f"**{ws.words.moment(meeting.takes_place_at)}**", plain(today.kind_title(meeting))]
    if meeting.case is not None:
        parts.insert(1, plain(meeting.case.code))
    return " · ".join(parts)


def _short(text: str) -> str:
    one_line = " ".join(text.split())
    return plain(one_line if len(one_line) <= _LONGEST else f"{one_line[:_LONGEST].rstrip()}…")


def _row(page: str, label: str, id_name: str, record_id: UUID, *, icon: str) -> None:
    """A row that leads on; only said where its page is not there for this person."""
    if is_here(page):
        st.page_link(
            page_file(page),
            label=label,
            icon=icon,
            query_params={id_name: str(record_id)},
            width="stretch",
        )
    else:
        st.markdown(f"{icon} {label}")
