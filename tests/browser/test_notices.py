"""A notice between people in three browsers: his leaving is told, read and answered; what she told waits, and he sees none of it."""

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from core.models import Role
from core.operations import path_entries
from tests import notices as steps
from tests.browser.conftest import House
from tests.browser.steps import TODAY, come_in
from tests.browser.test_accessibility import found as faults
from tests.make import Make
from tests.notices import days

pytestmark = pytest.mark.browser
CANARY = "the linnet sings at noon"


def test_his_leaving_is_told_and_answered_and_what_she_told_waits_for_a_second_person(  # noqa: PLR0915  one journey
    house: House, db: Session, make: Make, tmp_path: Path
) -> None:
    pair = make.pair()
    nina = make.actor(pair.vss.service_id, Role.PARTNER_CONTACT)
    make.assign(pair.case, nina)
    for actor in (pair.pp, pair.vss):
        steps.terms(db, pair, actor)
    path_entries.add(db, pair.pp, pair.case.id, kind="intake", happened_on=days(60))
    path_entries.add(db, pair.pp, pair.case.id, kind="left", happened_on=days(0), note="He shut the door.")
    db.commit()
    page = f"{house.address}/notices?case={pair.case.id}"
    his, hers = come_in(house, pair.pp), come_in(house, pair.vss)

    his.goto(f"{house.address}/today")
    his.sees("the other service has to be told of something on our path")
    his.goto(page)
    his.choose("Why he does not come any more", "He did not come any more")
    his.choose("Ordered by a court or authority? Who tells it", "Ordered: the court knows already")
    his.write("What we have done", "A letter to him")
    his.page.screenshot(path=str(tmp_path / "form.png"), full_page=True)
    his.click("Send the notice")
    his.sees("not read yet")

    hers.goto(f"{house.address}/today")
    hers.sees("a notice of the other service has to be read")
    hers.goto(page)
    hers.sees("He shut the door.")
    hers.click("I have read it")
    hers.sees("has read it")
    hers.choose_all("What we do now", "We ask for a meeting")
    hers.click("Send the answer")
    hers.sees("answered,")
    hers.page.screenshot(path=str(tmp_path / "came.png"), full_page=True)
    hers.goto(page)
    hers.sees("answered,")
    assert faults(hers.page) == []
    his.goto(page)
    his.sees(f"{pair.vss.name} has read it")
    his.sees("We ask for a meeting")

    hers.choose("What is it about?", "Danger now")
    hers.day("When it happened", TODAY)
    hers.write("What happened, in words", CANARY)
    hers.pick("Without consent: serious danger for her or a child", "On what ground?")
    hers.write("Why it cannot wait for consent", steps.WHY)
    hers.click("Ask a second person")
    hers.sees("waits for a second person")
    for place in (page, f"{house.address}/today", f"{house.address}/case?case={pair.case.id}"):
        his.goto(place)
    assert CANARY not in "".join(his.seen)

    second = come_in(house, nina)
    second.goto(f"{house.address}/consent?case={pair.case.id}")
    second.sees(CANARY)
    second.click("Yes, it has to be shared")
    his.goto(page)
    his.sees(CANARY)
    his.sees("not to be used with him")
    his.page.screenshot(path=str(tmp_path / "hers.png"), full_page=True)
