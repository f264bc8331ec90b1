"""Digital safety by two people in two browsers: her map and plan at her service, his part at the programme, and no byte across."""

import re
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.models import DigitalMedium, Seen, SubjectKind, Whose
from core.operations import digital_findings, digital_maps, digital_steps, evidence, safety_actions
from core.operations.evidence import Kept
from core.operations.safety_actions import Wanted
from tests.browser import wire
from tests.browser.conftest import House
from tests.browser.hand import Hand
from tests.browser.steps import come_in, read_back
from tests.browser.test_accessibility import found as faults
from tests.browser.test_risk import strings
from tests.browser.wire import Wire
from tests.make import Make, Pair, consented

pytestmark = pytest.mark.browser
CANARY = "the linnet sings at noon"


def laid(db: Session, make: Make) -> Pair:
    pair = make.pair()
    consented(db, pair.pp, make.subject(pair.pp_file, SubjectKind.HIM))
    db.commit()
    return pair


def pill(hand: Hand, name: str) -> None:
    hand.page.get_by_test_id("stMain").get_by_text(name, exact=True).first.click()
    hand.look()


def test_her_map_and_plan_and_his_part_are_written_apart(
    house: House, db: Session, make: Make, tmp_path: Path
) -> None:
    pair = laid(db, make)
    his, hers = come_in(house, pair.pp), come_in(house, pair.vss)
    for hand in (his, hers):
        hand.goto(f"{house.address}/digital?case={pair.case.id}")

    pill(hers, "Telephone")
    hers.click("Put on the map")
    pill(hers, "he knows code or password")
    hers.fill("Note", CANARY)
    hers.sees("By this he may get in or see")
    hers.pick("Plan")
    hers.fill("What is done", "Leave the family account")
    hers.fill("Who does it", "She, with us")
    hers.choose("Is this a change", "A shared account or family group is left")
    hers.sees("The others in it are told")
    hers.fill("What is in place first", "She has moved")
    hers.click("Write it down")
    hers.sees("First: She has moved")
    text = read_back(hers, "Word: IT safety plan", tmp_path)
    for said in (CANARY, "he knows code or password", "She has moved", "The others in it are told"):
        assert said in text, said

    row = his.page.locator('[class*="st-key-risk_row_"]').filter(has_text="Whether they share")
    row.get_by_text("Yes", exact=True).click()
    his.look()
    his.click("Share with the other service")
    his.click("Share this")
    his.sees("it is what stands here now")
    hers.pick("Six steps")
    hers.sees("Whether they share accounts or devices: Yes")

    apart = "".join(his.seen) + "".join(str(one) for one in his.files)
    for word in (CANARY, "Leave the family account", "She has moved", "Word: IT safety plan"):
        assert word not in apart, word


def test_no_byte_of_her_digital_safety_reaches_the_programme(house: House, db: Session, make: Make) -> None:
    pair = laid(db, make)
    client = Wire(house.address)
    client.enter(house.ticket(pair.pp))

    def sent() -> dict[str, str]:
        with client.socket() as socket:
            query = f"case={pair.case.id}"
            pages = ("digital", "case", "history", "timeline", "risk")
            return {page: wire.run(socket, query, page).text for page in pages}

    sent()  # that one has read a page stands in the history of the second time
    before = sent()
    case_id, vss = pair.case.id, pair.vss
    [one] = digital_maps.put(db, vss, case_id, whose=Whose.HERS, kinds=["phone"])
    digital_maps.mark(db, vss, one.id, marks=["access.knows_code"], name=CANARY, note=CANARY, version=1)
    digital_steps.answer(db, vss, case_id, step="knows", seen=Seen.PRESENT, note=CANARY, version=0)
    digital_findings.write(db, vss, case_id, form="spyware", seen=Seen.PRESENT, note=CANARY, version=0)
    safety_actions.write(db, vss, case_id, wanted=Wanted("accounts", CANARY, CANARY))
    evidence.note(db, vss, case_id, kept=Kept(CANARY, None, CANARY))
    db.commit()

    for page, text in sent().items():
        assert CANARY not in text, page
        assert strings(text) == strings(before[page]), page
    hers = select(DigitalMedium).where(DigitalMedium.file_id == pair.vss_file.id)
    assert len(db.scalars(hers).all()) == 1
    db.rollback()


@pytest.mark.parametrize("width", [1280, 390])
def test_digital_safety_holds_nothing_that_axe_finds(
    house: House, db: Session, make: Make, width: int
) -> None:
    pair = laid(db, make)
    digital_maps.put(db, pair.vss, pair.case.id, whose=Whose.HERS, kinds=["phone", "email"])
    db.commit()

    for actor, parts in ((pair.pp, ()), (pair.vss, ("Map", "Six steps", "Forms found", "Plan", "Evidence"))):
        page = house.come_in(actor, width=width)
        house.open(page, "digital", case=pair.case.id)
        hand = Hand(page)
        hand.look()
        for part in parts:
            hand.pick(part)
            assert faults(page) == [], part
        assert faults(page) == []
        assert not re.search(r"digital\.\w+", page.inner_text("body"))
