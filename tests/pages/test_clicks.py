"""What a tab says while a click is worked on: it waits, and a click counts once."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.types import Message
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from pages.ui import clicks
from pages.ui.clicks import Clicks

FORM, FILE = "hash-of-the-form", "hash-of-the-file"
SAVE = "$$ID-1-FormSubmitter:note-Save"


def asked(page: str, *, pressed: str = "", fragment: str = "", **fields: str) -> Message:
    said = BackMsg()
    said.rerun_script.page_script_hash = page
    said.rerun_script.fragment_id = fragment
    for name, value in fields.items():
        said.rerun_script.widget_states.widgets.add(id=name, string_value=value)
    if pressed:
        said.rerun_script.widget_states.widgets.add(id=pressed, trigger_value=True)
    return {"type": "websocket.receive", "bytes": said.SerializeToString()}


def begun(page: str, *, panel: str = "") -> Message:
    said = ForwardMsg()
    said.new_session.page_script_hash = page
    said.metadata.run.fragment_ids.extend([panel] if panel else [])
    return {"type": "websocket.send", "bytes": said.SerializeToString()}


def ended(*, panel: str = "") -> Message:
    how = ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY if panel else ForwardMsg.FINISHED_SUCCESSFULLY
    said = ForwardMsg(script_finished=how)
    said.metadata.run.fragment_ids.extend([panel] if panel else [])
    return {"type": "websocket.send", "bytes": said.SerializeToString()}


class Tab:
    """A tab and the program behind it, with what the program has been told."""

    def __init__(self) -> None:
        self.says: asyncio.Queue[Message] = asyncio.Queue()
        self.told: list[Message] = []
        self.clicks = Clicks(self.says.get, self._hear)

    async def _hear(self, _message: Message) -> None:
        pass

    async def listen(self) -> None:
        while True:
            self.told.append(await self.clicks.hear())

    async def say(self, *messages: Message) -> None:
        for message in messages:
            await self.says.put(message)
        await asyncio.sleep(0.01)

    async def answer(self, *messages: Message) -> None:
        for message in messages:
            await self.clicks.tell(message)
        await asyncio.sleep(0.01)


def walk(steps: Callable[[Tab], Awaitable[None]]) -> list[Message]:
    """What the program was told while somebody did this."""

    async def run() -> list[Message]:
        tab = Tab()
        listening = asyncio.create_task(tab.listen())
        await steps(tab)
        listening.cancel()
        return tab.told

    # A thread of its own: in this one a browser of other tests may have its loop.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, run()).result()


def before_and_after_the_end(*messages: Message) -> tuple[list[Message], list[Message]]:
    """What the program was told while it worked on the first of them, and once it had."""
    before: list[Message] = []

    async def steps(tab: Tab) -> None:
        await tab.say(*messages)
        before.extend(tab.told)
        await tab.answer(begun(FORM), ended())

    return before, walk(steps)


def test_the_same_click_made_twice_is_heard_once() -> None:
    save = asked(FORM, pressed=SAVE, text="One note")

    async def steps(tab: Tab) -> None:
        await tab.say(save, save)
        await tab.answer(begun(FORM), ended())
        await tab.say(save)

    assert walk(steps) == [save]


def test_what_is_said_during_a_click_waits_for_its_end() -> None:
    save, typed = asked(FORM, pressed=SAVE, text="One"), asked(FORM, text="Two")

    assert before_and_after_the_end(save, typed) == ([save], [save, typed])


def test_a_link_back_to_the_form_that_was_just_sent_is_followed() -> None:
    save, link, typed = asked(FORM, pressed=SAVE, text="One"), asked(FORM), asked(FORM, text="Two")

    async def steps(tab: Tab) -> None:
        await tab.say(save)
        await tab.answer(begun(FILE), ended())
        await tab.say(link, typed)

    assert walk(steps) == [save, link, typed]


def test_what_was_meant_for_a_page_that_the_click_has_left_is_dropped() -> None:
    save = asked(FORM, pressed=SAVE, text="One note")
    late = [
        asked(FORM, pressed=SAVE, text="One note"),
        asked(FORM, pressed="another button", text="One note"),
        asked(FORM, text="One note, and more"),
        asked(FORM, fragment="clock", text="One note"),
    ]

    async def steps(tab: Tab) -> None:
        await tab.say(save)
        await tab.answer(begun(FILE), ended())
        await tab.say(*late)

    assert walk(steps) == [save]


def test_another_text_sent_by_the_same_form_counts_again() -> None:
    first, second = asked(FORM, pressed=SAVE, text="One"), asked(FORM, pressed=SAVE, text="Two")

    async def steps(tab: Tab) -> None:
        await tab.say(first)
        await tab.answer(begun(FORM), ended())
        await tab.say(second)

    assert walk(steps) == [first, second]


def test_a_text_is_worked_on_to_its_end_before_the_next_is_heard() -> None:
    first, second = asked(FORM, text="Read"), asked(FORM, text="Read by both")

    assert before_and_after_the_end(first, second) == ([first], [first, second])


def test_an_answer_in_a_row_of_its_own_is_worked_on_before_the_next_row_is_heard() -> None:
    first, second = (
        asked(FORM, fragment="row 1", one="Yes"),
        asked(FORM, fragment="row 2", one="Yes", two="No"),
    )

    assert before_and_after_the_end(first, second) == ([first], [first, second])


@pytest.mark.parametrize("row", ["", "row 1"])
def test_a_panel_that_looks_by_itself_does_not_end_a_click_made_meanwhile(row: str) -> None:
    look = asked(FORM, fragment="clock", text="One")
    click = asked(FORM, pressed=SAVE, fragment=row, text="One")
    typed = asked(FORM, text="Two")

    async def steps(tab: Tab) -> None:
        await tab.say(asked(FORM, text="One"))
        await tab.answer(begun(FORM), ended())
        await tab.say(look, click, typed)
        await tab.answer(begun(FORM, panel="clock"), ended(panel="clock"))
        assert typed not in tab.told, "the click was broken off before it was worked on"
        await tab.answer(begun(FORM, panel=row), ended(panel=row))

    assert walk(steps)[1:] == [look, click, typed]


def test_a_row_that_is_gone_holds_nobody_up_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clicks, "GONE", 0.05)
    gone, typed = asked(FORM, fragment="row 1", one="Yes"), asked(FORM, text="Two")

    async def steps(tab: Tab) -> None:
        await tab.say(gone, typed)
        await asyncio.sleep(0.1)

    assert walk(steps) == [gone, typed]


def test_a_run_that_tells_nothing_new_holds_nobody_up() -> None:
    typed, look, save = (
        asked(FORM, text="One"),
        asked(FORM, text="One"),
        asked(FORM, pressed=SAVE, text="One"),
    )

    async def steps(tab: Tab) -> None:
        await tab.say(typed)
        await tab.answer(begun(FORM), ended())
        await tab.say(look, save)

    assert walk(steps) == [typed, look, save]


def test_what_a_click_has_told_already_holds_nobody_up_afterwards() -> None:
    save, look, typed = (
        asked(FORM, pressed=SAVE, text="One"),
        asked(FORM, text="One"),
        asked(FORM, text="Two"),
    )

    async def steps(tab: Tab) -> None:
        await tab.say(save)
        await tab.answer(begun(FORM), ended())
        await tab.say(look, typed)

    assert walk(steps) == [save, look, typed]
