"""The pages of a joint risk assessment: beginning, the own first pass, settling, the level, and the list of one's own."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from streamlit.testing.v1 import AppTest

from core import clock
from core.db import Base
from core.models import (
    Action,
    FirstAnswer,
    OutsideResult,
    RiskAssessment,
    RiskChild,
    RiskGrade,
    RiskLevel,
    Role,
    Seen,
    Settlement,
    SubjectKind,
)
from core.operations import first_passes, risk_assessments, risk_boards, risk_levels, risk_lists, unsent
from core.operations.first_passes import HER
from tests import notices, risk
from tests.make import Make, Pair, consented
from tests.pages.conftest import Desk, press, said


def by_label(fields: Any, label: str) -> Any:
    return next(one for one in fields if one.label.startswith(label))


def kept(db: Session, model: type[Base]) -> int:
    """How many rows there are; the store is free again afterwards."""
    found = len(db.scalars(select(model)).all())
    db.rollback()
    return found


def answer(at: AppTest, title: str, seen: Seen) -> AppTest:
    by_label(at.radio, title).set_value(seen).run()
    assert not at.exception, [raised.value for raised in at.exception]
    return at


def test_the_page_says_why_the_risk_is_to_be_assessed_and_by_when(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    notices.sent(db, pair, pair.pp, notices.said(pair.pp, trigger="weapon"))
    make.path_entry(pair, pair.vss, "episode", clock.today())
    db.commit()

    at = desk.open(pair.vss, "risk", case=pair.case.id)

    assert "Notice of" in said(at)
    assert "has never been assessed together" in said(at)
    # Only what both services see: the page stands on a shared screen.
    assert "New violence" not in said(at)


def test_beside_an_assessment_that_runs_the_page_says_what_happened_since_it_began(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    risk.opened(db, pair, {}, {})
    db.commit()
    assert "First finish the assessment that runs" not in said(desk.open(pair.vss, "risk", case=pair.case.id))
    notices.sent(db, pair, pair.pp, notices.said(pair.pp, trigger="weapon"))
    db.commit()

    at = desk.open(pair.vss, "risk", case=pair.case.id)

    assert "the risk is to be assessed again" in said(at)
    assert "First finish the assessment that runs" in said(at)


def test_an_assessment_is_begun_with_codes_only(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    db.commit()
    at = desk.open(pair.pp, "risk", case=pair.case.id)

    at.text_area[0].set_value("Anna")
    press(at, "Begin")
    assert "Never a name" in said(at)
    at.text_area[0].set_value("C-07a\nC-07b")
    press(at, "Begin")

    assert "not handed in yet" in said(at)
    assert "Nothing here is counted" in said(at)
    assert [one.number for one in db.scalars(select(RiskAssessment))] == [1]


def test_who_begins_after_a_colleague_did_is_told_so_and_nothing_is_begun_twice(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    case_id = pair.case.id
    db.commit()
    at = desk.open(pair.vss, "risk", case=case_id)
    assert [one.value for one in at.radio if one.label.startswith("Occasion")] == ["first"]
    risk.begun(db, pair)
    db.commit()

    press(at, "Begin")

    assert f"{pair.pp.name} has begun version 1 meanwhile" in said(at)
    assert kept(db, RiskAssessment) == 1
    at.run()
    assert "meanwhile" not in said(at)


def test_past_without_a_day_is_said_to_be_not_settled_yet(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    risk.opened(db, pair, {"pets": Seen.NOT_PRESENT}, {"pets": Seen.PRESENT})
    db.commit()
    at = desk.open(pair.vss, "risk", case=pair.case.id)

    by_label(at.radio, "What both hold: He has harmed or threatened pets").set_value(Seen.PAST).run()
    assert "Not settled yet, the day is missing" in said(at)
    assert kept(db, Settlement) == 0
    by_label(at.date_input, "Day it happened").set_value(date(2026, 3, 1)).run()
    assert "the day is missing" not in said(at)
    by_label(at.text_input, "Note").set_value("In spring").run()
    assert kept(db, Settlement) == 2
    assert "Settled before" not in said(at)
    by_label(at.radio, "What both hold: He has harmed or threatened pets").set_value(Seen.PRESENT).run()

    assert "Settled before: Past" in said(at.run())


def test_a_child_that_was_forgotten_is_put_there_while_the_assessment_runs(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    risk.opened(db, pair, {}, {}, children=["C-07a"])
    db.commit()
    at = desk.open(pair.pp, "risk", case=pair.case.id)

    by_label(at.text_input, "Code of the child").set_value("Anna")
    press(at, "Add the child")
    refused = said(at)
    by_label(at.text_input, "Code of the child").set_value("C-07b")
    press(at, "Add the child")

    assert "Never a name" in refused
    assert "In this assessment: C\\-07a." in refused
    assert "In this assessment: C\\-07a, C\\-07b." in said(at)
    assert [one.code for one in db.scalars(select(RiskChild).order_by(RiskChild.position))] == [
        "C-07a",
        "C-07b",
    ]
    assert "C-07b" in " ".join(at.button_group[0].options)


def test_an_item_is_saved_as_it_is_answered_with_what_is_asked_beside_it(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    risk.begun(db, pair)
    db.commit()
    case_id = pair.case.id
    at = desk.open(pair.vss, "first_pass", case=case_id)
    assert "original list for the woman is not included" in said(at)

    answer(at, "He has tried to strangle", Seen.PAST)
    at.date_input[0].set_value(clock.today() + timedelta(days=1)).run()
    assert "still to come" in said(at)
    at.date_input[0].set_value(clock.today() - timedelta(days=1)).run()
    by_label(at.text_input, "Note").set_value("Once").run()
    by_label(at.checkbox, "Stays in our file").check().run()

    [row] = db.scalars(select(FirstAnswer))
    assert (row.item, row.seen, row.note, row.stays) == ("strangled", Seen.PAST, "Once", True)
    assert row.past_on == clock.today() - timedelta(days=1)
    db.rollback()
    assert "Once" not in said(desk.open(pair.pp, "first_pass", case=case_id))


def test_what_was_in_the_past_longer_ago_than_ten_years_keeps_its_day(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    risk.begun(db, pair)
    db.commit()
    at = desk.open(pair.vss, "first_pass", case=pair.case.id)

    answer(at, "He has tried to strangle", Seen.PAST)
    at.date_input[0].set_value(date(1994, 5, 3)).run()

    assert db.scalars(select(FirstAnswer.past_on)).one() == date(1994, 5, 3)


def test_what_was_written_beside_an_answer_stays_in_sight_when_the_answer_changes(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    found = risk.begun(db, pair)
    risk.say(db, pair.vss, found.id, "strangled", Seen.PRESENT, note="Once", told_by="her", stays=True)
    db.commit()
    at = desk.open(pair.vss, "first_pass", case=pair.case.id)

    answer(at, "He has tried to strangle", Seen.NOT_KNOWN)
    assert by_label(at.text_input, "Note").value == "Once"
    assert by_label(at.checkbox, "Stays in our file").value
    by_label(at.text_input, "Told or seen").set_value("").run()
    by_label(at.text_input, "Note").set_value("").run()
    by_label(at.checkbox, "Stays in our file").uncheck().run()

    [row] = db.scalars(select(FirstAnswer))
    assert (row.seen, row.note, row.told_by, row.stays) == (Seen.NOT_KNOWN, "", "", False)
    db.rollback()
    assert "Note" not in {one.label for one in at.run().text_input}


def test_a_colleagues_answer_is_never_written_over_unseen(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    found = risk.begun(db, pair)
    db.commit()
    at = desk.open(pair.vss, "first_pass", case=pair.case.id)
    answer(at, "He has tried to strangle", Seen.NOT_PRESENT)

    risk.say(db, pair.vss, found.id, "strangled", Seen.PRESENT, note="Seen by a colleague")
    db.commit()
    at.run()

    assert by_label(at.radio, "He has tried to strangle").value == Seen.PRESENT
    assert by_label(at.text_input, "Note").value == "Seen by a colleague"


def test_a_note_that_was_typed_while_a_colleague_answered_stands_beside_theirs(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    found = risk.begun(db, pair)
    risk.say(db, pair.vss, found.id, "strangled", Seen.PRESENT)
    db.commit()
    at = desk.open(pair.vss, "first_pass", case=pair.case.id)
    risk.say(db, pair.vss, found.id, "strangled", Seen.PRESENT, note="Seen by a colleague")
    db.commit()

    by_label(at.text_input, "Note").set_value("She told it twice").run()
    at.run()

    assert "**Present · Seen by a colleague**" in said(at)
    assert by_label(at.text_input, "Note").value == "She told it twice"
    press(at, "Keep mine")
    assert [row.note for row in db.scalars(select(FirstAnswer))] == ["She told it twice"]
    db.rollback()
    risk.say(db, pair.vss, found.id, "strangled", Seen.PRESENT, note="A third time")
    db.commit()
    by_label(at.text_input, "Note").set_value("No, twice").run()
    press(at, "Take theirs")
    assert by_label(at.text_input, "Note").value == "A third time"


def test_a_child_takes_part_only_after_the_four_principles(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    make.subject(pair.vss_file, SubjectKind.CHILD).born_on = date(2019, 1, 1)
    risk.begun(db, pair, children=["C-07a"])
    db.commit()
    at = desk.open(pair.vss, "first_pass", case=pair.case.id)

    press(at, "Next: Child C\\-07a")
    by_label(at.radio, "Does the child itself").set_value(True).run()
    press(at, "Confirm, and begin")
    assert "Confirm all four principles" in said(at)
    for tick in [one for one in at.checkbox if one.label.startswith("**")]:
        tick.check()
    press(at, "Confirm, and begin")

    assert "the four principles were confirmed" in said(at)
    answer(at, "He has hurt the child", Seen.PRESENT)
    assert [(one.about, one.item) for one in db.scalars(select(FirstAnswer))] == [("C-07a", "hurt")]


def test_it_is_handed_in_after_a_look_and_taken_back(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    found = risk.begun(db, pair)
    risk.say(db, pair.vss, found.id, "pets", Seen.PRESENT, note="The dog", told_by="her")
    consented(db, pair.vss, risk.about(db, pair, pair.vss))
    db.commit()
    at = desk.open(pair.vss, "first_pass", case=pair.case.id)

    press(at, "Look at what they will read, then hand in")
    assert "The dog" in said(at)
    assert "**Not answered:** The woman 24" in said(at)
    press(at, "Hand in")
    assert "Handed in. The other service reads it once both" in said(at)
    assert [one.value for one in at.toast] == ["Handed in."]
    assert "handed in" in said(desk.open(pair.pp, "risk", case=pair.case.id))
    press(at, "Take it back")

    assert by_label(at.radio, "He has harmed").value == Seen.PRESENT


def test_what_one_service_handed_in_is_opened_alone_only_after_reading_what_that_means(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    found = risk.begun(db, pair)
    risk.handed_in(db, pair, pair.vss, found.id)
    db.commit()

    at = desk.open(pair.vss, "risk", case=pair.case.id)
    assert "Open now, without waiting" not in {one.label for one in at.button}
    assert "nobody can close again what was opened" in said(at)
    press(at, "Open what is handed in")

    db.rollback()
    assert db.get_one(RiskAssessment, found.id, populate_existing=True).is_open


def test_after_the_opening_only_her_side_is_offered_to_take_back(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    risk.opened(db, pair, {}, {"pets": Seen.PRESENT})
    db.commit()
    case_id = pair.case.id

    his = desk.open(pair.pp, "first_pass", case=case_id)
    assert "stays as it was handed in" in said(his)
    assert "Take it back" not in {one.label for one in his.button}
    hers = desk.open(pair.vss, "first_pass", case=case_id)
    press(hers, "Take it back")

    assert "handed in after the opening" in said(hers)
    assert "nothing handed in" in said(desk.open(pair.pp, "risk", case=case_id))


def test_without_her_consent_it_waits_for_a_second_person(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    risk.begun(db, pair)
    risk.about(db, pair, pair.vss)
    db.commit()
    at = desk.open(pair.vss, "first_pass", case=pair.case.id)

    press(at, "Look at what they will read, then hand in")
    press(at, "Hand in")
    assert "no consent" in said(at).lower()
    by_label(at.radio, "On what ground").set_value("danger").run()
    by_label(at.text_area, "Why").set_value("He has a weapon and waits before her door.").run()
    press(at, "Hand in")

    assert [one.value for one in at.toast] == [at.warning[0].value]
    assert "Waits for a second person" in said(at)


def of_two_minds(db: Session, make: Make) -> tuple[Pair, RiskAssessment]:
    """Both first passes lie open, and differ in one item."""
    pair = make.pair()
    return pair, risk.opened(db, pair, {"pets": Seen.NOT_PRESENT}, {"pets": Seen.PRESENT})


def test_an_item_that_somebody_settled_meanwhile_shows_both(db: Session, make: Make, desk: Desk) -> None:
    pair, found = of_two_minds(db, make)
    db.commit()
    at = desk.open(pair.vss, "risk", case=pair.case.id)
    assert "Where the answers differ (1)" in said(at)
    risk_boards.settle(
        db, pair.pp, found.id, about=HER, item="pets", seen=Seen.NOT_PRESENT, note="No dog", number=0
    )
    db.commit()

    answer(at, "What both hold: He has harmed", Seen.PRESENT)
    assert f"Settled meanwhile by {pair.pp.name}" in said(at)
    assert "No dog" in said(at)
    press(at, "Settle mine after theirs")

    rows = db.scalars(select(Settlement).order_by(Settlement.number)).all()
    assert [one.seen for one in rows] == [Seen.NOT_PRESENT, Seen.PRESENT]


def test_ones_own_settlement_is_no_reason_to_draw_the_page_anew(db: Session, make: Make, desk: Desk) -> None:
    pair, found = of_two_minds(db, make)
    db.commit()
    found_id, vss, pp = found.id, pair.vss, pair.pp
    at = desk.open(vss, "risk", case=pair.case.id)

    answer(at, "What both hold: He has harmed", Seen.PRESENT)
    mine = risk_boards.pulse(db, vss, found_id)
    assert at.session_state[f"risk:drawn:{found_id}"].pulse == mine

    risk_boards.settle(db, pp, found_id, about=HER, item="money", seen=Seen.PRESENT, number=0)
    db.commit()
    assert at.session_state[f"risk:drawn:{found_id}"].pulse != risk_boards.pulse(db, vss, found_id)


def test_the_box_of_what_nobody_knows_keeps_its_name_when_an_item_of_it_is_settled(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, _ = of_two_minds(db, make)
    db.commit()
    at = desk.open(pair.vss, "risk", case=pair.case.id)
    before = {one.label for one in at.expander}
    assert "Items: 24" in said(at)
    assert not [one for one in at.radio if "strangle" in one.label], "what is folded away is not drawn"
    at.session_state[f"risk:nothing:{HER}"] = True
    at.run()

    answer(at, "What both hold: He has tried to strangle", Seen.PRESENT)
    at.session_state[f"risk:nothing:{HER}"] = False
    at.run()
    assert [one for one in at.radio if "strangle" in one.label], "and is drawn on once somebody was in it"

    assert "Items: 23" in said(at)
    assert {one.label for one in at.expander} - before == set()
    assert "Neither service has said that it knows anything here" in before


def test_a_note_that_is_typed_stays_when_a_colleague_settles_the_item(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, found = of_two_minds(db, make)
    db.commit()
    found_id, vss, pp, case_id = found.id, pair.vss, pair.pp, pair.case.id
    at = desk.open(vss, "risk", case=case_id)
    answer(at, "What both hold: He has harmed", Seen.PRESENT)
    field = by_label(at.text_input, "Note of the meeting").key

    # As the keeper hands it over while the field has the cursor.
    slot = f"risk_note:{found_id}:{HER}:pets"
    unsent.keep(db, vss, slot, text="She has seen the dog", case_id=case_id)
    risk_boards.settle(
        db, pp, found_id, about=HER, item="pets", seen=Seen.PAST, past_on=clock.today(), number=1
    )
    db.commit()
    at.run()
    assert by_label(at.text_input, "Note of the meeting").key == field
    assert f"Settled meanwhile by {pp.name}" in said(at)

    by_label(at.text_input, "Note of the meeting").set_value("She has seen the dog").run()
    assert kept(db, Settlement) == 2
    press(at, "Settle mine after theirs")
    rows = db.scalars(select(Settlement).order_by(Settlement.number)).all()
    assert [(one.seen, one.note) for one in rows][1:] == [
        (Seen.PAST, ""),
        (Seen.PRESENT, "She has seen the dog"),
    ]
    assert unsent.of_slots(db, vss, [slot]) == {}


def test_a_note_that_looks_like_an_address_goes_to_the_other_side_by_a_click_of_its_own_alone(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, _ = of_two_minds(db, make)
    db.commit()
    at = desk.open(pair.vss, "risk", case=pair.case.id)
    answer(at, "What both hold: He has harmed", Seen.PRESENT)

    by_label(at.text_input, "Note of the meeting").set_value("Seen at 12 Linden Road").run()
    assert "said where somebody is: 12 Linden Road" in said(at)
    at.run()
    assert kept(db, Settlement) == 1
    press(at, "Save it as it stands")

    rows = db.scalars(select(Settlement).order_by(Settlement.number)).all()
    assert [one.note for one in rows] == ["", "Seen at 12 Linden Road"]
    assert "said where somebody is" not in said(at)


def test_an_action_for_an_item_that_looks_like_an_address_is_asked_about_once(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    risk.opened(db, pair, {"pets": Seen.PRESENT}, {"pets": Seen.PRESENT})
    db.commit()
    at = desk.open(pair.vss, "risk", case=pair.case.id)
    by_label(at.text_input, "Protection or support need").set_value("The dog")
    by_label(at.text_area, "Action").set_value("Bring it to 12 Linden Road")
    by_label(at.date_input, "Term").set_value(clock.today())
    by_label(at.selectbox, "Responsible").set_value((pair.vss.service_id, None))

    press(at, "Put into the plan")
    assert "said where somebody is: 12 Linden Road" in said(at)
    assert kept(db, Action) == 0
    press(at, "Put into the plan")

    assert [one.text for one in db.scalars(select(Action))] == ["Bring it to 12 Linden Road"]


def test_a_note_that_is_let_go_leaves_theirs(db: Session, make: Make, desk: Desk) -> None:
    pair, found = of_two_minds(db, make)
    risk_boards.settle(db, pair.pp, found.id, about=HER, item="pets", seen=Seen.PRESENT, number=0)
    db.commit()
    vss, slot = pair.vss, f"risk_note:{found.id}:{HER}:pets"
    at = desk.open(vss, "risk", case=pair.case.id)
    unsent.keep(db, vss, slot, text="Mine", case_id=pair.case.id)
    at.session_state["kept:handed"] = {slot: "Mine"}  # as typed here
    risk_boards.settle(
        db, pair.pp, found.id, about=HER, item="pets", seen=Seen.PRESENT, note="Theirs", number=1
    )
    db.commit()
    at.run()

    press(at, "Leave theirs")

    assert by_label(at.text_input, "Note of the meeting").value == "Theirs"
    assert unsent.of_slots(db, vss, [slot]) == {}


def test_a_difference_about_a_child_and_what_is_left_are_told_for_each_person(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    found = risk.begun(db, pair, children=["C-07a", "C-07b"])
    for actor, seen in ((pair.pp, Seen.NOT_PRESENT), (pair.vss, Seen.PRESENT)):
        first_passes.say_part(db, actor, found.id, about="C-07b", takes_part=False, version=0)
        risk.say(db, actor, found.id, "hurt", seen, "C-07b")
        risk.handed_in(db, pair, actor, found.id)
    risk_assessments.open_passes(db, pair.pp, found.id, version_=found.version)
    risk_boards.settle(db, pair.pp, found.id, about="C-07b", item="hurt", seen=Seen.PRESENT, number=0)
    db.commit()

    at = desk.open(pair.vss, "risk", case=pair.case.id)

    [choice] = at.get("button_group")
    assert [one.content for one in choice.proto.options] == [
        "The woman",
        "Child C-07a",
        "Child C-07b (one differs)",
    ]
    assert "Still to settle: The woman 25 · Child C\\-07a 18 · Child C\\-07b 17" in said(at)


def test_theirs_is_left_where_it_convinces(db: Session, make: Make, desk: Desk) -> None:
    pair, found = of_two_minds(db, make)
    db.commit()
    at = desk.open(pair.vss, "risk", case=pair.case.id)
    risk_boards.settle(db, pair.pp, found.id, about=HER, item="pets", seen=Seen.NOT_PRESENT, number=0)
    db.commit()

    answer(at, "What both hold: He has harmed", Seen.PRESENT)
    press(at, "Leave theirs")

    assert by_label(at.radio, "What both hold: He has harmed").value == Seen.NOT_PRESENT
    assert len(db.scalars(select(Settlement)).all()) == 1


def test_a_level_below_what_speaks_for_more_asks_why(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    risk.opened(db, pair, {}, {"strangled": Seen.PRESENT})
    db.commit()
    case_id = pair.case.id
    at = desk.open(pair.pp, "risk", case=case_id)

    by_label(at.radio, "Choose the level").set_value(RiskGrade.INTERMEDIATE).run()
    by_label(at.text_area, "Reason").set_value("It is calm").run()
    press(at, "Choose this level")
    assert kept(db, RiskLevel) == 0
    by_label(at.text_area, "Why not higher").set_value("He is in custody").run()
    press(at, "Choose this level")
    assert "Waits for the other service" in said(at)
    assert "Until both agree, no level holds." in said(at)

    other = desk.open(pair.vss, "risk", case=case_id)
    next(one for one in other.button if one.label.startswith("Agree for")).click().run()
    assert "Holds: Intermediate" in said(other)


def test_who_does_not_agree_to_a_level_chooses_another_and_both_stay_readable(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    found = risk.opened(db, pair, {}, {})
    risk.level(db, found, pair.vss, RiskGrade.INTERMEDIATE, agreed_by=pair.pp)
    risk.level(db, found, pair.pp, RiskGrade.LOW, number=2, needs_both=True)
    db.commit()
    at = desk.open(pair.vss, "risk", case=pair.case.id)
    assert "Until both agree, this holds: Intermediate." in said(at)

    by_label(at.radio, "Choose the level").set_value(RiskGrade.HIGH).run()
    by_label(at.text_area, "Reason").set_value("He waits before her door").run()
    press(at, "Choose this level")

    assert "Holds: High" in said(at)
    assert "another level was chosen after it" in said(at)
    assert not [one for one in at.button if one.label.startswith("Agree for")]


def test_who_settled_an_item_and_what_the_version_before_held_stand_beside_it(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    first = risk.opened(db, pair, {"pets": Seen.PRESENT}, {"pets": Seen.PRESENT})
    risk_boards.settle_same(db, pair.vss, first.id, about=HER)
    risk_levels.choose(db, pair.pp, first.id, grade=RiskGrade.HIGH, reason="So", number=0)
    risk_levels.finish(db, pair.pp, first.id, version_=first.version)
    risk.opened(db, pair, {"pets": Seen.PRESENT}, {"pets": Seen.NOT_PRESENT})
    db.commit()
    at = desk.open(pair.pp, "risk", case=pair.case.id)
    assert "Version 1: Present" in said(at)
    assert "Said for both by" not in said(at)

    answer(at, "What both hold: He has harmed", Seen.NOT_PRESENT)

    assert f"Said for both by {pair.pp.name}" in said(at)
    assert f"Said for both by {pair.pp.name}" in said(desk.open(pair.vss, "risk", case=pair.case.id))


def test_what_is_to_be_settled_before_the_end_is_told_where_a_version_is_finished(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, found = of_two_minds(db, make)
    risk.level(db, found, pair.vss, RiskGrade.HIGH)
    db.commit()
    at = desk.open(pair.vss, "risk", case=pair.case.id)
    assert "**To be settled first**" in said(at)

    press(at, "Finish it for good")
    assert "Settle these first; where nobody knows, say so: He has harmed" in said(at)
    answer(at, "What both hold: He has harmed", Seen.NOT_KNOWN)
    press(at, "Finish it for good")

    assert f"Finished by {pair.vss.name} on" in said(at)


def test_what_is_present_gets_an_action_from_its_item(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    risk.opened(db, pair, {"pets": Seen.PRESENT}, {"pets": Seen.PRESENT})
    make.action(pair)
    db.commit()
    at = desk.open(pair.pp, "risk", case=pair.case.id)
    assert "He has harmed or threatened pets" in said(at)

    listed = by_label(at.selectbox, "An action of the plan answers to it")
    listed.set_value(listed.options[0]).run()
    press(at, "Link")

    assert "Each item that is present has an action in the plan." in said(at)


def record(at: AppTest) -> None:
    by_label(at.text_input, "Name of the instrument").set_value("DASH")
    by_label(at.text_input, "Done by").set_value("Police of Marlen")
    by_label(at.text_area, "Result").set_value("High")
    press(at, "Record the result")


def test_the_result_of_an_outside_instrument_is_recorded_in_ones_own_and_read_after_the_opening(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    found = risk.begun(db, pair)
    db.commit()
    case_id, vss, pp = pair.case.id, pair.vss, pair.pp
    at = desk.open(vss, "first_pass", case=case_id)
    assert "only with our first pass" in said(at)

    record(at)
    assert kept(db, OutsideResult) == 0
    by_label(at.date_input, "Day").set_value(clock.today())
    press(at, "Record the result")

    assert "**DASH**" in said(at)
    assert "DASH" not in said(desk.open(pp, "risk", case=case_id)) + said(
        desk.open(vss, "risk", case=case_id)
    )
    risk.handed_in(db, pair, pp, found.id)
    risk_assessments.open_passes(db, pp, found.id, version_=found.version)
    db.commit()
    assert "DASH" not in said(desk.open(pp, "risk", case=case_id))
    assert "stands on our own page" in said(desk.open(vss, "risk", case=case_id))
    risk.handed_in(db, pair, vss, found.id)
    db.commit()
    other = desk.open(pp, "risk", case=case_id)
    assert "**DASH**" in said(other)
    assert "The other service reads it at once" in said(other)


def test_a_result_is_taken_out_before_the_other_service_reads_it(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    found = risk.begun(db, pair)
    risk_boards.add_result(
        db,
        pair.vss,
        found.id,
        instrument="DASH",
        done_on=clock.today(),
        done_by="Police of Marlen",
        result="High",
    )
    risk.handed_in(db, pair, pair.vss, found.id)
    db.commit()
    at = desk.open(pair.vss, "first_pass", case=pair.case.id)

    press(at, "Take out")

    assert kept(db, OutsideResult) == 0


def test_the_codes_of_ones_own_file_are_taken_on_a_click_alone(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    make.subject(pair.vss_file, SubjectKind.CHILD).code = "C-07a"
    db.commit()
    at = desk.open(pair.vss, "risk", case=pair.case.id)
    field = by_label(at.text_area, "Children")
    assert field.value == ""
    assert "so how many children there are" in said(at)
    assert "After an episode or a notice" not in by_label(at.radio, "Occasion").options

    press(at, "Take the codes of our file")

    assert by_label(at.text_area, "Children").value == "C-07a"


def test_an_earlier_version_is_read_when_somebody_opens_the_comparison(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    first = risk.opened(db, pair, {"pets": Seen.PRESENT}, {"pets": Seen.PRESENT})
    risk_boards.settle_same(db, pair.pp, first.id, about=HER)
    risk_levels.choose(db, pair.pp, first.id, grade=RiskGrade.HIGH, reason="So", number=0)
    risk_levels.finish(db, pair.pp, first.id, version_=first.version)
    second = risk.opened(db, pair, {"pets": Seen.NOT_PRESENT}, {"pets": Seen.NOT_PRESENT})
    second_id = second.id
    db.commit()

    at = desk.open(pair.vss, "risk", case=pair.case.id)
    assert "| Version 1 |" not in said(at)
    at.session_state[f"risk:comparing:{second_id}"] = True
    at.run()

    assert "| Version 1 | Version 2 |" in said(at)
    [level] = [one for one in said(at).splitlines() if one.startswith("|  | Level of risk |")]
    assert f"**High** · So · {pair.pp.name}" in level
    assert "No level yet." in level


def test_an_administrator_enters_a_list_as_a_file_and_is_told_what_is_wrong(
    db: Session, make: Make, desk: Desk
) -> None:
    ada = make.actor(make.service(), Role.ADMINISTRATOR)
    db.commit()
    at = desk.open(ada, "risk_list")
    file = by_label(at.text_area, "Text of the file")

    file.set_value('title = "Ours"\nsource = "Our own"\n[[item]]\ngroup = "bad"\ntext = "Asked"')
    press(at, "Check it and take it over")
    assert "item number 1 group" in said(at)
    by_label(at.text_area, "Text of the file").set_value(
        'title = "Ours"\nsource = "Our own"\n[[item]]\ngroup = "serious"\ntext = "Asked"'
    )
    press(at, "Check it and take it over")
    assert "Asked" in said(at)
    press(at, "Release the list")

    assert "New assessments ask by: Ours" in said(at)


def test_an_administrator_enters_a_list_item_by_item(db: Session, make: Make, desk: Desk) -> None:
    ada = make.actor(make.service(), Role.ADMINISTRATOR)
    db.commit()
    at = desk.open(ada, "risk_list")

    by_label(at.text_input, "Title").set_value("Ours")
    by_label(at.text_area, "Source").set_value("Our own")
    by_label(at.text_input, "Item").set_value("First")
    at.radio[0].set_value(risk_lists.Group.SERIOUS)
    press(at, "Begin with this item")
    by_label(at.text_input, "Item").set_value("Second")
    at.radio[0].set_value(risk_lists.Group.NON_SPECIFIC)
    press(at, "Add the item")
    assert "Second" in said(at)
    press(at, "Take out")
    assert "First" not in said(at)
    press(at, "Discard it")
    assert "No list is being entered." in said(at)


def test_a_released_list_is_corrected_and_the_shipped_one_used_again(
    db: Session, make: Make, desk: Desk
) -> None:
    ada = make.actor(make.service(), Role.ADMINISTRATOR)
    db.commit()
    at = desk.open(ada, "risk_list")
    assert "Use the shipped list again" not in {one.label for one in at.button}
    press(at, "Begin from the list that holds")
    assert "He has tried to strangle" in said(at)
    press(at, "Take out")
    press(at, "Release the list")
    assert "List 2" in said(at)

    press(at, "Use the shipped list again")

    assert "List 3" in said(at)
    assert "Use the shipped list again" not in {one.label for one in at.button}


@pytest.mark.parametrize("page", ["risk", "first_pass"])
def test_a_stranger_reads_no_page_of_it(db: Session, make: Make, desk: Desk, page: str) -> None:
    pair, stranger = make.pair(), make.pair().pp
    risk.begun(db, pair)
    db.commit()

    at = desk.open(stranger, page, case=pair.case.id)

    assert "does not exist" in said(at)


def test_an_assessment_begun_by_mistake_goes_again_and_not_once_somebody_has_answered(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    risk.begun(db, pair)
    db.commit()
    case_id = pair.case.id

    at = desk.open(pair.vss, "risk", case=case_id)
    press(at, "Take it back")
    db.rollback()

    assert db.scalars(select(RiskAssessment)).all() == []
    found = risk.begun(db, pair)
    risk.say(db, pair.vss, found.id, "strangled", Seen.PRESENT)
    db.commit()
    hers = desk.open(pair.vss, "risk", case=case_id)
    assert "Take it back" not in [button.label for button in hers.button]
    his = press(desk.open(pair.pp, "risk", case=case_id), "Take it back")
    assert "Nothing that was answered is thrown away" in his.error[0].value
