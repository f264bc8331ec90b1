"""Going on to another phase: what comes next, which one, and why where steps are open."""

import streamlit as st

from core.models.case import Case
from core.operations import phases
from core.operations.phases import Overview
from pages.ui.draft import open_draft, open_new
from pages.ui.kept import Kept
from pages.ui.plain import plain
from pages.ui.workspace import Workspace


def show(ws: Workspace, case: Case, seen: Overview) -> None:
    """The card under the current phase. A reason that was typed outlives a colleague's save."""
    t, current = ws.words, seen.current
    opened, draft = open_draft(case, "enter"), open_new(f"enter:{case.id}")
    left = current.open_steps
    order = {one.phase.id: one.phase.title for one in seen.phases}
    order[current.phase.id] = t("phase.once_more", phase=current.phase.title)
    following = seen.next or current
    with st.container(border=True, key="card_go_on"):
        st.markdown(f"**{t('phase.what_next')}**  \n{plain(current.phase.what_next)}")
        form = Kept(ws, f"enter:{case.id}", case.id)
        with st.form("enter", border=False):
            target = st.selectbox(
                t("phase.go_on_to"),
                list(order),
                index=list(order).index(following.phase.id),
                key=draft.key(f"phase:{current.phase.id}"),
                format_func=order.__getitem__,
            )
            reason = form.area(
                "reason",
                t.count("phase.reason_open", len(left)) if left else t("phase.reason"),
                key=draft.key("reason"),
                help=t("phase.reason_help"),
                height=80,
            )
            ws.slot("reason")
            go_on = st.form_submit_button(t("phase.go_on"), icon=":material/arrow_forward:")
        if go_on and ws.do(phases.enter, case.id, phase=target, reason=reason, version=opened.version):
            opened.close()
            form.close(draft)
            st.rerun()
        if case.version != opened.version:
            st.button(t("phase.look_again"), on_click=opened.close, icon=":material/refresh:")
