"""Who saved an entry of an agenda item last: of what they wrote themselves nobody asks them as of a stranger's text.

Remembered while the program runs, and of each text only a digest. Whose text is not known counts as another person's.
"""

from collections import OrderedDict, deque
from dataclasses import dataclass, field
from hashlib import sha256
from threading import Lock
from typing import Final
from uuid import UUID

from core.operations.item_entries import plain

#: The places of which more are not remembered: the oldest go.
_MOST: Final = 2_000
#: So many texts of one person at one place; what they type is saved every two seconds.
_MOST_TEXTS: Final = 60


@dataclass
class _Last:
    """What one person has saved at a place since somebody else did, the latest at the end."""

    person_id: UUID
    texts: deque[bytes] = field(default_factory=lambda: deque(maxlen=_MOST_TEXTS))


_last: OrderedDict[str, _Last] = OrderedDict()
_lock = Lock()


def wrote(person_id: UUID, slot: str, text: str) -> None:
    """Remember who has saved this text at this place."""
    with _lock:
        found = _last.pop(slot, None)
        _last[slot] = found if found is not None and found.person_id == person_id else _Last(person_id)
        _last[slot].texts.append(_digest(text))
        while len(_last) > _MOST:
            _last.popitem(last=False)


def is_by(person_id: UUID, slot: str, text: str) -> bool:
    """Is the text that stands at this place the one that this person saved there last?"""
    return _saved(person_id, slot)[-1:] == [_digest(text)]


def was_by(person_id: UUID, slot: str, text: str) -> bool:
    """Has this text stood at this place before, saved by this person? Then it is no newer one than what stands now."""
    return _digest(text) in _saved(person_id, slot)


def _saved(person_id: UUID, slot: str) -> list[bytes]:
    with _lock:
        found = _last.get(slot)
        return list(found.texts) if found is not None and found.person_id == person_id else []


def _digest(text: str) -> bytes:
    return sha256(plain(text).encode("utf-8", "replace")).digest()
