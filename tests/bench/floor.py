"""The floor of a page: the very calls of Streamlit that it made, repeated with the values they had.

What a page costs above its floor is what we do ourselves: statements, words, reckoning.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

#: What draws something; everything else of `st` is left alone.
NAMES = [
    name
    for name in dir(DeltaGenerator)
    if not name.startswith("_") and callable(getattr(DeltaGenerator, name)) and name != "dg"
] + ["navigation", "set_page_config"]


class Recorder:
    """Remembers the calls of one run in their order, with what each returned."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, Any, str, tuple[Any, ...], dict[str, Any], Any]] = []
        self.depth = 0

    def wrap(self, owner: Any, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def recorded(*args: Any, **kwargs: Any) -> Any:
            self.depth += 1
            try:
                result = function(*args, **kwargs)
            finally:
                self.depth -= 1
            if self.depth == 0:
                self.calls.append(("call", owner if owner is st else args[0], name, args, kwargs, result))
            return result

        return recorded

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Record every drawing call while the block runs."""
        kept: list[tuple[Any, str, Any]] = []
        for name in NAMES:
            for owner in (st, DeltaGenerator):
                if hasattr(owner, name):
                    kept.append((owner, name, getattr(owner, name)))
                    setattr(owner, name, self.wrap(owner, name, getattr(owner, name)))
        enter, leave = DeltaGenerator.__enter__, DeltaGenerator.__exit__
        kept += [(DeltaGenerator, "__enter__", enter), (DeltaGenerator, "__exit__", leave)]

        def entered(dg: DeltaGenerator) -> Any:
            if self.depth == 0:
                self.calls.append(("enter", dg, "", (), {}, None))
            return enter(dg)

        def left(dg: DeltaGenerator, *error: Any) -> Any:
            if self.depth == 0:
                self.calls.append(("leave", dg, "", (), {}, None))
            return leave(dg, *error)

        DeltaGenerator.__enter__ = entered  # type: ignore[method-assign]
        DeltaGenerator.__exit__ = left  # type: ignore[method-assign]
        try:
            yield
        finally:
            for owner, name, original in kept:
                setattr(owner, name, original)

    def replay(self) -> None:
        """Make the same calls again, in place of a page."""
        made: dict[int, Any] = {}
        open_blocks: list[Any] = []
        for kind, owner, name, args, kwargs, result in self.calls:
            if kind == "enter":
                block = made.get(id(owner), owner)
                block.__enter__()
                open_blocks.append(block)
            elif kind == "leave":
                open_blocks.pop().__exit__(None, None, None)
            else:
                again = self._again(made, owner, name, args, kwargs)
                self._remember(made, result, again)

    @staticmethod
    def _again(
        made: dict[int, Any], owner: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        if owner is st:
            return getattr(st, name)(*args, **kwargs)
        return getattr(made.get(id(owner), owner), name)(*args[1:], **kwargs)

    @staticmethod
    def _remember(made: dict[int, Any], result: Any, again: Any) -> None:
        if isinstance(result, DeltaGenerator):
            made[id(result)] = again
        elif isinstance(result, list | tuple):
            made.update({id(old): new for old, new in zip(result, again, strict=False)})
