"""A joint risk assessment by two people in two browsers: apart, then side by side; and the whole of it by keyboard alone."""

import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.models import FirstAnswer, FirstPass, RiskAssessment, Seen, Settlement, SubjectKind
from core.operations import first_passes, risk_assessments, risk_boards
from core.operations.first_passes import HER
from core.operations.releases import Terms
from tests import risk
from tests.browser import wire
from tests.browser.conftest import House, still
from tests.browser.steps import answer, come_in, hand_in, read_back
from tests.browser.test_accessibility import found as faults
from tests.browser.wire import Wire
from tests.make import Make, Pair, consented

pytestmark = pytest.mark.browser
CANARY, KEPT = "the linnet sings at noon", "the wren has flown"
#: Somebody who knows the list: so many keystrokes a second, looking and thinking included.
KEYS_A_SECOND = 1.5
MINUTES = 4


def laid(db: Session, make: Make, *, children: tuple[str, ...] = ()) -> tuple[Pair, RiskAssessment]:
    """A case whose assessment has begun; both sides have asked their person."""
    pair = make.pair()
    for actor in (pair.pp, pair.vss):
        consented(db, actor, risk.about(db, pair, actor))
    for code in children:
        make.subject(pair.vss_file, SubjectKind.CHILD).code = code
    found = risk.begun(db, pair, children=children)
    db.commit()
    return pair, found


def test_two_services_answer_apart_and_settle_together(  # noqa: PLR0915  one journey
    house: House, db: Session, make: Make, tmp_path: Path
) -> None:
    pair, _ = laid(db, make)
    his, hers = come_in(house, pair.pp), come_in(house, pair.vss)
    for hand in (his, hers):
        hand.goto(f"{house.address}/first_pass?case={pair.case.id}")

    answer(hers, "strangle or choke", "Present")
    hers.fill("Note", CANARY)
    answer(hers, "harmed or threatened pets", "Present")
    answer(hers, "follows, watches or stalks", "Present")
    kept = hers.page.locator('[class*="st-key-risk_row_"]').filter(has_text="follows, watches")
    kept.get_by_label("Note", exact=True).fill(KEPT)
    kept.get_by_label("Note", exact=True).blur()
    kept.get_by_text("Stays in our file", exact=True).click()
    hers.look()
    hers.sees("you can raise the level alone")
    hers.pick("High", "She says")
    hers.click("Save her assessment")
    hand_in(hers)
    answer(his, "strangle or choke", "Not present")
    answer(his, "harmed or threatened pets", "Present")
    his.goto(f"{house.address}/risk?case={pair.case.id}")
    his.sees("Hand in your own first pass to open both")
    apart = "".join(his.seen)
    assert CANARY not in apart
    assert KEPT not in apart
    his.goto(f"{house.address}/first_pass?case={pair.case.id}")
    hand_in(his)
    his.goto(f"{house.address}/risk?case={pair.case.id}")
    his.click("Open both first passes")

    his.sees_head("Where the answers differ (1)")
    his.sees(CANARY)
    hers.goto(f"{house.address}/risk?case={pair.case.id}")
    hers.sees_head("Where the answers differ (1)")
    answer(his, "strangle or choke", "Present", "item")
    answer(hers, "strangle or choke", "Past", "item")
    his.click("Settle what both answered alike")
    his.click("Settle as not known what neither knows")
    his.sees("all settled")
    his.sees("All that is serious and present: He has tried to strangle or choke her")

    his.pick("Low", "Choose the level")
    his.write("Reason", "It is calm now")
    his.click("Choose this level")
    his.sees("Why not higher")
    his.write(
        "Why not higher, though a serious item is present, or one service said so, or she sees it higher",
        "He is in custody",
    )
    his.click("Choose this level")
    his.sees("Waits for the other service")
    hers.goto(f"{house.address}/risk?case={pair.case.id}")
    hers.pick("High", "Choose the level")
    hers.write("Reason", "She is afraid")
    hers.click("Choose this level")
    hers.sees("Holds: High")

    text = read_back(hers, "Word: assessment record", tmp_path)
    for said in (CANARY, "He is in custody", "She is afraid", "Not present", "No information"):
        assert said in text, said
    assert KEPT not in text + "".join(his.seen) + "".join(name for name, _ in his.files)
    his.goto(f"{house.address}/risk?case={pair.case.id}")
    his.click("Finish this version")
    his.click("Finish it for good")
    his.sees("It stays as it is")
    his.sees("Begin the next version")


def test_two_people_who_settle_the_same_item_see_each_other(house: House, db: Session, make: Make) -> None:
    pair = make.pair()
    found = risk.opened(db, pair, {"pets": Seen.NOT_PRESENT}, {"pets": Seen.PRESENT})
    db.commit()
    hers = come_in(house, pair.vss)
    with hers.page.expect_websocket() as socket:
        hers.goto(f"{house.address}/risk?case={pair.case.id}")
    place = hers.page.locator('[class*="st-key-risk_item_"]').filter(has_text="pets")
    # What the programme said stands there before there is anything to choose.
    choice = place.get_by_test_id("stRadio").get_by_text("Not present", exact=True)
    expect(choice).to_be_visible()

    # His click comes first, and her page, which has just looked, does not follow for the next three seconds.
    socket.value.wait_for_event("framesent")
    hers.look()
    risk_boards.settle(db, pair.pp, found.id, about=HER, item="pets", seen=Seen.PRESENT, number=0)
    db.commit()
    choice.click()
    hers.sees("Settled meanwhile by")
    settled = select(Settlement).where(Settlement.assessment_id == found.id).order_by(Settlement.number)
    assert len(db.scalars(settled).all()) == 1
    db.rollback()
    hers.click("Settle mine after theirs")

    hers.page.wait_for_timeout(500)
    assert [one.seen for one in db.scalars(settled)] == [Seen.PRESENT, Seen.NOT_PRESENT]


def test_the_page_is_not_taken_from_under_who_settles_or_types(house: House, db: Session, make: Make) -> None:
    pair = make.pair()
    found = risk.opened(db, pair, {"pets": Seen.NOT_PRESENT}, {"pets": Seen.PRESENT})
    db.commit()
    hers = come_in(house, pair.vss)
    hers.goto(f"{house.address}/risk?case={pair.case.id}")
    items = hers.page.locator('[class*="st-key-risk_item_"]')
    box = hers.page.get_by_test_id("stExpander").filter(
        has_text="Neither service has said that it knows anything here"
    )
    box.locator("summary").click()
    under = box.locator('[class*="st-key-risk_item_"]').first
    under.get_by_text("Not present", exact=True).click()
    hers.sees("The woman 24")
    pets = items.filter(has_text="pets")
    pets.get_by_test_id("stRadio").get_by_text("Present", exact=True).click()
    hers.sees("The woman 23")
    note = pets.get_by_label("Note of the meeting")

    note.press_sequentially("She has seen", delay=60)
    hers.page.wait_for_timeout(2500)  # what is typed has been handed over
    risk_boards.settle(db, pair.pp, found.id, about=HER, item="pets", seen=Seen.NOT_KNOWN, number=1)
    db.commit()
    hers.sees(f"Settled meanwhile by {pair.pp.name}")
    expect(note).to_have_value("She has seen")
    note.press_sequentially(" the dog", delay=60)
    note.blur()
    # Two looks later her own clicks have folded nothing.
    hers.page.wait_for_timeout(7000)
    expect(under).to_be_visible()
    hers.click("Settle mine after theirs")

    hers.page.wait_for_timeout(500)
    settled = select(Settlement).where(Settlement.assessment_id == found.id, Settlement.item == "pets")
    assert [(one.seen, one.note) for one in db.scalars(settled.order_by(Settlement.number))] == [
        (Seen.PRESENT, ""),
        (Seen.NOT_KNOWN, ""),
        (Seen.PRESENT, "She has seen the dog"),
    ]


def strings(text: str) -> set[str]:
    """The sentences in what a run sent; six letters of an id are none."""
    return {
        found for found in re.findall(r"[A-Za-z][A-Za-z ,.:()-]{5,}", text) if set(found) - set("abcdef-")
    }


def test_no_byte_of_the_other_sides_answers_is_on_the_wire_before_the_opening(
    house: House, db: Session, make: Make
) -> None:
    pair, found = laid(db, make, children=("C-07a",))
    client = Wire(house.address)
    client.enter(house.ticket(pair.pp))

    def sent() -> dict[str, str]:
        with client.socket() as socket:
            query = f"case={pair.case.id}"
            return {page: wire.run(socket, query, page).text for page in ("risk", "first_pass", "timeline")}

    before = sent()
    for item, stays in (("strangled", False), ("stalking", True), ("pets", False)):
        risk.say(db, pair.vss, found.id, item, Seen.PRESENT, note=KEPT if stays else CANARY, stays=stays)
    db.commit()
    after = sent()

    for page, text in after.items():
        assert CANARY not in text, page
        assert KEPT not in text, page
        assert strings(text) == strings(before[page]), page
    assert "not handed in yet" in after["risk"]
    terms = Terms(risk.about(db, pair, pair.vss).id, first_passes.PURPOSE)
    seen = first_passes.preview(db, pair.vss, found.id, terms=terms).digest
    first_passes.hand_in(db, pair.vss, found.id, terms=terms, seen=seen)
    db.commit()
    handed = sent()
    assert all(CANARY not in text and KEPT not in text for text in handed.values())
    risk_assessments.open_passes(db, pair.vss, found.id, version_=found.version)
    db.commit()
    opened = sent()
    assert CANARY in opened["risk"]
    assert all(KEPT not in text for text in opened.values())


FOCUS = """
() => {
    const row = document.activeElement.closest('[class*="st-key-risk_row_"]');
    return document.activeElement.type === "radio" && row ? row.className : "";
}
"""


QUESTION = """
() => document.activeElement.type === "radio"
    && !!document.activeElement.closest('[class*="st-key-first_pass-part"]')
"""


class Keys:
    """A person without a mouse, counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.count += 1

    def rest(self) -> None:
        """Until what was pressed is answered, however late a busy machine begins with it."""
        still(self.page, 60)

    def to_row(self, known: str) -> str:
        """Tab on to the next item's answer."""
        for _ in range(60):
            self.press("Tab")
            here = str(self.page.evaluate(FOCUS))
            if here and here != known:
                return here
        raise AssertionError("the next item cannot be reached by keyboard")

    def to_button(self, name: str) -> None:
        for _ in range(60):
            self.press("Tab")
            if name in str(self.page.evaluate("() => document.activeElement.innerText || ''")):
                return
        raise AssertionError(f"{name} cannot be reached by keyboard")

    def to_question(self) -> None:
        """Tab on to the question whether the child takes part."""
        for _ in range(60):
            self.press("Tab")
            if self.page.evaluate(QUESTION):
                return
        raise AssertionError("the question cannot be reached by keyboard")

    def answer(self, number: int, known: str) -> str:
        """Go to the next item and answer it: every sixth present, every other not known, else not present."""
        here = self.to_row(known)
        self.press("Space" if number % 6 == 0 else "ArrowUp" if number % 2 else "ArrowDown")
        self.rest()
        return here


def test_the_whole_first_pass_is_answered_by_keyboard_alone(house: House, db: Session, make: Make) -> None:
    pair, found = laid(db, make, children=("C-07a", "C-07b"))
    page = house.come_in(pair.pp)
    page.set_default_timeout(45_000)
    house.open(page, "first_pass", case=pair.case.id)
    expect(page.locator('[class*="st-key-risk_row_"]')).to_have_count(25)
    keys, begin = Keys(page), time.monotonic()

    here = ""
    for number in range(25):
        here = keys.answer(number, here)
    for child in ("C-07a", "C-07b"):
        keys.to_button(f"Next: Child {child}")
        keys.press("Enter")
        keys.rest()
        keys.to_question()
        keys.press("Space")
        keys.rest()
        expect(page.locator('[class*="st-key-risk_row_"]')).to_have_count(18)
        here = ""
        for number in range(18):
            here = keys.answer(number, here)
    took = time.monotonic() - begin
    # Nothing was pressed since that would draw the page anew.
    expect(page.get_by_text("Child C-07b: 18 of 18 answered")).to_be_visible()

    own = select(FirstAnswer).join(FirstPass, FirstPass.id == FirstAnswer.pass_id)
    for _ in range(100):  # the last answer may still be on its way
        answers = db.scalars(own.where(FirstPass.assessment_id == found.id)).all()
        db.rollback()
        if len(answers) == 61:
            break
        page.wait_for_timeout(100)
    assert {one.about for one in answers} == {HER, "C-07a", "C-07b"}
    assert len(answers) == 61
    print(f"\n{keys.count} keystrokes for 61 items; the machine took {took:.0f} s")  # noqa: T201  the figure
    assert keys.count / KEYS_A_SECOND < MINUTES * 60, keys.count
    assert faults(page) == []
    house.open(page, "risk", case=pair.case.id)
    assert faults(page) == []


@pytest.mark.parametrize("width", [1280, 390])
def test_the_pages_of_an_assessment_hold_nothing_that_axe_finds(
    house: House, db: Session, make: Make, width: int
) -> None:
    pair = make.pair()
    risk.opened(db, pair, {"pets": Seen.NOT_PRESENT, "money": Seen.PRESENT}, {"pets": Seen.PRESENT})
    db.commit()
    page = house.come_in(pair.vss, width=width)

    for key in ("risk", "first_pass"):
        house.open(page, key, case=pair.case.id)
        expect(page.locator("h1").first).to_be_visible()
        page.wait_for_timeout(300)
        assert faults(page) == [], key
