"""Back leads to the page that was left, whoever went on: a person by a link, or the program after a click."""

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from tests import change
from tests.browser.conftest import House
from tests.browser.steps import come_in
from tests.make import Make

pytestmark = pytest.mark.browser


def test_back_after_the_program_went_on_leads_to_the_page_of_the_click(
    house: House, db: Session, make: Make
) -> None:
    pair = make.pair()
    change.dated(db, pair)
    change.person(db, pair, pair.vss)
    db.commit()
    hers = come_in(house, pair.vss)
    hers.goto(f"{house.address}/case?case={pair.case.id}")
    hers.goto(f"{house.address}/change?case={pair.case.id}")
    hers.pick("In person", "How do you ask?")
    hers.click("Begin to ask")
    hers.sees("It is not the IMPACT questionnaire")

    hers.page.go_back()
    hers.sees_head("What changed")
    assert hers.page.url.endswith(f"/change?case={pair.case.id}")
    hers.page.go_forward()
    hers.sees("It is not the IMPACT questionnaire")
    hers.page.go_back()
    hers.page.go_back()
    expect(hers.page.get_by_role("heading", name="Case", exact=False).first).to_be_visible()
    assert hers.page.url.endswith(f"/case?case={pair.case.id}")
