"""The fields of forms that a session has seen lately: what its page hands over as it is left finds its place by them.

Streamlit's own memory of a page ends with it. Of what stands in a field only digests are remembered here.
"""

import time
from collections import OrderedDict
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock
from typing import Any, Final
from uuid import UUID

#: The fields of a session, and the sessions, of which more are not remembered: the oldest go.
_MOST: Final = 200
_MOST_SESSIONS: Final = 300
#: So long a browser may still hand over what was sent: a little longer than it tells us of what it handed over.
SENT_SECONDS: Final = 10.0


@dataclass
class Place:
    """Where the text of a field is kept."""

    slot: str
    case_id: UUID | None
    #: What the record holds.
    value: bytes
    #: What was sent last, or let go, and when.
    sent: bytes = b""
    sent_at: float = float("-inf")

    def is_sent(self, digest: bytes) -> bool:
        """Was this sent a moment ago? Typed once more later it is a new text."""
        return digest == self.sent and time.monotonic() - self.sent_at < SENT_SECONDS


_seen: OrderedDict[str, OrderedDict[str, Place]] = OrderedDict()
_lock = Lock()


def show(identity: str, place: str, slot: str, *, case_id: UUID | None, value: str) -> None:
    """Remember a field that stands on a page of this session, and what the record holds of it."""
    with _lock:
        own = _seen.setdefault(identity, OrderedDict())
        _seen.move_to_end(identity)
        before = own.pop(place, None)
        own[place] = Place(slot, case_id, _digest(value))
        if before is not None:
            own[place].sent, own[place].sent_at = before.sent, before.sent_at
        _cut(own, _MOST)
        _cut(_seen, _MOST_SESSIONS)


def sent(identity: str, place: str, text: str) -> None:
    """Remember that this was sent, or let go."""
    with _lock:
        found = _seen.get(identity, OrderedDict()).get(place)
        if found is not None:
            found.sent, found.sent_at = _digest(text), time.monotonic()


def find(identity: str, place: str, text: str) -> Place | None:
    """The place of a text; None where this session has seen no such field, or the text says nothing new."""
    with _lock:
        found = _seen.get(identity, OrderedDict()).get(place)
        if found is None or not text.strip():
            return None
        digest = _digest(text)
        return None if digest == found.value or found.is_sent(digest) else found


def was_sent(identity: str, place: str, text: str) -> bool:
    """Was this text of a place sent a moment ago?"""
    with _lock:
        found = _seen.get(identity, OrderedDict()).get(place)
        return found is not None and found.is_sent(_digest(text))


def _cut(kept: OrderedDict[str, Any], most: int) -> None:
    while len(kept) > most:
        kept.popitem(last=False)


def _digest(text: str) -> bytes:
    return sha256(text.strip().encode("utf-8", "replace")).digest()
