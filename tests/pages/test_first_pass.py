"""Two people at one risk assessment: what one types is kept, whatever is answered or added meanwhile."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.access import case_agreements_in_force
from core.models import FirstPass, RiskAssessment, RiskGrade, Seen
from core.operations import first_passes, risk_assessments, risk_boards, risk_levels
from tests import risk
from tests.make import Make, Pair, consented
from tests.pages.conftest import Desk, press, said


def labelled(fields: Any, label: str) -> Any:
    return next(one for one in fields if one.label.startswith(label))


def view(db: Session) -> tuple[RiskGrade | None, str]:
    own = db.scalars(select(FirstPass)).one()
    found = (own.her_grade, own.her_words)
    db.rollback()
    return found


def test_her_own_assessment_is_kept_when_the_first_item_is_answered_while_it_is_typed(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    found = risk.begun(db, pair)
    db.commit()
    at = desk.open(pair.vss, "first_pass", case=pair.case.id)
    labelled(at.radio, "She says").set_value(RiskGrade.HIGH)
    labelled(at.text_area, "In her words").set_value("He will come back")
    risk.say(db, pair.vss, found.id, "pets", Seen.PRESENT)
    db.commit()

    press(at, "Save her assessment")

    assert view(db) == (RiskGrade.HIGH, "He will come back")


def test_her_own_assessment_that_was_not_saved_is_not_left_behind_when_the_rest_is_handed_in(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    risk.begun(db, pair)
    consented(db, pair.vss, risk.about(db, pair, pair.vss))
    db.commit()
    at = desk.open(pair.vss, "first_pass", case=pair.case.id)

    labelled(at.radio, "She says").set_value(RiskGrade.HIGH).run()
    assert "is not saved yet" in said(at)
    assert "Look at what they will read, then hand in" not in {one.label for one in at.button}
    press(at, "Save her assessment")
    press(at, "Look at what they will read, then hand in")

    assert "**Her own assessment**: High" in said(at)


def test_what_a_colleague_saved_of_it_meanwhile_stands_beside_what_is_typed(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    found = risk.begun(db, pair)
    risk.say(db, pair.vss, found.id, "pets", Seen.PRESENT)
    db.commit()
    at = desk.open(pair.vss, "first_pass", case=pair.case.id)
    labelled(at.radio, "She says").set_value(RiskGrade.LOW)
    first_passes.write_her_view(
        db, pair.vss, found.id, grade=RiskGrade.HIGH, words="So she told us", stays=False, version=1
    )
    db.commit()

    press(at, "Save her assessment")

    assert view(db) == (RiskGrade.HIGH, "So she told us")
    assert "So she told us" in said(at)
    assert labelled(at.radio, "She says").value is RiskGrade.LOW
    press(at, "Drop what I typed and take theirs")
    assert labelled(at.radio, "She says").value is RiskGrade.HIGH


def his_action(db: Session, pair: Pair, found: RiskAssessment) -> None:
    """The programme gives the first item an action."""
    risk_boards.add_action(
        db,
        pair.pp,
        found.id,
        about=first_passes.HER,
        item="strangled",
        need="A need",
        text="His action",
        due_on=clock.today(),
        service_id=pair.pp.service_id,
        person_id=pair.pp.person_id,
    )


def test_an_action_that_is_typed_stays_with_its_item_when_the_other_side_adds_one(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    found = risk.opened(db, pair, {"strangled": Seen.PRESENT, "pets": Seen.PRESENT}, {})
    db.commit()
    at = desk.open(pair.vss, "risk", case=pair.case.id)
    labelled(at.text_input, "Protection or support need").set_value("She is reached")
    labelled(at.text_area, "Action").set_value("A second telephone")
    labelled(at.date_input, "Term").set_value(clock.today())
    responsible = labelled(at.selectbox, "Responsible")
    responsible.set_value((pair.vss.service_id, pair.vss.person_id))
    his_action(db, pair, found)
    db.commit()

    press(at, "Put into the plan")

    db.expire_all()
    line = risk_boards.of_assessment(db, pair.vss, found.id).line(first_passes.HER, "strangled")
    assert {one.text for one in line.actions} == {"His action", "A second telephone"}


def test_an_item_that_got_an_action_from_the_other_side_makes_room_for_the_next(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    found = risk.opened(db, pair, {"strangled": Seen.PRESENT, "pets": Seen.PRESENT}, {})
    db.commit()
    at = desk.open(pair.vss, "risk", case=pair.case.id)
    assert labelled(at.selectbox, "Item").value == (first_passes.HER, "strangled")

    his_action(db, pair, found)
    db.commit()
    at.run()

    assert labelled(at.selectbox, "Item").value == (first_passes.HER, "pets")


def test_what_she_answered_is_taken_back_of_a_finished_version_and_the_programme_is_offered_nothing(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    found = risk.opened(db, pair, {}, {"strangled": Seen.PRESENT})
    found.finished_at = clock.now()
    db.commit()
    assert "still shared" not in said(desk.open(pair.pp, "first_pass", case=pair.case.id))

    at = desk.open(pair.vss, "first_pass", case=pair.case.id)
    assert "still shared" in said(at)
    press(at, "Take it back for good")

    assert "still shared" not in said(at)
    assert first_passes.still_shared(db, pair.vss, pair.case.id) == []


def open_box(at: Any, found_id: UUID) -> None:
    at.session_state[f"first_pass:earlier:{found_id}"] = True
    at.run()


def test_what_stays_in_our_file_is_read_on_our_page_after_the_programme_finished_alone(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    case_id = pair.case.id
    found = risk.begun(db, pair)
    risk.say(db, pair.vss, found.id, "strangled", Seen.PRESENT, note="Canary twice", stays=True)
    first_passes.write_her_view(
        db, pair.vss, found.id, grade=RiskGrade.HIGH, words="Canary words", stays=True, version=1
    )
    risk.handed_in(db, pair, pair.pp, found.id)
    risk_assessments.open_passes(db, pair.pp, found.id, version_=found.version)
    risk_levels.choose(db, pair.pp, found.id, grade=RiskGrade.HIGH, reason="So", number=0)
    db.commit()
    service, found_id = pair.case.cooperation.vss.name, found.id
    db.rollback()
    press(desk.open(pair.pp, "risk", case=case_id), f"Finish without {service}")
    db.expire_all()
    assert db.get_one(RiskAssessment, found_id).is_finished
    db.rollback()

    at = desk.open(pair.pp, "first_pass", case=case_id)
    open_box(at, found_id)
    assert "Canary" not in said(at)
    at = desk.open(pair.vss, "first_pass", case=case_id)
    assert "Canary" not in said(at)
    open_box(at, found_id)
    assert "Canary twice" in said(at)
    assert "Canary words" in said(at)


def test_after_the_agreement_has_ended_our_answers_are_read_and_go_over_into_the_next_version(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    found = risk.begun(db, pair)
    risk.say(db, pair.vss, found.id, "strangled", Seen.PRESENT, note="Canary twice")
    agreement = db.scalars(case_agreements_in_force()).one()
    agreement.ends_on = clock.today() - timedelta(days=1)
    found_id = found.id
    db.commit()
    at = desk.open(pair.vss, "first_pass", case=pair.case.id)
    open_box(at, found_id)
    assert "Canary twice" in said(at)

    agreement.ends_on = clock.today() + timedelta(days=30)
    found.finished_at = clock.now()
    following = risk.begun(db, pair)
    db.commit()
    at = desk.open(pair.vss, "first_pass", case=pair.case.id)
    press(at, "Take over these answers")
    db.expire_all()
    assert first_passes.mine(db, pair.vss, following.id).answers[first_passes.HER, "strangled"].note == (
        "Canary twice"
    )


def test_what_is_past_and_has_no_day_is_named_in_its_row_and_before_anything_is_read(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    found = risk.begun(db, pair)
    risk.say(db, pair.vss, found.id, "pets", Seen.PAST)
    consented(db, pair.vss, risk.about(db, pair, pair.vss))
    db.commit()
    at = desk.open(pair.vss, "first_pass", case=pair.case.id)
    assert sum("The day is still missing" in one.value for one in at.caption) == 1

    press(at, "Look at what they will read, then hand in")

    [missing] = [one.value for one in at.warning if "without a day" in one.value]
    assert "The woman: He has harmed" in missing
    assert "They will read" not in [one.value for one in at.subheader]
    labelled(at.date_input, "Day it happened").set_value(clock.today() - timedelta(days=400)).run()
    assert not [one.value for one in at.warning if "without a day" in one.value]
    assert "They will read" in [one.value for one in at.subheader]
