"""Two people correct the same minutes in two browsers; neither loses a word."""

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from core.content.meeting_kinds import Entry
from core.operations import minutes, tables
from tests.browser.conftest import House
from tests.make import Make

pytestmark = pytest.mark.browser


def test_a_correction_that_comes_second_is_joined_with_the_first(
    house: House, db: Session, make: Make
) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    item = meeting.items[0].id
    tables.close(db, pair.pp, meeting.id)
    db.commit()
    db.expunge_all()
    page = house.come_in(pair.vss)
    house.open(page, "minutes", meeting=meeting.id)
    page.get_by_text("Correct what was written").click()
    facts = page.get_by_label("Facts: who saw or heard what, and when")

    facts.fill("Mine")
    with house.store.writing.begin() as other:
        minutes.correct(other, pair.pp, meeting.id, item_id=item, texts_of={Entry.FACTS: "Theirs"}, number=1)
    page.get_by_role("button", name="Save the correction").first.click()
    expect(page.get_by_text("Nothing is lost")).to_be_visible()
    page.get_by_role("button", name="Join both").click()

    # While the page is drawn anew, the field from before stands beside the one that takes its place.
    expect(facts.first).to_have_value("Theirs\n\nMine")
    expect(facts).to_have_count(1)
    page.get_by_role("button", name="Save the correction").first.click()
    expect(page.get_by_text("Saved as a new version.")).to_be_visible()
    expect(page.get_by_text("Version 3").first).to_be_visible()
