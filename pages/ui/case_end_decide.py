"""The end of a case by both services: propose it, agree to it, say that the follow-up is over, open the case again."""

from datetime import date

import streamlit as st

from core import clock
from core.access import Permission
from core.errors import Conflict
from core.models.closing import Closing
from core.operations import closings, risk_assessments
from core.operations.closing_checks import FOLLOW_UP
from core.operations.closings import GROUNDS, REOPENINGS, Standing
from core.operations.phases import Link
from pages.ui import case_end, change_done, pickers
from pages.ui.draft import open_draft
from pages.ui.kept import Kept
from pages.ui.links import link_to
from pages.ui.plain import plain
from pages.ui.workspace import Workspace


def show(ws: Workspace, standing: Standing) -> None:
    """What was proposed and by whom, and what this person can do about it."""
    t, closing = ws.words, standing.closing
    if closing is None:
        return
    _too_late(ws, standing, closing)
    if closing.proposed_at is not None:
        _proposal(ws, standing, closing)
    _notices(ws, standing)
    if standing.case.closed_on is not None:
        _after(ws, standing)
    elif closing.is_agreed:
        _follow_up(ws, standing, closing)
    elif not ws.may(Permission.END_CASE):
        st.caption(t("closing.not_yours"))
    elif closing.is_proposed:
        _answer(ws, closing)
    else:
        _propose(ws, standing, closing)


def _notices(ws: Workspace, standing: Standing) -> None:
    """A warning that is on its way: of one that waits in our service only we read."""
    t, notices = ws.words, standing.notices
    said = {"closing.notice_unread": notices.is_unread, "closing.notice_waits": notices.is_waiting}
    for key in (key for key, is_so in said.items() if is_so):
        st.warning(t(key), icon=":material/notification_important:")
    if any(said.values()):
        link_to(Link("notices", {"case": str(standing.case.id)}), t("page.notices"))


def _proposal(ws: Workspace, standing: Standing, closing: Closing) -> None:
    """All that was proposed, as both read it."""
    t, cooperation = ws.words, standing.case.cooperation
    names = {cooperation.pp_id: cooperation.pp.name, cooperation.vss_id: cooperation.vss.name}
    follow_up = t.day(standing.follow_up.on) if standing.follow_up else ""
    lines = [
        (t("closing.ground_label"), t(f"closing.ground.{closing.ground}")),
        (t("closing.ended_on"), t.day(closing.ended_on)),
        (t("closing.follow_up_label"), follow_up if closing.has_follow_up else t("closing.no_follow_up")),
        (t("closing.agreement_until"), t.day(standing.agreed_until) or t("closing.no_agreement")),
    ]
    if standing.why_lacking:
        lines.append((t("closing.why_lacking"), standing.why_lacking))
    with st.container(border=True, key="card_closing_proposal"):
        st.markdown("\n".join(f"- {plain(label)}: **{plain(said)}**" for label, said in lines))
        service = names.get(closing.service_id, "") if closing.service_id else ""
        st.caption(t("closing.proposed_by", service=plain(service), at=t.moment(closing.proposed_at)))
        if closing.is_agreed:
            st.caption(t("closing.agreed_at", at=t.moment(closing.agreed_at)))
        if closing.has_follow_up and standing.case.closed_on is None:
            _before_follow_up(ws, standing, standing.agreed_until)
        if not closing.is_agreed:
            case_end.lacking(ws, standing)


def _before_follow_up(ws: Workspace, standing: Standing, last: date | None) -> None:
    """The agreement is over before T4: what that means, and the way to a new one."""
    if not standing.is_before_follow_up(last) or standing.follow_up is None:
        return
    t = ws.words
    st.caption(t("closing.until_before_t4", day=t.day(standing.follow_up.on)))
    own = Link("agreements", {"case": str(standing.case.id)})
    link_to(own, t("joint_space.to_agreements"), icon=":material/edit_document:")


def _propose(ws: Workspace, standing: Standing, closing: Closing) -> None:
    t = ws.words
    st.subheader(t("closing.propose_title"))
    st.markdown(t("closing.propose_help"))
    case_end.lacking(ws, standing)
    draft = open_draft(closing, "propose")
    form = Kept(ws, f"closing:{closing.id}", closing.case_id)
    has_agreement, until_first = standing.agreement is not None, standing.proposed_until
    with st.form("closing_propose"):
        ground = st.radio(
            t("closing.ground_label"),
            list(GROUNDS),
            index=None,
            format_func=lambda one: t(f"closing.ground.{one}"),
            captions=[t(f"closing.ground_help.{one}") for one in GROUNDS],
            key=draft.key("ground"),
        )
        ws.slot("ground")
        ended_on = pickers.day(
            t,
            t("closing.ended_on"),
            value=min(standing.end.on, clock.today()) if standing.end and standing.end.on else clock.today(),
            width=220,
            key=draft.key("ended_on"),
        )
        ws.slot("ended_on")
        has_follow_up = st.checkbox(t("closing.has_follow_up"), value=True, key=draft.key("follow_up"))
        until = None
        if has_agreement:
            until = pickers.day(
                t,
                t("closing.agreement_until"),
                value=until_first,
                explained=t("closing.agreement_until_help"),
                width=220,
                # T4 may get its day while the form stands open.
                key=draft.key(f"until:{until_first}"),
            )
            ws.slot("agreement_until")
            _before_follow_up(ws, standing, until_first)
        lacking = form.area(
            "lacking",
            t("closing.why_lacking" if standing.lacking else "closing.why_no_follow_up"),
            help=t("closing.lacking_help"),
            height=90,
            key=draft.key("lacking"),
        )
        ws.slot("lacking")
        send = st.form_submit_button(t("closing.propose"), type="primary")
    if send and ws.do(
        closings.propose,
        closing.id,
        ground=ground,
        ended_on=ended_on,
        has_follow_up=has_follow_up,
        agreement_until=until,
        lacking=lacking,
        version=draft.version,
    ):
        form.close(draft)
        st.rerun()
    if closing.version != draft.version:
        st.button(t("closing.look_again"), on_click=draft.close, icon=":material/refresh:")


def _answer(ws: Workspace, closing: Closing) -> None:
    """For the side that proposed: wait, or take it back. For the other: agree, or decline."""
    t = ws.words
    is_ours = closing.service_id == ws.actor.service_id
    # What is answered is the proposal that was on the screen, never a newer one.
    draft = open_draft(closing, f"answer:{closing.service_id}")
    if not is_ours and closing.version != draft.version:
        st.button(
            t("closing.look_again"), on_click=draft.close, icon=":material/refresh:", key="answer:again"
        )
        return
    if not is_ours:
        st.markdown(t("closing.agree_help"))
        if (
            ws.may(Permission.AGREE_END)
            and st.button(
                t("closing.agree"), type="primary", icon=":material/handshake:", key="closing:agree"
            )
            and ws.do(closings.agree, closing.id, version=draft.version)
        ):
            draft.close()
            st.rerun()
    if st.button(
        t("closing.take_back" if is_ours else "closing.decline"),
        icon=":material/undo:",
        key="closing:take_back",
        on_click=st.session_state.__setitem__,
        args=(_taking_back(closing), True),
    ) and ws.do(closings.take_back, closing.id, version=closing.version):
        draft.close()
        st.rerun()


def _taking_back(closing: Closing) -> str:
    """Set by the click that takes a proposal back, or declines it: in the run of it the button may be gone."""
    return f"closing:taking_back:{closing.id}"


def _too_late(ws: Workspace, standing: Standing, closing: Closing) -> None:
    """It was clicked, and somebody had agreed, or taken it back, before: say who, and what can be done."""
    if not st.session_state.pop(_taking_back(closing), False) or closing.is_proposed:
        return
    if not closing.is_agreed:
        ws.show(Conflict("error.closing.nothing_proposed"))
        return
    t, cooperation = ws.words, standing.case.cooperation
    names = ws.read(risk_assessments.names, [closing.agreed_by])
    agreed = cooperation.vss if closing.service_id == cooperation.pp_id else cooperation.pp
    st.warning(
        t(
            "closing.agreed_first",
            name=plain(names.get(closing.agreed_by, "") if closing.agreed_by else ""),
            service=plain(agreed.name),
            at=t.moment(closing.agreed_at),
        ),
        icon=":material/handshake:",
    )


def _follow_up(ws: Workspace, standing: Standing, closing: Closing) -> None:
    """T4: each side asks its own person, both meet once more, and each says for itself that it is over."""
    t, case = ws.words, standing.case
    own = {"case": str(case.id)}
    day = t.day(standing.follow_up.on) if standing.follow_up else ""
    st.subheader(t("closing.follow_up_title", day=day))
    st.markdown(t(f"closing.follow_up_help_{ws.actor.kind}"))
    with st.container(horizontal=True):
        change_done.to_questions(ws, case.id, standing.follow_up.label if standing.follow_up else FOLLOW_UP)
        link_to(Link("meetings", own), t("closing.to_follow_up_meeting"), icon=":material/event:")
        link_to(Link("recidivism", own), t("page.recidivism"), icon=":material/history_toggle_off:")
    for service in (case.cooperation.pp, case.cooperation.vss):
        is_over = standing.is_finished_by(service.kind)
        icon = ":material/check_circle:" if is_over else ":material/pending:"
        key = "closing.finished_by" if is_over else "closing.not_finished_by"
        st.markdown(f"{icon} {t(key, service=plain(service.name))}")
    if standing.is_finished_by(ws.actor.kind) or not ws.may(Permission.AGREE_END):
        return
    st.caption(t("closing.finish_help"))
    on = standing.follow_up.on if standing.follow_up else None
    clicked = st.button(
        t("closing.finish"),
        type="primary" if on is None or on <= clock.today() else "secondary",
        icon=":material/flag:",
        key="closing:finish",
    )
    if clicked and ws.do(closings.finish, closing.id, version=closing.version):
        st.rerun()


def _after(ws: Workspace, standing: Standing) -> None:
    """The case is closed: what stays open for how long, and since when the time of keeping runs."""
    t = ws.words
    st.markdown(t("closing.kept_from"))
    link_to(Link("rights", {"case": str(standing.case.id)}), t("page.rights"), icon=":material/gavel:")


def reopen(ws: Workspace, standing: Standing) -> None:
    """Take the case up again, for a reason: continued where it stopped, or begun anew as another case."""
    t, case, closing = ws.words, standing.case, standing.closing
    if case.closed_on is None and (closing is None or not closing.is_agreed):
        return
    if not ws.may(Permission.END_CASE):
        return
    with st.expander(t("closing.reopen_title"), icon=":material/replay:"):
        st.markdown(t("closing.reopen_help"))
        link_to(Link("cases", {}), t("closing.to_new_case"), icon=":material/folder_shared:")
        # Closed meanwhile by this very person, it is opened anew.
        draft = open_draft(case, f"reopen:{case.closed_on}")
        with st.form("closing_reopen", border=False):
            reason = st.radio(
                t("closing.reopen_why"),
                list(REOPENINGS[ws.actor.kind]),
                index=None,
                format_func=lambda one: t(f"closing.reopen_for.{one}"),
                key=draft.key("reopen"),
            )
            ws.slot("reason")
            send = st.form_submit_button(t("closing.reopen"))
        if send and ws.do(closings.reopen, case.id, reason=reason, version=draft.version):
            draft.close()
            st.rerun()
        if case.version != draft.version:
            st.button(
                t("closing.look_again"), on_click=draft.close, icon=":material/refresh:", key="reopen:again"
            )
