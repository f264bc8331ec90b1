"""The head of every page of a case: its code, where it stands, what is expected next, and the ways on.

Three pages that are about a case have none: `request`, because who is asked blindly may not learn where the case of
the other service stands; `table`, because it hangs on a wall in large type and says what is on it; and `open_file`,
because no case is open there yet.
"""

from uuid import UUID

import streamlit as st

from core.access import Permission
from core.models.case import Case
from core.operations import case_heads, ended_agreements
from core.operations.case_due import Due
from core.operations.case_heads import Head
from core.operations.phases import Link
from pages.ui import break_glass_view
from pages.ui.links import link_to
from pages.ui.plain import plain
from pages.ui.workspace import Workspace

#: The pages that one side reads alone; all others may stand on a wall, where a step of one side's file must not.
OWN_PAGES = {
    "case",
    "file",
    "consent",
    "must_not_receive",
    "papers",
    "phase",
    "team",
    "frame",
    "history",
    "first_pass",
    "digital",
    "contact",
    "change",
    "answers",
    "note",
    "share",
    "recidivism",
    "notices",
    "rights",
    "copy",
    "closing",
}
#: The pages of a case, in the order of its work; the emergency stands before them all, beside the title.
WAYS = (
    "case",
    "file",
    "phase",
    "timeline",
    "notices",
    "picture",
    "risk",
    "change",
    "recidivism",
    "digital",
    "plan",
    "meetings",
    "closing",
)
#: Of these, what the own file holds.
_OF_THE_FILE = frozenset({"file", "digital"})
#: What is to be done until its day, and not on it.
_DEADLINES = frozenset({"read", "answer", "action"})
_OF_A_MEETING = frozenset({"meeting", "plan_meeting"})


def show(ws: Workspace, case_id: UUID, here: str) -> Case:
    """Show the head of a case on the page whose key is `here`, and return the case."""
    head = ws.read(case_heads.of_case, case_id, joint_only=here not in OWN_PAGES)
    draw(ws, head, here)
    return head.case


def draw(ws: Workspace, head: Head, here: str) -> None:
    """Show a head that the page has read already, with more."""
    t = ws.words
    case, standing = head.case, head.standing
    break_glass_view.banner(ws, head, is_own_page=here in OWN_PAGES)
    st.caption(t("case_head.purpose"))
    own = {"case": str(case.id)}
    with st.container(horizontal=True, vertical_alignment="center", key="case_title"):
        st.title(t("case_head.title", code=plain(case.code)), width="content")
        link_to(
            Link("emergency", own),
            t("page.emergency"),
            icon=":material/e911_emergency:",
            disabled=here == "emergency",
        )
    with st.container(horizontal=True, vertical_alignment="center", key="case_next"):
        st.badge(plain(standing.phase), icon=":material/route:", color="gray")
        _state(ws, head)
        _next(ws, head)
        for check in standing.beside[:1]:
            st.markdown(t("case_head.beside"), width="content")
            link_to(check.link, plain(check.title))
    with st.container(horizontal=True, key="case_ways"):
        for way in WAYS:
            if way not in _OF_THE_FILE or ws.may(Permission.READ_FILE):
                link_to(Link(way, own), t(f"page.{way}"), disabled=way == here)
        link_to(standing.agreement, t("page.agreement"), disabled=here == "agreement")


def _state(ws: Workspace, head: Head) -> None:
    """Where the work together is over, that it is."""
    t, standing = ws.words, head.standing
    if standing.closed_on is not None:
        st.markdown(t("case_head.closed", day=t.day(standing.closed_on)), width="content")
    elif head.has_ended:
        day = t.day(head.follow_up_on) or t("closing.no_day")
        st.markdown(t("case_head.ended", day=day), width="content")
    elif standing.agreement_over is not None:
        st.markdown(t("case_head.agreement_over", day=t.day(standing.agreement_over)), width="content")
        link_to(standing.agreement, t("case_head.agreement_first"), icon=":material/contract:")


def _next(ws: Workspace, head: Head) -> None:
    """What is due soonest for our side, else the next step of the phase."""
    t, standing, step = ws.words, head.standing, head.step
    if head.due is not None:
        st.markdown(t("case_head.next"), width="content")
        link_to(head.due.link, _said(ws, head.due), icon=":material/arrow_forward:")
    elif step is not None and _agreement_first(ws, head.case, step.link):
        st.markdown(t("case_head.next"), width="content")
        link_to(standing.agreement, t("case_head.agreement_first"), icon=":material/contract:")
    elif step is not None:
        st.markdown(t("case_head.next"), width="content")
        link_to(step.link, plain(step.title), icon=":material/arrow_forward:")
    elif not (standing.is_closed or head.has_ended or standing.agreement_over):
        key = "case_head.go_on" if standing.next_phase else "case_head.end"
        st.markdown(t(key, phase=plain(standing.next_phase or "")), width="content")


def _said(ws: Workspace, due: Due) -> str:
    t = ws.words
    day = t.day(due.on)
    if due.is_overdue:
        day = t("case_head.since", day=day)
    elif due.key in _DEADLINES:
        day = t("case_head.by", day=day)
    return t(f"case_head.due.{due.key}", what=plain(due.what), day=day)


def _agreement_first(ws: Workspace, case: Case, link: Link) -> bool:
    """Is the next step a meeting to which no agreement and no emergency opens the table?"""
    if link.page not in _OF_A_MEETING:
        return False
    is_planning = link.page == "plan_meeting"
    return ws.read(ended_agreements.comes_first, case.id, is_planning=is_planning)
