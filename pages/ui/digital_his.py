"""The programme's own part: what he does about his devices and accounts, and sharing it; and how the other side reads it."""

from uuid import UUID

import streamlit as st

from core import clock
from core.access import Permission
from core.content.digital_violence import DigitalViolence
from core.operations import digital_shares, joint_items, joint_spaces
from core.operations.digital_shares import Standing
from core.operations.joint_items import UseRule
from pages.ui import digital_actions, joint, joint_space, meant, release_click, release_terms
from pages.ui.draft import Draft, open_new
from pages.ui.kept import Kept
from pages.ui.workspace import Workspace


def measures(ws: Workspace, case_id: UUID, content: DigitalViolence) -> None:
    """What he does, by whom it is seen to, until when."""
    st.header(ws.words("digital.his.measures"))
    st.caption(ws.words("digital.his.measures_help"))
    digital_actions.show(ws, case_id, content)


def theirs(ws: Workspace, case_id: UUID) -> None:
    """At the victim support service: what the programme shared of its part."""
    t = ws.words
    st.header(t("digital.theirs"))
    found = ws.read(digital_shares.of_other, case_id)
    if found:
        with st.container(border=True, key="card_theirs"):
            joint.show(ws, found)
    else:
        st.markdown(f":gray[{t('digital.theirs_none')}]")


def share(ws: Workspace, case_id: UUID) -> None:
    """What is shared now, and sharing it as it stands."""
    if not ws.may(Permission.SHARE):
        return
    t = ws.words
    st.header(t("digital.his.share"))
    st.caption(t("digital.his.share_help"))
    if not joint_space.show(ws, ws.read(joint_spaces.of_case, case_id)):
        return
    standing = ws.read(digital_shares.standing, case_id, words=t)
    draft = open_new(f"digital_share:{case_id}")
    _shared(ws, standing)
    if standing.is_current and not st.session_state.get(draft.key("looks")):
        return
    # What is written above is saved without running the page: the preview is put together when somebody wants to look.
    if not st.session_state.get(draft.key("looks")):
        st.button(
            t("digital.his.again" if standing.item else "digital.his.share"),
            icon=":material/visibility:",
            key=draft.key("look"),
            on_click=st.session_state.__setitem__,
            args=(draft.key("looks"), True),
        )
        return
    _offer(ws, case_id, draft)


def _shared(ws: Workspace, standing: Standing) -> None:
    t, item = ws.words, standing.item
    if item is None:
        return
    day = t.day(clock.day(item.released_at or item.created_at))
    with st.container(horizontal=True, vertical_alignment="center"):
        if standing.is_current:
            st.success(t("digital.his.shared_now", day=day), icon=":material/check:")
        else:
            st.warning(t("digital.his.shared_old", day=day), icon=":material/sync_problem:")
        back = st.button(t("digital.his.take_back"), icon=":material/undo:", key=f"back:{item.id}")
    if back and ws.do(joint_items.withdraw, item.id):
        st.toast(t("digital.his.taken_back"))
        st.rerun()


def _offer(ws: Workspace, case_id: UUID, draft: Draft) -> None:
    """The rule, the ground, what they will read, and the button."""
    t = ws.words
    left, right = st.columns(2)
    with left:
        rule = st.radio(
            t("digital.his.rule"),
            list(UseRule),
            format_func=lambda one: t(f"use.{one}"),
            captions=[t(f"use.means.{one}") for one in UseRule],
            key=draft.key("rule"),
        )
        form = Kept(ws, f"digital_share:{case_id}", case_id)
        terms = release_terms.ask(ws, form, draft, case_id)
    use_rule = rule or UseRule.RISK_ONLY
    with right:
        seen = ws.read(digital_shares.preview, case_id, words=t, terms=terms, use_rule=use_rule)
        if not seen.shown.text:
            st.info(t("digital.his.nothing"), icon=":material/edit_note:")
            return
        st.subheader(t("digital.his.preview"))
        with st.container(border=True, key="card_preview"):
            joint.show(ws, [seen.shown])
        is_meant = meant.ask(ws, seen.found, draft, with_help=False)
        release_click.button(
            ws, case_id, draft, t("digital.his.button"), seen.digest, icon=":material/share:"
        )
        ws.slot("text")
    clicked = release_click.seen(ws, draft, terms)
    if clicked and ws.do(
        digital_shares.share,
        case_id,
        words=t,
        terms=terms,
        use_rule=use_rule,
        seen=clicked,
        names_are_meant=is_meant,
    ):
        form.close(draft)
        st.toast(t("digital.his.done"))
        st.rerun()
