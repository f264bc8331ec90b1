"""The fields of forms that a session has seen lately: what its page hands over as it is left finds its place by them.

Streamlit's own memory of a page ends with it. Of what stands in a field only digests are remembered here.
"""

from collections import OrderedDict
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock
from typing import Any, Final
from uuid import UUID

#: The fields of a session, and the sessions, of which more are not remembered: the oldest go.
_MOST: Final = 200
_MOST_SESSIONS: Final = 300


@dataclass
class Place:
    """Where the text of a field is kept."""

    slot: str
    case_id: UUID | None
    #: What the record holds.
    value: bytes
    #: What was sent last, or let go.
    sent: bytes = b""


_seen: OrderedDict[str, OrderedDict[str, Place]] = OrderedDict()
_lock = Lock()


def show(identity: str, place: str, slot: str, *, case_id: UUID | None, value: str) -> None:
    """Remember a field that stands on a page of this session, and what the record holds of it."""
    with _lock:
        own = _seen.setdefault(identity, OrderedDict())
        _seen.move_to_end(identity)
        before = own.pop(place, None)
        own[place] = Place(slot, case_id, _digest(value), before.sent if before else b"")
        _cut(own, _MOST)
        _cut(_seen, _MOST_SESSIONS)


def sent(identity: str, place: str, text: str) -> None:
    """Remember that this was sent, or let go."""
    with _lock:
        found = _seen.get(identity, OrderedDict()).get(place)
        if found is not None:
            found.sent = _digest(text)


def find(identity: str, place: str, text: str) -> Place | None:
    """The place of a text; None where this session has seen no such field, or the text says nothing new."""
    with _lock:
        found = _seen.get(identity, OrderedDict()).get(place)
        is_new = found is not None and text.strip() and _digest(text) not in {found.value, found.sent}
        return found if is_new else None


def _cut(kept: OrderedDict[str, Any], most: int) -> None:
    while len(kept) > most:
        kept.popitem(last=False)


def _digest(text: str) -> bytes:
    return sha256(text.strip().encode("utf-8", "replace")).digest()
