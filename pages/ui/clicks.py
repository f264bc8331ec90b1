"""What a tab says is worked on to its end before the next that it says: it counts once, and it counts.

Streamlit breaks off a run at the next click. A run that had just saved would then never empty its form, and the second
click, which still holds the same text, would save it again; and a text whose saving is broken off before it began
would not be saved at all. So what a tab says while a click or a text is worked on waits here; the same click again is
dropped, and so is what was meant for a page that the click has left.
"""

import asyncio
import time
from collections.abc import Iterable
from contextlib import suppress

from google.protobuf.message import DecodeError
from starlette.types import Message, Receive, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

#: Seconds after which nobody waits any longer for the end of a run.
LONGEST = 20.0
#: Seconds in which a panel that is drawn by itself begins to work; one that is gone by then never does.
GONE = 3.0
#: Seconds in which a second click may still come from a page that the first has left, or changed.
LATE = 1.0
#: How Streamlit calls the buttons that send a form.
_FORM = "FormSubmitter:"


class Clicks:
    """What one tab says and hears, with one click at a time."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive, self._send = receive, send
        self._is_free = asyncio.Event()
        self._is_free.set()
        self._pressed: frozenset[str] = frozenset()
        #: The page on which the click was made, and the one that is shown now.
        self._from = self._shown = ""
        self._sent: dict[str, bytes] = {}
        #: What the tab said last of each field.
        self._said: dict[str, bytes] = {}
        self._begins = asyncio.Event()
        #: The panel in which it was said; empty on the page itself.
        self._panel = ""
        self._ended = 0.0

    async def hear(self) -> Message:
        """The next thing that the tab says and that counts."""
        while True:
            message = await self._receive()
            asked = _asked(message)
            if asked is None:
                return message
            pressed = _pressed(asked)
            if not self._is_free.is_set():
                if pressed & self._pressed:
                    continue
                await self._end()
            if self._is_left_behind(asked) or self._is_same_form(asked, pressed):
                continue
            if asked.page_name or asked.page_script_hash != self._from or self._shown != self._from:
                self._from = ""  # the tab has seen where the click has led
            is_new = self._is_new(asked)
            if pressed or is_new:
                self._begin(asked, pressed)
            return message

    async def _end(self) -> None:
        """Wait until what was said is worked on; a panel that is gone would not say so."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._begins.wait(), GONE if self._panel else LONGEST)
            await asyncio.wait_for(self._is_free.wait(), LONGEST)
        self._is_free.set()

    async def tell(self, message: Message) -> None:
        """Pass on what the page answers, and see when the run has ended."""
        if not self._is_free.is_set():
            self._look(message)
        await self._send(message)

    def _begin(self, asked: ClientState, pressed: frozenset[str]) -> None:
        self._pressed, self._from, self._shown = pressed, asked.page_script_hash, ""
        self._sent = _states(asked)
        self._panel = asked.fragment_id
        self._begins.clear()
        self._is_free.clear()

    def _look(self, message: Message) -> None:
        said = ForwardMsg()
        try:
            said.ParseFromString(message.get("bytes") or b"")
        except DecodeError:
            return
        if not self._is_its_run(said):
            return
        match said.WhichOneof("type"):
            case "new_session":
                self._begins.set()
                self._shown = said.new_session.page_script_hash
            case "script_finished":
                # A run that begins another one, or goes to another page, has not ended with this.
                if self._begins.is_set() and said.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                    self._ended = time.monotonic()
                    self._is_free.set()

    def _is_its_run(self, said: ForwardMsg) -> bool:
        """Is this of the run that works on what was said, and not of a panel that looks by itself meanwhile?"""
        panels = said.metadata.run.fragment_ids
        return not panels or self._panel in panels

    def _is_new(self, asked: ClientState) -> bool:
        """Does the page hear something of a field that it did not know?"""
        before, self._said = self._said, _states(asked)
        return bool(self._said.items() - before.items())

    def _is_left_behind(self, asked: ClientState) -> bool:
        """Was this meant for a page that the last click has left?

        Whoever goes back to that page by a link presses nothing there, and says nothing of its fields that is new.
        """
        has_gone = bool(self._from and self._shown) and self._shown != self._from
        is_late = time.monotonic() - self._ended < LATE
        is_there = asked.page_script_hash == self._from and not asked.page_name
        is_link = not asked.fragment_id and _states(asked).items() <= self._sent.items()
        return has_gone and is_late and is_there and not is_link

    def _is_same_form(self, asked: ClientState, pressed: frozenset[str]) -> bool:
        """Is this the form that was sent a moment ago, word for word, from a tab that has not seen the answer yet?"""
        is_late = time.monotonic() - self._ended < LATE
        is_form = pressed == self._pressed and all(_FORM in each for each in pressed)
        return bool(pressed) and is_form and is_late and self._sent == _states(asked)


def _asked(message: Message) -> ClientState | None:
    """What a tab asks to be run; None for anything else."""
    said = BackMsg()
    try:
        said.ParseFromString(message.get("bytes") or b"")
    except DecodeError:
        return None
    return said.rerun_script if said.WhichOneof("type") == "rerun_script" else None


def _states(asked: ClientState) -> dict[str, bytes]:
    """What it says of each field and button."""
    return {state.id: state.SerializeToString(deterministic=True) for state in asked.widget_states.widgets}


def _pressed(asked: ClientState) -> frozenset[str]:
    """The buttons that were pressed."""
    return frozenset(_ids(asked))


def _ids(asked: ClientState) -> Iterable[str]:
    for state in asked.widget_states.widgets:
        if state.WhichOneof("value") == "trigger_value" and state.trigger_value:
            yield state.id
