"""A form on texts that others may change meanwhile: theirs stand beside what is typed, never over it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import streamlit as st

from pages.ui import plain as typed
from pages.ui.draft import Draft, open_new
from pages.ui.kept import Kept, settle
from pages.ui.typed import same
from pages.ui.workspace import Workspace

V = TypeVar("V")


@dataclass(frozen=True)
class Opened(Generic[V]):
    """What a form was opened with, and what is kept now, by field."""

    draft: Draft
    seen: Mapping[str, V]
    now: Mapping[str, V]

    def key(self, field: str) -> str:
        """The key of a field, filled with what the form was opened with."""
        key = self.draft.key(field)
        st.session_state.setdefault(key, self.seen[field])
        return key

    def show_theirs(self, ws: Workspace, field: str, say: Callable[[V], str]) -> None:
        """Under a field: the place for its error, and what somebody else has saved there meanwhile."""
        ws.slot(field)
        if self.now[field] != self.seen[field]:
            st.caption(ws.words("phase_1.theirs"))
            with st.container(border=True):
                typed.show(say(self.now[field]) or ws.words("phase_1.emptied"))

    def show_ways(self, ws: Workspace, kept: Kept | None = None) -> None:
        """Under the form: go on with one's own text, or take what is there.

        Both decide about what both changed. What only one of them changed is lost by neither.
        """
        if self.seen == self.now:
            return
        with st.container(horizontal=True):
            st.button(ws.words("phase_1.keep_mine"), on_click=self._keep, key=f"keep:{self.draft.slot}")
            st.button(
                ws.words("phase_1.take_theirs"),
                on_click=self._take,
                args=(kept,),
                key=f"take:{self.draft.slot}",
            )

    def close(self) -> None:
        """Forget what was typed; the next run opens what is kept."""
        self.draft.close()

    def _take(self, kept: Kept | None) -> None:
        take_theirs(self.draft.key, self.seen, self.now, kept)
        go_on_from(self.draft, self.now)

    def _keep(self) -> None:
        keep_mine(self.draft.key, self.seen, self.now)
        go_on_from(self.draft, self.now)


def keep_mine(key: Callable[[str], str], seen: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    """Go on with what was typed here, knowing theirs; a field that nobody touched here says what they wrote into it."""
    for field, value in now.items():
        at = key(field)
        if at in st.session_state and same(st.session_state[at], seen[field]):
            settle(at, value)


def take_theirs(
    key: Callable[[str], str], seen: Mapping[str, Any], now: Mapping[str, Any], kept: Kept | None
) -> None:
    """Replace what somebody else changed, and let go what was kept of that; what was typed elsewhere stays."""
    changed = [field for field, value in now.items() if value != seen[field]]
    if kept is not None:
        kept.close(only=changed)
    for field in changed:
        if (at := key(field)) in st.session_state:
            settle(at, now[field])


def open_form(what: str, now: Mapping[str, V]) -> Opened[V]:
    """Open a form on what is kept now, or go on with the one that is open.

    Its fields stand in no Streamlit form: what is typed is known at once, and the page can `keep` it.
    """
    draft = open_new(what)
    return Opened(draft, seen_by(draft, now), now)


def seen_by(draft: Draft, now: Mapping[str, V]) -> dict[str, V]:
    """What the form was opened with: what is there now, unless a field of it is still before somebody.

    Who comes back to a form that was left has nothing typed there that is not kept, and is told of no conflict with
    what they have read, or written themselves elsewhere, since.
    """
    slot = _seen(draft)
    if draft.is_left:
        st.session_state.pop(slot, None)
    found: dict[str, V] = st.session_state.setdefault(slot, dict(now))
    return found


def go_on_from(draft: Draft, now: Mapping[str, V]) -> None:
    """From here on the form stands on this."""
    st.session_state[_seen(draft)] = dict(now)


def _seen(draft: Draft) -> str:
    return f"seen:{draft.slot}:{draft.version}"
