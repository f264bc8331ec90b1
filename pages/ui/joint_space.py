"""Whether the joint space of a case is open, said in words: what ended it, when and why, and the ways on."""

import streamlit as st

from core.access import Permission
from core.operations import agreements, joint_spaces
from core.operations.joint_spaces import EmergencyGround, EmergencyOpening, Ground, Standing
from core.operations.phases import Link
from pages.ui import step_up
from pages.ui.draft import open_draft, open_new
from pages.ui.links import link_to
from pages.ui.plain import plain
from pages.ui.workspace import Workspace

#: Where an emergency opens nothing: the pair, or the agreement in force, decides.
_NOT_OPENED = {Ground.NOT_PAIRED, Ground.NOT_NAMED}


def show(ws: Workspace, found: Standing, *, here: str = "") -> bool:
    """Say by what the joint space is open where that is not the rule, or why it is closed; is it open?"""
    if found.ground is Ground.EMERGENCY and found.emergency is not None:
        _emergency(ws, found)
    elif found.is_open:
        _coming_end(ws, found)
    elif found.ground is not Ground.NOT_PAIRED:
        with st.container(border=True, key="card_joint_space"):
            sentence = ws.sentence(joint_spaces.closed(found))
            st.warning(sentence, icon=":material/lock_clock:")
            is_over = found.ground in joint_spaces.OVER
            st.caption(ws.words("joint_space.what_stays" if is_over else "joint_space.what_opens"))
            if found.asked is not None:
                _asked(ws, found, found.asked)
            _ways_on(ws, found, here)
    return found.is_open


def _coming_end(ws: Workspace, found: Standing) -> None:
    """Somebody has ended the agreement for a later day: until then all is as ever, and it must not come as a surprise."""
    agreement = found.agreement
    if agreement is None or agreement.terminated_on is None:
        return
    t, day = ws.words, ws.words.day(agreement.terminated_on)
    reason = plain(agreement.termination_reason)
    st.warning(t("joint_space.will_end", day=day, reason=reason), icon=":material/event_busy:")
    link_to(
        Link("agreement", {"agreement": str(agreement.id)}),
        t("joint_space.to_ending"),
        icon=":material/contract:",
    )


def _to_next(ws: Workspace, found: Standing) -> None:
    """To the agreement that is on its way, or to beginning one."""
    t, coming = ws.words, ws.read(agreements.under_way, found.case_id)
    if coming is None:
        own = Link("agreements", {"case": str(found.case_id)})
        link_to(own, t("joint_space.to_agreements"), icon=":material/edit_document:")
        return
    standing = agreements.standing(coming)
    if standing is agreements.Standing.COMING and coming.in_force_from is not None:
        label = t("joint_space.to_coming", day=t.day(coming.in_force_from))
    else:
        is_approved = standing is agreements.Standing.APPROVED
        label = t("joint_space.to_approved" if is_approved else "joint_space.to_draft")
    link_to(Link("agreement", {"agreement": str(coming.id)}), label, icon=":material/edit_document:")


def _ways_on(ws: Workspace, found: Standing, here: str) -> None:
    t, own = ws.words, {"case": str(found.case_id)}
    with st.container(horizontal=True):
        if found.agreement is not None:
            last = Link("agreement", {"agreement": str(found.agreement.id)})
            link_to(last, t("joint_space.to_last"), icon=":material/contract:")
        if found.ground in {Ground.NO_AGREEMENT, Ground.ENDED, Ground.TERMINATED}:
            _to_next(ws, found)
        if here != "emergency" and found.ground is not Ground.NOT_NAMED:
            link_to(Link("emergency", own), t("joint_space.to_emergency"), icon=":material/e911_emergency:")


def _emergency(ws: Workspace, found: Standing) -> None:
    t, opening = ws.words, found.emergency
    if opening is None:
        return
    said = t("joint_space.emergency", until=t.moment(opening.until_at), why=why(ws, opening))
    if opening.confirmed_by is not None:
        first, second = (plain(name) for name in found.by)
        reason = plain(opening.confirmed_reason)
        said = f"{said} {t('joint_space.by_both', asked=first, confirmed=second, reason=reason)}"
    st.warning(said, icon=":material/e911_emergency:")


def _asked(ws: Workspace, found: Standing, opening: EmergencyOpening) -> None:
    """One service asks for it; the other confirms it on the page of the emergency."""
    t = ws.words
    side = "ours" if opening.service_id == ws.actor.service_id else "theirs"
    st.info(
        t(
            f"joint_space.asked_{side}",
            person=plain(found.by[0]),
            until=t.moment(opening.until_at),
            why=why(ws, opening),
        ),
        icon=":material/hourglass_top:",
    )


def why(ws: Workspace, opening: EmergencyOpening) -> str:
    """The ground of an opening, and what was written to it."""
    ground = ws.words(f"joint_space.ground.{opening.ground}")
    return f"{ground} ({plain(opening.reason)})" if opening.reason else ground


def open_for_emergency(ws: Workspace, found: Standing) -> None:
    """The form that opens a closed joint space for some hours."""
    if found.is_open or found.ground in _NOT_OPENED or not ws.may(Permission.RUN_MEETING):
        return
    if found.asked is not None:
        _answer(ws, found.asked)
        return
    t = ws.words
    draft = open_new(f"emergency_opening:{found.case_id}")
    with st.form("emergency_opening", border=True):
        is_over = found.ground in joint_spaces.OVER
        help_key = "joint_space.ask_help" if is_over else "joint_space.open_help"
        st.markdown(t(help_key, hours=joint_spaces.EMERGENCY_HOURS))
        ground = st.radio(
            t("joint_space.choose_ground"),
            list(EmergencyGround),
            index=None,
            format_func=lambda one: t(f"joint_space.ground.{one}"),
            key=draft.key("ground"),
        )
        ws.slot("ground")
        reason = st.text_input(t("joint_space.reason"), key=draft.key("reason"))
        ws.slot("reason")
        send = st.form_submit_button(
            t("joint_space.ask" if is_over else "joint_space.open"),
            type="primary",
            icon=":material/lock_open:",
            key="open_emergency",
        )
    sure = step_up.confirmed(ws, send, key=f"open_emergency:{found.case_id}")
    if sure and ws.do(joint_spaces.open_emergency, found.case_id, ground=ground, reason=reason):
        draft.close()
        st.rerun()


def _answer(ws: Workspace, opening: EmergencyOpening) -> None:
    """The other service confirms it, with its own reason; either may say that it is not to be opened."""
    t = ws.words
    if opening.service_id != ws.actor.service_id and ws.may(Permission.AGREE_MINUTES):
        draft = open_draft(opening, "confirm_emergency")
        with st.form("confirm_emergency", border=True):
            reason = st.text_input(t("joint_space.confirm_reason"), key=draft.key("reason"))
            ws.slot("reason")
            send = st.form_submit_button(
                t("joint_space.confirm"), type="primary", icon=":material/lock_open:", key="confirm_emergency"
            )
        sure = step_up.confirmed(ws, send, key=f"confirm_emergency:{opening.id}")
        if sure and ws.do(joint_spaces.confirm_emergency, opening.id, reason=reason, version=draft.version):
            draft.close()
            st.rerun()
    if st.button(t("joint_space.not_open"), key="drop_emergency") and ws.do(
        joint_spaces.close_emergency, opening.id, version=opening.version
    ):
        st.rerun()


def close_emergency(ws: Workspace, found: Standing) -> None:
    """The button that closes it again before its hours are over."""
    opening = found.emergency
    if found.ground is not Ground.EMERGENCY or opening is None or not ws.may(Permission.RUN_MEETING):
        return
    if st.button(ws.words("joint_space.close"), icon=":material/lock:", key="close_emergency") and ws.do(
        joint_spaces.close_emergency, opening.id, version=opening.version
    ):
        st.rerun()
