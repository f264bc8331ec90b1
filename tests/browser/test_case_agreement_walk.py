"""The walk of the agreement for one case: begun from the case, answered, approved by both, changed, signed, in force.

A case manager of each side sits in a browser; every Word file is opened and read back, and nothing of her file may
ever stand on his screen or in his files.
"""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Actor
from core.models import Agreement, AgreementLevel, Case, Cooperation
from tests import agreement_steps
from tests.browser.conftest import House
from tests.browser.hand import Hand
from tests.browser.steps import (
    ADDRESS,
    CHANNEL,
    NAME,
    PHRASE,
    TODAY,
    TOLD,
    between_the_managements,
    come_in,
    file_and_put_in_force,
    holds_nothing_of_hers,
    open_clause,
    read_back,
)
from tests.make import Make

pytestmark = pytest.mark.browser
AIM = "Nobody questions the children about her."
BETTER_AIM = "Nobody questions the children about her, at school or at home."


def test_the_agreement_of_a_case_is_begun_approved_changed_signed_and_in_force(
    house: House, db: Session, make: Make, tmp_path: Path
) -> None:
    pair = make.pair(is_agreed=False)
    between_the_managements(db, make, db.get_one(Cooperation, pair.case.cooperation_id))
    her = make.subject(pair.vss_file, name=NAME, address=ADDRESS)
    her.safe_channel, her.code_phrase = CHANNEL, PHRASE
    make.note(pair.vss_file, pair.vss, "her_account", TOLD)
    db.commit()
    his, hers = come_in(house, pair.pp), come_in(house, pair.vss)
    house.open(his.page, "case", case=pair.case.id)

    _it_is_begun_from_the_case(his, pair.case, pair.pp, pair.vss)
    _it_always_ends(his)
    _its_aims_are_written(his, AIM)
    _the_rest_is_answered(db, pair.case, pair.pp)
    _both_sides_approve(his, hers)
    _a_change_makes_the_approvals_lapse(his, hers)
    _both_sides_approve(his, hers)
    file_and_put_in_force(hers)

    his.page.reload()
    his.sees("In force from")
    assert his.download("Signed paper (PDF)") == agreement_steps.PDF
    for hand in (his, hers):
        text = read_back(hand, "Word file", tmp_path)
        for said in (pair.case.code, pair.pp.name, pair.vss.name, BETTER_AIM, "In force"):
            assert said in text
    holds_nothing_of_hers(his)


def _it_is_begun_from_the_case(his: Hand, case: Case, pp: Actor, vss: Actor) -> None:
    his.follow("Agreement", his.page.locator(".st-key-case_ways"))
    his.sees("No agreement for this case is in force or in draft.")
    his.day("Until", TODAY - timedelta(days=1))
    his.click("Begin the draft")
    his.sees("lies before")
    his.day("Until", TODAY + timedelta(days=120))
    his.click("Begin the draft")
    his.sees_head("Agreement for one case")
    # The code and the case managers stand in it already.
    his.sees(pp.name)
    his.sees(case.code)
    his.pick("For the victim support service (VSS)")
    his.sees(vss.name)
    his.pick("For the perpetrator programme (PP)")


def _it_always_ends(his: Hand) -> None:
    his.no_day("End of the agreement")
    his.click("Save the answers")
    his.sees("Please choose a date.")
    his.day("End of the agreement", TODAY + timedelta(days=150))
    his.click("Save the answers")
    expect(his.page.get_by_text("Please choose a date.")).to_be_hidden()


def _its_aims_are_written(his: Hand, aims: str) -> None:
    open_clause(his, "Objectives", "What we want to reach in this case")
    his.fill("Aims in this case", aims)
    his.click("Save the answers")
    expect(his.page.locator(".st-key-agreement_text")).to_contain_text(aims)


def _the_rest_is_answered(db: Session, case: Case, manager: Actor) -> None:
    """The many single answers, which a test of the page types one by one."""
    is_of_case = Agreement.level == AgreementLevel.CASE, Agreement.case_id == case.id
    agreement_steps.complete(db, manager, db.scalars(select(Agreement).where(*is_of_case)).one())
    db.commit()


def _both_sides_approve(his: Hand, hers: Hand) -> None:
    his.follow("Where it stands")
    his.page.reload()
    his.click("Approve version")
    his.sees("It waits for the other side.")
    hers.goto(his.page.url)
    hers.click("Approve version")
    hers.sees("Both sides have approved version")


def _a_change_makes_the_approvals_lapse(his: Hand, hers: Hand) -> None:
    his.page.reload()
    his.sees("Both sides have approved version")
    his.click("Go on drafting")
    his.sees("A change makes the approvals lapse")
    _its_aims_are_written(his, BETTER_AIM)
    hers.page.reload()
    hers.sees("You approve version")
