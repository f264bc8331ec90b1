"""What is typed into a form survives a reload, an ended session and a new sign-in, in a real browser."""

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.models import FileNote, SignIn, UnsentText
from core.operations import cooperations
from tests.browser.conftest import House, at_rest
from tests.browser.hand import Hand
from tests.make import Make, Pair

pytestmark = pytest.mark.browser
TYPED = "M-07 was seen near the school"
PATIENCE = 15_000


def text(page: Page) -> Locator:
    return page.get_by_label("Text", exact=True)


def wait_until_kept(page: Page, db: Session, pair: Pair, expected: str | None) -> None:
    """Wait until the only text that is kept for her is this one, or none."""
    for _ in range(PATIENCE // 100):
        texts = db.scalars(select(UnsentText).where(UnsentText.person_id == pair.vss.person_id))
        found = [one.text for one in texts]
        db.rollback()
        if found == ([] if expected is None else [expected]):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"kept is {found!r}, not {expected!r}")


def write(page: Page, what: str) -> None:
    text(page).click()
    page.keyboard.type(what, delay=15)


def test_a_note_survives_a_reload_and_an_ended_session_until_it_is_saved(
    house: House, db: Session, make: Make
) -> None:
    pair = make.pair()
    db.commit()
    page = house.come_in(pair.vss)
    house.open(page, "note", case=pair.case.id)

    write(page, TYPED)
    wait_until_kept(page, db, pair, TYPED)
    expect(text(page)).to_be_focused()
    page.reload()
    at_rest(page)
    expect(text(page)).to_have_value(TYPED)
    expect(page.get_by_text("did not send stands here again")).to_be_visible()

    text(page).press("End")
    page.keyboard.type(" today", delay=15)
    wait_until_kept(page, db, pair, f"{TYPED} today")
    db.execute(update(SignIn).where(SignIn.person_id == pair.vss.person_id).values(ended_at=SignIn.seen_at))
    db.commit()
    page.wait_for_url("**/out?why=ended")
    expect(page.get_by_text(TYPED)).to_have_count(0)

    house.sign_in(page, pair.vss)
    house.open(page, "note", case=pair.case.id)
    expect(text(page)).to_have_value(f"{TYPED} today")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text(f"{TYPED} today")).to_be_visible()
    wait_until_kept(page, db, pair, None)
    notes = db.scalars(select(FileNote).where(FileNote.author_id == pair.vss.person_id))
    assert [note.text for note in notes] == [f"{TYPED} today"]


def test_a_note_survives_a_reload_in_the_middle_of_a_word(house: House, db: Session, make: Make) -> None:
    pair = make.pair()
    db.commit()
    page = house.come_in(pair.vss)
    house.open(page, "note", case=pair.case.id)

    write(page, TYPED)
    page.reload()

    wait_until_kept(page, db, pair, TYPED)
    house.open(page, "note", case=pair.case.id)
    expect(text(page)).to_have_value(TYPED)


def test_a_text_sent_at_once_is_not_kept_behind_it(house: House, db: Session, make: Make) -> None:
    pair = make.pair()
    db.commit()
    page = house.come_in(pair.vss)
    house.open(page, "note", case=pair.case.id)

    write(page, TYPED)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text(TYPED)).to_be_visible()
    page.wait_for_timeout(2500)  # longer than the longest pause after which a text is handed over

    wait_until_kept(page, db, pair, None)


def test_another_person_at_the_same_browser_is_not_offered_it(house: House, db: Session, make: Make) -> None:
    pair = make.pair()
    make.assign(pair.case, colleague := make.actor(pair.vss.service_id))
    db.commit()
    page = house.come_in(pair.vss)
    house.open(page, "note", case=pair.case.id)
    write(page, TYPED)
    wait_until_kept(page, db, pair, TYPED)

    house.sign_in(page, colleague)
    house.open(page, "note", case=pair.case.id)

    expect(text(page)).to_have_value("")
    assert TYPED not in page.content()


def test_who_looks_at_another_aim_at_once_finds_what_they_typed_and_what_was_saved_in_its_field(
    house: House, db: Session, make: Make
) -> None:
    pair = make.pair()
    here = pair.case.cooperation_id
    cooperations.write_point(db, pair.vss, here, point="trust", texts={"agreed": "We call first."}, seen={})
    titles = {point.key: point.title for point in cooperations.points(db, pair.vss, here)}
    db.commit()
    hand = Hand(house.come_in(pair.vss))
    house.open(hand.page, "phase_1", cooperation=here)
    trust, other = titles["trust"], next(title for key, title in titles.items() if key != "trust")

    def turn_to(title: str) -> None:
        hand.page.get_by_test_id("stMain").get_by_text(title, exact=True).first.click()
        hand.look()

    turn_to(trust)
    says = f"{pair.vss.service_name} says"
    hand.fill(says, "Three days are needed.")
    hand.fill("Which different views stay", "One day, or three.")
    turn_to(other)
    turn_to(trust)

    expect(hand.page.get_by_label(says)).to_have_value("Three days are needed.")
    expect(hand.page.get_by_label("Which different views stay")).to_have_value("One day, or three.")
    expect(hand.page.get_by_label("What we agree on")).to_have_value("We call first.")
    hand.press("Save")
    expect(hand.page.get_by_text("Both services see it now")).to_be_visible()
    db.rollback()
    saved = next(point for point in cooperations.points(db, pair.vss, here) if point.key == "trust").texts
    assert (saved["agreed"], saved["views_kept"]) == ("We call first.", "One day, or three.")
