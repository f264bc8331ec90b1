"""Files opened without an assignment: who looks at it, and what both services are told."""

from collections.abc import Sequence

import streamlit as st

from core import clock
from core.access import Permission
from core.operations import break_glass
from core.operations.break_glass import Listed
from core.operations.case_heads import Head
from pages.ui.draft import open_draft
from pages.ui.plain import plain
from pages.ui.workspace import Workspace


def listed(ws: Workspace, found: Sequence[Listed]) -> None:
    """Every opening with its reason, and the look of a second person."""
    t = ws.words
    if not found:
        st.info(t("keeping.no_openings"))
    for one in found:
        opening = one.opening
        with st.container(border=True, key=f"card_opening_{opening.id}"):
            st.markdown(
                t(
                    "break_glass.row",
                    code=plain(one.code) or t("break_glass.sealed"),
                    person=plain(one.person),
                    at=t.moment(opening.created_at),
                    ground=t(f"break_glass.ground.{opening.ground}"),
                )
            )
            if opening.reason:
                st.caption(plain(opening.reason))
            if one.is_overdue:
                st.warning(t("break_glass.overdue"), icon=":material/alarm:")
            if opening.reviewed_at is not None:
                verdict = t("break_glass.right" if opening.was_right else "break_glass.wrong")
                st.caption(
                    t(
                        "break_glass.reviewed",
                        person=plain(one.reviewer),
                        day=t.day(clock.day(opening.reviewed_at)),
                        verdict=verdict,
                        finding=plain(opening.finding),
                    )
                )
            elif opening.person_id != ws.actor.person_id and ws.may(Permission.REVIEW_BREAK_GLASS):
                _review(ws, one)


def _review(ws: Workspace, one: Listed) -> None:
    t = ws.words
    draft = open_draft(one.opening)
    with st.form(f"review:{one.opening.id}", border=False):
        was_right = st.radio(
            t("break_glass.verdict"),
            [True, False],
            index=None,
            horizontal=True,
            format_func=lambda each: t("break_glass.right" if each else "break_glass.wrong"),
            key=draft.key("was_right"),
        )
        ws.slot("was_right")
        finding = st.text_input(t("break_glass.finding"), key=draft.key("finding"))
        ws.slot("finding")
        sent = st.form_submit_button(t("break_glass.review"), icon=":material/check:")
    if sent and ws.do(
        break_glass.review, one.opening.id, was_right=was_right, finding=finding, version=draft.version
    ):
        draft.close()
        st.rerun()


def banner(ws: Workspace, head: Head, *, is_own_page: bool) -> None:
    """On the head of a case: that the reader opened it in an emergency, and on own pages that somebody did."""
    t = ws.words
    for one in ws.read(break_glass.mine) if any(each.is_open for each in head.told) else ():
        if one.opening.case_id != head.case.id:
            continue
        st.warning(t("break_glass.banner", until=t.moment(one.opening.until_at)), icon=":material/emergency:")
        if st.button(t("break_glass.close"), key=f"leave:{one.opening.id}") and ws.do(
            break_glass.close, one.opening.id, version=one.opening.version
        ):
            st.rerun()
        return
    if is_own_page:
        for each in head.told:
            key = "break_glass.told_own" if each.is_own else "break_glass.told_other"
            st.caption(f":material/emergency: {t(key, day=t.day(each.on), service=plain(each.service))}")
