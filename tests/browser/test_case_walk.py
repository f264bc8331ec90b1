"""The walk of a case from its opening to the preparation of its first joint meeting, clicked as people click.

A case manager of each side sits in a browser. Nothing of her file may ever stand on his screen or in his files, and
nothing of his that he did not share on hers.
"""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Actor
from core.models import AgreementLevel, Case, Cooperation, Role
from core.operations import agreement_starts
from tests import agreement_steps
from tests.browser.conftest import House
from tests.browser.hand import Hand
from tests.browser.steps import (
    ADDRESS,
    CHANNEL,
    HERS,
    NAME,
    PHRASE,
    TODAY,
    TOLD,
    between_the_managements,
    come_in,
    holds_nothing_of_hers,
    services,
    text_of,
)
from tests.make import Make

pytestmark = pytest.mark.browser
CODE, REFERENCE = "K-2027-4821", "TPM-0815"
SHARED = "The children are questioned at the school gate on Fridays."
HIS_NAME, SAID = "Marek Falkner", "She makes me look small in front of the boys"
MISSED = "Two of eight sessions missed, the last one without an excuse."
RELEASED = "He has missed two of eight sessions."
HOLIDAY = "The programme is closed in that week."


@dataclass
class Walk:
    """A case manager of each side, each with a browser."""

    his: Hand
    hers: Hand


def test_a_case_is_opened_paired_and_prepared_by_both_sides(house: House, db: Session, make: Make) -> None:
    cooperation = services(make)
    pp = make.actor(cooperation.pp_id, Role.CASE_MANAGER)
    vss = make.actor(cooperation.vss_id, Role.CASE_MANAGER)
    db.commit()
    walk = Walk(come_in(house, pp), come_in(house, vss))

    _he_is_opened_as_a_case(walk.his)
    _she_is_asked_about_blindly(walk)
    _her_file_is_written(walk.hers)
    _the_pair_is_confirmed(walk)
    _the_agreement_of_the_case_holds(db, make, cooperation, pp, vss)
    _the_timeline_begins(walk.his)
    _a_date_is_moved_with_a_reason(walk)
    _his_side_prepares(walk.his)
    _each_side_reads_what_was_shared(walk)

    holds_nothing_of_hers(walk.his)
    walk.hers.look()
    shown = "\n".join([*walk.hers.seen, *walk.hers.addresses, text_of(walk.hers.files)])
    assert not [word for word in (HIS_NAME, SAID, MISSED, REFERENCE) if word in shown]
    assert not [word for word in HERS if word in text_of(walk.hers.files)]


def _he_is_opened_as_a_case(his: Hand) -> None:
    his.menu("Cases")
    his.unfold("Open a case")
    his.fill("Code (may stay empty)", CODE)
    his.fill("Number of the file at your service", REFERENCE)
    his.click("Open the case")
    his.sees_head(f"Case {CODE}")
    his.follow("Check that the case is meant by the protocol")
    his.pick("no", "Do they live together?")
    his.fill("Children (leave empty where not known)", "2")
    his.pick("yes", "All of this is so")
    his.click("Save")
    his.follow("Case")
    his.sees("Living together: no")


def _she_is_asked_about_blindly(walk: Walk) -> None:
    walk.his.fill("What identifies the person", "R.K., 1988")
    walk.his.click("Ask the other service")
    walk.his.sees("Perhaps nobody there has looked so far")

    walk.hers.menu("Cases")
    walk.hers.follow("Read and answer")
    walk.hers.sees("R.K., 1988")
    walk.hers.pick("Parallel file")
    walk.hers.click("Answer")
    walk.hers.sees_head(f"Case {CODE}")


def _her_file_is_written(hers: Hand) -> None:
    hers.follow("My file")
    hers.pick("she")
    typed = {"Name": NAME, "Address": ADDRESS, "Safe channel": CHANNEL, "Code phrase": PHRASE}
    for label, text in typed.items():
        hers.fill(label, text)
    hers.click("Save")
    hers.sees(PHRASE)
    _note(hers, "Her account", f"{TOLD}. {NAME} sleeps at {ADDRESS}.", source="my sister")


def _note(hand: Hand, topic: str, text: str, source: str = "") -> None:
    hand.follow("Write a note")
    hand.choose("Topic", topic)
    hand.fill("Text", text)
    hand.fill("Who said or saw it", source)
    hand.click("Save")
    hand.sees(text)


def _the_pair_is_confirmed(walk: Walk) -> None:
    walk.his.follow("My file")
    walk.his.follow("Case")
    walk.his.click("The two files belong together")
    walk.his.sees("When the other case manager does")
    walk.hers.follow("Case")
    walk.hers.click("The two files belong together")
    walk.hers.sees("The joint space of this case opens with its agreement.")


def _the_agreement_of_the_case_holds(
    db: Session, make: Make, cooperation: Cooperation, pp: Actor, vss: Actor
) -> None:
    """By records: clicking it has a walk of its own."""
    between_the_managements(db, make, cooperation)
    case = db.scalars(select(Case).where(Case.code == CODE)).one()
    draft = agreement_starts.draft(
        db, pp, level=AgreementLevel.CASE, case_id=case.id, ends_on=TODAY + timedelta(days=180)
    )
    agreement_steps.put_in_force(db, draft, pp, vss)
    db.commit()


def _the_timeline_begins(his: Hand) -> None:
    his.follow("Timeline")
    his.sees("Enter T0, T1")
    his.day("T0", TODAY - timedelta(days=10))
    his.day("T1", TODAY + timedelta(days=4))
    his.click("Enter")
    his.sees("T2.1: every three months")


def _a_date_is_moved_with_a_reason(walk: Walk) -> None:
    his, hers = walk.his, walk.hers
    his.pick("Move a date", "What do you want to do?")
    his.choose("Which date", "T2.1")
    his.day("New date", TODAY + timedelta(days=100))
    his.click("Move")
    his.sees("Please fill this in.")
    his.fill("Reason", HOLIDAY)
    his.click("Move")
    his.sees("By the rule it would be")
    # The list goes on with the date that was moved, whatever else is clicked.
    his.page.get_by_test_id("stCheckbox").filter(has_text="Show also what only my service sees").click()
    his.look()
    his.sees("By the rule it would be")

    hers.follow("Timeline")
    hers.sees("moved by hand")
    hers.pick("Move a date", "What do you want to do?")
    hers.unfold("Moves until now")
    hers.sees(HOLIDAY)


def _his_side_prepares(his: Hand) -> None:
    his.follow("My file")
    his.pick("he")
    his.fill("Name", HIS_NAME)
    his.click("Save")
    his.sees(HIS_NAME)
    _note(his, "Statements that worry us", SAID, source=HIS_NAME)
    _note(his, "Attendance", MISSED)


def _each_side_reads_what_was_shared(walk: Walk) -> None:
    his, hers = walk.his, walk.hers
    hers.follow("My file")
    _consent(hers)
    hers.follow("Back to our file")
    hers.follow("Share")
    hers.sees("The text holds names or contacts from your file, or what looks like one:")
    hers.click("Share this")
    hers.sees("This holds names or contacts from your file.")
    shown_by_her = _share(hers, SHARED)
    expect(hers.page.locator(".st-key-card_joint")).not_to_contain_text("sister")

    _consent(his)
    his.follow("Back to our file")
    his.follow("Share")
    shown_by_him = _share(his, RELEASED)
    # What each side reads is, word for word, what the preview showed the other's case manager.
    joint = his.page.locator(".st-key-card_joint").inner_text().split()
    assert " ".join(shown_by_her) in " ".join(joint)
    hers.page.reload()
    hers.sees(RELEASED)
    joint = hers.page.locator(".st-key-card_joint").inner_text().split()
    assert " ".join(shown_by_him) in " ".join(joint)


def _consent(hand: Hand) -> None:
    """Write down that the first person of the own file agrees that what they told is used to judge the danger."""
    hand.follow("Consent, and what left this file")
    hand.unfold("Write down an answer")
    hand.pick("Yes", "What was said")
    hand.fill("How it was asked and explained, or why not yet", "Alone, at our office")
    hand.pick("Yes", "Was it safe to ask?")
    hand.click("Keep this answer")
    hand.sees("Answers on: Judging the danger")


def _share(hand: Hand, text: str) -> list[str]:
    """Word it for the other side, look at what they will see, and share it; the words of the preview."""
    hand.fill("Text", text)
    expect(
        hand.page.get_by_text("The text holds names or contacts from your file, or what looks like one:")
    ).to_be_hidden()
    preview = hand.page.locator(".st-key-card_preview")
    expect(preview).to_contain_text(text)
    shown = preview.inner_text().split()
    hand.click("Share this")
    if preview.is_visible():  # who is quick meets the button of the preview before, which shares nothing
        hand.click("Share this")
    hand.page.wait_for_url("**/case?*")
    hand.look()
    hand.sees(text)
    return shown
