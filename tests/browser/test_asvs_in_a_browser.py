"""OWASP ASVS 3.5.5 and 6.2.7 in a real browser: messages of windows, and what a password field takes (docs/asvs.md)."""

import json

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy.orm import Session

from tests.browser.conftest import House, at_rest
from tests.make import Make

pytestmark = pytest.mark.browser
#: What a window around the page could say to Streamlit: to hide the menu.
HIDE = "window.postMessage({stCommVersion: 1, type: 'SET_SIDEBAR_NAV_VISIBILITY', hidden: true}, '*')"
PASTE = """
field => {
    const held = new DataTransfer();
    held.setData("text/plain", "seven herons over the mill");
    const event = new ClipboardEvent("paste", { clipboardData: held, bubbles: true, cancelable: true });
    return field.dispatchEvent(event);
}
"""


def _opened(house: House, db: Session, make: Make, *, lets_in: bool) -> Page:
    pair = make.pair()
    db.commit()
    page = house.come_in(pair.pp)

    def answer(route: Route) -> None:
        given = route.fetch()
        changed = {**json.loads(given.text()), "allowedOrigins": [house.address]}
        route.fulfill(response=given, body=json.dumps(changed))

    if lets_in:
        page.route("**/_stcore/host-config", answer)
    page.goto(f"{house.address}/cases")
    at_rest(page)
    expect(page.get_by_test_id("stSidebarNav")).to_be_visible()
    return page


def test_a_message_of_a_window_does_nothing(house: House, db: Session, make: Make) -> None:
    ours = _opened(house, db, make, lets_in=False)
    open_to_all = _opened(house, db, make, lets_in=True)

    for page in (ours, open_to_all):
        page.evaluate(HIDE)

    # Where a host is let in, the same message is heard: it is no message of another form that was tried here.
    expect(open_to_all.get_by_test_id("stSidebarNav")).to_be_hidden()
    ours.wait_for_timeout(500)
    expect(ours.get_by_test_id("stSidebarNav")).to_be_visible()


def test_a_password_can_be_pasted_and_filled_in_and_shown(house: House, db: Session, make: Make) -> None:
    make.account(make.pair().vss)
    db.commit()
    page = house.browser.new_context().new_page()
    page.goto(house.address)
    field = page.get_by_label("Password", exact=True)
    field.wait_for()

    is_free = [field.evaluate(PASTE), page.get_by_label("Name", exact=True).evaluate(PASTE)]
    field.focus()
    page.keyboard.insert_text("seven herons over the mill")

    assert is_free == [True, True]
    expect(field).to_have_value("seven herons over the mill")
    assert field.get_attribute("type") == "password"
    assert field.get_attribute("autocomplete") == "current-password"
    assert page.get_by_label("Name", exact=True).get_attribute("autocomplete") == "username"
    assert field.get_attribute("readonly") is None
    page.get_by_role("button", name="Show password").click()
    assert field.get_attribute("type") == "text"
