"""A form that outlives its record: the version that was opened, and widget keys that last as long."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

import streamlit as st


class Versioned(Protocol):
    @property
    def id(self) -> UUID: ...
    @property
    def version(self) -> int: ...


@dataclass(frozen=True)
class Draft:
    """Remembers what was opened, not what is now there."""

    slot: str
    version: int

    def key(self, field: str) -> str:
        st.session_state[_fields(self.slot)] = self.version
        return f"{self.slot}:{self.version}:{field}"

    @property
    def is_left(self) -> bool:
        """Is no field of it before anybody? Streamlit drops what one holds after the first whole run without it."""
        begin = self.key("")
        return not any(str(key).startswith(begin) for key in st.session_state)

    def close(self) -> None:
        """Forget what was opened: the next run opens what is now there."""
        st.session_state.pop(self.slot, None)


def open_draft(record: Versioned, what: str = "") -> Draft:
    """The draft of a record; `what` tells two forms on the same record apart."""
    slot = f"draft:{type(record).__name__}:{record.id}:{what}"
    return Draft(slot, _opened(slot, record.version))


def open_either(what: str, record: Versioned | None) -> Draft:
    """The draft of what there is one of, whether or not it is there yet: what a colleague writes first is newer than it."""
    slot = f"draft:either:{what}"
    return Draft(slot, _opened(slot, record.version if record else 0))


def _opened(slot: str, now: int) -> int:
    """The version that the form stands on: the one that was opened, while a field filled from it is before somebody.

    A form that was left is filled anew: it opens what is now there. A draft that never had a field remembers what was
    looked at, and is closed by hand.
    """
    opened: int = st.session_state.setdefault(slot, now)
    if opened < now and st.session_state.get(_fields(slot)) == opened and Draft(slot, opened).is_left:
        st.session_state[slot] = opened = now
    return opened


def _fields(slot: str) -> str:
    """Where it is known for which version a field was drawn."""
    return f"fields:{slot}"


def open_new(what: str) -> Draft:
    """The draft of something that does not exist yet; closing it empties the form."""
    slot = f"draft:new:{what}"
    count = st.session_state.setdefault(slot, 1)
    return NewDraft(slot, count)


class NewDraft(Draft):
    def close(self) -> None:
        st.session_state[self.slot] = self.version + 1
