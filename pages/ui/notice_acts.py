"""What is done with a notice, one form at a time: read it, answer it, telephone, tell her, take it back."""

from uuid import UUID

import streamlit as st

from core import clock
from core.access import Permission
from core.models.case import Case
from core.models.service import ServiceKind
from core.operations import immediate_notices, notice_answers, notice_documents
from core.operations.notice_boards import Behind, Noticed
from core.operations.phases import Link
from pages.ui import last_look, notice_words, pickers
from pages.ui.draft import open_new
from pages.ui.kept import Kept
from pages.ui.links import link_to
from pages.ui.workspace import Workspace


def is_over(case: Case, one: Noticed) -> bool:
    """In a closed case only what was not answered is still worked with."""
    return case.closed_on is not None and bool(one.answers)


def of_received(ws: Workspace, case: Case, one: Noticed) -> None:
    """Read, answer, and at the victim support service tell her."""
    t = ws.words
    if is_over(case, one):
        return
    if ws.may(Permission.ANSWER_NOTICE):
        if (
            not one.is_read_by_me
            and st.button(
                t("notices.i_have_read"), type="primary", icon=":material/done_all:", key=f"read:{one.id}"
            )
            and ws.do(notice_answers.confirm_read, one.id)
        ):
            st.toast(t("notices.read_said"))
            st.rerun()
        if one.is_read:
            _ways(ws, case, one)
            with st.expander(t("notices.answer"), icon=":material/reply:", expanded=not one.answers):
                _answer(ws, case, one)
    if ws.actor.kind is ServiceKind.VSS and one.trigger.tells_her and ws.may(Permission.WRITE_FILE):
        with st.expander(
            t("notices.tell_her"), icon=":material/forum:", expanded=one.is_read and one.is_to_tell
        ):
            _talk(ws, case, one.id)
    if ws.may(Permission.RECORD_CALL):
        call(ws, one.id, case.id)


def of_behind(ws: Workspace, case: Case, one: Behind) -> None:
    """Of what cannot be read any more: telephone, and at the victim support service tell her."""
    if one.is_to_tell and ws.may(Permission.WRITE_FILE):
        with st.expander(ws.words("notices.tell_her"), icon=":material/forum:"):
            _talk(ws, case, one.id)
    if ws.may(Permission.RECORD_CALL):
        call(ws, one.id, case.id)


def call(ws: Workspace, notice_id: UUID, case_id: UUID) -> None:
    """Write down that one telephoned: whom, when, and whether somebody was reached."""
    t = ws.words
    with st.expander(t("notices.telephoned"), icon=":material/call:"):
        draft = open_new(f"notice_call:{notice_id}")
        form = Kept(ws, f"notice_call:{notice_id}", case_id)
        with st.form(draft.key("form"), border=False):
            st.caption(t("notices.telephoned_help"))
            whom = form.line("whom", t("notices.whom"), key=draft.key("whom"))
            ws.slot("whom")
            called_at = pickers.moment(ws, t("notices.called_at"), draft.key("at"), clock.now())
            ws.slot("called_at")
            was_reached = st.checkbox(t("notices.was_reached"), key=draft.key("reached"))
            note = form.area("note", t("notices.call_note"), height=70, key=draft.key("note"))
            ws.slot("note")
            save = st.form_submit_button(t("notices.save_call"))
        if save and ws.do(
            notice_answers.record_call,
            notice_id,
            called_at=called_at,
            whom=whom,
            was_reached=was_reached,
            note=note,
        ):
            form.close(draft)
            st.toast(t("common.saved"))
            st.rerun()


def word(ws: Workspace, one: Noticed) -> None:
    """Take the notice along in Word, after the last look."""
    if one.is_live:
        last_look.offer(
            ws,
            ws.words("notices.word"),
            notice_documents.document.of(one.id, words=ws.words),
            key=f"notice_word:{one.id}",
            file_name="notice.docx",
        )


def exit_report(ws: Workspace, case: Case) -> None:
    """At the programme, when he does not come any more: the facts due to whoever ordered it."""
    if ws.actor.kind is not ServiceKind.PP or not ws.may(Permission.PRINT_FOR_HIM):
        return
    if ws.read(notice_documents.is_due, case.id):
        last_look.offer(
            ws,
            ws.words("notices.exit_word"),
            notice_documents.exit_report.of(case.id, words=ws.words),
            key="exit_report",
            file_name="facts.docx",
            help_text=ws.words("notices.exit_help"),
        )


def take_back(ws: Workspace, one: Noticed) -> None:
    """From now on the other service does not read it."""
    t = ws.words
    if not (one.is_live or one.state == "waiting") or not ws.may(Permission.SHARE):
        return
    if st.button(
        t("joint.withdraw_button"), key=f"notice_back:{one.id}", help=t("joint.withdraw_help")
    ) and ws.do(immediate_notices.take_back, one.id):
        st.toast(t("notices.taken_back"))
        st.rerun()


def _ways(ws: Workspace, case: Case, one: Noticed) -> None:
    """To what is asked, or usual: the meeting, the danger, the plan, and how she is reached."""
    t, own = ws.words, {"case": str(case.id)}
    pages = ["plan_meeting", "risk", "plan"]
    if ws.actor.kind is ServiceKind.VSS and one.trigger.tells_her:
        pages.append("contact")
    with st.container(horizontal=True):
        for page in pages:
            link_to(Link(page, own), t(f"notices.to_{page}"), icon=":material/arrow_forward:")


def _answer(ws: Workspace, case: Case, one: Noticed) -> None:
    t = ws.words
    titles = {found.id: found.title for found in notice_words.lists(ws).decisions}
    draft = open_new(f"notice_answer:{one.id}")
    form = Kept(ws, f"notice_answer:{one.id}", case.id)
    with st.form(draft.key("form"), border=False):
        decisions = st.multiselect(
            t("notices.we_do"),
            list(titles),
            format_func=lambda found: titles[found],
            placeholder=t("notices.choose"),
            wrap=True,
            key=draft.key("decisions"),
        )
        ws.slot("decisions")
        words = form.area(
            "words",
            t("notices.words"),
            help=t(f"notices.words_help_{ws.actor.kind}"),
            height=80,
            key=draft.key("words"),
        )
        ws.slot("words")
        send = st.form_submit_button(t("notices.send_answer"), type="primary", icon=":material/reply:")
    if send and ws.do(notice_answers.answer, one.id, decisions=decisions, words=words):
        form.close(draft)
        st.toast(t("notices.answer_sent"))
        st.rerun()


def _talk(ws: Workspace, case: Case, notice_id: UUID) -> None:
    t = ws.words
    st.caption(t("notices.tell_her_help"))
    draft = open_new(f"notice_talk:{notice_id}")
    form = Kept(ws, f"notice_talk:{notice_id}", case.id)
    with st.form(draft.key("form"), border=False):
        was_told = st.radio(
            t("notices.was_told"),
            [True, False],
            index=None,
            format_func=lambda found: t("notices.told" if found else "notices.not_told"),
            horizontal=True,
            key=draft.key("told"),
        )
        ws.slot("was_told")
        on = pickers.day(t, t("expectations.held_on"), value=clock.today(), key=draft.key("on"))
        ws.slot("happened_on")
        note = form.area("note", t("notices.talk_note"), height=70, key=draft.key("note"))
        ws.slot("note")
        save = st.form_submit_button(t("notices.save_talk"))
    if save and ws.do(notice_answers.record_talk, notice_id, happened_on=on, was_told=was_told, note=note):
        form.close(draft)
        st.toast(t("common.saved"))
        st.rerun()
