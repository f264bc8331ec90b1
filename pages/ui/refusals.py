"""What the door refused, said in the console: by which rule and how often, and never what was sent."""

import logging
import time
from collections import Counter
from enum import StrEnum
from threading import Lock
from typing import Final

log = logging.getLogger("concord")

#: A flood of them is one line a minute for each rule.
EVERY: Final = 60.0


class Rule(StrEnum):
    """Why the door refused."""

    FOREIGN_NAME = "another name than ours was asked for"
    FOREIGN_PAGE = "a page of another site, or none, wanted to change something"
    FOREIGN_SOCKET = "a page of another site, or none, wanted a socket"
    CLOSED = "something closed was asked for"
    NO_SESSION = "a file was asked for without a session"
    OTHERS_FILE = "a file was asked for that this session had not just taken"
    OTHERS_TAB = "a file was sent to the tab of somebody else"
    WRONG_KIND = "a file of a kind that is not taken was sent"


_said: dict[Rule, float] = {}
_since: Counter[Rule] = Counter()
_lock = Lock()


def note(rule: Rule) -> None:
    """Say it now, or with the next line of its rule."""
    now = time.monotonic()
    with _lock:
        _since[rule] += 1
        if now - _said.get(rule, -EVERY) < EVERY:
            return
        _said[rule], number = now, _since.pop(rule)
    log.warning("refused at the door, %s times: %s", number, rule)


def forget() -> None:
    """Begin anew, as at a start."""
    with _lock:
        _said.clear()
        _since.clear()
