"""What keeps a processor busy for long is done one after the other: a page beside it waits for one of them, never for all."""

from collections.abc import Callable
from functools import wraps
from threading import RLock
from typing import Final, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
#: Whoever holds it asks the database for nothing, so nobody waits for the other in a circle.
TURN: Final = RLock()


def in_turn(make: Callable[P, R]) -> Callable[P, R]:
    """Let a function that makes a file wait for its turn in this process."""

    @wraps(make)
    def made(*args: P.args, **kwargs: P.kwargs) -> R:
        with TURN:
            return make(*args, **kwargs)

    return made
