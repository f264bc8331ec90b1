"""The walk of one case by two people in two browsers: from the first assessment to what the services learned from it.

Her service and the programme each do their part; every Word file that occurs is taken along and read back. What stands
in her file alone holds a bird: none of them ever flies into the programme's browser, or into a joint document.
"""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from core.models import Role
from tests.browser.case_end import (
    after_years_it_is_erased_by_three,
    both_ask_once_more_and_the_case_is_closed,
    he_comes_back,
    he_gets_a_paper_of_days_alone,
    he_leaves_and_the_cooperation_goes_on,
    the_managements_read_what_was_learned,
    the_programme_ends,
)
from tests.browser.case_meetings import they_look_at_all_of_it_again, they_meet_at_once
from tests.browser.case_work import (
    AFRAID,
    BIRDS,
    CHECK,
    CHILD,
    DEVICE,
    KEPT,
    NO_FUTURE,
    NO_TEXT,
    PATROL,
    PLANNED,
    QUARREL,
    SAID,
    TASK,
    TOLD,
    WROTE,
    Walk,
    is_asked,
    is_not_asked,
    laid,
    table,
)
from tests.browser.conftest import House
from tests.browser.hand import Hand
from tests.browser.steps import (
    CHANNEL,
    NAME,
    TODAY,
    answer,
    come_in,
    hand_in,
    holds_nothing_of_hers,
    let_pass,
    of_hers,
    read_back,
)
from tests.make import Make

pytestmark = pytest.mark.browser


def test_two_services_walk_one_case_from_the_first_assessment_to_what_they_learned(
    house: House, db: Session, make: Make, tmp_path: Path
) -> None:
    pair = laid(db, make)
    lead = make.actor(pair.vss.service_id, Role.MANAGER)
    officer = make.actor(pair.vss.service_id, Role.DATA_PROTECTION)
    his_lead = make.actor(pair.pp.service_id, Role.MANAGER)
    db.commit()
    walk = Walk(house, db, pair, come_in(house, pair.pp), come_in(house, pair.vss), tmp_path)

    _they_assess_and_differ_in_one_item(walk)
    _each_side_has_an_action_that_answers_to_an_item(walk)
    _her_devices_get_a_plan_that_he_never_sees(walk)
    _he_and_she_are_asked_at_t1(walk)
    _one_event_is_told_by_three(walk)
    _a_notice_is_sent_and_received(walk)
    _they_take_the_picture_along_each_in_its_edition(walk)
    they_meet_at_once(walk)
    let_pass(db, pair.case.id, 85)
    they_look_at_all_of_it_again(walk)
    he_leaves_and_the_cooperation_goes_on(walk)
    let_pass(db, pair.case.id, 80)
    he_comes_back(walk)
    let_pass(db, pair.case.id, 200)
    the_programme_ends(walk, make)
    he_gets_a_paper_of_days_alone(walk, make)
    let_pass(db, pair.case.id, 190)
    both_ask_once_more_and_the_case_is_closed(walk)
    leads = come_in(house, lead)
    the_managements_read_what_was_learned(walk, leads)
    after_years_it_is_erased_by_three(walk, leads, come_in(house, officer), come_in(house, his_lead))

    holds_nothing_of_hers(walk.his, *BIRDS, CHILD)
    assert not set(BIRDS) - of_hers("".join(walk.hers.seen), *BIRDS)


def _they_assess_and_differ_in_one_item(walk: Walk) -> None:
    """B8."""
    his, hers = walk.his, walk.hers
    walk.open(his, "risk")
    his.fill("Children, one code a line", "Tom")
    his.press("Begin")
    his.sees("Line 1: this is no code. Give each child its own")
    his.fill("Children, one code a line", "C-07a")
    his.press("Begin")
    his.sees("not handed in yet")

    walk.open(hers, "first_pass")
    answer(hers, "strangle or choke", "Present")
    answer(hers, "follows, watches", "Present")
    kept = hers.page.locator('[class*="st-key-risk_row_"]').filter(has_text="follows, watches")
    kept.get_by_label("Note", exact=True).fill(KEPT)
    kept.get_by_label("Note", exact=True).blur()
    kept.get_by_text("Stays in our file", exact=True).click()
    hers.sees("you can raise the level alone")
    hers.pick("High", "She says")
    hers.click("Save her assessment")
    hers.sees("Saved.")
    _of_the_child(hers, "Present")
    walk.open(his, "first_pass")
    answer(his, "strangle or choke", "Past")
    his.day("Day it happened", TODAY + timedelta(days=1))
    his.page.get_by_role("heading", name="Starter list").click()
    his.sees(NO_FUTURE)
    answer(his, "strangle or choke", "Present")
    _of_the_child(his, "Not known")

    walk.open(his, "risk")
    his.click("Open both first passes")
    his.pick("Child C-07a (one differs)", "About")
    his.sees_head("Where the answers differ (1)")
    answer(his, "access to the child's devices", "Present", "item")
    his.pick("The woman", "About")
    his.click("Settle what both answered alike")
    his.click("Settle as not known what neither knows")
    his.sees("Still to settle: Child C-07a")
    walk.open(hers, "risk")
    hers.pick("High", "Choose the level")
    hers.click("Choose this level")
    hers.sees(NO_TEXT)
    hers.write("Reason", AFRAID)
    hers.click("Choose this level")
    hers.sees("Holds: High")


def _of_the_child(hand: Hand, seen: str) -> None:
    hand.click("Next: Child C-07a")
    hand.pick("No, others answer")
    answer(hand, "access to the child's devices", seen)
    hand_in(hand)


def _each_side_has_an_action_that_answers_to_an_item(walk: Walk) -> None:
    """B10: each for the first item that is present and has none."""
    pair, his, hers = walk.pair, walk.his, walk.hers
    for hand, actor, action in ((his, pair.pp, TASK), (hers, pair.vss, CHECK)):
        walk.open(hand, "risk")
        hand.unfold("Add an action")
        hand.fill_all({"Protection or support need": "The children are left in peace", "Action": action})
        hand.day("Term", TODAY + timedelta(days=14))
        hand.choose("Responsible", actor.name)
        hand.click("Put into the plan")
        hand.sees("Added to the plan.")
    hers.sees("Her own assessment: High")
    hers.sees("Each item that is present has an action in the plan.")
    text = walk.joint(his, "Word: assessment record")
    for said in ("Not known", "No information", "C-07a", "High", AFRAID, TASK, CHECK, pair.vss.name):
        assert said in text, said
    hers.click("Finish this version")
    hers.click("Finish it for good")
    hers.sees("It stays as it is")
    walk.open(hers, "plan")
    hers.click("In Word")
    text = walk.joint(hers, "The joint plan")
    assert TASK in text
    assert CHECK in text
    text = walk.joint(hers, f"Only the rows of {pair.vss.service_name}")
    assert CHECK in text
    assert TASK not in text


def _her_devices_get_a_plan_that_he_never_sees(walk: Walk) -> None:
    """B9."""
    hers = walk.hers
    walk.open(hers, "digital")
    hers.pick("The children's")
    hers.pick("Tablet")
    hers.click("Put on the map")
    hers.pick("he is signed in from afar")
    hers.fill("What she calls it", DEVICE)
    hers.pick("Plan")
    hers.fill_all({"What is done": PLANNED, "Who does it": "She, with us"})
    hers.choose("Is this a change", "No")
    hers.click("Write it down")
    hers.sees(PLANNED)
    text = read_back(hers, "Word: IT safety plan", walk.folder)
    for said in (DEVICE, PLANNED, "he is signed in from afar", CHANNEL):
        assert said in text, said
    assert NAME not in text
    walk.open(walk.his, "digital")
    assert not walk.his.page.get_by_text("IT safety plan").count()


def _he_and_she_are_asked_at_t1(walk: Walk) -> None:
    """B12: what either answers stays; the other side reads done, or not done."""
    his, hers = walk.his, walk.hers
    walk.open(his, "timeline")
    his.day("T0: he comes to the programme", TODAY - timedelta(days=14))
    his.day("T1: he starts the intervention", TODAY)
    his.press("Enter")
    his.sees("The later dates are counted from it")
    for hand, since, words in ((his, "Better", "I leave the room"), (hers, "Worse", SAID)):
        is_asked(walk, hand, "T1", since, words)
    is_not_asked(hers, "T0", "Not safe")
    walk.open(his, "change")
    rows = {row.split("\t")[0][:2]: row.split("\t")[-1] for row in table(his)}
    assert (rows["T0"], rows["T1"]) == ("Not done", "Done")


def _one_event_is_told_by_three(walk: Walk) -> None:
    """B13: by her, by him, and by the police; joined, not merged."""
    his, hers = walk.his, walk.hers
    walk.open(hers, "recidivism")
    _writes_down(hers, WROTE)
    hers.unfold("Write down new violence")
    hers.pick("Another agency, or somebody else")
    hers.fill("Who exactly, if it matters", PATROL)
    _writes_down(hers, f"At the door: {PATROL}")
    walk.open(his, "recidivism")
    his.sees("Nothing is written down yet")
    _writes_down(his, QUARREL)
    his.click("Release this")
    his.sees(f"The other service reads: {QUARREL}")

    walk.open(hers, "recidivism")
    hers.choose("Which one", WROTE)
    for _ in range(2):
        hers.pick("Join", "What do you want to do?")
        hers.click("Join them")
        hers.sees("Take apart")
    hers.pick("Release", "What do you want to do?")
    hers.fill("Word it for the other service", TOLD)
    hers.sees("They will read that it is one event with")
    hers.click("Release this")
    hers.sees(f"The other service reads: {TOLD}")
    walk.open(his, "recidivism")
    his.sees(TOLD)
    his.sees("source protected")


def _writes_down(hand: Hand, severity: str) -> None:
    hand.day("Day, or first day", TODAY)
    hand.write("What happened, and how severe it was, in words", severity)
    hand.click("Write it down")
    hand.sees(severity)


def _they_take_the_picture_along_each_in_its_edition(walk: Walk) -> None:
    """B13: the joint one says the same to both; hers says what her service alone reads, and he is not offered it."""
    his, hers = walk.his, walk.hers
    alone = "Word: for our service alone"
    editions = []
    for hand in (his, hers):
        walk.open(hand, "picture")
        editions.append(walk.joint(hand, "Word: for both services"))
    assert all(said in text for text in editions for said in (TOLD, QUARREL))
    assert WROTE in read_back(hers, alone, walk.folder)
    expect(his.page.get_by_role("button", name=alone)).to_have_count(0)


def _a_notice_is_sent_and_received(walk: Walk) -> None:
    """B13: she agreed, so nobody has to confirm it; he reads it for risk only and says so."""
    his, hers = walk.his, walk.hers
    walk.open(hers, "notices")
    hers.choose("What is it about?", "New violence or a threat")
    hers.day("When it happened", TODAY)
    hers.write("What happened, in words", TOLD)
    hers.click("Send the notice")
    hers.sees("not read yet")
    walk.open(his, "notices")
    his.sees("not to be used with him")
    his.click("I have read it")
    walk.open(hers, "notices")
    hers.sees(f"{walk.pair.pp.name} has read it")
    text = walk.joint(his, "Word: this notice")
    assert TOLD in text
    assert "not to be used with him" in text
