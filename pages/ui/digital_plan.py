"""The IT safety plan: the four measures, the actions in the key areas, and the paper."""

from uuid import UUID

import streamlit as st

from core.access import Permission
from core.content.digital_violence import SAFE_CHANNEL, DigitalViolence
from core.operations import safety_documents, safety_plans
from core.operations.safety_plans import Standing
from pages.ui import digital_actions, last_look, pickers
from pages.ui.draft import open_either
from pages.ui.kept import Kept
from pages.ui.plain import plain
from pages.ui.site import page_file
from pages.ui.workspace import Workspace


def show(ws: Workspace, case_id: UUID, content: DigitalViolence) -> None:
    t = ws.words
    standing = ws.read(safety_plans.of_case, case_id)
    st.header(t("digital.plan.title"))
    st.caption(content.approach)
    if standing.plan is not None and standing.is_due:
        due = t("digital.plan.due", day=t.day(standing.plan.review_on))
        st.warning(due, icon=":material/event_repeat:")
    st.subheader(t("digital.plan.measures"))
    _measures(ws, case_id, content, standing)
    st.subheader(t("digital.plan.actions"))
    digital_actions.show(ws, case_id, content)


def _measures(ws: Workspace, case_id: UUID, content: DigitalViolence, standing: Standing) -> None:
    t, plan = ws.words, standing.plan
    draft = open_either(f"safety_plan:{case_id}", plan)
    kept = Kept(ws, f"safety_plan:{case_id}", case_id)
    with st.form(f"safety_plan_{case_id}"):
        typed: dict[str, str] = {}
        for measure in content.measures:
            if measure.id == SAFE_CHANNEL:
                _channel(ws, case_id, standing, measure.title, measure.help)
                continue
            typed[measure.id] = kept.area(
                measure.id,
                measure.title,
                value=standing.says(measure.id),
                height=90,
                key=draft.key(measure.id),
                help=measure.help,
            )
            ws.slot(measure.id)
        review_on = pickers.day(
            t,
            t("digital.plan.review_on"),
            value=plan.review_on if plan and not standing.is_due else None,
            key=draft.key("review_on"),
        )
        ws.slot("review_on")
        not_again = bool(standing.is_due) and st.checkbox(
            t("digital.plan.not_again"), key=draft.key("not_again")
        )
        save = st.form_submit_button(t("digital.plan.save"), type="primary")
    if save and ws.do(
        safety_plans.write,
        case_id,
        safe_device=typed["safe_device"],
        account_use=typed["account_use"],
        escalation=typed["escalation"],
        review_on=review_on,
        not_again=not_again,
        version=draft.version,
    ):
        kept.close(draft)
        st.toast(t("common.saved"))
        st.rerun()
    if plan is not None and plan.version != draft.version:
        st.markdown(f"**{t('common.theirs')}**")
        for measure in content.measures:
            if said := standing.says(measure.id) if measure.id in typed else "":
                st.markdown(f"{plain(measure.title)}: {plain(said)}")
        st.button(t("common.take_theirs"), on_click=kept.close, args=(draft,))


def _channel(ws: Workspace, case_id: UUID, standing: Standing, title: str, help_text: str) -> None:
    """How she is reached safely stands in her entry of the file, and nowhere a second time."""
    t = ws.words
    key, icon = ("hidden", "check_circle") if standing.has_channel else ("none", "error")
    key, icon = ("warned", "warning") if standing.has_channel and standing.is_warned else (key, icon)
    said = t(f"digital.plan.channel_{key}")
    st.markdown(f"{plain(title)}  \n:material/{icon}: {said}", help=help_text)
    st.page_link(
        page_file("file"),
        label=t("digital.plan.to_file"),
        icon=":material/lock:",
        query_params={"case": str(case_id)},
        width="content",
    )


def paper(ws: Workspace, case_id: UUID) -> None:
    """The plan in Word, for her service or for her."""
    if not ws.may(Permission.PRINT_SAFETY_PLAN):
        return
    last_look.offer(
        ws,
        ws.words("digital.plan.word"),
        safety_documents.document.of(case_id, words=ws.words),
        file_name="plan.docx",
        key=f"safety_plan:{case_id}",
    )
