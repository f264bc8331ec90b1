"""Files that people take along: Streamlit hands one to every session that knows its address, Concord to its own alone."""

import hashlib
import time
from threading import Lock
from typing import Final

from streamlit.runtime import Runtime

PATH: Final = "/media/"
#: So long does the address of a file lead to it, in seconds; the next click makes a new one.
LIFE: Final = 60
_taken: dict[tuple[str, bytes], float] = {}
_lock = Lock()


def note(identity: str, content: bytes) -> None:
    """Remember who has just taken a file."""
    now = time.monotonic()
    with _lock:
        for key in [key for key, at in _taken.items() if now - at > LIFE]:
            del _taken[key]
        _taken[identity, _digest(content)] = now


def is_own(path: str, identity: str) -> bool:
    """Does this address lead to a file that the session took within the last minute?"""
    if not Runtime.exists():
        return False
    file_id = path.removeprefix(PATH).partition(".")[0]
    file = Runtime.instance().media_file_mgr.read_file(file_id)
    if file is None:
        return False
    with _lock:
        at = _taken.get((identity, _digest(file.content)))
    return at is not None and time.monotonic() - at <= LIFE


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()
