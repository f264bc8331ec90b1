"""What leaves a file has stood in the preview first, also where somebody clicks without leaving the field."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.models import JointItem
from tests.browser.conftest import House, at_rest
from tests.make import Make, consented

pytestmark = pytest.mark.browser


def test_words_typed_in_the_last_moment_are_shown_before_they_are_shared(
    house: House, db: Session, make: Make
) -> None:
    pair = make.pair()
    consented(db, pair.vss, make.subject(pair.vss_file))
    note = make.note(pair.vss_file, pair.vss, topic="her_account", text="He shouted.")
    db.commit()
    db.expunge_all()
    page = house.come_in(pair.vss)
    house.open(page, "share", note=note.id)
    # While the preview is drawn anew the button of the one before stands there too; who is quick may meet either.
    button = page.get_by_role("button", name="Share this").first

    field = page.get_by_label("Text", exact=True)
    field.click()
    page.keyboard.press("End")
    page.keyboard.type(" She is at the mill.")
    button.click()
    at_rest(page)

    expect(page.locator(".st-key-card_preview")).to_contain_text("She is at the mill.")
    assert db.scalars(select(JointItem).where(JointItem.case_id == pair.case.id)).all() == []
    db.expunge_all()
    db.rollback()
    button.click()
    page.wait_for_url("**/case?*")
    at_rest(page)
    expect(page.get_by_text("She is at the mill.")).to_be_visible()
