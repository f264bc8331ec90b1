"""The items of a first pass: one row an item, answered by mouse or keyboard, saved as it is answered.

Each row is a fragment: an answer runs this row alone.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from uuid import UUID

import streamlit as st

from core.content.risk_checklists import Item
from core.models.first_pass import FirstAnswer
from core.models.service import ServiceKind
from core.operations import first_passes, risk_words
from core.operations.first_passes import Given, How, Mine, Seen
from pages.ui import kept, pickers, risk_hand_in, theirs
from pages.ui.plain import in_label, plain
from pages.ui.workspace import Workspace

#: The texts of a row, with their width in px.
TEXTS = {"told_by": 260, "note": 300}


@dataclass(frozen=True)
class Place:
    """Where a row stands, for the fragment that runs it."""

    assessment_id: UUID
    case_id: UUID
    about: str

    def slot(self, item: str) -> str:
        return f"first_pass:{self.assessment_id}:{self.about}:{item}"

    def text_slot(self, item: str, field: str) -> str:
        """Where a text of the row is kept while it is typed."""
        return f"{self.slot(item)}:{field}"


@dataclass(frozen=True)
class Held:
    """What a row shows: the answer, the version that it was read with, and how often a colleague's took its place."""

    given: Given | None = None
    version: int = 0
    turn: int = 0


def show(ws: Workspace, mine: Mine, about: str) -> None:
    """The list for one person, group by group."""
    t = ws.words
    asked = mine.version.list_of(about)
    st.header(plain(asked.title))
    st.caption(plain(asked.banner))
    st.caption(t("first_pass.keys"))
    place = Place(mine.version.assessment.id, mine.version.case.id, about)
    kept.look(ws, [place.text_slot(item.id, field) for item in asked.items for field in TEXTS])
    for item in asked.items:
        _hold(ws, place, mine.answers.get((about, item.id)), item)
    with st.container(horizontal=True, vertical_alignment="center", key="first_pass_bar"):
        _progress(ws, place, [item.id for item in asked.items])
        with_details = st.toggle(t("first_pass.details"), key=f"first_pass:details:{about}")
    for group in asked.groups:
        if group is not None:
            st.subheader(t(f"risk.group.{group}"))
        for item in asked.of(group):
            _row(ws, place, item, with_details=with_details)
    st.caption(plain(asked.source))


@st.fragment(run_every="3s")
def _progress(ws: Workspace, place: Place, items: Sequence[str]) -> None:
    """How much is answered: it follows the rows, which run alone, by what they hold."""
    t, held = ws.words, [st.session_state.get(place.slot(item), Held()) for item in items]
    answered, total = t.number(sum(one.version > 0 for one in held)), t.number(len(items))
    about = plain(about_words(ws, place.about))
    st.markdown(f":small[{t('first_pass.progress', about=about, answered=answered, total=total)}]")


def about_words(ws: Workspace, about: str) -> str:
    return ws.words("risk.her") if about == first_passes.HER else ws.words("risk.child", code=about)


def _hold(ws: Workspace, place: Place, row: FirstAnswer | None, item: Item) -> None:
    """Hold what stands there now. What somebody has given here and not sent stays, with a colleague's beside it."""
    slot = place.slot(item.id)
    held: Held = st.session_state.get(slot, Held())
    version = row.version if row else 0
    if slot not in st.session_state or (held.version != version and not _is_given(ws, place, item, held)):
        st.session_state[slot] = _held(row, held.turn + 1)


def _held(row: FirstAnswer | None, turn: int) -> Held:
    given = row and Given(row.seen, row.past_on, row.how, row.told_by, row.note, row.stays)
    return Held(given or None, row.version if row else 0, turn)


def said(ws: Workspace, row: FirstAnswer) -> list[str]:
    """All that stands there: the answer, how it is known and from whom, the note, and whether it stays."""
    t = ws.words
    parts = [
        risk_words.state(t, row.seen, row.past_on),
        t(f"risk.how.{row.how}") if row.how else "",
        row.told_by,
        row.note,
        t("first_pass.stays") if row.stays else "",
    ]
    return [one for one in parts if one]


def _is_given(ws: Workspace, place: Place, item: Item, held: Held) -> bool:
    drawn = _fields(held)
    if theirs.is_given(f"{place.slot(item.id)}:{held.turn}", drawn):
        return True
    return any(kept.is_typed(ws, place.text_slot(item.id, field), str(drawn[field])) for field in TEXTS)


def _fields(held: Held) -> dict[str, object]:
    fields = asdict(held.given or Given(Seen.NOT_KNOWN))
    return fields if held.given else {**fields, "seen": None}


@st.fragment
def _row(ws: Workspace, place: Place, item: Item, *, with_details: bool) -> None:
    """One item: what it asks, the answer, and for what is there how it is known."""
    ws.is_checked = False  # each run of the row asks again whether the session lasts
    t = ws.words
    slot = place.slot(item.id)
    held: Held = st.session_state[slot]
    before = held.given
    with st.container(key=f"risk_row_{slot.replace(':', '_')}", gap=None):
        left, right = st.columns([6, 7], vertical_alignment="center")
        with left:
            st.markdown(_title(item))
        with right:
            options: Sequence[Seen] = list(Seen)
            seen = st.radio(
                in_label(item.title),
                options,
                index=options.index(before.seen) if before else None,
                format_func=lambda one: t(f"risk.seen.{one}"),
                horizontal=True,
                label_visibility="collapsed",
                key=f"{slot}:{held.turn}:seen",
            )
        if seen is None:
            return
        given = replace(before, seen=seen) if before else Given(seen)
        # What was written beside another answer goes on to be read by whoever reads this one: it stays in sight.
        if with_details or seen in {Seen.PRESENT, Seen.PAST} or given != Given(seen, given.past_on):
            given = _details(ws, place, f"{slot}:{held.turn}", item, given)
        if given.seen is Seen.PAST and given.past_on is None:
            st.caption(t("first_pass.day_missing"))
        for field in ("past_on", "told_by", "note"):
            ws.slot(field)
        if given != before:
            _save(ws, place, item, given, held)


def _title(item: Item) -> str:
    said = plain(item.title)
    if item.note:
        said += f"  \n:small[:material/info: {plain(item.note)}]"
    return f"{said}  \n:small[:gray[{plain(item.source)}]]"


def _details(ws: Workspace, place: Place, key: str, item: Item, given: Given) -> Given:
    """How it is known; what stays is the victim support service's to say."""
    t, past_on = ws.words, given.past_on
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"{key.replace(':', '_')}_details"):
        if given.seen is Seen.PAST:
            past_on = pickers.day(t, t("first_pass.past_on"), value=past_on, width=170, key=f"{key}:past_on")
        how = st.segmented_control(
            t("first_pass.how"),
            list(How),
            default=given.how,
            format_func=lambda one: t(f"risk.how.{one}"),
            key=f"{key}:how",
        )
        told_by, note = (
            kept.line(
                ws,
                place.text_slot(item.id, field),
                t(f"first_pass.{field}"),
                case_id=place.case_id,
                key=f"{key}:{field}",
                value=getattr(given, field),
                width=width,
            )
            for field, width in TEXTS.items()
        )
        stays = given.stays
        if ws.actor.kind is ServiceKind.VSS:
            stays = st.checkbox(
                t("first_pass.stays"), value=stays, key=f"{key}:stays", help=t("first_pass.stays_help")
            )
    if stays and item.is_serious and given.seen is Seen.PRESENT:
        st.warning(t("first_pass.serious_stays"), icon=":material/visibility_lock:")
    return replace(given, past_on=past_on, how=how, told_by=told_by, note=note, stays=stays)


def _save(ws: Workspace, place: Place, item: Item, given: Given, held: Held) -> None:
    saved = ws.make(
        first_passes.answer,
        place.assessment_id,
        about=place.about,
        item=item.id,
        given=given,
        version=held.version,
    )
    slot = place.slot(item.id)
    if saved is not None:
        # As it was typed: blanks at its ends are no new answer.
        st.session_state[slot] = replace(held, given=given, version=saved.version)
        before = _fields(held)
        sent = [field for field in TEXTS if getattr(given, field) != before[field]]
        if sent:
            kept.sent(ws, {place.text_slot(item.id, field): getattr(given, field) for field in sent})
        if risk_hand_in.is_looked_at(place.assessment_id):
            st.rerun()  # what they will read stands below, and the answer is a part of it
        return
    now = ws.read(first_passes.answer_of, place.assessment_id, place.about, item.id)
    if now is not None and now.version != held.version:
        theirs_now = " · ".join(said(ws, now))
        keep = _held(now, held.turn)
        both = theirs.Both(
            take=_held(now, held.turn + 1),
            keep=keep,
            key=f"{slot}:{held.turn}",
            drawn=_fields(held),
            now=_fields(keep),
        )
        theirs.beside(ws, slot, theirs_now, both)
