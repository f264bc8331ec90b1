"""Change by two people in two browsers: she is asked by keyboard alone, he reads what she agreed to, and no byte beside it."""

import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.models import QuestionnaireAnswer
from core.operations import responses
from core.operations.responses import NotDone
from tests import change, five_years
from tests.browser import wire
from tests.browser.conftest import House, at_rest
from tests.browser.steps import come_in
from tests.browser.test_accessibility import found as faults
from tests.browser.test_risk import strings
from tests.browser.wire import Wire
from tests.make import Make, Pair

pytestmark = pytest.mark.browser
CANARY = "the linnet sings at noon"
#: What stands in an answer, and on no page of the programme.
HERS = (CANARY, "Very much", "knows_help", "own_words")


def laid(db: Session, make: Make) -> Pair:
    """A case in which both were asked at T0, and their people agreed that a summary is shared."""
    pair = make.pair()
    change.dated(db, pair)
    for actor in (pair.pp, pair.vss):
        change.person(db, pair, actor)
        change.asked(db, pair, actor, "T0", emotional="several", owns_it="a_little")
    db.commit()
    return pair


def test_five_years_of_change_begin_with_the_last_one_and_only_their_own_box_is_pushed_sideways(
    house: House, db: Session, make: Make
) -> None:
    pair = make.pair()
    five_years.lay(db, pair)
    db.commit()
    for width in (1280, 390):
        page = house.come_in(pair.vss, width=width, height=800)
        house.open(page, "change", case=pair.case.id)
        grid, table = page.locator(".st-key-change_chart"), page.locator(".st-key-change_table")
        expect(grid.locator("svg.marks")).to_be_visible()
        expect(page.get_by_text("she on the right")).to_be_visible(visible=width == 390)
        expect(table.get_by_role("columnheader")).to_have_count(2 + 5)
        page.get_by_role("radio", name="All").click()
        expect(table.get_by_role("columnheader")).to_have_count(2 + 22)
        at_rest(page)
        expect(grid.locator("svg.marks")).to_be_visible()
        width_of = "one => [one.scrollWidth, one.clientWidth]"
        for box in (grid, table.get_by_test_id("stMarkdownContainer")):
            inner, outer = box.evaluate(width_of)
            assert inner > outer
        inner, outer = page.get_by_test_id("stMain").evaluate(width_of)
        assert inner <= outer
        page.context.close()


class Keys:
    """A person without a mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def to(self, js: str, wanted: str) -> None:
        """Tab on until the focus says so."""
        for _ in range(60):
            self.page.keyboard.press("Tab")
            if wanted in str(self.page.evaluate(js)):
                return
        raise AssertionError(f"{wanted} cannot be reached by keyboard")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.page.wait_for_timeout(60)
            at_rest(self.page)

    def group(self, wanted: str) -> None:
        self.to(
            "() => document.activeElement.closest('[role=radiogroup]')?.getAttribute('aria-label') || ''",
            wanted,
        )

    def button(self, wanted: str) -> None:
        self.to("() => document.activeElement.innerText || ''", wanted)

    def field(self, wanted: str) -> None:
        self.to(
            "() => document.activeElement.matches('textarea') ? document.activeElement.ariaLabel : ''", wanted
        )


def test_she_is_asked_by_keyboard_and_he_reads_what_she_agreed_to(
    house: House, db: Session, make: Make
) -> None:
    pair = laid(db, make)
    hers, his = come_in(house, pair.vss), come_in(house, pair.pp)
    address = f"{house.address}/change?case={pair.case.id}"
    db.rollback()
    hers.goto(address)
    his.goto(address)
    hers.pick("In person", "How do you ask?")
    hers.click("Begin to ask")
    hers.sees("It is not the IMPACT questionnaire")

    keys = Keys(hers.page)
    hers.page.get_by_role("button", name="How and when it was asked").or_(
        hers.page.locator("summary").filter(has_text="How and when it was asked")
    ).first.focus()
    keys.group("How often did he insult")
    keys.press("Space", "ArrowRight", "ArrowRight", "ArrowRight")
    keys.group("better or worse?")
    keys.press("Space")
    keys.group("How much are you afraid")
    keys.press("Space", "ArrowRight", "ArrowRight", "ArrowRight")
    keys.field("What else do you want to say")
    hers.page.keyboard.type(CANARY)
    keys.button("Keep this answer")
    keys.press("Enter")
    hers.sees("Kept.")
    keys.button("Done: all is asked")
    keys.press("Enter")
    hers.sees_head("What changed")
    answers = {one.question: one.value for one in db.scalars(select(QuestionnaireAnswer))}
    db.rollback()
    assert (answers["violence_since"], answers["own_words"]) == ("worse", CANARY)

    # The page stays at the time that was done.
    hers.sees("T1 is done on our side.")
    hers.unfold("Share a summary of T1")
    hers.page.get_by_text("Violent behaviour: Worse", exact=True).click()
    hers.look()
    hers.sees("Both services will read")
    hers.click("Share this")
    hers.sees("Both services read this summary.")
    his.goto(address)
    his.sees("Worse")
    expect(his.page.locator("canvas, .vega-embed svg").first).to_be_visible()

    shown = "".join([*his.seen, *his.addresses])
    assert not [word for word in HERS if word in shown]
    expect(hers.page.get_by_test_id("stToast")).to_have_count(0, timeout=20_000)
    assert faults(hers.page) == []
    assert faults(his.page) == []


def test_no_byte_of_her_answers_or_of_why_she_was_not_asked_is_on_his_wire(
    house: House, db: Session, make: Make
) -> None:
    pair = laid(db, make)
    client = Wire(house.address)
    client.enter(house.ticket(pair.pp))
    pages = ("change", "picture", "timeline", "case", "consent", "history", "today")

    def sent() -> dict[str, str]:
        with client.socket() as socket:
            query = f"case={pair.case.id}"
            return {page: wire.run(socket, query, page).text for page in pages}

    sent()  # that one has read a page stands in the history of the second time
    before = sent()
    found = change.asked(
        db, pair, pair.vss, "T1", is_done=False, emotional="often", fear="very", own_words=CANARY
    )
    responses.settle_not_done(db, pair.vss, pair.case.id, label="T2.1", reason=NotDone.NOT_SAFE, version=0)
    db.commit()

    for page, text in sent().items():
        assert not [word for word in HERS if word in text], page
        assert strings(text) == strings(before[page]), page
    responses.finish(db, pair.vss, found.id)
    change.shared(db, pair, pair.vss, "T1", "violence")
    db.commit()
    after = sent()
    assert "Worse" in after["change"]
    assert not [word for text in after.values() for word in HERS if word in text]
    assert not re.search(str(found.id), "".join(after.values()))


@pytest.mark.parametrize("held", [0, 60, 200], ids=["at once", "briefly", "for a while"])
def test_done_that_is_pressed_in_the_moment_in_which_words_are_typed_says_that_they_are_not_kept_yet(
    house: House, db: Session, make: Make, held: int
) -> None:
    """By paste, by dictation, with a finger: nothing lies between the last letter and the press, held so many ms."""
    pair = laid(db, make)
    db.rollback()
    hers = come_in(house, pair.vss)
    hers.goto(f"{house.address}/change?case={pair.case.id}")
    hers.pick("In person", "How do you ask?")
    hers.click("Begin to ask")
    hers.page.get_by_role("radiogroup", name="How much are you afraid").locator("label").first.click()
    hers.look()
    field = hers.page.get_by_role("textbox", name="What else do you want to say")
    for number in range(3):
        field.fill(f"{CANARY} {number}")
        hers.page.get_by_role("button", name="Done: all is asked").click(delay=held)
        hers.sees("is not kept yet. Keep it, or empty the field")
    hers.click("Keep this answer")
    hers.sees("Kept.")
    hers.click("Done: all is asked")
    hers.sees_head("What changed")

    assert f"{CANARY} 2" in [one.value for one in db.scalars(select(QuestionnaireAnswer))]
    db.rollback()
