"""The items in the meeting: what each side said, and what both hold now. Each row is a fragment of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from uuid import UUID

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core import clock
from core.access import Permission
from core.operations import risk_assessments, risk_boards, risk_words
from core.operations.risk_boards import Board, Line, Part, Seen, Settlement
from pages.ui import behind, kept, meant, pickers, risk_follow
from pages.ui.plain import in_label, plain
from pages.ui.workspace import Workspace

#: Most items of most lists, and nothing that is still to be talked about.
_FOLDED = frozenset({Part.ABSENT, Part.NOTHING})


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
    case_id: UUID
    is_locked: bool
    pp: str
    vss: str
    #: Of the version, and of who settled what by name.
    number: int
    people: Mapping[UUID, str]


def show(ws: Workspace, board: Board, about: str) -> None:
    """The list of one person: the differences, what is serious, the rest."""
    version = board.version
    asked, found = version.list_of(about), version.assessment
    st.header(plain(asked.title))
    st.caption(plain(asked.banner))
    lines = board.of(about)
    is_locked = found.is_finished or not ws.may(Permission.ASSESS_RISK)
    if not is_locked:
        _at_once(ws, found.id, about, lines)
    parts(ws, board, about, tuple(Part))
    st.caption(plain(asked.source))


def _at_once(ws: Workspace, assessment_id: UUID, about: str, lines: Sequence[Line]) -> None:
    """What both said alike, and, by a click of its own, what neither knows: it may be serious all the same."""
    t, left = ws.words, [line for line in lines if line.is_same and line.now is None]
    wanted = (
        ("same", risk_boards.settle_same, sum(line.is_alike for line in left)),
        ("unknown", risk_boards.settle_unknown, sum(line.is_unknown for line in left)),
    )
    with st.container(horizontal=True, key=f"risk_at_once_{about}"):
        for name, settle, number in wanted:
            if not number:
                continue
            label, says = t(f"risk.{name}"), t.count(f"risk.{name}_help", number)
            icon = ":material/done_all:"
            if st.button(label, help=says, icon=icon, key=f"risk:{name}:{about}") and ws.do(
                settle, assessment_id, about=about
            ):
                st.rerun()


def parts(ws: Workspace, board: Board, about: str, wanted: Sequence[Part]) -> None:
    """The items of one person, part by part, each settled in its place."""
    version, lines = board.version, board.of(about)
    cooperation = version.case.cooperation
    is_locked = version.assessment.is_finished or not ws.may(Permission.ASSESS_RISK)
    place = Place(
        assessment_id=version.assessment.id,
        case_id=version.case.id,
        is_locked=is_locked,
        pp=cooperation.pp.name,
        vss=cooperation.vss.name,
        number=version.assessment.number,
        people=board.people,
    )
    kept.look(ws, [] if is_locked else [note_slot(place, line) for line in lines])
    for part in wanted:
        those = [line for line in lines if line.part is part]
        if not those:
            continue
        place_of_part = _part(ws, part, len(those), about)
        if place_of_part is None:
            continue
        with place_of_part:
            for line in those:
                _hold(ws, place, line)
                _row(ws, place, line)


def _part(ws: Workspace, part: Part, number: int, about: str) -> DeltaGenerator | None:
    """The place of a part under its head; None where it is folded away."""
    t, title = ws.words, ws.words(f"risk.part.{part}")
    if part not in _FOLDED:
        st.subheader(t("risk.part_count", title=title, number=t.number(number)))
        return st.container(gap=None)
    with st.container(gap="xsmall"):
        box = behind.box(title, key=f"risk:{part}:{about}", is_typed_in=True)
        (box or st).caption(t("risk.part_items", number=t.number(number)))
    return box


def _slot(place: Place, line: Line) -> str:
    return f"risk:{place.assessment_id}:{line.about}:{line.item.id}"


def note_slot(place: Place, line: Line) -> str:
    """Where the note is kept while it is typed."""
    return f"risk_note:{place.assessment_id}:{line.about}:{line.item.id}"


def _hold(ws: Workspace, place: Place, line: Line) -> None:
    """Hold what both hold now. What somebody has chosen here and not sent stays, with the other's beside it."""
    slot = _slot(place, line)
    held: Held = st.session_state.get(slot, Held())
    if slot in st.session_state and held.number == len(line.settled):
        return
    mine = st.session_state.get(f"{slot}:{held.turn}:seen")
    is_chosen = mine is not None and mine is not held.seen
    if slot in st.session_state and (is_chosen or kept.is_typed(ws, note_slot(place, line), held.note)):
        return
    now = line.now
    fresh = Held(len(line.settled), turn=held.turn + 1)
    st.session_state[slot] = (
        replace(fresh, seen=now.seen, past_on=now.past_on, note=now.note) if now else fresh
    )


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
            st.markdown(f"{plain(line.item.title)}{serious}{note}{_before(ws, place, line)}")
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
                _who(ws, place, line, held)
                return
            st.markdown(f":small[:gray[{t('risk.both_hold')}]]")
            _settle(ws, place, line, held, key)
            _who(ws, place, line, st.session_state[slot])
        for action in line.actions:
            st.markdown(f":small[:material/checklist: {plain(risk_words.action(t, action))}]")


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
        past_on = pickers.day(t, t("risk.day_label"), value=held.past_on, width=170, key=f"{key}:past_on")
        ws.slot("past_on")
        if past_on is None:
            st.caption(t("risk.day_missing"))
    if line.differs or held.note or held.seen is not None:
        note = kept.line(
            ws,
            note_slot(place, line),
            t("risk.note_label"),
            case_id=place.case_id,
            key=f"{key}:note",
            value=held.note,
        )
        ws.slot("note")
    wanted = replace(held, seen=seen, past_on=past_on if seen is Seen.PAST else None, note=note)
    if earlier := _earlier(line):
        st.caption(t("risk.earlier", states=", ".join(t(f"risk.seen.{one}") for one in earlier)))
    if line.now is not None and line.now.number > held.number:
        _theirs(ws, place, line, line.now, wanted)
    elif wanted != held and not (seen is Seen.PAST and past_on is None):
        _send(ws, place, line, wanted)


def _before(ws: Workspace, place: Place, line: Line) -> str:
    """What both held of it in the version before: what becomes otherwise now is seen where it is said."""
    if line.before is None:
        return ""
    state = risk_words.state(ws.words, line.before.seen, line.before.past_on)
    return f"  \n:small[:gray[{ws.words('risk.before', number=place.number - 1, state=state)}]]"


def _who(ws: Workspace, place: Place, line: Line, held: Held) -> None:
    """Who said it for both: a name beside each, as both services will read it."""
    said = risk_words.settled_by(ws.words, line.now, place.people)
    if held.number > len(line.settled):  # said here, since the page was drawn
        said = ws.words("risk.settled_by", person=ws.actor.name, day=ws.words.day(clock.today()))
    if said:
        st.caption(plain(said))


def _earlier(line: Line) -> list[Seen]:
    """What both held before what they hold now, where it was something else than a note that changed."""
    return [seen for seen, _ in groupby(one.seen for one in line.settled)][:-1]


def _send(ws: Workspace, place: Place, line: Line, wanted: Held) -> None:
    slot = _slot(place, line)
    is_sent = meant.do_by_itself(
        ws,
        slot,
        risk_boards.settle,
        place.assessment_id,
        about=line.about,
        item=line.item.id,
        seen=wanted.seen,
        past_on=wanted.past_on,
        note=wanted.note,
        number=wanted.number,
    )
    if is_sent:
        st.session_state[slot] = replace(wanted, number=wanted.number + 1)
        kept.sent(ws, {note_slot(place, line): wanted.note})
        risk_follow.settled_here(place.assessment_id)
        return
    board = ws.read(risk_boards.of_assessment, place.assessment_id)
    now = board.line(line.about, line.item.id).now
    if now is not None and now.number != wanted.number:
        _theirs(ws, place, line, now, wanted)


def _theirs(ws: Workspace, place: Place, line: Line, now: Settlement, mine: Held) -> None:
    """What somebody else settled meanwhile stands beside what was chosen here: nothing is lost, one of the two goes on."""
    t, slot = ws.words, _slot(place, line)
    person = ws.read(risk_assessments.settled_by, now.id)
    state = " · ".join(risk_words.settlement(t, now))
    with st.container(border=True, key=f"card_theirs_{slot.replace(':', '_')}"):
        st.markdown(t("risk.theirs", person=plain(person), state=plain(state)))
        with st.container(horizontal=True):
            theirs = Held(now.number, now.seen, now.past_on, now.note, mine.turn)
            st.button(
                t("risk.take_theirs"),
                key=f"{slot}:theirs",
                on_click=_leave,
                args=(ws, place, line, replace(theirs, turn=mine.turn + 1)),
            )
            # Knowing theirs, what is chosen here is settled after it.
            st.button(
                t("risk.keep_mine"),
                key=f"{slot}:mine",
                on_click=st.session_state.__setitem__,
                args=(slot, theirs),
            )


def _leave(ws: Workspace, place: Place, line: Line, theirs: Held) -> None:
    st.session_state[_slot(place, line)] = theirs
    kept.sent(ws, {note_slot(place, line): theirs.note})
