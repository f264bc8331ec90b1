"""The end of a case on the page: where it stands, beginning it, and what both services see of what belongs before it."""

from datetime import date

import streamlit as st

from core.access import Permission
from core.content import closings as content
from core.operations import closing_reports, closings
from core.operations.closing_checks import Check
from core.operations.closings import Standing
from core.operations.phases import Link
from pages.ui import last_look, relabel
from pages.ui.links import link_to
from pages.ui.plain import plain
from pages.ui.workspace import Workspace

VIEWS = ("before", "report", "review", "end")
#: Where each thing that belongs before the end is done.
_PAGES = {Check.RISK: "risk", Check.MEETING: "meetings", Check.ACTIONS: "plan", Check.FOLLOW_UP: "timeline"}
_ICONS = {True: ":material/check_circle:", False: ":material/pending:"}


def stage(standing: Standing) -> str:
    """A key of the words: how far the end has come."""
    closing = standing.closing
    if closing is None:
        return "closed" if standing.case.closed_on is not None else "none"
    if standing.case.closed_on is not None:
        return "closed"
    if closing.is_agreed:
        return "follow_up"
    return "proposed" if closing.is_proposed else "preparing"


def head(ws: Workspace, standing: Standing) -> None:
    """Where it stands in one sentence, and until when both read what lies in the joint space."""
    t, closing, case = ws.words, standing.closing, standing.case
    now = stage(standing)
    st.header(t("closing.title"))
    follow_up = standing.follow_up.on if standing.follow_up else None
    st.info(
        t(
            f"closing.stage.{now}",
            day=t.day(case.closed_on) if case.closed_on else "",
            follow_up=t.day(follow_up) or t("closing.no_day"),
        ),
        icon=":material/flag:",
    )
    if standing.agreement is not None and standing.agreement.ends_on is not None and now != "none":
        st.markdown(t("closing.access_until", day=t.day(standing.agreement.ends_on)))
    if closing is not None and closing.is_agreed and closing.ground is not None:
        st.markdown(f"**{t(f'closing.ground.{closing.ground}')}** · {t('closing.says_nothing')}")


def view_key(standing: Standing) -> str:
    return f"closing:view:{standing.case.id}"


def view(standing: Standing) -> str:
    """The part that is on the screen; after both agreed the end itself comes first."""
    first = "end" if standing.closing and standing.closing.is_agreed else "before"
    return str(st.session_state.get(view_key(standing), first))


def begin(ws: Workspace, standing: Standing) -> None:
    """The button that begins it, with what it leads through."""
    t, case = ws.words, standing.case
    if case.closed_on is not None:
        return
    st.markdown(t("closing.begin_help"))
    if not ws.may(Permission.END_CASE):
        st.caption(t("closing.not_yours"))
        return
    if st.button(
        t("closing.begin"), type="primary", icon=":material/flag:", key=f"closing:begin:{case.id}"
    ) and ws.do(closings.begin, case.id):
        st.rerun()


def earlier(ws: Workspace, standing: Standing, *, is_open: bool) -> None:
    """The ends that did not stay, each with its report as the records tell it today."""
    t = ws.words
    found = ws.read(closings.earlier, standing.case.id)
    if not found:
        return
    st.subheader(t("closing.earlier"))
    for one in found:
        with st.container(border=True, key=f"card_closing_earlier_{one.id}"):
            st.markdown(
                t(
                    "closing.earlier_row",
                    ended=t.day(one.ended_on),
                    ground=t(f"closing.ground.{one.ground}"),
                    reopened=t.moment(one.reopened_at),
                    why=t(f"closing.reopen_for.{one.reopened_for}"),
                )
            )
            if is_open:
                last_look.offer(
                    ws,
                    t("closing.word"),
                    closing_reports.document.of(one.id, words=t),
                    file_name="closing-report.docx",
                    key=f"closing:word:{one.id}",
                )
    if is_open:
        st.caption(t("closing.earlier_note"))


def choose(ws: Workspace, standing: Standing) -> str:
    """Which part of it is on the screen."""
    t, key = ws.words, view_key(standing)
    labels = {one: t(f"closing.view.{one}") for one in VIEWS}
    relabel.keep_choice(key, labels)
    st.session_state.setdefault(key, view(standing))
    chosen = st.segmented_control(
        t("closing.view_label"),
        list(labels),
        format_func=labels.__getitem__,
        key=key,
        required=True,
        label_visibility="collapsed",
    )
    return str(chosen)


def before(ws: Workspace, standing: Standing) -> None:
    """What belongs before the end and both services see; each with the way to where it is done."""
    t = ws.words
    st.subheader(t("closing.both"))
    st.caption(t("closing.both_help"))
    with st.container(key="closing_checks", gap=None):
        for check in Check:
            _check(ws, standing, check)
    st.caption(f"{t('closing.source')} {plain(content.load(language=t.language).source)}")


def lacking(ws: Workspace, standing: Standing) -> None:
    """What of it is not there, where somebody proposes the end or agrees to it."""
    if not standing.lacking:
        return
    with st.container(key="closing_lacking", gap=None):
        st.markdown(f"**{ws.words('closing.lacks')}**")
        for check in standing.lacking:
            _check(ws, standing, check)


def _check(ws: Workspace, standing: Standing, check: Check) -> None:
    """How one of these stands, with the way to where it is done."""
    is_there = check not in standing.lacking
    is_settled = is_there and (check is not Check.FOLLOW_UP or _follow_up_on(standing) is not None)
    number = standing.lacking.get(check, 0)
    said = _said(ws, standing, check, is_there=is_there, number=number)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"{_ICONS[is_settled]} {said}", width="content")
        link_to(Link(_PAGES[check], {"case": str(standing.case.id)}), ws.words(f"closing.to.{check}"))


def _follow_up_on(standing: Standing) -> date | None:
    return standing.follow_up.on if standing.follow_up else None


def _said(ws: Workspace, standing: Standing, check: Check, *, is_there: bool, number: int) -> str:
    t = ws.words
    if check is Check.ACTIONS and not is_there:
        return t.count("closing.check.actions_open", number)
    if check is Check.FOLLOW_UP and is_there:
        return t("closing.check.follow_up", day=t.day(_follow_up_on(standing)) or t("closing.no_day"))
    return t(f"closing.check.{check}" if is_there else f"closing.check.{check}_open")
