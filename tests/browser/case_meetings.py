"""The two meetings of the walk of a case: at once, when something happens, and the periodic one at T2.1 with the talk with her."""

from datetime import time

from playwright.sync_api import expect

from tests.browser.case_work import HOPES, Walk
from tests.browser.hand import Hand
from tests.browser.steps import (
    ADDRESS,
    CHANNEL,
    NAME,
    PHRASE,
    TODAY,
    add_action,
    agree_minutes,
    close,
    declare,
    go_to,
    plan,
    read_back,
    sit_down,
)

MISSED, DANGER = "He did not come to his session today.", "He may come back to the house tonight."
POLICE, SHELTER = "Tell the police, as she agreed", "Keep a place in the shelter"
CALL = "Call him about the session, once she says that it is safe"
STAYS, EVENING = "The level stays high for all of us.", "Move the talk with him to the evening"
SHEET = "This page on paper"
FACTS = "Facts: who saw or heard what, and when"
VIEW = "View of the victim support service (VSS)"


def they_meet_at_once(walk: Walk) -> None:
    """B14: three actions, and minutes that both agree before they stand up."""
    his, hers, pair = walk.his, walk.hers, walk.pair
    walk.open(his, "case")
    his.follow("Emergency meeting")
    assert pair.case.code in walk.joint(his, SHEET)
    his.click("Begin the meeting now")
    his.sees("1 of 8")
    walk.open(hers, "emergency")
    hers.sees("A meeting on this case is going on now.")
    sheet = read_back(hers, SHEET, walk.folder)
    assert CHANNEL in sheet
    assert not [word for word in (NAME, ADDRESS, PHRASE) if word in sheet]
    hers.follow("Go to the table")
    go_to(his, "2. Opening")
    his.pick("At a distance", f"How {pair.vss.name} takes part")
    declare(his, pair.pp.name, pair.vss.name)
    his.click("Next")
    his.write(FACTS, MISSED)
    his.click("Next")
    hers.sees_head("Risk note")
    hers.write(VIEW, DANGER)
    _reads(his, VIEW, DANGER)
    his.click("Next")
    for action, whose in ((POLICE, pair.vss), (SHELTER, pair.vss), (CALL, pair.pp)):
        add_action(his, "A safe night", action, whose)
    his.pick("Close", "What this screen shows")
    his.sees("new actions 3")
    _minutes(walk, MISSED, DANGER, POLICE, SHELTER, CALL)


def they_look_at_all_of_it_again(walk: Walk) -> None:
    """B15: what became of the actions, the level, the plan; and she is asked what she expects of him."""
    his, hers, pair = walk.his, walk.hers, walk.pair
    walk.open(hers, "contact")
    hers.sees("nobody has talked with her about it since")
    hers.write("What she hopes, fears and wants to be told", HOPES)
    hers.press("Write it down")
    hers.sees(HOPES)

    walk.open(his, "meetings")
    his.follow("Plan a meeting")
    his.choose("Kind of meeting", "Periodic")
    his.day("Day", TODAY)
    his.time("Time", time(23, 0))
    plan(his)
    sit_down(his, hers, pair.pp.name, pair.vss.name)
    declare(his, pair.pp.name, pair.vss.name)
    go_to(his, "Actions of last time")
    hers.sees(POLICE)
    for hand, actions in ((hers, (POLICE, SHELTER)), (his, (CALL,))):
        for action in actions:
            _is_done(hand, action)
    go_to(his, "Risk")
    his.write("Decisions", STAYS)
    go_to(his, "Joint action plan")
    add_action(his, "She is not alone on Fridays", EVENING, pair.pp)
    his.pick("Close", "What this screen shows")
    _minutes(walk, STAYS, EVENING, POLICE)
    walk.open(his, "plan")
    _ticks(his, EVENING)


def _is_done(hand: Hand, action: str) -> None:
    card = hand.page.locator('[class*="st-key-last_"]').filter(has_text=action)
    card.locator("summary").click()
    hand.look()
    card.get_by_role("radiogroup").get_by_text("Done", exact=True).click()
    hand.click("Save", card)
    expect(card.locator("strong", has_text="Done")).to_be_visible()


def _ticks(hand: Hand, action: str) -> None:
    row = hand.page.locator('[class*="st-key-plan_row_"]').filter(has_text=action)
    hand.press("Done", row)
    expect(row.get_by_role("button", name="Done")).to_have_count(0)


def _reads(hand: Hand, label: str, text: str) -> None:
    """What the other browser typed has come to this one."""
    expect(hand.page.get_by_label(label, exact=True).or_(hand.page.get_by_text(text)).first).to_be_visible()


def _minutes(walk: Walk, *texts: str) -> None:
    close(walk.his)
    agree_minutes(walk.his, walk.hers)
    for hand in (walk.his, walk.hers):
        paper = walk.joint(hand, "Take along in Word")
        for said in (walk.pair.case.code, *texts):
            assert said in paper, said
