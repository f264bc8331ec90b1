"""The map of devices and accounts: what there is goes on it first, then each is marked; saved as it is marked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core import clock
from core.content.digital_violence import DigitalViolence, titled
from core.models.digital import DigitalMedium
from core.operations import digital_maps
from core.operations.digital_maps import Whose
from pages.ui import behind, kept, pickers, theirs
from pages.ui.draft import open_new
from pages.ui.plain import plain
from pages.ui.workspace import Workspace

#: The texts of a row.
TEXTS = ("name", "note")


@dataclass(frozen=True)
class Held:
    """What a row shows, the version that it was read with, and how often a colleague's took its place."""

    marks: frozenset[str] = frozenset()
    name: str = ""
    note: str = ""
    version: int = 0
    turn: int = 0


def show(ws: Workspace, case_id: UUID, content: DigitalViolence) -> None:
    """What there is, by whose it is, and what is gone below."""
    t = ws.words
    st.header(t("digital.map.title"))
    st.caption(t("digital.map.help"))
    media = ws.read(digital_maps.of_case, case_id)
    _put(ws, case_id, content)
    there = [one for one in media if one.gone_on is None]
    if not there:
        st.info(t("digital.map.empty"), icon=":material/devices:")
    else:
        _bar(ws, there, content)
    kept.look(ws, [_text_slot(one.id, field) for one in there for field in TEXTS])
    for whose in Whose:
        those = [one for one in there if one.whose is whose]
        if those:
            st.subheader(t(f"digital.whose_head.{whose}"))
        for one in those:
            _hold(ws, one, content)
            _row(ws, case_id, one, content)
    _gone(ws, [one for one in media if one.gone_on is not None], content)


def _bar(ws: Workspace, there: Sequence[DigitalMedium], content: DigitalViolence) -> None:
    """How far one has come, and by how many he may get in."""
    t = ws.words
    marked = sum(bool(one.marks) for one in there)
    opening = sum(bool(content.opening(one.marked)) for one in there)
    number, total = t.number(len(there)), t.number(len(there))
    said = t("digital.map.count", number=number, marked=t.number(marked))
    opens = t("digital.map.opens_count", number=t.number(opening), total=total)
    st.markdown(f":small[{said}] · :small[:red[{opens}]]" if opening else f":small[{said}]")


def _put(ws: Workspace, case_id: UUID, content: DigitalViolence) -> None:
    """As many as are known at once: whose, then which."""
    t = ws.words
    draft = open_new(f"medium:{case_id}")
    with st.container(border=True, key="card_medium"):
        whose = st.segmented_control(
            t("digital.map.whose"),
            list(Whose),
            default=Whose.HERS,
            format_func=lambda one: t(f"digital.whose_head.{one}"),
            key=draft.key("whose"),
        )
        ws.slot("whose")
        titles = {one.id: one.title for one in content.media}
        kinds = st.pills(
            t("digital.map.kinds"),
            list(titles),
            selection_mode="multi",
            wrap=True,
            format_func=lambda one: titles[one],
            key=draft.key("kinds"),
        )
        ws.slot("kinds")
        put = st.button(
            t("digital.map.put"), type="primary", icon=":material/add_location:", key=draft.key("put")
        )
    if put and ws.do(digital_maps.put, case_id, whose=whose, kinds=kinds):
        draft.close()
        st.rerun()


def _slot(medium_id: UUID) -> str:
    return f"medium:{medium_id}"


def _text_slot(medium_id: UUID, field: str) -> str:
    """Where a text of a row is kept while it is typed."""
    return f"{_slot(medium_id)}:{field}"


def _hold(ws: Workspace, one: DigitalMedium, content: DigitalViolence) -> None:
    """Hold what stands there now. What somebody has given here and not sent stays, with a colleague's beside it."""
    slot = _slot(one.id)
    held: Held = st.session_state.get(slot, Held())
    if slot not in st.session_state or (
        held.version != one.version and not _is_given(ws, one.id, held, content)
    ):
        st.session_state[slot] = _held(one, held.turn + 1)


def _held(one: DigitalMedium, turn: int) -> Held:
    return Held(one.marked, one.name, one.note, one.version, turn)


def _is_given(ws: Workspace, medium_id: UUID, held: Held, content: DigitalViolence) -> bool:
    if theirs.is_given(f"{_slot(medium_id)}:{held.turn}", _fields(held, content)):
        return True
    return any(kept.is_typed(ws, _text_slot(medium_id, field), getattr(held, field)) for field in TEXTS)


def _fields(held: Held, content: DigitalViolence) -> dict[str, object]:
    marks = {
        aspect.id: [one for option in aspect.options if (one := f"{aspect.id}.{option.id}") in held.marks]
        for aspect in content.aspects
    }
    return {**marks, "name": held.name, "note": held.note}


@st.fragment
def _row(ws: Workspace, case_id: UUID, one: DigitalMedium, content: DigitalViolence) -> None:
    """One device or account: connection, information, access, side by side."""
    ws.is_checked = False  # each run of the row asks again whether the session lasts
    t, slot = ws.words, _slot(one.id)
    held: Held = st.session_state[slot]
    key = f"{slot}:{held.turn}"
    title = titled(content.media, one.kind)
    with st.container(border=True, key=f"card_{key.replace(':', '_')}"):
        head, more = st.columns([5, 2], vertical_alignment="center")
        head.markdown(f"**{plain(title)}**" + (f" · {plain(held.name)}" if held.name else ""))
        with more:
            panel = behind.panel(t("digital.map.gone"), key=f"{key}:more", look="tertiary")
        if panel is not None:
            with panel:
                _leaves(ws, one.id, held, key)
        # What an older version of the content called otherwise stays, though it is not offered any more.
        marks = set(held.marks - content.marks.keys())
        for column, aspect in zip(st.columns(len(content.aspects)), content.aspects, strict=True):
            titles = {f"{aspect.id}.{option.id}": option.title for option in aspect.options}
            with column:
                chosen = st.pills(
                    f"**{aspect.title}** · {aspect.question}",
                    list(titles),
                    selection_mode="multi",
                    wrap=True,
                    default=[one for one in titles if one in held.marks],
                    format_func=titles.__getitem__,
                    key=f"{key}:{aspect.id}",
                )
            marks |= set(chosen)
        ways = ", ".join(option.title for option in content.opening(frozenset(marks)))
        if ways:
            st.markdown(
                f":red[:material/lock_open: {t('digital.map.opens', ways=plain(ways))}]", width="content"
            )
        name, note = (
            _text(ws, place, case_id, one.id, field, held)
            for place, field in zip(st.columns([1, 2]), TEXTS, strict=True)
        )
        ws.slot("note")
        wanted = replace(held, marks=frozenset(marks), name=name, note=note)
        if wanted != held:
            _mark(ws, case_id, one, content, held, wanted)


def _leaves(ws: Workspace, medium_id: UUID, held: Held, key: str) -> None:
    """It is in use no more, from a day on; or it came onto the map by mistake, and nothing was said of it yet."""
    t = ws.words
    gone_on = pickers.day(t, t("digital.map.gone_on"), value=clock.today(), key=f"{key}:gone_on")
    ws.slot("gone_on")
    gone = st.button(t("digital.map.gone_save"), icon=":material/phonelink_off:", key=f"{key}:gone")
    is_bare = not (held.marks or held.name or held.note)
    mistake = is_bare and st.button(t("digital.map.mistake"), icon=":material/undo:", key=f"{key}:mistake")
    if (gone and ws.do(digital_maps.take_off, medium_id, gone_on=gone_on, version=held.version)) or (
        mistake and ws.do(digital_maps.remove, medium_id, version=held.version)
    ):
        st.rerun(scope="app")


def _text(  # noqa: PLR0917
    ws: Workspace, place: DeltaGenerator, case_id: UUID, medium_id: UUID, field: str, held: Held
) -> str:
    with place:
        return kept.line(
            ws,
            _text_slot(medium_id, field),
            ws.words(f"digital.map.{field}"),
            case_id=case_id,
            key=f"{_slot(medium_id)}:{held.turn}:{field}",
            value=getattr(held, field),
            autocomplete="off",
        )


def _mark(  # noqa: PLR0917
    ws: Workspace, case_id: UUID, one: DigitalMedium, content: DigitalViolence, held: Held, wanted: Held
) -> None:
    slot = _slot(one.id)
    saved = ws.make(
        digital_maps.mark,
        one.id,
        marks=wanted.marks,
        name=wanted.name,
        note=wanted.note,
        version=wanted.version,
    )
    if saved is not None:
        st.session_state[slot] = replace(wanted, version=saved.version)
        sent = [field for field in TEXTS if getattr(wanted, field) != getattr(held, field)]
        if sent:
            kept.sent(ws, {_text_slot(one.id, field): getattr(wanted, field) for field in sent})
        return
    now = next((each for each in ws.read(digital_maps.of_case, case_id) if each.id == one.id), None)
    if now is not None and now.version != wanted.version:
        titles = [
            f"{aspect.title}: {option.title}"
            for aspect in content.aspects
            for option in aspect.options
            if f"{aspect.id}.{option.id}" in now.marked
        ]
        said = " · ".join(filter(None, (*titles, now.name, now.note))) or ws.words("theirs.nothing")
        keep = _held(now, wanted.turn)
        both = theirs.Both(
            take=_held(now, wanted.turn + 1),
            keep=keep,
            key=f"{slot}:{wanted.turn}",
            drawn=_fields(held, content),
            now=_fields(keep, content),
        )
        theirs.beside(ws, slot, said, both)


def _gone(ws: Workspace, media: Sequence[DigitalMedium], content: DigitalViolence) -> None:
    """What is not in use any more, with the way back."""
    t = ws.words
    if not media:
        return
    with st.expander(t("digital.map.gone_list", number=t.number(len(media)))):
        for one in media:
            with st.container(horizontal=True, vertical_alignment="center"):
                name = f" · {plain(one.name)}" if one.name else ""
                since = t("digital.gone_since", day=t.day(one.gone_on))
                whose = t(f"digital.whose.{one.whose}")
                st.markdown(f"{plain(titled(content.media, one.kind))}{name} · {whose} · {since}")
                back = st.button(t("digital.map.back"), key=f"back:{one.id}:{one.version}", type="tertiary")
            if back and ws.do(digital_maps.put_back, one.id, version=one.version):
                st.rerun()
