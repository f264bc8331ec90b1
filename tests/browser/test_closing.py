"""The end of a case by two people in two browsers: each its own part, one proposes, the other agrees; nothing of hers reaches him."""

from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.models import Closing, Role
from core.operations import closings
from tests import closing as steps
from tests.browser.conftest import House
from tests.browser.steps import come_in, read_back
from tests.browser.test_accessibility import found as faults
from tests.make import Make, Pair

pytestmark = pytest.mark.browser
CANARY = "the linnet sings at noon"
#: What stands in her file, and on no page of the programme.
HERS = (CANARY, "safety plan goes on", "Whom she reaches", "not safe")


def laid(db: Session, make: Make) -> Pair:
    """The programme ended, the risk was assessed and the meeting held; neither side has done its own part."""
    pair = make.pair()
    steps.dated(db, pair)
    steps.joint_done(db, make, pair)
    for actor in (pair.pp, pair.vss):
        steps.settled(db, pair, actor)
    db.commit()
    return pair


def test_two_services_end_a_case_and_one_of_them_learns_from_it(
    house: House, db: Session, make: Make, tmp_path: Path
) -> None:
    pair = laid(db, make)
    lead = make.actor(pair.pp.service_id, Role.MANAGER)
    db.commit()
    hers, his = come_in(house, pair.vss), come_in(house, pair.pp)
    his.goto(f"{house.address}/closing?case={pair.case.id}")
    his.click("Prepare the end")
    hers.goto(f"{house.address}/closing?case={pair.case.id}")
    hers.sees("Only your service reads this.")
    for hand, actor, cards in (
        (his, pair.pp, ("told_him", "his_contact")),
        (hers, pair.vss, ("safety_plan", "her_contact", "told_her")),
    ):
        for card in cards:
            place = hand.page.locator(f".st-key-card_closing_{card}")
            place.get_by_text("Done", exact=True).click()
            place.get_by_role("textbox").fill(CANARY if actor is pair.vss else "He has the number")
            hand.click("Save", place)
            # The words of the save before may still stand there.
            expect(place.get_by_text("Change", exact=True)).to_be_visible()
    his.pick("Report")
    course = his.page.locator(".st-key-card_closing_course")
    course.get_by_role("textbox").fill("A year of the group")
    his.click("Save", course)
    his.pick("The end")
    his.pick("Programme completed")
    his.click("Propose it to the other service")
    his.sees("We proposed the end and can take it back until the other service agrees.")

    hers.goto(f"{house.address}/today")
    hers.follow(f"{pair.case.code}: the other service proposes to end the case. Do we agree?")
    hers.pick("The end")
    hers.sees("Programme completed")
    hers.click("Agree to the end")
    hers.sees("What is left is the follow-up at T4")
    hers.pick("How we worked together")
    helped = hers.page.locator(".st-key-card_closing_helped")
    helped.get_by_role("textbox").fill("One number for both")
    hers.click("Save", helped)
    hers.click("Pass on exactly this")
    hers.sees("The managements read this.")
    his.goto(f"{house.address}/closing?case={pair.case.id}")
    his.pick("Report")
    report = read_back(his, "Word: closing report", tmp_path)
    leading = come_in(house, lead)
    leading.goto(f"{house.address}/review?cooperation={pair.case.cooperation_id}")
    leading.sees("One number for both")

    assert "A year of the group" in report
    assert "This report says neither that he changed nor" in report
    shown = "".join([*his.seen, *his.addresses])
    assert not [word for word in HERS if word in shown + report]
    assert pair.case.code not in "".join(leading.seen)
    closing = db.scalars(select(Closing).where(Closing.case_id == pair.case.id)).one()
    assert (closing.proposed_by, closing.agreed_by) == (pair.pp.person_id, pair.vss.person_id)
    assert closings.of_case(db, pair.pp, pair.case.id).follow_up is not None
    for hand in (his, hers, leading):
        assert faults(hand.page) == []


def test_who_typed_into_the_report_is_led_there_before_they_take_it_along(
    house: House, db: Session, make: Make, tmp_path: Path
) -> None:
    pair = laid(db, make)
    closings.begin(db, pair.pp, pair.case.id)
    db.commit()
    his = come_in(house, pair.pp)
    his.goto(f"{house.address}/closing?case={pair.case.id}")
    his.pick("Report")
    course = his.page.locator(".st-key-card_closing_course")
    course.get_by_role("textbox").press_sequentially("A year of the group", delay=15)
    word = his.page.get_by_role("button", name="Word: closing report")
    word.click()

    his.sees("What you typed here yourself is not saved")
    expect(word).to_be_disabled()
    expect(his.page.get_by_role("dialog")).to_have_count(0)
    his.page.locator(".stAlert").get_by_role("link", name="What was done together").click()
    expect(course).to_be_in_viewport()
    expect(course.get_by_role("textbox")).to_have_value("A year of the group")
    assert faults(his.page) == []
    his.click("Save", course)
    expect(word).to_be_enabled()

    assert "A year of the group" in read_back(his, "Word: closing report", tmp_path)
