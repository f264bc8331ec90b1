"""A closed case is erased by two people, and a file is opened for a day: a lead and an officer at their own browsers."""

from datetime import date

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.models import FileNote, Role, SubjectKind
from tests.browser import hand
from tests.browser.conftest import House, at_rest
from tests.make import Make

pytestmark = pytest.mark.browser


def press(page: Page, name: str) -> None:
    hand.press(page.get_by_role("button", name=name, exact=True).first)
    at_rest(page)


def test_a_lead_erases_what_is_due_and_an_officer_looks_at_an_opened_file(
    house: House, db: Session, make: Make
) -> None:
    pair = make.pair(is_agreed=False)
    make.note(pair.vss_file, pair.vss, text="Five years old")
    pair.case.closed_on = date(2019, 5, 6)
    open_case = make.pair_of(pair)
    make.subject(open_case.vss_file, SubjectKind.HER, name="Rosa Hill")
    lead = make.actor(pair.vss.service_id, Role.MANAGER)
    officer = make.actor(pair.vss.service_id, Role.DATA_PROTECTION)
    colleague = make.actor(pair.vss.service_id)
    db.commit()
    file_id = pair.vss_file.id
    db.expunge_all()

    asks = house.come_in(lead)
    asks.get_by_role("link", name="1 case with records whose time is over").click()
    at_rest(asks)
    press(asks, "Erase …")
    asks.get_by_label("In a few words; gone as soon as it is done").fill("Five years are over")
    press(asks, "Ask to erase it")
    expect(asks.get_by_text("It waits for a second person.")).to_be_visible()

    calls = house.come_in(colleague)
    house.open(calls, "open_file")
    calls.get_by_label("Code of the case").fill("rosa hill")
    calls.get_by_text("Whoever works on it is away").click()
    calls.get_by_label("What happened, in a few words").fill("She called")
    press(calls, "Open the file")
    calls.wait_for_url("**/case?*")
    expect(calls.get_by_text("You do not work on this case")).to_be_visible()

    looks = house.come_in(officer)
    expect(looks.get_by_text("Five years are over")).to_be_visible()
    press(looks, "Confirm: erase it for ever")
    expect(looks.get_by_text("erased on")).to_be_visible()
    looks.get_by_role("radio", name="Opened files (1)").click()
    at_rest(looks)
    expect(looks.get_by_text("She called")).to_be_visible()
    looks.get_by_text("It was right").first.click()
    press(looks, "I have looked at it")
    expect(looks.get_by_text("looked at it on")).to_be_visible()

    assert db.scalars(select(FileNote.text).where(FileNote.file_id == file_id)).all() == []
