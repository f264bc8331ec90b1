"""The frame of a case: living together, children, target check, grounds against it; closing and opening again."""

import streamlit as st

from core import access, clock
from core.access import Permission
from core.content import eligibilities
from core.content.protocols import Side
from core.operations import cases, files, requests
from core.operations.cases import CloseReason, Known
from core.operations.phases import Link
from pages.ui import case_head, pickers
from pages.ui.draft import open_draft
from pages.ui.kept import Kept
from pages.ui.links import link_to
from pages.ui.plain import plain
from pages.ui.workspace import workspace

ws = workspace()
t = ws.words

case = case_head.show(ws, ws.chosen("case"), "frame")
st.header(t("case.frame"))

if not ws.may(Permission.OPEN_CASE):
    st.info(t("frame.not_yours"))
    st.stop()

if not access.is_open_to(ws.actor, case):
    st.info(t("frame.not_paired"))
    st.stop()

if case.closed_on is not None:
    st.info(t("frame.closed", day=t.day(case.closed_on)))
    if case.is_paired:
        link_to(Link("closing", {"case": str(case.id)}), t("frame.to_closing"), icon=":material/flag:")
    elif st.button(t("frame.reopen"), type="primary") and ws.do(cases.reopen, case.id, version=case.version):
        st.rerun()
    st.stop()

check = eligibilities.load(language=t.language)
side = cases.side_of(ws.actor)
grounds = {ground.id: ground for ground in check.exclusions_for(side)}
own = ws.read(files.mine, case.id).file.exclusions if ws.may(Permission.READ_FILE) else []
draft = open_draft(case)

form = Kept(ws, f"frame:{case.id}", case.id)
with st.form("describe"):
    left, right = st.columns(2)
    with left:
        living = st.radio(
            t("frame.living_together"),
            list(Known),
            index=list(Known).index(case.living_together),
            format_func=lambda known: t(f"known.{known}"),
            horizontal=True,
            key=draft.key("living"),
        )
    with right:
        children = st.number_input(
            t("frame.children_count"),
            min_value=0,
            max_value=cases.MOST_CHILDREN,
            step=1,
            value=case.children_count,
            key=draft.key("children"),
        )
        ws.slot("children_count")
    st.markdown(f"**{t('frame.target')}**")
    st.markdown("\n".join(f"- {one.question} _{one.if_no}_" for one in check.questions))
    target = st.radio(
        t("frame.target_all"),
        [True, False, None],
        index=[True, False, None].index(case.is_in_target),
        format_func=lambda found: t(f"case.target.{found}".lower()),
        horizontal=True,
        key=draft.key("target"),
    )
    st.caption(check.questions_note)
    target_reason = form.area(
        "target_reason",
        t("frame.target_reason"),
        value=case.target_reason,
        height=80,
        key=draft.key("target_reason"),
    )
    ws.slot("target_reason")
    st.markdown(f"**{t('frame.exclusions')}**")
    st.caption(check.exclusions_note)
    exclusions = [
        ground.id
        for ground in grounds.values()
        if st.checkbox(
            f"**{ground.title}**  \n{ground.help}",
            value=ground.id in {*case.exclusions, *own},
            key=draft.key(f"exclusion:{ground.id}"),
        )
    ]
    ws.slot("exclusions")
    private = [ground.title for ground in grounds.values() if ground.side is side]
    if private:
        st.caption(t("frame.private", titles=", ".join(private)))
    exclusions_reason = form.area(
        "exclusions_reason",
        t("frame.exclusions_reason"),
        value=case.exclusions_reason,
        height=80,
        key=draft.key("exclusions_reason"),
    )
    ws.slot("exclusions_reason")
    save = st.form_submit_button(t("common.save"), type="primary")

if save and ws.do(
    cases.describe,
    case.id,
    living_together=living or Known.UNKNOWN,
    children_count=children,
    is_in_target=target,
    target_reason=target_reason,
    exclusions=exclusions,
    exclusions_reason=exclusions_reason,
    version=draft.version,
):
    form.close(draft)
    st.toast(t("common.saved"))
    st.rerun()

if case.version != draft.version:
    with st.container(border=True):
        st.markdown(f"**{t('common.theirs')}**")
        st.markdown(
            t(
                "frame.theirs",
                living=t(f"known.{case.living_together}"),
                children=t("known.unknown") if case.children_count is None else case.children_count,
                target=t(f"case.target.{case.is_in_target}".lower()),
                target_reason=plain(case.target_reason),
                exclusions=", ".join(grounds[found].title for found in case.exclusions if found in grounds),
                exclusions_reason=plain(case.exclusions_reason),
            )
        )
        st.button(t("common.take_theirs"), on_click=form.close, args=(draft,))

if case.is_paired:
    st.markdown(t("frame.close_together"))
    link_to(Link("closing", {"case": str(case.id)}), t("frame.to_closing"), icon=":material/flag:")
    st.stop()

if ws.read(requests.pairing, case.id).has_parallel:
    st.markdown(t("frame.part_first"))
    link_to(Link("case", {"case": str(case.id)}), t("frame.to_parting"), icon=":material/link_off:")
    st.stop()

with st.expander(t("frame.close"), icon=":material/inventory_2:"):
    st.caption(t("frame.close_help"))
    # What she decided is the victim support service's to know, and to give as a reason.
    reasons = [one for one in CloseReason if side is Side.VSS or one not in cases.OWN_REASONS]
    with st.form("close", border=False):
        reason = st.selectbox(
            t("frame.close_reason"),
            reasons,
            format_func=lambda found: t(f"close_reason.{found}"),
            key=draft.key("close_reason"),
        )
        closed_on = pickers.day(t, t("frame.closed_on"), value=clock.today(), key=draft.key("closed_on"))
        ws.slot("closed_on")
        close = st.form_submit_button(t("frame.close_button"))
    if close and ws.do(
        cases.close, case.id, reason=reason or CloseReason.OTHER, closed_on=closed_on, version=draft.version
    ):
        draft.close()
        st.rerun()
