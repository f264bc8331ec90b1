"""The walk of two managements: from the meeting of both teams to their agreement in force.

Two managers sit in two browsers. What the teams said in Phase 1 arrives in its record, and what they proposed in
the agreement; every Word file is opened and read back.
"""

import re
from datetime import time, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Actor
from core.models import Agreement, Cooperation, Role
from tests import agreement_steps
from tests.browser.conftest import House
from tests.browser.hand import Hand
from tests.browser.steps import (
    PLACE,
    TODAY,
    agree_minutes,
    close,
    come_in,
    declare,
    file_and_put_in_force,
    go_to,
    open_clause,
    plan,
    read_back,
    services,
    sit_down,
)
from tests.make import Make

pytestmark = pytest.mark.browser
PP_SAID = "We work in groups, with accountability first."
VSS_SAID = "We begin with what the woman asks for."
AGREED = "Her safety goes before his progress."
KEPT = "We see couples' talks differently."
WORD, MEANING = "Drop-out", "Three sessions missed without an excuse"
PROMISE = "Each new colleague visits the other service in the first month."
ADAPTED = "Violence is the decision of the person who uses it, and no excuse is written into our papers."
VISITS = "The two directors telephone each month."
DOUBT = "The lawyer of the support service asks for a shorter time."


def test_two_teams_meet_and_their_managements_bring_an_agreement_into_force(
    house: House, db: Session, make: Make, tmp_path: Path
) -> None:
    cooperation = services(make)
    mira = make.actor(cooperation.pp_id, Role.MANAGER)
    lea = make.actor(cooperation.vss_id, Role.MANAGER)
    db.commit()
    his, hers = come_in(house, mira), come_in(house, lea)

    _the_managements_talk_first(his, hers, tmp_path)
    _phase_1_is_planned(his, mira, lea, tmp_path)
    _both_teams_meet(his, hers, mira, lea)
    _the_minutes_are_agreed(his, hers, tmp_path)
    _the_record_is_read_back(hers, tmp_path)
    _clauses_are_drafted(his)
    _what_is_missing_is_said_before_the_export(his, tmp_path)
    _the_rest_is_answered(db, cooperation, mira)
    _a_contested_clause_is_settled(his)
    _it_is_approved_signed_and_in_force(his, hers, tmp_path)
    _it_is_reviewed_and_amended(his)


def _the_managements_talk_first(his: Hand, hers: Hand, folder: Path) -> None:
    """A2: each rates on its own screen, and what is written as a commitment goes into the agreement."""
    for hand, weight in ((his, "● serious"), (hers, "○ not an issue")):
        hand.menu("Cooperation")
        hand.follow("Managements' talk")
        hand.pick(weight)
        hand.click("Save and go on")
    hers.sees("≠≠ two steps")
    hers.pick("Solutions 0")
    hers.fill("What you commit to", VISITS)
    hers.click("Draft this commitment")
    hers.sees(VISITS)
    his.pick("Record ·")
    text = read_back(his, "Record of the talk in Word", folder)
    for said in ("serious", "not an issue", VISITS):
        assert said in text


def _phase_1_is_planned(his: Hand, mira: Actor, lea: Actor, folder: Path) -> None:
    his.menu("Cooperation")
    his.follow("Plan a meeting of both teams")
    his.day("Day", TODAY + timedelta(days=1))
    his.time("Time", time(9, 0))
    for name in (mira.name, lea.name):  # both teams are invited unless somebody is taken off
        his.sees(name)
    his.fill("Place", PLACE)
    his.choose("Leads the meeting", mira.name)
    his.choose("Writes the minutes", lea.name)
    plan(his)
    his.sees("90 of 90 minutes are planned.")
    assert "Words we share" in read_back(his, "Word", folder)
    his.click("I have sent the invitation")
    his.sees("Sent ")


def _both_teams_meet(his: Hand, hers: Hand, mira: Actor, lea: Actor) -> None:
    sit_down(his, hers, mira.name, lea.name)
    declare(his, mira.name, lea.name)
    go_to(his, "3. What our work stands on")
    his.write("What the perpetrator programme (PP) says", PP_SAID)
    hers.sees_head("What our work stands on")
    hers.write("What the victim support service (VSS) says", VSS_SAID)
    his.write("What we agree", AGREED)
    his.write("Different views that stay", KEPT)
    go_to(his, "8. Words we share")
    _a_word_a_tick_and_a_promise_are_written_down(hers, lea)
    his.pick("Close", "What this screen shows")
    his.sees("Some agenda items were not reached")
    close(his)


def _the_minutes_are_agreed(his: Hand, hers: Hand, folder: Path) -> None:
    agree_minutes(his, hers)
    text = read_back(hers, "Take along in Word", folder)
    for said in (PLACE, PP_SAID, VSS_SAID, AGREED, KEPT, "Confirmed"):
        assert said in text


def _a_word_a_tick_and_a_promise_are_written_down(hers: Hand, lea: Actor) -> None:
    """While both teams sit at the table; the table is one click away on each page."""
    hers.follow("Put a word into the glossary")
    hers.fill("Word", WORD)
    hers.fill("What both services mean by it", MEANING)
    hers.click("Save word")
    hers.sees(MEANING)
    expect(hers.page.get_by_label("Word", exact=True)).to_have_value("")
    hers.follow("Training")
    hers.choose_all("Who has taken it", lea.name)
    hers.day("Taken on", TODAY)
    hers.click("Save ticks")
    hers.sees(lea.name)
    hers.follow("Both teams meet now: to the table")
    go_to(hers, "9. Towards the agreement")
    hers.follow("Draft something for the agreement")
    hers.unfold("Draft something for the agreement")
    hers.pick("Commitment", "Becomes a")
    hers.fill("Wording", PROMISE)
    hers.click("Add draft")
    hers.unfold("2 drafts for the agreement")  # with the one of the managements' talk
    hers.sees(PROMISE)
    hers.follow("Both teams meet now: to the table")


def _the_record_is_read_back(hers: Hand, folder: Path) -> None:
    hers.menu("Cooperation")
    hers.sees("1 of 5")
    hers.follow("Phase 1")
    # What was said at the table stands in the record; each service writes its own view only.
    hers.sees(PP_SAID)
    text = read_back(hers, "Record of Phase 1 in Word", folder)
    for said in (PLACE, PP_SAID, VSS_SAID, AGREED, KEPT, WORD, MEANING, PROMISE, "1 of 1"):
        assert said in text


def _clauses_are_drafted(his: Hand) -> None:
    his.menu("Agreements")
    his.click("Begin a draft")
    his.sees_head("Agreement between the managements")
    open_clause(his, "Legislative framework", "No national framework")
    his.click("Put it in")
    his.fill("Country", "Ruritania")
    his.click("Save the answers")
    open_clause(his, "Principles", "The man is accountable")
    his.unfold("Word it differently here")
    his.fill("Text", f"# Accountability\n\n{ADAPTED}")
    his.click("Save the wording")
    his.sees("Worded differently from the library.")
    open_clause(his, "Commitments", "Notices and response times")
    his.pick("Contested", "Between the two services this clause is")
    his.fill("Note (for a contested clause: what is contested; it is printed in drafts)", DOUBT)
    his.click("Save state and note")
    his.sees("1 clause is contested")
    open_clause(his, "Commitments", "Publicity and research")
    his.click("Leave out")
    his.fill("Reason, if you want to note one", "Neither service publishes.")
    his.click("Leave out", his.page.get_by_test_id("stPopoverBody"))
    his.sees("Left out because: Neither service publishes.")


def _what_is_missing_is_said_before_the_export(his: Hand, folder: Path) -> None:
    needs = his.page.locator(".st-key-draft_needs")
    expect(needs).to_contain_text("answers or choices are missing, 1 clause is contested")
    expect(needs).to_contain_text(DOUBT)
    his.follow("Where it stands")
    his.sees("The Word file is a draft and says so on each page")
    expect(his.page.get_by_role("button", name="Approve version")).to_have_count(0)
    text = read_back(his, "Word file", folder)
    for said in ("DRAFT", "In Ruritania", ADAPTED, f"Contested between the services. {DOUBT}", PROMISE):
        assert said in text
    assert "Publicity and research" not in text


def _the_rest_is_answered(db: Session, cooperation: Cooperation, manager: Actor) -> None:
    """The many single answers, which a test of the page types one by one."""
    agreement = db.scalars(select(Agreement).where(Agreement.cooperation_id == cooperation.id)).one()
    agreement_steps.complete(db, manager, agreement)
    db.commit()


def _a_contested_clause_is_settled(his: Hand) -> None:
    his.click("Go on drafting")
    open_clause(his, "Commitments", "Notices and response times")
    his.pick("Agreed", "Between the two services this clause is")
    his.click("Save state and note")
    his.sees("Nothing is missing or contested.")


def _it_is_approved_signed_and_in_force(his: Hand, hers: Hand, folder: Path) -> None:
    his.follow("Where it stands")
    his.click("Approve version")
    his.sees("It waits for the other side.")
    hers.goto(his.page.url)
    _the_versions_are_compared(hers)
    hers.click("Approve version")
    hers.sees("Both sides have approved version")
    text = read_back(hers, "Word file", folder)
    for said in ("Ruritania", ADAPTED, PROMISE, VISITS):
        assert said in text
    assert DOUBT not in text
    file_and_put_in_force(hers)
    his.page.reload()
    his.sees("In force from")
    assert his.download("Signed paper (PDF)") == agreement_steps.PDF


def _it_is_reviewed_and_amended(his: Hand) -> None:
    """A6 and A7: what is signed stays as it is; what changes is a new draft."""
    his.unfold("We have reviewed it")
    his.day("Next review", TODAY + timedelta(days=200))
    his.click("Note the review")
    his.sees("In force from")
    his.click("Begin a new version")
    his.sees_head("Agreement between the managements")
    his.follow("Where it stands")
    # Numbered on after what was drafted before it.
    expect(his.page.get_by_text(re.compile(r"Draft · Version ([2-9]|\d\d+)$")).first).to_be_visible()


def _the_versions_are_compared(hers: Hand) -> None:
    hers.pick("Versions", "What to show")
    changes = hers.page.locator(".st-key-agreement_changes")
    expect(changes).to_contain_text(DOUBT)
    hers.choose("compared with", "1")
    expect(changes).to_contain_text(ADAPTED)
    hers.pick("Where it stands", "What to show")
