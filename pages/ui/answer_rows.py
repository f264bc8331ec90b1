"""The questions of one time: each answered by mouse or keyboard, kept as it is given.

A question with options or a number is a fragment: answering runs its row alone, unless other questions hang on it. Where
a colleague has answered the same question meanwhile, both answers stand side by side and a person decides.
"""

from dataclasses import dataclass, replace
from uuid import UUID

import streamlit as st

from core.content.questionnaires import Kind, Question, load_domains
from core.operations import responses
from core.operations.responses import Sheet
from pages.ui.kept import Kept
from pages.ui.plain import in_label, plain
from pages.ui.workspace import Workspace


@dataclass(frozen=True)
class Held:
    """What a row was opened with: the answer, its version, and how often another's took its place."""

    value: str = ""
    version: int = 0
    turn: int = 0


def show(ws: Workspace, sheet: Sheet) -> None:
    """What is asked at this time, area by area."""
    gates = {one.show_if.question for one in sheet.questionnaire.questions if one.show_if}
    asked = sheet.asked
    for domain in load_domains(language=ws.words.language).domains:
        those = [one for one in asked if one.domain == domain.id]
        if not those:
            continue
        st.subheader(plain(domain.title))
        for one in those:
            _hold(sheet, one)
            if one.kind is Kind.TEXT:
                _text(ws, sheet, one)
            else:
                _row(ws, sheet, one, is_gate=one.id in gates)


def slot_of(response_id: UUID, question: str) -> str:
    return f"answers:{response_id}:{question}"


def _key(sheet: Sheet, one: Question) -> str:
    held: Held = st.session_state[slot_of(sheet.response.id, one.id)]
    return f"{slot_of(sheet.response.id, one.id)}:{held.turn}:value"


def _hold(sheet: Sheet, one: Question) -> None:
    """Hold what stands there now. What somebody has given here and not sent stays, with the other's beside it."""
    slot = slot_of(sheet.response.id, one.id)
    row = sheet.rows.get(one.id)
    value, version = (row.value, row.version) if row else ("", 0)
    held: Held = st.session_state.get(slot, Held())
    if slot in st.session_state and held.version == version:
        return
    mine = st.session_state.get(f"{slot}:{held.turn}:value")
    if slot in st.session_state and mine is not None and _typed(mine) != held.value:
        return
    st.session_state[slot] = Held(value, version, held.turn + 1)


def _typed(value: object) -> str:
    return "" if value is None else str(value).strip()


@st.fragment
def _row(ws: Workspace, sheet: Sheet, one: Question, *, is_gate: bool) -> None:
    """A question with options, or for a number."""
    ws.is_checked = False  # each run of the row asks again whether the session lasts
    slot = slot_of(sheet.response.id, one.id)
    held: Held = st.session_state[slot]
    label, key = in_label(one.title), _key(sheet, one)
    with st.container(key=f"answer_row_{slot.replace(':', '_')}", gap=None):
        given: object
        if one.kind is Kind.NUMBER:
            given = st.number_input(
                label,
                value=int(held.value) if held.value.isdigit() else None,
                min_value=0,
                max_value=one.most,
                step=1,
                width=420,
                help=one.help or None,
                key=key,
            )
        else:
            titles = {option.id: option.title for option in sheet.questionnaire.options(one)}
            options = list(titles)
            given = st.radio(
                label,
                options,
                index=options.index(held.value) if held.value in options else None,
                format_func=titles.__getitem__,
                horizontal=True,
                help=one.help or None,
                key=key,
            )
        ws.slot(one.id)
        if _typed(given) == held.value or (given is None and not held.value):
            return
        saved = _save(ws, sheet, one, _typed(given), held)
    if saved and is_gate:
        st.rerun(scope="app")


def _text(ws: Workspace, sheet: Sheet, one: Question) -> None:
    """A question for a text: kept while it is typed, an answer when it is sent."""
    t, slot = ws.words, slot_of(sheet.response.id, one.id)
    held: Held = st.session_state[slot]
    form = Kept(ws, slot, sheet.case.id)
    with st.form(f"answer_{slot}_{held.turn}", border=False):
        given = form.area(
            "value",
            in_label(one.title),
            value=held.value,
            height=110,
            help=one.help or None,
            key=_key(sheet, one),
        )
        ws.slot(one.id)
        save = st.form_submit_button(t("answers.text_save"), key=f"{slot}:save")
    if (save or _is_overtaken(sheet, one)) and given.strip() != held.value:
        if save and _save(ws, sheet, one, given.strip(), held):
            form.close()
            st.toast(t("answers.text_saved"))
        elif not save:
            _theirs(ws, sheet, one)


def _is_overtaken(sheet: Sheet, one: Question) -> bool:
    held: Held = st.session_state[slot_of(sheet.response.id, one.id)]
    row = sheet.rows.get(one.id)
    return (row.version if row else 0) != held.version


def _save(ws: Workspace, sheet: Sheet, one: Question, given: str, held: Held) -> bool:
    saved = ws.make(responses.answer, sheet.response.id, question=one.id, value=given, version=held.version)
    if saved is None:
        _theirs(ws, sheet, one)
        return False
    slot = slot_of(sheet.response.id, one.id)
    st.session_state[slot] = replace(held, value=saved.value, version=saved.version)
    return True


def _theirs(ws: Workspace, sheet: Sheet, one: Question) -> None:
    """What a colleague wrote meanwhile stands beside what was given here: nothing is lost, one of the two goes on."""
    t, slot = ws.words, slot_of(sheet.response.id, one.id)
    held: Held = st.session_state[slot]
    now = ws.read(responses.answer_of, sheet.response.id, one.id)
    if now is None or now.version == held.version:
        return
    person = ws.read(responses.answered_by, now.id)
    value = sheet.questionnaire.said(one, now.value) or t("answers.theirs_empty")
    with st.container(border=True, key=f"card_theirs_{slot.replace(':', '_')}"):
        st.markdown(t("answers.theirs", person=plain(person), value=plain(value)))
        theirs = Held(now.value, now.version, held.turn + 1)
        with st.container(horizontal=True):
            st.button(
                t("answers.take_theirs"),
                key=f"{slot}:theirs",
                on_click=st.session_state.__setitem__,
                args=(slot, theirs),
            )
            # Knowing theirs, what is given here is kept after it.
            st.button(
                t("answers.keep_mine"),
                key=f"{slot}:mine",
                on_click=st.session_state.__setitem__,
                args=(slot, replace(theirs, turn=held.turn)),
            )
