"""The items in the meeting: what each side said, and what both hold now. Each row is a fragment of its own."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

import streamlit as st

from core.access import Permission
from core.operations import risk_assessments, risk_boards, risk_words
from core.operations.risk_boards import Board, Line, Part, Seen
from pages.ui.plain import in_label, plain
from pages.ui.workspace import Workspace


@dataclass(frozen=True)
class Held:
    """What a row was opened with: how often the item was settled, and what was held then."""

    number: int = 0
    seen: Seen | None = None
    past_on: date | None = None
    note: str = ""
    turn: int = 0


@dataclass(frozen=True)
class Place:
    """Where a row stands, for the fragment that runs it."""

    assessment_id: UUID
    is_locked: bool
    pp: str
    vss: str


def show(ws: Workspace, board: Board, about: str) -> None:
    """The list of one person: the differences, what is serious, the rest."""
    t, version = ws.words, board.version
    asked, found = version.list_of(about), version.assessment
    st.header(plain(asked.title))
    st.caption(plain(asked.banner))
    lines = board.of(about)
    is_locked = found.is_finished or not ws.may(Permission.ASSESS_RISK)
    left = board.left(about)
    with st.container(horizontal=True, vertical_alignment="center", key="risk_bar"):
        said = t("risk.left", number=left) if left else t("risk.all_settled")
        st.markdown(f":small[{plain(risk_words.about(t, about))}: {said}]", width="content")
        alike = [line for line in lines if line.is_same and line.now is None]
        clicked = (
            alike
            and not is_locked
            and st.button(t("risk.same"), icon=":material/done_all:", key=f"risk:same:{about}")
        )
        if clicked and ws.do(risk_boards.settle_same, found.id, about=about):
            st.rerun()
    parts(ws, board, about, tuple(Part))
    st.caption(plain(asked.source))


def parts(ws: Workspace, board: Board, about: str, wanted: Sequence[Part]) -> None:
    """The items of one person, part by part, each settled in its place."""
    t, found, lines = ws.words, board.version.assessment, board.of(about)
    cooperation = board.version.case.cooperation
    is_locked = found.is_finished or not ws.may(Permission.ASSESS_RISK)
    place = Place(found.id, is_locked, cooperation.pp.name, cooperation.vss.name)
    for part in wanted:
        those = [line for line in lines if line.part is part]
        if not those:
            continue
        head = t("risk.part_count", title=t(f"risk.part.{part}"), number=t.number(len(those)))
        if part is not Part.NOTHING:
            st.subheader(head)
        with st.expander(head) if part is Part.NOTHING else st.container(gap=None):
            for line in those:
                _hold(place, line)
                _row(ws, place, line)


def _slot(place: Place, line: Line) -> str:
    return f"risk:{place.assessment_id}:{line.about}:{line.item.id}"


def _hold(place: Place, line: Line) -> None:
    """Hold what both hold now. What somebody has chosen here and not sent stays, with the other's beside it."""
    slot = _slot(place, line)
    held: Held = st.session_state.get(slot, Held())
    if slot in st.session_state and held.number == len(line.settled):
        return
    mine = st.session_state.get(f"{slot}:{held.turn}:seen")
    if slot in st.session_state and mine is not None and mine is not held.seen:
        return
    now = line.now
    kept = Held(len(line.settled), turn=held.turn + 1)
    st.session_state[slot] = replace(kept, seen=now.seen, past_on=now.past_on, note=now.note) if now else kept


@st.fragment
def _row(ws: Workspace, place: Place, line: Line) -> None:
    ws.is_checked = False  # each run of the row asks again whether the session lasts
    t, slot = ws.words, _slot(place, line)
    held: Held = st.session_state[slot]
    key = f"{slot}:{held.turn}"
    with st.container(key=f"risk_item_{slot.replace(':', '_')}", gap=None):
        what, pp, vss, both = st.columns([8, 5, 5, 13], vertical_alignment="top")
        with what:
            note = f"  \n:small[:material/info: {plain(line.item.note)}]" if line.item.note else ""
            serious = f"  \n:small[**{t('risk.group.serious')}**]" if line.item.is_serious else ""
            st.markdown(f"{plain(line.item.title)}{serious}{note}")
        for column, service, row in ((pp, place.pp, line.pp), (vss, place.vss, line.vss)):
            said = risk_words.answer(t, row)
            rest = "".join(f"  \n:small[{plain(one)}]" for one in said[1:])
            column.markdown(f":small[:gray[{plain(service)}]]  \n**{plain(said[0])}**{rest}")
        with both:
            if place.is_locked:
                said = risk_words.settlement(t, line.now)
                st.markdown(
                    f":small[:gray[{t('risk.both_hold')}]]  \n**{plain(said[0])}**"
                    + "".join(f"  \n:small[{plain(one)}]" for one in said[1:])
                )
                return
            st.markdown(f":small[:gray[{t('risk.both_hold')}]]")
            _settle(ws, place, line, held, key)
        for action in line.actions:
            st.markdown(f":small[:material/checklist: {plain(action.text)}]")


def _settle(ws: Workspace, place: Place, line: Line, held: Held, key: str) -> None:
    """What both hold: chosen, it is settled; a day where it is past, a note where somebody wants one."""
    t, options = ws.words, list(Seen)
    seen = st.radio(
        t("risk.settle_label", item=in_label(line.item.title)),
        options,
        index=options.index(held.seen) if held.seen else None,
        format_func=lambda one: t(f"risk.seen.{one}"),
        horizontal=True,
        label_visibility="collapsed",
        key=f"{key}:seen",
    )
    if seen is None:
        return
    past_on, note = held.past_on, held.note
    if seen is Seen.PAST:
        past_on = st.date_input(
            t("risk.day_label"), value=held.past_on, format="DD/MM/YYYY", width=170, key=f"{key}:past_on"
        )
        ws.slot("past_on")
    if line.differs or held.note or held.seen is not None:
        note = st.text_input(t("risk.note_label"), value=held.note, key=f"{key}:note")
        ws.slot("note")
    wanted = replace(held, seen=seen, past_on=past_on if seen is Seen.PAST else None, note=note)
    if len(line.settled) > 1:
        states = ", ".join(t(f"risk.seen.{one.seen}") for one in line.settled[:-1])
        st.caption(t("risk.earlier", states=states))
    if wanted == held or (seen is Seen.PAST and past_on is None):
        return
    _send(ws, place, line, wanted)


def _send(ws: Workspace, place: Place, line: Line, wanted: Held) -> None:
    slot = _slot(place, line)
    made = ws.make(
        risk_boards.settle,
        place.assessment_id,
        about=line.about,
        item=line.item.id,
        seen=wanted.seen,
        past_on=wanted.past_on,
        note=wanted.note,
        number=wanted.number,
    )
    if made is not None:
        st.session_state[slot] = replace(wanted, number=made.number)
        return
    _theirs(ws, place, line, slot)


def _theirs(ws: Workspace, place: Place, line: Line, slot: str) -> None:
    """What somebody else settled meanwhile stands beside what was chosen here: nothing is lost, one of the two goes on."""
    t = ws.words
    board = ws.read(risk_boards.of_assessment, place.assessment_id)
    now = board.line(line.about, line.item.id).now
    held: Held = st.session_state[slot]
    if now is None or now.number == held.number:
        return
    person = ws.read(risk_assessments.settled_by, now.id)
    state = " · ".join(risk_words.settlement(t, now))
    with st.container(border=True, key=f"card_theirs_{slot.replace(':', '_')}"):
        st.markdown(t("risk.theirs", person=plain(person), state=plain(state)))
        with st.container(horizontal=True):
            theirs = Held(now.number, now.seen, now.past_on, now.note, held.turn + 1)
            st.button(
                t("risk.take_theirs"),
                key=f"{slot}:theirs",
                on_click=st.session_state.__setitem__,
                args=(slot, theirs),
            )
            # Knowing theirs, what is chosen here is settled after it.
            st.button(
                t("risk.keep_mine"),
                key=f"{slot}:mine",
                on_click=st.session_state.__setitem__,
                args=(slot, replace(theirs, turn=held.turn)),
            )
