"""Something has happened: from the case to a running emergency meeting in three clicks, and to its agreed minutes.

A case manager of each side sits in a browser; nothing of her file may stand on his screen or in his files.
"""

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from core.access import Actor
from core.models import Role
from tests.browser.conftest import House
from tests.browser.hand import Hand
from tests.browser.steps import (
    ADDRESS,
    CHANNEL,
    NAME,
    PHRASE,
    TOLD,
    add_action,
    agree_minutes,
    close,
    come_in,
    declare,
    go_to,
    holds_nothing_of_hers,
    read_back,
)
from tests.make import Make, Pair

pytestmark = pytest.mark.browser
DUTY_PHONE = "0555 1212"
HAPPENED, DANGER = "A threat was heard on the telephone last night.", "He knows where she works."
NEED, ACTION = "A safe way home tonight", "Somebody of the service waits at her work."


def test_an_emergency_meeting_begins_three_clicks_from_the_case_and_ends_in_agreed_minutes(
    house: House, db: Session, make: Make, tmp_path: Path
) -> None:
    pair = make.pair()
    nina = make.actor(pair.vss.service_id, Role.PARTNER_CONTACT)
    her = make.subject(pair.vss_file, name=NAME, address=ADDRESS)
    her.safe_channel, her.code_phrase = CHANNEL, PHRASE
    make.note(pair.vss_file, pair.vss, "her_account", TOLD)
    db.commit()
    _somebody_is_on_duty(come_in(house, nina))
    his, hers = come_in(house, pair.pp), come_in(house, pair.vss)
    for hand in (his, hers):
        house.open(hand.page, "case", case=pair.case.id)

    _her_side_reads_how_she_is_reached(hers, nina, tmp_path)
    _it_begins_at_once(his, hers, nina)
    _it_is_held(his, hers, pair)
    agree_minutes(his, hers)

    for hand in (his, hers):
        text = read_back(hand, "Take along in Word", tmp_path)
        for said in (pair.case.code, HAPPENED, DANGER, NEED, ACTION):
            assert said in text
    holds_nothing_of_hers(his)


def _somebody_is_on_duty(hers: Hand) -> None:
    hers.menu("My account")
    hers.unfold("I am on duty")
    hers.fill("Telephone that will be answered", DUTY_PHONE)
    hers.page.get_by_test_id("stTimeInput").first.get_by_role("spinbutton").first.click()
    hers.page.keyboard.type("0000", delay=20)
    hers.page.keyboard.press("Tab")
    hers.click("Enter my duty")
    hers.sees(f", {DUTY_PHONE}, from ")


def _her_side_reads_how_she_is_reached(hers: Hand, nina: Actor, folder: Path) -> None:
    hers.follow("Emergency meeting")
    hers.sees(f"{nina.name}: {DUTY_PHONE}")
    hers.click("Show how she is reached")
    hers.sees(CHANNEL)
    hers.click("Hide it again")
    paper = read_back(hers, "This page on paper", folder)
    # A sheet that is lost gives neither the phrase away nor who she is.
    assert CHANNEL in paper
    assert not [word for word in (NAME, ADDRESS, PHRASE, TOLD) if word in paper]


def _it_begins_at_once(his: Hand, hers: Hand, nina: Actor) -> None:
    his.follow("Emergency meeting")
    his.sees(f"{nina.name}: {DUTY_PHONE}")
    his.click("Begin the meeting now")
    his.sees("1 of 8")
    hers.page.reload()
    hers.sees("A meeting on this case is going on now.")
    hers.follow("Go to the table")
    hers.sees("1 of 8")


def _it_is_held(his: Hand, hers: Hand, pair: Pair) -> None:
    # Whoever began it is there, and nobody has to be told so.
    go_to(his, "2. Opening")
    his.sees("Who is here (1 of 2)")
    his.choose("Somebody came who is not on the list", pair.vss.name)
    his.click("Give a seat")
    declare(his, pair.pp.name, pair.vss.name)
    his.click("Next")
    his.write("Facts: who saw or heard what, and when", HAPPENED)
    his.click("Next")
    hers.sees_head("Risk note")
    hers.write("View of the victim support service (VSS)", DANGER)
    his.click("Next")
    add_action(his, NEED, ACTION, pair.vss)
    his.pick("Close", "What this screen shows")
    close(his)
