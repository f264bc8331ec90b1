"""One clause of a draft, opened: its questions, whether it is agreed, its wording, and its place."""

import streamlit as st

from core.operations import agreement_drafts, agreement_texts
from core.operations.agreement_reading import Opened
from core.operations.agreements import AgreementClause, ClauseState
from pages.ui import agreement_answers, agreement_words, held
from pages.ui.agreement_answers import prefix
from pages.ui.kept import Kept
from pages.ui.plain import plain
from pages.ui.typed import Typed
from pages.ui.workspace import Workspace


def show(ws: Workspace, opened: Opened, clause: AgreementClause) -> None:
    """Show the opened clause; what is typed stays until it is saved."""
    _head(ws, opened, clause)
    if not clause.is_included:
        _left_out(ws, opened, clause)
        return
    if clause.was_agreed:
        st.info(ws.words("agreement_draft.was_agreed"), icon=":material/undo:")
    elif clause.state is ClauseState.AGREED:
        st.caption(ws.words("agreement_draft.is_agreed"))
    asks = opened.asks_of_clause(clause)
    if asks:
        agreement_answers.show(ws, opened, asks, here=clause.key)
    _judgement(ws, opened, clause)
    _wording(ws, opened, clause)
    _place(ws, opened, clause)


def parties(ws: Workspace, opened: Opened) -> None:
    """The questions of the table of parties, which every agreement needs."""
    st.header(opened.content.parties_title, anchor=False)
    st.caption(ws.words("agreement_draft.parties_help"))
    agreement_answers.parties(ws, opened)


def wording_slot(opened: Opened, clause: AgreementClause) -> str:
    return f"{prefix(opened)}wording:{clause.id}"


def extent(ws: Workspace, clause: AgreementClause | None) -> str:
    """How much of the text stands beside the form: the opened clause, or its chapter."""
    if clause is None or not clause.is_included:
        return "chapter"
    chosen = st.segmented_control(
        ws.words("agreement_draft.extent"),
        ["clause", "chapter"],
        default="clause",
        format_func=lambda one: ws.words(f"agreement_draft.extent_{one}"),
        key="extent",
        required=True,
        label_visibility="collapsed",
    )
    return chosen or "clause"


def unsaved_wording(opened: Opened, clause: AgreementClause) -> str | None:
    """The wording that is typed and not saved."""
    if wording_slot(opened, clause) not in st.session_state:
        return None
    typed = Typed(wording_slot(opened, clause), opened.markdown(clause), clause.version)
    return str(typed.value) if typed.is_changed else None


def new(ws: Workspace, opened: Opened, chapter: str) -> AgreementClause | None:
    """The form for a clause that the library does not have; the clause, when it was added."""
    t = ws.words
    st.header(t("agreement_draft.new_clause"))
    st.caption(t("agreement_draft.new_clause_help"))
    form = Kept(ws, f"own_clause:{opened.agreement.id}:{chapter}", opened.agreement.case_id)
    with st.form(f"own:{chapter}"):
        heading = form.line("heading", t("agreement_draft.heading"), key=f"own:{chapter}:heading")
        ws.slot("heading")
        typed = form.area("text", t("agreement_draft.text"), height=180, key=f"own:{chapter}:text")
        ws.slot("text")
        add = st.form_submit_button(t("agreement_draft.add_clause"), type="primary")
    if not add:
        return None
    made = ws.make(
        agreement_drafts.add_own, opened.agreement.id, chapter=chapter, heading=heading, typed=typed
    )
    if made is not None:
        form.close()
    return made


def _head(ws: Workspace, opened: Opened, clause: AgreementClause) -> None:
    t = ws.words
    st.header(plain(agreement_words.clause_name(t, opened, clause)), anchor=False)
    if agreement_texts.is_own(clause):
        st.caption(t("agreement_draft.own"))
        return
    item = opened.content.clause(clause.key)
    said = t("agreement_draft.source", source=item.source)
    if clause.adapted is not None:
        said = f"{t('agreement_draft.adapted')}  \n{said}"
    st.caption(said)
    if item.lawyer_note:
        st.markdown(t("agreement_draft.lawyer", note=item.lawyer_note))


def _left_out(ws: Workspace, opened: Opened, clause: AgreementClause) -> None:
    t = ws.words
    if clause.left_out_why:
        st.markdown(t("agreement_draft.left_out_reason", reason=plain(clause.left_out_why)))
    if not agreement_texts.is_own(clause):
        choice = opened.content.clause(clause.key).choice
        if choice is not None:
            st.info(t("agreement_draft.alternative", title=opened.content.choice(choice).title))
    with st.container(border=True):
        text = opened.clause_text(clause)
        bullets = {"bullet": "- ", "paragraph": ""}
        st.markdown("\n\n".join(bullets[block.kind] + plain(block.text) for block in text.blocks))
    label, now = t("agreement_draft.put_in"), (clause.key, clause.version)
    seen = held.button(label, now, type="primary", icon=":material/add:", key="put_in")
    if seen is not None and ws.do(
        agreement_drafts.include, opened.agreement.id, seen[0], is_included=True, version=seen[1]
    ):
        st.rerun()


def _judgement(ws: Workspace, opened: Opened, clause: AgreementClause) -> None:
    t = ws.words
    slot = f"{prefix(opened)}judgement:{clause.id}"
    state = Typed(f"{slot}:state", clause.state, clause.version)
    note = Typed(f"{slot}:note", clause.note, clause.version)
    st.segmented_control(
        t("agreement_draft.state"),
        list(ClauseState),
        format_func=lambda one: t(f"agreement_draft.clause_state.{one}"),
        key=state.key,
        required=True,
    )
    form = Kept(ws, f"clause:{clause.id}", opened.agreement.case_id)
    form.area("note", t("agreement_draft.note"), key=note.key, value=note.base, height=68)
    ws.slot("note")
    if st.button(t("agreement_draft.save_state"), key="save_state") and ws.do(
        agreement_drafts.judge,
        opened.agreement.id,
        clause.key,
        state=state.value,
        note=note.value,
        version=min(state.version, note.version),
    ):
        form.close()
        state.close()
        note.close()
        st.toast(t("agreement_draft.saved"))
        st.rerun()
    if state.is_overtaken or note.is_overtaken:
        theirs = f"**{t(f'agreement_draft.clause_state.{clause.state}')}**  \n{plain(clause.note)}"
        agreement_answers.choose_between(
            ws, [state, note], form, theirs, here=f"state:{clause.key}", version=clause.version
        )


def _wording(ws: Workspace, opened: Opened, clause: AgreementClause) -> None:
    t = ws.words
    typed = Typed(wording_slot(opened, clause), opened.markdown(clause), clause.version)
    form = Kept(ws, f"clause:{clause.id}", opened.agreement.case_id)
    with st.expander(t("agreement_draft.wording"), icon=":material/edit:", key=f"wording:{clause.key}"):
        form.area(
            "wording",
            t("agreement_draft.text"),
            key=typed.key,
            value=str(typed.base),
            height=260,
            help=t("agreement_draft.wording_help"),
        )
        ws.slot("text")
        with st.container(horizontal=True):
            save = st.button(t("agreement_draft.save_wording"), type="primary", key="save_wording")
            is_adapted = clause.adapted is not None and not agreement_texts.is_own(clause)
            back = None
            if is_adapted:
                now = (clause.key, clause.version)
                back = held.button(t("agreement_draft.restore"), now, key="restore")
            with st.popover(t("agreement_draft.names")):
                st.markdown(_names(opened))
    if save and ws.do(
        agreement_drafts.adapt,
        opened.agreement.id,
        clause.key,
        typed=typed.value,
        version=typed.version,
    ):
        form.close()
        typed.close()
        st.toast(
            t("agreement_draft.saved_open" if clause.state is ClauseState.AGREED else "agreement_draft.saved")
        )
        st.rerun()
    if back is not None and ws.do(agreement_drafts.restore, opened.agreement.id, back[0], version=back[1]):
        form.close()
        typed.close()
        st.rerun()
    if typed.is_overtaken:
        agreement_answers.choose_between(
            ws, [typed], form, plain(typed.theirs), here=f"wording:{clause.key}", version=clause.version
        )


def _place(ws: Workspace, opened: Opened, clause: AgreementClause) -> None:
    t = ws.words
    with st.container(horizontal=True, key="clause_place"):
        for is_up in (True, False):
            way = "up" if is_up else "down"
            seen = held.button(
                t(f"agreement_draft.{way}"),
                (clause.key, clause.version),
                icon=f":material/arrow_{way}ward:",
                type="tertiary",
                key=way,
            )
            if seen is not None and ws.do(
                agreement_drafts.move, opened.agreement.id, seen[0], is_up=is_up, version=seen[1]
            ):
                st.rerun()
        with st.popover(t("agreement_draft.leave_out"), icon=":material/remove:", type="tertiary"):
            _leave_out(ws, opened, clause)


def _leave_out(ws: Workspace, opened: Opened, clause: AgreementClause) -> None:
    t = ws.words
    is_essential = not agreement_texts.is_own(clause) and opened.content.clause(clause.key).is_essential
    form = Kept(ws, f"leave_out:{clause.id}", opened.agreement.case_id)
    with st.form(f"leave_out:{clause.key}", border=False):
        key = "agreement_draft.why_essential" if is_essential else "agreement_draft.why"
        reason = form.area("reason", t(key), key=f"leave_out:{clause.id}", height=80)
        ws.slot("reason")
        seen = held.send(t("agreement_draft.leave_out"), clause.version, slot=f"leave_out:{clause.id}")
    if seen is not None and ws.do(
        agreement_drafts.include,
        opened.agreement.id,
        clause.key,
        is_included=False,
        version=seen,
        reason=reason,
    ):
        form.close()
        st.rerun()


def _names(opened: Opened) -> str:
    """What can be filled in, each with the question that fills it."""
    return "\n".join(f"- `{{{{ {ask.id} }}}}` {ask.long_label}" for ask in opened.content.asks)
