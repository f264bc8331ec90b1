"""The picture of a timeline in a real browser: a mark opens what it stands for, by hand and by keyboard."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from core import clock
from tests.browser.conftest import House, at_rest
from tests.make import Make, Pair

pytestmark = pytest.mark.browser
TODAY = clock.today()


@pytest.fixture
def pair(db: Session, make: Make) -> Pair:
    """A case with an emergency meeting, its times, and an entry that only her service sees."""
    found = make.pair()
    make.meeting(found, "emergency")
    make.t_point(found, "T0", TODAY - timedelta(days=20))
    make.t_point(found, "T1", TODAY - timedelta(days=10))
    make.path_entry(found, found.vss, "episode", TODAY)
    db.commit()
    return found


def open_timeline(house: House, pair: Pair, *, width: int = 1280) -> Page:
    page = house.come_in(pair.vss, width=width)
    house.open(page, "timeline", case=pair.case.id)
    expect(page.get_by_text("Together: the joint line")).to_be_visible()
    return page


def test_a_click_on_a_meeting_opens_it(house: House, pair: Pair) -> None:
    page = open_timeline(house, pair)

    page.get_by_role("link", name="Emergency meeting, ").locator(".hit").click()

    page.wait_for_url("**/meeting?meeting=*")
    at_rest(page)
    expect(page.get_by_role("heading", name="Emergency meeting")).to_be_visible()


def test_a_meeting_is_reached_and_opened_by_keyboard(house: House, pair: Pair) -> None:
    page = open_timeline(house, pair)

    page.get_by_role("button", name="Show less time, larger").focus()
    page.keyboard.press("Tab")
    for _ in range(5):
        if page.locator(".link.emergency:focus").count():
            break
        page.keyboard.press("Tab")
    expect(page.locator(".tip")).to_contain_text("Emergency meeting")
    page.keyboard.press("Enter")

    page.wait_for_url("**/meeting?meeting=*")


def test_the_table_says_what_the_picture_shows(house: House, pair: Pair) -> None:
    page = open_timeline(house, pair)

    names = page.locator(".mark .name").all_text_contents()
    table = page.get_by_role("table").inner_text()

    assert {"T0", "T1", "T2.1", "Emergency"} <= set(names)
    assert all(name in table for name in names)


def test_the_picture_keeps_her_private_entries_off_a_shared_screen(house: House, pair: Pair) -> None:
    page = open_timeline(house, pair)

    expect(page.locator(".mark .name", has_text="New violence")).to_have_count(0)
    page.get_by_text("Show also what only my service sees").click()

    expect(page.locator(".mark .name", has_text="New violence")).to_have_count(1)
    expect(page.get_by_text("Not for a shared screen", exact=False)).to_be_visible()


def test_on_a_phone_the_picture_scrolls_and_the_page_does_not(house: House, pair: Pair) -> None:
    page = open_timeline(house, pair, width=390)

    picture = page.locator(".scroll")
    assert picture.evaluate("box => box.scrollWidth > box.clientWidth")
    page_is_wide = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not page.evaluate(page_is_wide)
    today = page.locator(".today-chip").bounding_box()
    assert today is not None
    assert 0 < today["x"] < 390


def test_no_label_lies_on_another(house: House, db: Session, make: Make) -> None:
    pair = make.pair()
    for days in range(0, 60, 6):
        make.meeting(pair).planned_at = clock.now() - timedelta(days=days)
        make.path_entry(pair, pair.pp, "missed", TODAY - timedelta(days=days), is_shared=True)
    db.commit()
    page = open_timeline(house, pair)

    for row in ("name", "day"):
        boxes = [label.bounding_box() for label in page.locator(f"g.in-joint .{row}, g.in-pp .{row}").all()]
        known = [box for box in boxes if box]
        for place, one in enumerate(known):
            for other in known[place + 1 :]:
                apart = one["x"] + one["width"] <= other["x"] or other["x"] + other["width"] <= one["x"]
                assert apart or abs(one["y"] - other["y"]) > 12
    today = page.locator(".today-chip").bounding_box()
    months = [label.bounding_box() for label in page.locator(".month-name, .year-name").all()]
    assert today
    assert len(months) > 1
    for month in filter(None, months):
        is_beside = month["x"] + month["width"] <= today["x"] or today["x"] + today["width"] <= month["x"]
        assert is_beside or month["y"] >= today["y"] + today["height"] - 4


def test_meetings_a_day_apart_are_each_opened_by_their_own_mark(
    house: House, db: Session, make: Make
) -> None:
    pair = make.pair()
    first, second = make.meeting(pair), make.meeting(pair, "emergency")
    first.planned_at, second.planned_at = clock.now() + timedelta(days=1), clock.now() + timedelta(days=2)
    db.commit()

    for name, meeting in (("Periodic joint meeting, ", first), ("Emergency meeting, ", second)):
        for part in (".hit", ".name"):
            page = open_timeline(house, pair)
            page.get_by_role("link", name=name).locator(part).click()
            page.wait_for_url(f"**/meeting?meeting={meeting.id}")


def test_the_line_of_today_crosses_no_label(house: House, db: Session, make: Make) -> None:
    pair = make.pair()
    for days in (-2, -1, 0, 1, 2):
        make.meeting(pair).planned_at = clock.now() + timedelta(days=days)
        make.path_entry(pair, pair.pp, "missed", TODAY - timedelta(days=abs(days)), is_shared=True)
    db.commit()
    page = open_timeline(house, pair)

    line = page.locator("line.today").bounding_box()
    assert line
    labels = page.locator("g.mark .name, g.mark .day").all()
    assert labels
    for label in labels:
        box = label.bounding_box()
        assert box
        assert box["x"] + box["width"] <= line["x"] + 1 or box["x"] >= line["x"] - 1, label.inner_html()
