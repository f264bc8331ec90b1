"""Texts of forms that outlive a reload, a time-out and a new sign-in: kept while they are typed, for their author alone.

form = Kept(ws, f"note:{note.id}", case.id)                     above the form: here it says what was not sent
text = form.area("text", label, key=draft.key("text"), value=note.text)
form.close(draft)                                               after the save; or when their version is taken

kept.look(ws, slots)                                            fields outside a form, in rows that are fragments
text = kept.line(ws, slot, label, case_id=case.id, key=key, value=record.text)
kept.sent(ws, {slot: text})                                     after the save
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.operations import unsent
from core.operations.unsent import UnsentText
from pages.ui import keeper, places, stores, writing
from pages.ui.draft import Draft
from pages.ui.plain import plain
from pages.ui.typed import same
from pages.ui.workspace import Workspace

#: By the place that the browser names: the field behind it. A browser can name no other.
_PLACES: Final = "kept:places"
#: By the slot of a row that was looked at: what its author had typed there before they came in, and not sent.
_BEFORE: Final = "kept:before"
#: The places of runs before: letters may come from a field that has just left the page.
_EARLIER: Final = "kept:earlier"
_MOST_EARLIER: Final = 200
#: The places that stood on the page until now, and whether the run that drew the last of them came to its end.
_STOOD: Final = "kept:stood"
_ENDED: Final = "kept:ended"
#: By place, the text that was sent or let go last, and when: where the browser hands it over late, it says nothing new.
_SENT: Final = "kept:sent"
#: Seconds in which a text may still come of a form that was sent.
_LATE: Final = 5.0
#: By slot, what this page has handed over last, or found: what a page that was left handed over on its way is younger.
_HANDED: Final = "kept:handed"
#: Fields that somebody's choice has just filled, by their key.
_SETTLED: Final = "kept:settled"


@dataclass(frozen=True)
class _Field:
    slot: str
    case_id: UUID | None
    label: str
    key: str
    #: What the record holds.
    value: str

    @property
    def place(self) -> str:
        return f"{keeper.KEEP}{sha256(self.slot.encode()).hexdigest()[:16]}"

    @property
    def looked(self) -> str:
        """Set once the kept texts were looked at for this field; holds when the one that was found was typed."""
        return f"kept:{self.key}"


def settle(key: str, value: object) -> None:
    """Put something into a field by a person's own choice: what was kept of it before does not come back over it."""
    st.session_state[key] = value
    st.session_state[f"kept:{key}"] = None
    st.session_state.setdefault(_SETTLED, set()).add(key)


def place_of(ws: Workspace, slot: str) -> str:
    """Where a text is kept: what is typed on a shared screen takes no place of what its person has typed alone."""
    return slot if ws.shared is None else f"{slot}{unsent.SCREEN}"


def typed_before(ws: Workspace, slots: Iterable[str]) -> dict[str, UnsentText]:
    """What this person typed in these places and did not send; on a shared screen it is shown to nobody."""
    return ws.read(unsent.of_slots, slots) if ws.shared is None else {}


def prepare(ws: Workspace) -> None:
    """Keep a place from which the first form of the page is listened to: a folded part of the page would be deaf.

    After a page with forms the next one listens in any case: what was typed last may still be on its way.
    """
    state = st.session_state
    drawn: dict[str, _Field] = state.get(_PLACES, {})
    # A run that was broken off took nothing off the page.
    state[_STOOD] = set(drawn) if state.pop(_ENDED, False) else {*drawn, *state.get(_STOOD, ())}
    earlier = {**state.get(_EARLIER, {}), **drawn}
    state[_EARLIER] = dict(list(earlier.items())[-_MOST_EARLIER:])
    state[_PLACES] = {}
    ws.ear = st.container(key="keeper_of_forms")
    if drawn:
        listen(ws)


def ended() -> None:
    """The run came to its end: what it did not draw has left the page."""
    st.session_state[_ENDED] = True


def _is_new(place: str) -> bool:
    """The field comes onto the page with this run; what the server remembers of it, the browser has forgotten."""
    return place not in st.session_state[_STOOD] and place not in st.session_state[_PLACES]


def _show(ws: Workspace, one: _Field) -> None:
    """Remember the field, for what is typed in it and handed over on the page, or when the page is left."""
    st.session_state[_PLACES][one.place] = one
    places.show(ws.session, one.place, one.slot, case_id=one.case_id, value=one.value)


def listen(ws: Workspace) -> None:
    """Hear from now on what is typed into such fields; once a run, outside of every fragment."""
    if ws.ear is not None:
        with ws.ear:
            keeper.watch_forms(lambda place, text: _typed(ws, place, text))
        ws.ear = None


def _typed(ws: Workspace, place: str, text: str) -> None:
    found = st.session_state.get(_PLACES, {}).get(place) or st.session_state.get(_EARLIER, {}).get(place)
    if not isinstance(found, _Field):
        return
    sent_last: dict[str, tuple[str, float]] = st.session_state.setdefault(_SENT, {})
    sent_text, sent_at = sent_last.get(place, ("", -_LATE))
    is_late = time.monotonic() - sent_at < _LATE
    if is_late and same(text, sent_text):
        return
    stores.presence(ws.session)  # who types is there
    writing.mark()
    if not text.strip() or same(text, found.value):
        ws.keep(unsent.let_go, {found.slot: [_handed(found.slot)]})
        return
    is_kept = ws.keep(unsent.keep, found.slot, text=text, case_id=found.case_id, shown=_handed(found.slot))
    # What was typed on while the form was sent stands in no field: the next text takes not its place.
    if is_kept and not is_late:
        st.session_state[_HANDED][found.slot] = unsent.storable(text)


def _handed(slot: str) -> str:
    """What this page has shown of what is kept in a place, or handed over last."""
    handed: dict[str, str] = st.session_state.setdefault(_HANDED, {})
    before = st.session_state.get(_BEFORE, {}).get(slot)
    return handed.get(slot) or (before.text if before else "")


def look(ws: Workspace, slots: Iterable[str]) -> None:
    """Listen to the rows of this run, and find what was typed in them before and not sent: once for each row."""
    listen(ws)
    before: dict[str, UnsentText | None] = st.session_state.setdefault(_BEFORE, {})
    fresh = [slot for slot in slots if slot not in before]
    if fresh:
        # On a shared screen too, where none of it is shown: what is old is known as old, and keeps nothing newer out.
        found = ws.read(unsent.of_slots, fresh)
        before.update({slot: found.get(slot) for slot in fresh})


def line(
    ws: Workspace,
    slot: str,
    label: str,
    *,
    case_id: UUID,
    key: str,
    value: str,
    show: Callable[..., str] = st.text_input,
    **look: Any,
) -> str:
    """A field that sends itself when it is left. What is typed is kept until then, for its author alone."""
    one = _Field(slot, case_id, label, key, value)
    if _is_new(one.place):
        _say_anew(one)
    _show(ws, one)
    st.session_state.setdefault(key, value)
    with st.container(key=one.place, width=look.get("width", "stretch")):
        text = show(label, key=key, **look)
        _offer_before(ws, one, text)
    return text


def _say_anew(one: _Field) -> None:
    """A field that comes back is empty on the screen unless it is told what stands in it: who saved it would wipe that."""
    st.session_state[one.key] = st.session_state.get(one.key, one.value)


def _offer_before(ws: Workspace, one: _Field, text: str) -> None:
    """What its author had typed here, and what they do with it. It goes into the record by their click alone."""
    t, before = ws.words, st.session_state.get(_BEFORE, {}).get(one.slot)
    if before is None or ws.shared is not None or same(before.text, text):
        return
    st.caption(t("kept.before", text=plain(before.text), at=t.moment(before.kept_at)))
    with st.container(horizontal=True):
        for name, act in (("put_back", _put_back), ("let_go", _let_go_before)):
            st.button(
                t(f"kept.{name}"),
                type="tertiary",
                key=f"{name}:{one.place}",
                on_click=act,
                args=(ws, one, before.text),
            )


def _put_back(_ws: Workspace, one: _Field, text: str) -> None:
    st.session_state[one.key] = text
    st.session_state[_BEFORE][one.slot] = None


def _let_go_before(ws: Workspace, one: _Field, text: str) -> None:
    if ws.attempt(unsent.let_go, {one.slot: [text]}) is None:
        st.session_state[_BEFORE][one.slot] = None


def is_typed(ws: Workspace, slot: str, value: str) -> bool:
    """Has its author typed something there since, that was not sent, and says something else?

    What lies there of an earlier session is offered below the field, and keeps nothing newer out of it.
    """
    found = ws.read(unsent.of_slots, [slot]).get(slot)
    return found is not None and not _is_old(found) and not same(found.text, value)


def _is_old(found: UnsentText) -> bool:
    """Did it lie there before its author came in?"""
    before = st.session_state.get(_BEFORE, {}).get(found.slot)
    return before is not None and same(found.text, before.text)


def sent(ws: Workspace, texts: Mapping[str, str]) -> None:
    """They were sent, or let go, and the record holds these now: what a browser still hands over says nothing new.

    What a shared screen has hidden from its author they have neither sent nor let go: they are offered it afterwards.
    """
    lying = ws.read(unsent.of_slots, texts) if ws.shared is not None else {}
    hidden = {slot for slot, found in lying.items() if _is_old(found)}
    ws.attempt(
        unsent.let_go, {slot: [text, _handed(slot)] for slot, text in texts.items() if slot not in hidden}
    )
    drawn, before = st.session_state[_PLACES], st.session_state.setdefault(_BEFORE, {})
    for slot, text in texts.items():
        if slot not in hidden:
            before[slot] = None
        place = _Field(slot, None, "", "", "").place
        places.sent(ws.session, place, text)
        if place in drawn:
            drawn[place] = replace(drawn[place], value=text)


def forget(ws: Workspace, keys: Mapping[str, str]) -> None:
    """Their author goes back to what is saved, from wherever: by the place of a text, the key of its field."""
    _forget(ws, [_Field(place_of(ws, slot), None, "", key, "") for slot, key in keys.items()])


def _forget(ws: Workspace, fields: Iterable[_Field]) -> None:
    texts = {one: str(st.session_state.get(one.key) or "") for one in fields}
    ws.attempt(unsent.let_go, {one.slot: [text, _handed(one.slot)] for one, text in texts.items()})
    for one, text in texts.items():
        st.session_state.setdefault(_SENT, {})[one.place] = (text, time.monotonic())
        st.session_state.setdefault(_HANDED, {}).pop(one.slot, None)
        places.sent(ws.session, one.place, text)
        st.session_state.pop(one.looked, None)


@dataclass
class Kept:
    """The long texts of one form."""

    ws: Workspace
    #: <what>:<record id>
    slot: str
    #: Who leaves this case is not offered the texts any more.
    case_id: UUID | None = None
    _fields: list[_Field] = field(default_factory=list)
    _notices: DeltaGenerator = field(default_factory=st.container)

    def __post_init__(self) -> None:
        listen(self.ws)

    def area(self, name: str, label: str, *, key: str, value: str = "", called: str = "", **look: Any) -> str:
        """A field of several lines; above the form it is `called` so, where its label alone does not say which it is."""
        return self._field(st.text_area, name, called or label, key, value, {"label": label, **look})

    def line(self, name: str, label: str, *, key: str, value: str = "", called: str = "", **look: Any) -> str:
        """A field of one line."""
        return self._field(st.text_input, name, called or label, key, value, {"label": label, **look})

    def close(self, *drafts: Draft, only: Iterable[str] | None = None) -> None:
        """The form was sent, or its author decided so: nothing is kept, and the drafts open anew.

        Where they decided about some of its fields alone, `only` names these; of the others all is kept.
        """
        slots = None if only is None else {f"{self.slot}:{name}" for name in only}
        decided = [one for one in self._fields if slots is None or one.slot in slots]
        _forget(self.ws, decided)
        for draft in drafts:
            draft.close()

    def _field(  # noqa: PLR0917
        self, show: Callable[..., str], name: str, label: str, key: str, value: str, look: dict[str, Any]
    ) -> str:
        one = _Field(place_of(self.ws, f"{self.slot}:{name}"), self.case_id, label, key, value)
        self._fields.append(one)
        is_new = _is_new(one.place) and key not in st.session_state.get(_SETTLED, ())
        st.session_state.get(_SETTLED, set()).discard(key)
        _show(self.ws, one)
        if is_new or key not in st.session_state or one.looked not in st.session_state:
            self._restore(one)
        self._offer(one)
        with st.container(key=one.place):
            return show(key=key, **look)

    def _restore(self, one: _Field) -> None:
        kept = typed_before(self.ws, [one.slot]).get(one.slot)
        if kept is None or same(kept.text, one.value):
            _say_anew(one)
            st.session_state[one.looked] = None
        else:
            st.session_state[one.key], st.session_state[one.looked] = kept.text, kept.kept_at
            st.session_state.setdefault(_HANDED, {})[one.slot] = kept.text

    def _offer(self, one: _Field) -> None:
        """Say that a text stands here that was not sent, what the record holds in its place, and offer that again."""
        t, kept_at = self.ws.words, st.session_state[one.looked]
        if not isinstance(kept_at, datetime):
            return
        said = t("kept.offered", label=one.label, at=t.moment(kept_at))
        box = self._notices.container(border=True, key=f"offered_{one.place}")
        box.markdown(f"{said}\n\n{t('kept.saved', text=plain(one.value))}" if one.value else said)
        box.button(t("kept.let_go"), key=f"let_go:{one.place}", on_click=self._let_go, args=(one,))

    def _let_go(self, one: _Field) -> None:
        shown = [str(st.session_state[one.key] or ""), _handed(one.slot)]
        if self.ws.attempt(unsent.let_go, {one.slot: shown}) is None:
            st.session_state.setdefault(_SENT, {})[one.place] = (shown[0], time.monotonic())
            st.session_state[one.looked] = None
            st.session_state[one.key] = one.value
