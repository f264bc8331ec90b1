"""The page of the managements' talk: ratings of both sides, commitments, key aspects, the record."""

from datetime import date

import pytest
from sqlalchemy.orm import Session
from streamlit.testing.v1 import AppTest

from core import clock
from core.access import Actor
from core.models import AgreementLevel, Role, Weight
from core.operations import agreement_starts, talks
from core.operations.talks import Held, Rating
from tests.make import Make, Pair
from tests.pages.conftest import Desk, press, said


def standing(db: Session, actor: Actor, pair: Pair) -> talks.Standing:
    db.rollback()
    return talks.find(db, actor, pair.case.cooperation_id)


def turn_to(at: AppTest, view: str) -> AppTest:
    next(one for one in at.segmented_control if one.label == "Part of the talk").set_value(view).run()
    assert not at.exception, [raised.value for raised in at.exception]
    return at


def weigh(at: AppTest, weight: Weight, note: str = "") -> AppTest:
    next(one for one in at.segmented_control if one.label.endswith("this is")).set_value(weight)
    at.text_area[0].set_value(note)
    return press(at, "Save and go on")


def test_both_sides_rate_from_their_own_screens_and_see_where_they_differ(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    db.commit()
    of_pp, of_vss = desk.open(pair.pp, "talk"), desk.open(pair.vss, "talk")
    assert "has not rated this yet" in said(of_pp)

    weigh(of_pp, Weight.SERIOUS, "No *law* names us.")
    assert of_pp.selectbox[0].value == "roles"
    weigh(of_vss, Weight.NOT_AN_ISSUE)
    of_vss.selectbox[0].select("no_rules").run()

    assert "| ● serious | ○ not an issue | ≠≠ two steps |" in said(of_vss).replace("\u00a0", " ")
    assert "No \\*law\\* names us\\." in said(of_vss)
    assert len([one for one in of_vss.segmented_control if one.label.endswith("this is")]) == 1
    assert standing(db, pair.pp, pair).challenges[0].vss == Rating(Weight.NOT_AN_ISSUE)


def test_a_rating_needs_a_choice_and_the_note_stays(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    db.commit()
    at = desk.open(pair.pp, "talk")

    at.text_area[0].set_value("We do not know yet.")
    press(at, "Save and go on")

    assert at.error[0].value == "Please choose one of these."
    assert at.text_area[0].value == "We do not know yet."


def test_two_colleagues_of_one_side_see_both_texts_and_choose(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    colleague = make.actor(pair.pp.service_id, Role.MANAGER)
    db.commit()
    mine, theirs = desk.open(pair.pp, "talk"), desk.open(colleague, "talk")
    weigh(theirs, Weight.SERIOUS, "Their reason")

    weigh(mine, Weight.SOME, "My reason")
    assert "Somebody else saved this" in mine.error[0].value
    assert "●\u00a0serious" in said(mine)
    assert "Their reason" in said(mine)
    assert mine.text_area[0].value == "My reason"
    press(mine, "I have read it and go on with mine")
    press(mine, "Save and go on")

    assert standing(db, pair.vss, pair).challenges[0].pp == Rating(Weight.SOME, "My reason")


def test_what_is_typed_outlives_a_look_at_another_part(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    db.commit()
    at = desk.open(pair.pp, "talk")

    at.text_area[0].set_value("Half a reason").run()
    at.selectbox[0].select("skill").run()
    turn_to(at, "solutions")
    at.text_area[0].set_value("Half a commitment").run()
    turn_to(at, "challenges")
    at.selectbox[0].select("no_rules").run()
    assert at.text_area[0].value == "Half a reason"
    turn_to(at, "solutions")

    assert at.text_area[0].value == "Half a commitment"


def test_a_solution_becomes_a_commitment_of_the_agreement(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    manager = make.actor(pair.vss.service_id, Role.MANAGER)
    db.commit()
    at = turn_to(desk.open(manager, "talk"), "solutions")

    press(at, "Draft this commitment")
    assert at.error[0].value == "Please fill this in."
    at.selectbox[0].select("methods").run()
    at.text_area[0].set_value("New people visit.")
    at.radio[0].set_value("pp")
    at.date_input[0].set_value(date(2030, 3, 15))
    press(at, "Draft this commitment")

    assert "**Commitment** (perpetrator programme): New people visit\\. By 15 Mar 2030." in said(at)
    agreement = agreement_starts.draft(
        db, manager, level=AgreementLevel.ORGANISATION, cooperation_id=pair.case.cooperation_id
    )
    assert [one.adapted for one in agreement.clauses if "New people visit" in (one.adapted or "")]


@pytest.mark.parametrize("way", ["I have read it and go on with mine", "Take what is saved now"])
def test_neither_way_to_go_on_loses_what_only_one_side_wrote(
    way: str, db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    db.commit()
    mine, theirs = (turn_to(desk.open(actor, "talk"), "aspects") for actor in (pair.pp, pair.vss))
    theirs.text_area[0].set_value("Their meaning of the first").run()
    press(theirs, "Save")

    mine.text_area[1].set_value("My meaning of the second").run()
    press(mine, way)
    press(mine, "Save")

    texts = [one.text for one in standing(db, pair.vss, pair).aspects]
    assert texts[:2] == ["Their meaning of the first", "My meaning of the second"]


def test_who_takes_what_the_other_side_wrote_is_offered_their_own_of_it_no_more(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    db.commit()
    mine, theirs = (turn_to(desk.open(actor, "talk"), "aspects") for actor in (pair.pp, pair.vss))
    theirs.text_area[0].set_value("Their meaning").run()
    press(theirs, "Save")
    mine.text_area[0].set_value("My meaning").run()
    press(mine, "Take what is saved now")

    assert mine.text_area[0].value == "Their meaning"
    assert not mine.error


def test_key_aspects_are_written_and_drafted_as_objectives(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    db.commit()
    mine, theirs = (turn_to(desk.open(actor, "talk"), "aspects") for actor in (pair.pp, pair.vss))
    theirs.text_area[1].set_value("She sleeps.")
    press(theirs, "Save")

    mine.text_area[1].set_value("Fewer calls.")
    mine.text_area[2].set_value("By telephone.")
    press(mine, "Save")
    assert "Somebody else saved this" in mine.error[0].value
    assert (mine.text_area[1].value, mine.text_area[2].value) == ("Fewer calls.", "By telephone.")
    press(mine, "I have read it and go on with mine")
    press(mine, "Save")
    press(mine, "Draft: Communication")

    assert "**Objective** (both services): By telephone" in said(mine)
    assert "Draft: Communication" not in [button.label for button in mine.button]
    texts = [one.text for one in standing(db, pair.vss, pair).aspects]
    assert texts == ["", "Fewer calls.", "By telephone.", "", ""]


def test_the_record_names_the_day_and_the_functions(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    db.commit()
    at = turn_to(desk.open(pair.pp, "talk"), "held")

    at.date_input[0].set_value(clock.today().replace(year=clock.today().year + 1, day=1))
    at.text_area[0].set_value("Director")
    press(at, "Save")
    assert "This day lies ahead" in at.error[0].value
    assert at.text_area[0].value == "Director"
    at.date_input[0].set_value(clock.today())
    press(at, "Save")

    assert standing(db, pair.vss, pair).held == Held(clock.today(), "Director", "")


def test_another_services_talk_is_not_there(db: Session, make: Make, desk: Desk) -> None:
    pair, stranger = make.pair(), make.pair().vss
    db.commit()

    at = desk.open(stranger, "talk", cooperation=pair.case.cooperation_id)

    assert at.error[0].value == "This does not exist, or it is not yours to see."
    assert not at.segmented_control
