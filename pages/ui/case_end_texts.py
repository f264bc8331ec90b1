"""What each service writes at the end of a case, side by side: the parts of the report, the questions of the review."""

from collections.abc import Mapping
from uuid import UUID

import streamlit as st

from core.access import Permission
from core.content import closings as content
from core.content.closings import Question, Section
from core.models.closing import Closing, ClosingText
from core.models.service import Service
from core.operations import closing_reports, closing_texts, lessons
from core.operations.closings import Standing
from core.operations.phases import Link
from pages.ui import case_end_unsent, last_look, meant
from pages.ui.draft import open_either
from pages.ui.kept import Kept
from pages.ui.links import link_to
from pages.ui.plain import plain
from pages.ui.workspace import Workspace


def show(ws: Workspace, standing: Standing, view: str) -> None:
    """The parts of the report with the way to Word; or the review with the way to the managements."""
    closing = standing.closing
    if closing is None:
        return
    t, known = ws.words, content.load(language=ws.words.language)
    is_review = view == "review"
    st.caption(t(f"closing.{view}_help"))
    written = ws.read(closing_texts.of_closing, closing.id)
    for one in known.questions if is_review else known.sections:
        _part(ws, standing, closing, one, written, may_change=is_review or standing.case.closed_on is None)
    if is_review:
        _give(ws, standing, closing, written)
        st.caption(plain(known.questions_source))
        return
    has_fields = standing.case.closed_on is None and ws.may(Permission.WRITE_CLOSING)
    last_look.offer(
        ws,
        t("closing.word"),
        closing_reports.document.of(closing.id, words=t),
        file_name="closing-report.docx",
        key="closing:word",
        is_held_back=case_end_unsent.show(ws, closing, known.sections, has_fields=has_fields),
    )
    st.caption(t("closing.word_note"))


def _part(
    ws: Workspace,
    standing: Standing,
    closing: Closing,
    part: Section | Question,
    written: Mapping[tuple[str, UUID], ClosingText],
    *,
    may_change: bool,
) -> None:
    """One part: what the other service wrote, and our own words."""
    t, cooperation = ws.words, standing.case.cooperation
    is_pp = cooperation.pp_id == ws.actor.service_id
    ours, theirs = (cooperation.pp, cooperation.vss) if is_pp else (cooperation.vss, cooperation.pp)
    own = written.get((part.id, ours.id))
    with st.container(border=True, key=f"card_closing_{part.id}"):
        st.subheader(plain(part.title), anchor=case_end_unsent.anchor(part.id))
        st.markdown(plain(part.help))
        left, right = st.columns(2)
        with left:
            _ours(ws, closing, part, ours, own, may_change=may_change)
        with right:
            other = written.get((part.id, theirs.id))
            said = plain(other.text) if other and other.text else t("closing.nothing_yet")
            st.markdown(f":small[{plain(theirs.name)}]\n\n{said}")


def _ours(
    ws: Workspace,
    closing: Closing,
    part: Section | Question,
    service: Service,
    own: ClosingText | None,
    *,
    may_change: bool,
) -> None:
    t = ws.words
    is_given = own is not None and own.given_at is not None
    if not may_change or is_given or not ws.may(Permission.WRITE_CLOSING):
        said = plain(own.text) if own and own.text else t("closing.nothing_yet")
        st.markdown(f":small[{plain(service.name)}]\n\n{said}")
        if is_given:
            st.caption(t("closing.is_given"))
        elif own and own.text and ws.may(Permission.WRITE_CLOSING):
            _take_out(ws, closing, part, own)
        return
    draft = open_either(f"closing_text:{closing.id}:{part.id}", own)
    form = Kept(ws, f"closing_text:{closing.id}:{part.id}", closing.case_id)
    with st.form(f"closing_text_{part.id}_{draft.version}", border=False):
        words = form.area(
            "text",
            t("closing.our_words", service=service.name),
            value=own.text if own else "",
            height=120,
            key=draft.key("text"),
        )
        ws.slot(part.id)
        save = st.form_submit_button(t("common.save"), key=f"closing_text:{part.id}")
    sent = {"key": part.id, "words": words, "version": draft.version}
    if save and meant.do(ws, draft.key("text"), closing_texts.write, closing.id, **sent):
        form.close(draft)
        st.toast(t("common.saved"))
        st.rerun()
    if own is not None and own.version != draft.version:
        st.markdown(f"**{t('common.theirs')}**\n\n{plain(own.text)}")
        st.button(t("common.take_theirs"), on_click=form.close, args=(draft,), key=f"theirs:{part.id}")


def _take_out(ws: Workspace, closing: Closing, part: Section | Question, own: ClosingText) -> None:
    """After the end: our words go out of the report, where what they rest on is there no more."""
    t = ws.words
    if st.button(
        t("closing.take_out"),
        icon=":material/backspace:",
        type="tertiary",
        help=t("closing.take_out_help"),
        key=f"take_out:{part.id}:{own.version}",
    ) and ws.do(closing_texts.write, closing.id, key=part.id, words="", version=own.version):
        st.toast(t("closing.taken_out"))
        st.rerun()


def _give(
    ws: Workspace, standing: Standing, closing: Closing, written: Mapping[tuple[str, UUID], ClosingText]
) -> None:
    """Exactly what the managements will read, and the button that passes it on."""
    t = ws.words
    questions = content.load(language=t.language).questions
    own = [(one.title, written.get((one.id, ws.actor.service_id))) for one in questions]
    ready = [(title, one) for title, one in own if one and one.text and one.given_at is None]
    st.subheader(t("closing.give_title"))
    st.markdown(t("closing.give_help"))
    link_to(
        Link("review", {"cooperation": str(standing.case.cooperation_id)}),
        t("closing.to_review"),
        icon=":material/school:",
    )
    if not ready or not ws.may(Permission.GIVE_LESSONS):
        st.caption(t("closing.give_nothing"))
        return
    with st.container(border=True, key="card_closing_give"):
        st.markdown("\n".join(f"- **{plain(title)}** {plain(one.text)}" for title, one in ready))
    # The click holds what was on the screen: what a colleague wrote since does not go with it.
    seen = lessons.digest(one for _, one in ready)
    st.button(
        t("closing.give"),
        icon=":material/school:",
        key=f"closing:give:{seen}",
        on_click=st.session_state.__setitem__,
        args=(f"closing:given:{closing.id}", seen),
    )
    clicked = st.session_state.pop(f"closing:given:{closing.id}", None)
    if clicked and ws.do(lessons.give, closing.id, seen=clicked):
        st.toast(t("closing.given"))
        st.rerun()
