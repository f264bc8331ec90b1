"""Around the page Digital safety: its parts, what to keep in mind, and a line that is answered as one goes down a list."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import streamlit as st

from core.content.digital_violence import DigitalViolence
from core.models.first_pass import Seen
from pages.ui import kept, theirs
from pages.ui.plain import in_label, plain
from pages.ui.workspace import Workspace

PARTS = ("map", "steps", "found", "plan", "evidence")


@dataclass(frozen=True)
class Held:
    """What a line shows: the answer, the version that it was read with, and how often a colleague's took its place."""

    seen: Seen | None = None
    note: str = ""
    version: int = 0
    turn: int = 0


@dataclass(frozen=True)
class Line:
    """One line of a list: what it asks, what can be answered, and how the answer is kept."""

    case_id: UUID
    slot: str
    title: str
    options: Sequence[Seen]
    say: Callable[[Seen], str]
    #: Keeps the answer; gives back the version that it has now, None where it was refused.
    keep: Callable[[Workspace, Held], int | None]
    #: Reads what is kept now.
    now: Callable[[Workspace], Held]
    note_label: str
    help: str = ""
    #: The answers beside which there is room for a note.
    noted: frozenset[Seen] = frozenset(Seen)

    @property
    def note_slot(self) -> str:
        """Where the note is kept while it is typed."""
        return f"{self.slot}:note"


def choose(ws: Workspace, case_id: UUID) -> str:
    """The part of the page that is open."""
    return str(
        st.segmented_control(
            ws.words("digital.parts"),
            PARTS,
            default=PARTS[0],
            required=True,
            format_func=lambda part: ws.words(f"digital.part.{part}"),
            label_visibility="collapsed",
            key=f"digital:part:{case_id}",
        )
    )


def cares(ws: Workspace, content: DigitalViolence) -> None:
    """What to keep in mind while one asks."""
    with st.expander(ws.words("digital.care"), icon=":material/favorite:"):
        st.markdown("\n".join([content.approach, "", *(f"- {care.text}" for care in content.cares)]))


def look(ws: Workspace, lines: Iterable[Line]) -> None:
    """Before the lines are shown: find what was typed into their notes and not sent."""
    kept.look(ws, [line.note_slot for line in lines])


def hold(ws: Workspace, line: Line, now: Held) -> None:
    """Hold what stands there now. What somebody has given here and not sent stays, with a colleague's beside it."""
    held: Held = st.session_state.get(line.slot, Held())
    is_held = line.slot in st.session_state
    if not is_held or (held.version != now.version and not _is_given(ws, line, held)):
        st.session_state[line.slot] = replace(now, turn=held.turn + 1)


def _is_given(ws: Workspace, line: Line, held: Held) -> bool:
    given = theirs.is_given(f"{line.slot}:{held.turn}", _fields(held))
    return given or kept.is_typed(ws, line.note_slot, held.note)


def _fields(held: Held) -> dict[str, object]:
    return {"seen": held.seen, "note": held.note}


@st.fragment
def show(ws: Workspace, line: Line) -> None:
    """One line: what it asks, the answer, and a note where there is room for one."""
    ws.is_checked = False  # each run of the line asks again whether the session lasts
    held: Held = st.session_state[line.slot]
    key = f"{line.slot}:{held.turn}"
    with st.container(key=f"risk_row_{line.slot.replace(':', '_')}", gap=None):
        left, right = st.columns([6, 7], vertical_alignment="center")
        with left:
            st.markdown(plain(line.title) + (f"  \n:small[:gray[{plain(line.help)}]]" if line.help else ""))
        with right:
            seen = st.radio(
                in_label(line.title),
                line.options,
                index=line.options.index(held.seen) if held.seen else None,
                format_func=line.say,
                horizontal=True,
                label_visibility="collapsed",
                key=f"{key}:seen",
            )
        if seen is None:
            return
        ws.slot("seen")
        note = held.note
        if seen in line.noted or note:
            note = kept.line(
                ws,
                line.note_slot,
                line.note_label,
                case_id=line.case_id,
                key=f"{key}:note",
                value=note,
                show=st.text_area,
                height=68,
            )
            ws.slot("note")
        wanted = replace(held, seen=seen, note=note)
        if wanted != held:
            _keep(ws, line, held, wanted)


def _keep(ws: Workspace, line: Line, held: Held, wanted: Held) -> None:
    version = line.keep(ws, wanted)
    if version is not None:
        st.session_state[line.slot] = replace(wanted, version=version)
        if wanted.note != held.note:
            kept.sent(ws, {line.note_slot: wanted.note})
        return
    now = line.now(ws)
    if now.seen and now.version != wanted.version:
        said = " · ".join(filter(None, (line.say(now.seen), now.note)))
        both = theirs.Both(
            take=replace(now, turn=held.turn + 1),
            keep=replace(now, turn=held.turn),
            key=f"{line.slot}:{held.turn}",
            drawn=_fields(held),
            now=_fields(now),
        )
        theirs.beside(ws, line.slot, said, both)
