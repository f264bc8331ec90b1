"""A click in the middle of a save, and the same click again and again: the save is whole, and counts once."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from sqlalchemy import select

from core import chain, clock
from core.models import GlossaryTerm
from core.store import Store
from tests.browser.tab import Page, Tab, pause, tab
from tests.browser.wire import Wire
from tests.campaign.saving import halves, kept
from tests.make import Pair

#: The longest that somebody waits before they click again: about as long as a save takes.
LONGEST = 0.25


@dataclass
class Result:
    saves: int = 0
    kept: Counter[int] = field(default_factory=Counter)
    #: Saves after which the page said that something is missing, though it was saved.
    misled: int = 0
    half: int = 0
    is_intact: bool = True

    def rows(self) -> list[tuple[str, str]]:
        return [
            (
                "interrupted saves: tries; kept once, not, twice or more",
                f"{self.saves}; {self.kept[1]}, {self.kept[0]}, {sum(self.kept.values()) - self.kept[0] - self.kept[1]}",
            ),
            ("interrupted saves: half; saved and told otherwise", f"{self.half}; {self.misled}"),
            ("interrupted saves: chain of the log", "intact" if self.is_intact else "broken"),
        ]


@dataclass(frozen=True)
class Form:
    """A form: where it is, how it is filled in, and what the button says."""

    open: Callable[[Tab], Page]
    fill: Callable[[Tab, Page, str], None]
    button: str


def forms(pair: Pair) -> list[Form]:
    case, cooperation = pair.case.id, pair.case.cooperation_id
    return [
        Form(lambda one: one.open("note", case=case), _note, "Save"),
        Form(lambda one: one.open("glossary", cooperation=cooperation), _term, "Save word"),
        Form(
            lambda one: _adding(one.open("plan", case=case), one), partial(_action, pair), "Put into the plan"
        ),
    ]


def _note(one: Tab, page: Page, mark: str) -> None:
    one.set(page.widget("Text", "text_area"), mark)


def _term(one: Tab, page: Page, mark: str) -> None:
    fields = [widget for widget in page.widgets if widget.kind in {"text_input", "text_area"}]
    one.set(fields[0], mark)
    one.set(fields[1], f"What {mark} means")


def _adding(page: Page, one: Tab) -> Page:
    return one.press(next(widget for widget in page.widgets if widget.label == "Add an action"))


def _action(pair: Pair, one: Tab, page: Page, mark: str) -> None:
    for widget in page.widgets:
        if ":need" in widget.id:
            one.set(widget, "A need")
        elif ":text" in widget.id and widget.kind == "text_area":
            one.set(widget, mark)
        elif widget.kind == "date_input":
            one.set(widget, [f"{clock.today() + timedelta(days=7):%Y-%m-%d}"])
        elif ":responsible" in widget.id:
            one.set(widget, pair.pp.service_name)


def interrupt(wire: Wire, store: Store, pair: Pair, *, times: int, seed: int) -> Result:
    """Fill in a form, save it, and do something else at once."""
    chance, result = random.Random(seed), Result()  # noqa: S311  nothing secret here
    ways = (_again, _again, _elsewhere, _gone)
    for number in range(times):
        form, way, mark = forms(pair)[number % 3], ways[number % len(ways)], f"i{seed}-{number}"
        with tab(wire) as one:
            page = form.open(one)
            form.fill(one, page, mark)
            button = next(widget for widget in page.widgets if widget.label == form.button)
            one.click(button)
            pause(chance, LONGEST)
            way(one, button, chance)
            if way is not _gone:
                result.misled += one.rest(0.4).has("Please fill this in.")
        result.saves += 1
        result.kept[_times(store, mark)] += 1
    with store.reading.begin() as db:
        result.half = halves(db)
        result.is_intact = chain.verify(db, chain.key_of(db)).wrong is None
    return result


def _again(one: Tab, button: object, chance: random.Random) -> None:
    """The same button, as often as an impatient person clicks it."""
    for _ in range(chance.randrange(1, 4)):
        one.click(button)  # type: ignore[arg-type]
        pause(chance, 0.08)


def _elsewhere(one: Tab, _button: object, _chance: random.Random) -> None:
    """Another page, in the middle of it."""
    one.send(page_name="cases")


def _gone(one: Tab, _button: object, _chance: random.Random) -> None:
    """The window is closed."""
    one.socket.close()


def _times(store: Store, mark: str) -> int:
    """How often the text is there; a save that has begun is given time to end."""
    with store.reading.begin() as db:
        found = kept(db)
        return found[mark] + len(db.scalars(select(GlossaryTerm.id).where(GlossaryTerm.term == mark)).all())
