"""What the own service does for its own person before the end; the other service reads nothing of it."""

import streamlit as st

from core.access import Permission
from core.content import closings as content
from core.content.closings import Step
from core.models.closing import Closing, ClosingStep, Settled
from core.operations import closing_steps
from core.operations.closing_checks import END, Own
from core.operations.closings import Standing
from core.operations.phases import Link
from pages.ui import change_done
from pages.ui.draft import open_either
from pages.ui.kept import Kept
from pages.ui.links import link_to
from pages.ui.plain import plain
from pages.ui.workspace import Workspace


def show(ws: Workspace, standing: Standing) -> None:
    """T3, and one card a step."""
    t, own, closing = ws.words, standing.own, standing.closing
    if own is None or closing is None:
        return
    st.subheader(t("closing.ours"))
    st.caption(t(f"closing.ours_help_{ws.actor.kind}"))
    _end(ws, standing, own)
    may_write = ws.may(Permission.WRITE_FILE) and standing.case.closed_on is None
    for step in content.load(language=t.language).steps_of(ws.actor.kind):
        found = own.steps.get(step.id)
        with st.container(border=True, key=f"card_closing_{step.id}"):
            icon = ":material/check_circle:" if found else ":material/pending:"
            st.markdown(f"{icon} **{plain(step.title)}**  \n{plain(step.help)}")
            if found is not None:
                st.markdown(f"*{t(f'closing.settled.{found.settled}')}*: {plain(found.text)}")
            if may_write:
                with st.expander(
                    t("closing.step_change" if found else "closing.step_write"), expanded=not found
                ):
                    _write(ws, closing, step, found)
    if standing.case.closed_on is None and ws.may(Permission.PRINT_FOR_HIM) and ws.actor.kind.value == "pp":
        st.markdown(t("closing.attendance"))
        link_to(
            Link("papers", {"case": str(standing.case.id)}),
            t("closing.to_attendance"),
            icon=":material/description:",
        )


def _end(ws: Workspace, standing: Standing, own: Own) -> None:
    """Whether our person was asked at T3, or why not: on the page Change."""
    t = ws.words
    icon = ":material/check_circle:" if own.end.is_settled else ":material/pending:"
    day = t.day(standing.end.on) if standing.end and standing.end.on else t("closing.no_day")
    label = standing.end.label if standing.end else END
    with st.container(horizontal=True, vertical_alignment="center", key="closing_end"):
        st.markdown(f"{icon} {t(f'closing.own_time.{own.end}', label=label, day=day)}", width="content")
        if own.end == "no_day":
            link_to(Link("timeline", {"case": str(standing.case.id)}), t("closing.to.timeline"))
        else:
            change_done.to_questions(ws, standing.case.id, label)


def _write(ws: Workspace, closing: Closing, step: Step, found: ClosingStep | None) -> None:
    t = ws.words
    draft = open_either(f"closing_step:{closing.id}:{step.id}", found)
    form = Kept(ws, f"closing_step:{closing.id}:{step.id}", closing.case_id)
    options = list(Settled)
    with st.form(f"closing_step_{step.id}_{draft.version}", border=False):
        settled = st.radio(
            t("closing.settled_label"),
            options,
            index=options.index(found.settled) if found else None,
            format_func=lambda one: t(f"closing.settled.{one}"),
            horizontal=True,
            key=draft.key("settled"),
        )
        ws.slot("settled")
        words = form.area(
            "text",
            step.ask,
            value=found.text if found else "",
            height=90,
            key=draft.key("text"),
        )
        ws.slot(step.id)
        save = st.form_submit_button(t("common.save"), key=f"closing_step:{step.id}")
    if save and ws.do(
        closing_steps.record, closing.id, step=step.id, settled=settled, words=words, version=draft.version
    ):
        form.close(draft)
        st.toast(t("common.saved"))
        st.rerun()
    if found is not None and found.version != draft.version:
        st.button(t("common.take_theirs"), on_click=form.close, args=(draft,), key=f"theirs:{step.id}")
