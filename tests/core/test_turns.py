"""Costly files are made one after the other, so that a page beside them waits for one and never for all."""

import time
from collections.abc import Callable
from threading import Event, Thread

import pytest

from core import exports, turns
from core.documents import locked
from core.exports import Sheet
from tests.core.documents.agreement_samples import full
from tests.core.documents.test_agreement import word_file

MAKERS: dict[str, Callable[[], bytes]] = {
    "word": lambda: word_file(full("case")),
    "list": lambda: exports.make(Sheet(("a",), [("b",)]), "xlsx"),
    "locked": lambda: locked.lock(b"x", extension="csv", by=locked.Lock.ZIP, with_passphrase="nine-swans"),
}


@pytest.mark.parametrize("kind", MAKERS)
def test_a_file_waits_for_its_turn(kind: str) -> None:
    is_made = Event()

    def make() -> None:
        assert MAKERS[kind]()
        is_made.set()

    with turns.TURN:
        waiting = Thread(target=make)
        waiting.start()
        was_made = is_made.wait(0.5)
    waiting.join(30)

    assert not was_made
    assert is_made.is_set()


def test_of_many_who_want_one_at_once_only_one_is_at_work_and_each_gets_its_own() -> None:
    at_work, most, made = 0, 0, []

    @turns.in_turn
    def make(number: int) -> int:
        nonlocal at_work, most
        at_work += 1
        most = max(most, at_work)
        time.sleep(0.01)
        at_work -= 1
        return number

    threads = [Thread(target=lambda number=number: made.append(make(number))) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert most == 1
    assert sorted(made) == list(range(8))


def test_one_that_fails_keeps_nobody_from_the_next() -> None:
    @turns.in_turn
    def fail() -> None:
        raise ValueError

    made: list[bytes] = []
    with pytest.raises(ValueError):
        fail()
    after = Thread(target=lambda: made.append(MAKERS["list"]()))
    after.start()
    after.join(30)

    assert made
