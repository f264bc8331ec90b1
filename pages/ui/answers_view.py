"""Around the questions of one time: how it was asked, that all is asked, and what was answered once it is done."""

import streamlit as st

from core.access import Permission
from core.content.questionnaires import load_domains
from core.models.change import Mode
from core.operations import changes, responses
from core.operations.responses import Sheet
from pages.ui import change_done, change_words, pickers
from pages.ui.draft import open_draft
from pages.ui.kept import Kept
from pages.ui.plain import plain
from pages.ui.site import page_file
from pages.ui.workspace import Workspace


def how(ws: Workspace, sheet: Sheet) -> None:
    """How and when it was asked, and where answers on paper lie."""
    t, found = ws.words, sheet.response
    form = Kept(ws, f"answers_how:{found.id}", sheet.case.id)
    with st.expander(t("answers.how"), icon=":material/edit_calendar:"):
        draft = open_draft(found, "how")
        modes = list(Mode)
        with st.form(f"answers_how_{draft.version}", border=False):
            mode = st.radio(
                t("change.how_asked"),
                modes,
                index=modes.index(found.mode) if found.mode else None,
                format_func=lambda one: t(f"change.mode.{one}"),
                horizontal=True,
                key=draft.key("mode"),
            )
            ws.slot("mode")
            asked_on = pickers.day(
                t,
                t("change.asked_on"),
                value=found.asked_on,
                width=200,
                key=draft.key("asked_on"),
            )
            ws.slot("asked_on")
            kept_at = form.line(
                "kept_at", t("answers.kept_at"), value=found.kept_at, key=draft.key("kept_at")
            )
            ws.slot("kept_at")
            save = st.form_submit_button(t("answers.save_how"))
        if save and ws.do(
            responses.describe,
            found.id,
            mode=mode,
            asked_on=asked_on,
            kept_at=kept_at,
            version=draft.version,
        ):
            form.close(draft)
            st.toast(t("common.saved"))
            st.rerun()
        if found.version != draft.version:
            st.button(t("common.take_theirs"), on_click=form.close, args=(draft,), key="theirs:how")


def finish(ws: Workspace, sheet: Sheet) -> None:
    t, label = ws.words, sheet.response.label
    st.caption(t("answers.finish_gone" if sheet.time.is_gone else "answers.finish_help", label=label))
    if st.button(
        t("answers.finish"), type="primary", icon=":material/check:", key="answers:finish"
    ) and ws.do(responses.finish, sheet.response.id):
        st.toast(t("answers.finished"))
        change_done.stay_at(sheet.case.id, label)
        st.switch_page(page_file("change"), query_params={"case": str(sheet.case.id)})


def done(ws: Workspace, sheet: Sheet) -> None:
    """The answers as they stay, with the way back to correct them."""
    t = ws.words
    st.success(t("answers.is_done"), icon=":material/lock:")
    may_write = ws.may(Permission.WRITE_FILE) and sheet.case.closed_on is None
    if (
        may_write
        and st.button(t("answers.undo"), icon=":material/undo:", key="answers:undo")
        and ws.do(responses.take_up, sheet.response.id)
    ):
        st.toast(t("answers.undone"))
        st.rerun()
    read(ws, sheet)


def shared(ws: Workspace, sheet: Sheet) -> None:
    """Answers are corrected, and the other service goes on reading the summary of before."""
    t, label = ws.words, sheet.response.label
    mine = [one for one in ws.read(changes.agreed, sheet.case.id) if one.side is ws.actor.kind]
    if any(one.label == label for one in mine):
        st.warning(t("answers.shared", label=label), icon=":material/visibility:")


def read(ws: Workspace, sheet: Sheet) -> None:
    """What was answered, area by area."""
    t, said = ws.words, sheet.answers
    for domain in load_domains(language=t.language).domains:
        rows = [
            [one.title, sheet.questionnaire.said(one, said.get(one.id)) or t("answers.none")]
            for one in sheet.asked
            if one.domain == domain.id
        ]
        if rows:
            st.header(plain(domain.title))
            st.markdown(change_words.table([t("change.question"), t("first_pass.answer")], rows))
