"""The questions of one time: each answered by mouse or keyboard, kept as it is given.

A question with options or a number is a fragment: answering runs its row alone, unless other questions hang on it. Where
a colleague has answered the same question meanwhile, both answers stand side by side and a person decides.
"""

from dataclasses import dataclass, replace
from uuid import UUID

import streamlit as st

from core.content.questionnaires import Kind, Question, Questionnaire, load_domains
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


@dataclass(frozen=True)
class Place:
    """Where a row stands, for the fragment that runs it: an id and content, and no record."""

    response_id: UUID
    form: Questionnaire
    question: Question

    @property
    def slot(self) -> str:
        return responses.place_of(self.response_id, self.question.id)

    @property
    def held(self) -> Held:
        found: Held = st.session_state[self.slot]
        return found

    @property
    def key(self) -> str:
        return f"{self.slot}:{self.held.turn}:value"


def show(ws: Workspace, sheet: Sheet) -> None:
    """What is asked at this time, area by area."""
    gates = {one.show_if.question for one in sheet.questionnaire.questions if one.show_if}
    asked = sheet.asked
    for domain in load_domains(language=ws.words.language).domains:
        those = [one for one in asked if one.domain == domain.id]
        if not those:
            continue
        st.header(plain(domain.title))
        for one in those:
            _hold(sheet, one)
            place = Place(sheet.response.id, sheet.questionnaire, one)
            if one.kind is Kind.TEXT:
                _text(ws, sheet, place)
            else:
                _row(ws, place, is_gate=one.id in gates)


def _hold(sheet: Sheet, one: Question) -> None:
    """Hold what stands there now. What somebody has given here and not sent stays, with the other's beside it."""
    slot = responses.place_of(sheet.response.id, one.id)
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
def _row(ws: Workspace, place: Place, *, is_gate: bool) -> None:
    """A question with options, or for a number."""
    ws.is_checked = False  # each run of the row asks again whether the session lasts
    one, held = place.question, place.held
    with st.container(key=f"answer_row_{place.slot.replace(':', '_')}", gap=None):
        given = _typed(_asked(place, held))
        ws.slot(one.id)
        if given == held.value:
            return
        saved = _save(ws, place, given)
    if saved and is_gate:
        st.rerun(scope="app")


def _asked(place: Place, held: Held) -> object:
    one = place.question
    if one.kind is Kind.NUMBER:
        return st.number_input(
            in_label(one.title),
            value=int(held.value) if held.value.isdigit() else None,
            min_value=0,
            max_value=one.most,
            step=1,
            width=460,
            help=one.help or None,
            key=place.key,
        )
    titles = {option.id: option.title for option in place.form.options(one)}
    options = list(titles)
    return st.radio(
        in_label(one.title),
        options,
        index=options.index(held.value) if held.value in options else None,
        format_func=titles.__getitem__,
        horizontal=True,
        help=one.help or None,
        key=place.key,
    )


def _text(ws: Workspace, sheet: Sheet, place: Place) -> None:
    """A question for a text: kept while it is typed, an answer when it is sent."""
    t, one, held = ws.words, place.question, place.held
    form = Kept(ws, place.slot, sheet.case.id)
    with st.form(f"answer_{place.slot}_{held.turn}", border=False):
        given = form.area(
            "value",
            in_label(one.title),
            value=held.value,
            height=110,
            help=one.help or None,
            key=place.key,
        )
        ws.slot(one.id)
        save = st.form_submit_button(t("answers.text_save"), key=f"{place.slot}:save")
    sends = bool(st.session_state.pop(f"{place.slot}:send", False))
    if given.strip() == held.value:
        return
    if not (save or sends):
        _theirs(ws, place)
    elif _save(ws, place, given.strip()):
        form.close()
        st.toast(t("answers.text_saved"))


def _save(ws: Workspace, place: Place, given: str) -> bool:
    held = place.held
    saved = ws.make(
        responses.answer,
        place.response_id,
        question=place.question.id,
        value=given,
        version=held.version,
    )
    if saved is None:
        _theirs(ws, place)
        return False
    st.session_state[place.slot] = replace(held, value=saved.value, version=saved.version)
    return True


def _theirs(ws: Workspace, place: Place) -> None:
    """What a colleague wrote meanwhile stands beside what was given here: nothing is lost, one of the two goes on."""
    t, held = ws.words, place.held
    now = ws.read(responses.answer_of, place.response_id, place.question.id)
    if now is None or now.version == held.version:
        return
    person = ws.read(responses.answered_by, now.id)
    value = place.form.said(place.question, now.value) or t("answers.theirs_empty")
    with st.container(border=True, key=f"card_theirs_{place.slot.replace(':', '_')}"):
        st.markdown(t("answers.theirs", person=plain(person), value=plain(value)))
        theirs = Held(now.value, now.version, held.turn + 1)
        with st.container(horizontal=True):
            st.button(
                t("answers.take_theirs"),
                key=f"{place.slot}:theirs",
                on_click=st.session_state.__setitem__,
                args=(place.slot, theirs),
            )
            # Knowing theirs, what is given here is kept after it.
            st.button(
                t("answers.keep_mine"),
                key=f"{place.slot}:mine",
                on_click=_keep_mine,
                args=(place.slot, replace(theirs, turn=held.turn)),
            )


def _keep_mine(slot: str, theirs: Held) -> None:
    st.session_state[slot] = theirs
    st.session_state[f"{slot}:send"] = True
