"""What a person types outside a form: kept while they look elsewhere, and set against what others save meanwhile.

typed = Typed(f"{prefix}:note", clause.note, clause.version)
st.text_area(label, key=typed.key)       no `value`: it stands in the state already
ws.do(operation, text=typed.value, version=typed.version)
typed.close()                            after the save: the next run shows what is now kept
"""

from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

#: What nobody can type: a field that was closed opens anew with what is kept.
_CLOSED = "\0"


@dataclass(frozen=True)
class _Opened:
    base: Any
    version: int
    round: int = 0


class Typed:
    """One field: `base` is what was kept when it was opened, `value` what is typed, `theirs` what is kept now.

    Where somebody saved another thing of the same record, the field goes on with the newer version. Where they
    changed this very field, it shows theirs unless something else was typed; then `is_overtaken`.
    """

    def __init__(self, slot: str, current: Any, version: int = 0) -> None:
        self.slot, self.theirs = slot, current
        opened = st.session_state.get(slot) or _Opened(current, version)
        if opened.base == current:
            opened = replace(opened, version=version)
        elif same(st.session_state.get(f"{slot}:{opened.round}", opened.base), opened.base):
            opened = _Opened(current, version, opened.round + 1)
        st.session_state[slot] = opened
        self.base, self.version, self.key = opened.base, opened.version, f"{slot}:{opened.round}"
        st.session_state.setdefault(self.key, opened.base)

    @property
    def value(self) -> Any:
        return st.session_state[self.key]

    @property
    def is_changed(self) -> bool:
        return not same(self.value, self.base)

    @property
    def is_overtaken(self) -> bool:
        return not same(self.base, self.theirs)

    def keep_mine(self, version: int) -> None:
        """Set what is typed against what is kept now: the next save replaces it knowingly."""
        opened = st.session_state[self.slot]
        st.session_state[self.slot] = replace(opened, base=self.theirs, version=version)

    def close(self) -> None:
        """Forget what was typed; the next run shows what is kept."""
        opened = st.session_state[self.slot]
        st.session_state[self.slot] = _Opened(_CLOSED, 0, opened.round + 1)


def keep(prefix: str, *, besides: str | None = None) -> None:
    """Keep what was typed into fields that this run does not show; Streamlit would forget it.

    `besides` names those that the last run showed too: setting them would take the letters that are being typed.
    One that comes back must be set, or the browser shows it empty.
    """
    for key, value in list(st.session_state.items()):
        if not isinstance(key, str) or (besides is not None and key.startswith(besides)):
            continue
        if key.startswith(prefix):
            st.session_state[key] = value


def unsaved(prefix: str) -> list[str]:
    """The fields whose slot begins so, in which something else is typed than was kept when they were opened."""
    slots = [(key, one) for key, one in st.session_state.items() if isinstance(one, _Opened)]
    return [
        str(slot).removeprefix(prefix)
        for slot, one in slots
        if str(slot).startswith(prefix)
        and one.base != _CLOSED
        and not same(st.session_state.get(f"{slot}:{one.round}", one.base), one.base)
    ]


def same(one: Any, other: Any) -> bool:
    """Do two values say the same? Nothing and an empty text do; blanks around a text do not count."""
    return bool(_plain(one) == _plain(other))


def _plain(value: Any) -> Any:
    return (value.strip() or None) if isinstance(value, str) else value
