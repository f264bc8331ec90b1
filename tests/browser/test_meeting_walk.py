"""The walk of a joint meeting: invited, held, written down, corrected, agreed, added to, and its plan taken along.

A case manager of each side sits in a browser, and a guest of another agency in a third. Every file that leaves is
opened and read back, and nothing of her file may ever stand on the screen or in a file of anybody else.
"""

from dataclasses import dataclass
from datetime import time
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from core.access import Actor
from core.models import Role, ServiceKind
from tests.browser.conftest import House
from tests.browser.hand import Hand
from tests.browser.steps import (
    ADDRESS,
    CHANNEL,
    HERS,
    NAME,
    PHRASE,
    PLACE,
    TODAY,
    TOLD,
    add_action,
    agree_minutes,
    close,
    come_in,
    declare,
    entry_of,
    go_to,
    holds_nothing_of_hers,
    plan,
    read_back,
    sit_down,
    text_of,
)
from tests.make import Make, Pair, share

pytestmark = pytest.mark.browser
SHARED = "The children are questioned at the school gate on Fridays."
NEED, ACTION = "The children are not questioned", "A session on asking children, without naming a source"
TABLET = "Check the tablet with somebody who knows"
VIEW = "The danger has grown since the separation."
SEEN = "He stood at the school gate on Friday."
CORRECTED = "He stood at the school gate on Friday and on Monday."
DECIDED = "Nobody asks the children about her."
LATER = "The school was told on the day after the meeting."
POINT = "Handing over the children"


@dataclass
class Walk:
    """Who walks, each with a browser, and where files are put to be read."""

    pair: Pair
    his: Hand
    hers: Hand
    folder: Path


def test_a_joint_meeting_is_walked_from_the_invitation_to_the_agreed_minutes(
    house: House, db: Session, make: Make, tmp_path: Path
) -> None:
    pair = make.pair()
    carla = make.actor(make.service(ServiceKind.CHILD_PROTECTION), Role.GUEST)
    _her_file_is_full(db, make, pair)
    db.commit()
    walk = Walk(pair, come_in(house, pair.pp), come_in(house, pair.vss), tmp_path)

    _a_meeting_is_planned_and_people_are_invited(house, walk, carla)
    _the_agenda_is_put_in_order(walk.his)
    _the_invitation_names_nobody(walk)
    guest = come_in(house, carla)
    _the_guest_reads_the_invitation_and_nothing_else(house, walk, guest)
    _the_meeting_is_held(walk, carla)
    _the_minutes_are_corrected_agreed_and_added_to(walk)
    _the_plan_is_taken_along(walk)

    holds_nothing_of_hers(walk.his)
    holds_nothing_of_hers(guest)
    assert not [word for word in (SHARED, VIEW, CORRECTED, ACTION) if word in "\n".join(guest.seen)]
    assert not [word for word in HERS if word in text_of(walk.hers.files)]


def _her_file_is_full(db: Session, make: Make, pair: Pair) -> None:
    her = make.subject(pair.vss_file, name=NAME, address=ADDRESS)
    her.safe_channel, her.code_phrase = CHANNEL, PHRASE
    note = make.note(pair.vss_file, pair.vss, "her_account", TOLD)
    db.flush()
    share(db, pair.vss, note.id, SHARED)


def _a_meeting_is_planned_and_people_are_invited(house: House, walk: Walk, carla: Actor) -> None:
    his = walk.his
    house.open(his.page, "case", case=walk.pair.case.id)
    his.follow("Meetings")
    his.follow("Plan a meeting")
    his.choose("Kind of meeting", "First joint")
    his.day("Day", TODAY)
    his.time("Time", time(23, 0))
    his.choose_all("Who is invited", carla.name)
    his.fill("Place", PLACE)
    his.choose("Leads the meeting", walk.pair.pp.name)
    his.choose("Writes the minutes", walk.pair.vss.name)
    plan(his)
    his.sees("60 of 60 minutes are planned.")
    his.sees(carla.name)


def _the_agenda_is_put_in_order(his: Hand) -> None:
    his.pick("Agenda", "Prepare this meeting")
    form = his.page.get_by_test_id("stForm").filter(has_text="A new item")
    form.get_by_label("What it is about").fill(POINT)
    his.click("Add the item", form)
    his.choose("Item", f"12. {POINT}")
    # Each click moves the same point one place up, though its number changes with each.
    his.click("Earlier")
    his.click("Earlier")
    expect(his.page.get_by_role("combobox", name="Item").first).to_have_value(f"10. {POINT}")
    his.sees("The items take 65 minutes")


def _the_invitation_names_nobody(walk: Walk) -> None:
    his = walk.his
    word = read_back(his, "Word", walk.folder)
    for text in (word, entry_of(his)):
        assert walk.pair.case.code in text
        assert PLACE in text
        assert (POINT in text) is (text == word)  # calendars may be copied to private telephones
        assert walk.pair.pp.name not in text
        assert walk.pair.vss.name not in text
    his.click("I have sent the invitation")
    his.sees("Sent ")


def _the_guest_reads_the_invitation_and_nothing_else(house: House, walk: Walk, guest: Hand) -> None:
    guest.menu("Meetings")
    guest.follow("First joint meeting")
    guest.sees(PLACE)
    guest.sees(POINT)
    assert walk.pair.case.code in read_back(guest, "Word", walk.folder)
    for page in ("case", "file", "timeline", "plan"):
        house.open(guest.page, page, case=walk.pair.case.id)
        guest.look()
    assert not [name for name in (walk.pair.pp.name, walk.pair.vss.name) if name in "\n".join(guest.seen)]


def _the_meeting_is_held(walk: Walk, carla: Actor) -> None:
    his, hers, pair = walk.his, walk.hers, walk.pair
    sit_down(his, hers, pair.pp.name, pair.vss.name)
    his.pick("In writing", f"How {carla.name} takes part")
    declare(his, pair.pp.name, pair.vss.name)
    go_to(his, "7. Risk")
    his.write("Facts: who saw or heard what, and when", SEEN)
    his.write("Decisions", DECIDED)
    # The other browser has followed to the item by itself.
    hers.sees_head("Risk")
    hers.write("View of the victim support service (VSS)", VIEW)
    go_to(his, "Joint action plan")
    add_action(his, NEED, ACTION, pair.pp)
    add_action(his, "Tablet of C-07a", TABLET, pair.vss)
    his.pick("Close", "What this screen shows")
    his.sees("new actions 2")
    close(his)


def _the_minutes_are_corrected_agreed_and_added_to(walk: Walk) -> None:
    his, hers = walk.his, walk.hers
    his.click("Agree for")
    hers.goto(his.page.url)
    hers.unfold("Correct what was written")
    hers.choose("Item", "Risk")
    hers.fill("Facts: who saw or heard what, and when", CORRECTED)
    hers.click("Save the correction")
    # His agreement was to other words; it has lapsed, and he looks again.
    hers.sees("Version 2")
    his.page.reload()
    his.sees(CORRECTED)
    agree_minutes(his, hers)
    hers.fill("Addendum", LATER)
    hers.click("Add the addendum")
    hers.sees(LATER)
    his.page.reload()
    his.sees(LATER)
    for hand in (his, hers):
        text = read_back(hand, "Take along in Word", walk.folder)
        for said in (walk.pair.case.code, CORRECTED, VIEW, DECIDED, NEED, ACTION, LATER, "In writing"):
            assert said in text


def _the_plan_is_taken_along(walk: Walk) -> None:
    his = walk.his
    his.follow("Action plan")
    his.sees(ACTION)
    his.click("In Word")
    text = read_back(his, "The joint plan", walk.folder)
    assert NEED in text
    assert TABLET in text
    text = read_back(his, "Only the rows of", walk.folder)
    assert ACTION in text
    assert TABLET not in text
