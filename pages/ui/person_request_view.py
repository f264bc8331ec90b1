"""What people of a file asked for: writing it down, its day, how it was answered."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import streamlit as st

from core.access import Permission
from core.models.case import Subject
from core.models.rights import PersonRequest
from core.operations import person_requests
from core.operations.person_requests import Listed, RefusalGround, RequestKind
from pages.ui import held, overtaken, pickers
from pages.ui.draft import Draft, open_draft, open_new
from pages.ui.plain import plain
from pages.ui.site import page_file
from pages.ui.workspace import Workspace


def register(ws: Workspace, found: Sequence[Listed]) -> None:
    """The register of a service: codes and days."""
    t = ws.words
    if not found:
        st.info(t("keeping.no_requests"))
    for one in found:
        who, kind = plain(one.code) or t("erasure.gone_case"), t(f"rights.kind.{one.kind}")
        if one.answered_on is not None:
            st.markdown(t("rights.done", who=who, kind=kind, how=_how(ws, one), day=t.day(one.answered_on)))
            continue
        late = f" :red-badge[{t('rights.late')}]" if one.is_overdue else ""
        row = t("rights.row", who=who, kind=kind, asked=t.day(one.asked_on), due=t.day(one.due_on))
        st.markdown(f"{row}{late}")


def _how(ws: Workspace, one: Listed | PersonRequest) -> str:
    t = ws.words
    if one.refused_for is None:
        return t("rights.answered")
    return t("rights.refused", ground=t(f"rights.ground.{one.refused_for}"))


def write(ws: Workspace, case_id: UUID, people: Mapping[UUID, Subject]) -> None:
    """Write down that somebody asked."""
    t = ws.words
    draft = open_new(f"person_request:{case_id}")
    kinds: list[RequestKind] = list(RequestKind)
    with st.expander(t("rights.write"), icon=":material/add:"), st.form("person_request", border=False):
        left, middle, right = st.columns(3)
        who = left.selectbox(
            t("rights.who"), list(people), format_func=lambda one: people[one].code, key=draft.key("who")
        )
        kind = middle.selectbox(
            t("rights.kind_label"),
            kinds,
            format_func=lambda one: t(f"rights.kind.{one}"),
            key=draft.key("kind"),
        )
        with right:
            asked_on = pickers.day(t, t("rights.asked_on"), key=draft.key("asked_on"))
            ws.slot("asked_on")
        note = st.text_input(t("rights.note"), key=draft.key("note"))
        ws.slot("note")
        is_identified = st.checkbox(t("rights.identified"), key=draft.key("identified"))
        seen = held.send_choice(
            t("rights.save"), draft.key("who"), slot=draft.key("sent"), type="primary", disabled=who is None
        )
    if who is None or not held.still(ws, seen, who):
        return
    made = ws.make(
        person_requests.record, who, kind=kind, asked_on=asked_on, note=note, is_identified=is_identified
    )
    if made is not None:
        draft.close()
        st.toast(t("rights.saved", day=t.day(made.due_on)))
        st.rerun()


def show(ws: Workspace, request: PersonRequest, people: Mapping[UUID, Subject]) -> None:
    """One request, and what can be done about it."""
    t = ws.words
    subject = people.get(request.subject_id)
    who, kind = subject.code if subject else t("rights.gone"), t(f"rights.kind.{request.kind}")
    with st.container(border=True, key=f"card_request_{request.id}"):
        if request.answered_on is not None:
            st.markdown(
                t("rights.done", who=who, kind=kind, how=_how(ws, request), day=t.day(request.answered_on))
            )
            _words(ws, request)
            return
        late = f" :red-badge[{t('rights.late')}]" if request.is_late else ""
        row = t("rights.row", who=who, kind=kind, asked=t.day(request.asked_on), due=t.day(request.due_on))
        st.markdown(f"{row}{late}")
        _words(ws, request)
        if not request.is_identified:
            st.caption(t("rights.not_identified"))
        if subject is not None and request.kind is RequestKind.ACCESS:
            st.page_link(
                page_file("copy"),
                label=t("rights.to_copy"),
                icon=":material/content_copy:",
                query_params={"request": str(request.id)},
                width="content",
            )
        if ws.may(Permission.RECORD_REQUEST):
            _acts(ws, request)


def _words(ws: Workspace, request: PersonRequest) -> None:
    """What was asked, why it takes longer, and what was answered: each beside the others."""
    said = {"asked": request.note, "longer": request.extended_reason, "told": request.answer}
    for name, text in said.items():
        if text:
            st.caption(ws.words(f"rights.{name}", text=plain(text)))


def _acts(ws: Workspace, request: PersonRequest) -> None:
    t = ws.words
    draft, done = open_draft(request), False
    with st.container(horizontal=True):
        if not request.is_identified and st.button(t("rights.identify"), key=draft.key("identify")):
            done = ws.do(person_requests.identify, request.id, version=draft.version)
        if not request.extended_reason:
            with st.popover(t("rights.extend"), icon=":material/more_time:"):
                done |= _more_time(ws, request, draft)
        with st.popover(t("rights.answer"), icon=":material/check:"):
            done |= _answer(ws, request, draft)
    if done:
        draft.close()
        st.rerun()
    overtaken.show(ws, request, draft)


def _more_time(ws: Workspace, request: PersonRequest, draft: Draft) -> bool:
    t = ws.words
    st.caption(t("rights.extend_help"))
    why = st.text_input(t("rights.extend_reason"), key=draft.key("why"))
    ws.slot("reason")
    if not st.button(t("rights.extend_save"), key=draft.key("extend")):
        return False
    return ws.do(person_requests.extend, request.id, reason=why, version=draft.version)


def _answer(ws: Workspace, request: PersonRequest, draft: Draft) -> bool:
    t = ws.words
    ground = st.selectbox(
        t("rights.refuse_for"),
        [None, *RefusalGround],
        format_func=lambda one: t(f"rights.ground.{one}") if one else t("rights.not_refused"),
        key=draft.key("ground"),
    )
    how = st.text_input(t("rights.answer_how"), key=draft.key("how"))
    ws.slot("note")
    if not st.button(t("rights.answer_save"), type="primary", key=draft.key("answer")):
        return False
    return ws.do(person_requests.answer, request.id, note=how, refused_for=ground, version=draft.version)
