"""Two people of the victim support service write the same entry in two browsers; nothing that either of them types is lost."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Actor
from core.models import Subject, SubjectKind
from tests.browser.conftest import House, still
from tests.browser.hand import Hand
from tests.browser.steps import come_in
from tests.make import Make, Pair

pytestmark = pytest.mark.browser
MINE, THEIRS = "Her brother", "Her sister"


def two(db: Session, make: Make) -> tuple[Pair, Actor]:
    pair = make.pair()
    make.assign(pair.case, colleague := make.actor(pair.vss.service_id))
    return pair, colleague


def is_refused(hand: Hand, colleague: Actor) -> None:
    """The form is open with what was typed, and says what the colleague saved."""
    hand.sees(f"{colleague.name} saved the entry")
    expect(hand.page.get_by_text(f"{colleague.name} saved the entry")).to_be_visible()
    expect(hand.page.get_by_label("Safe channel", exact=True)).to_have_value(MINE)


def channel(db: Session, pair: Pair) -> str:
    db.rollback()  # what others have written since is not seen before
    db.expire_all()
    [her] = db.scalars(select(Subject).where(Subject.file_id == pair.vss_file.id))
    found = her.safe_channel
    db.rollback()
    return found


def test_who_saves_an_entry_second_keeps_the_form_and_chooses(house: House, db: Session, make: Make) -> None:
    pair, colleague = two(db, make)
    her = make.subject(pair.vss_file, SubjectKind.HER)
    her.safe_channel, her.phone = "Her colleague", "0555 27 27 00"
    db.commit()
    mine, theirs = come_in(house, pair.vss), come_in(house, colleague)
    for hand, typed in ((mine, MINE), (theirs, THEIRS)):
        house.open(hand.page, "file", case=pair.case.id)
        hand.click("Show names and contacts")
        hand.unfold("Enter or change a person")
        hand.fill_all({"Telephone": "0555 27 27 11", "Safe channel": typed})
    theirs.click("Save")
    theirs.sees("Saved")

    mine.click("Save")
    is_refused(mine, colleague)
    assert channel(db, pair) == THEIRS

    mine.click("Go on with mine")
    expect(mine.page.get_by_label("Safe channel", exact=True)).to_have_value(MINE)
    mine.click("Save")
    mine.sees("Saved")
    assert channel(db, pair) == MINE


def test_who_pauses_in_an_entry_has_not_sent_it(house: House, db: Session, make: Make) -> None:
    pair, _ = two(db, make)
    her = make.subject(pair.vss_file, SubjectKind.HER)
    her.safe_channel = "Her colleague"
    db.commit()
    mine = come_in(house, pair.vss)
    house.open(mine.page, "file", case=pair.case.id)
    mine.click("Show names and contacts")
    mine.unfold("Enter or change a person")

    field = mine.page.get_by_label("Safe channel", exact=True)
    field.press("End")
    field.press_sequentially(" at", delay=30)
    still(mine.page, 2_500)

    expect(field).to_have_value("Her colleague at")
    assert channel(db, pair) == "Her colleague"
    mine.click("Save")
    mine.sees("Saved")
    assert channel(db, pair) == "Her colleague at"


def test_who_enters_her_second_keeps_the_form_and_chooses(house: House, db: Session, make: Make) -> None:
    pair, colleague = two(db, make)
    db.commit()
    mine, theirs = come_in(house, pair.vss), come_in(house, colleague)
    for hand, typed in ((mine, MINE), (theirs, THEIRS)):
        house.open(hand.page, "file", case=pair.case.id)
        hand.fill("Safe channel", typed)
    mine.fill("Code phrase", "the linnet")
    theirs.click("Save")
    theirs.sees(THEIRS)

    mine.click("Save")
    is_refused(mine, colleague)
    mine.click("Show names and contacts")
    is_refused(mine, colleague)
    mine.click("Take theirs")
    expect(mine.page.get_by_label("Safe channel", exact=True)).to_have_value(THEIRS)
    mine.click("Save")

    mine.sees("the linnet")
    assert channel(db, pair) == THEIRS
