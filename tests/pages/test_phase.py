"""The walk of a case on its page."""

from datetime import timedelta

from sqlalchemy.orm import Session
from streamlit.testing.v1 import AppTest

from core import clock
from core.models import Role, SubjectKind
from core.operations import phases
from tests.make import Make, Pair
from tests.pages.conftest import Desk, press, said


def walked(db: Session, make: Make) -> Pair:
    pair = make.pair(is_agreed=False)
    phases.begin(db, pair.pp, pair.case)
    return pair


def labels(at: AppTest) -> str:
    return "\n".join(expander.label for expander in at.expander)


def test_the_page_shows_the_phases_and_what_is_expected_next(db: Session, make: Make, desk: Desk) -> None:
    pair = walked(db, make)
    make.subject(pair.vss_file, SubjectKind.HER)
    db.commit()

    at = desk.open(pair.pp, "phase", case=pair.case.id)

    assert pair.case.code.replace("-", "\\-") in said(at)
    assert "Case opening · 1 of 9 done" in labels(at)
    assert "done, as the records show" in said(at)
    assert "Check that the case is meant by the protocol" in said(at)
    assert "Record how to reach her safely" not in said(at)
    assert "Working structure of this product" in said(at).replace("\\", "")


def test_a_step_is_ticked_in_its_place(db: Session, make: Make, desk: Desk) -> None:
    pair = walked(db, make)
    db.commit()
    at = desk.open(pair.pp, "phase", case=pair.case.id)

    at.button(key="done:case_opening:his_conditions").click().run()

    assert "ticked by hand" in said(at)
    assert "Case opening · 2 of 9 done" in labels(at)


def test_not_applicable_asks_for_a_reason_beside_the_field_and_keeps_the_choice(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = walked(db, make)
    db.commit()
    at = desk.open(pair.pp, "phase", case=pair.case.id)

    at.selectbox[1].select("first_joint/children_considered")
    press(at, "Save mark")
    assert "Please fill this in" in at.error[0].value

    at.text_area[1].set_value("They have no children.")
    press(at, "Save mark")
    assert "They have no children" in said(at)


def test_going_on_with_open_steps_asks_why_and_the_history_says_it(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = walked(db, make)
    db.commit()
    at = desk.open(pair.pp, "phase", case=pair.case.id)

    press(at, "Go on")
    assert "Please fill this in" in at.error[0].value

    at.text_area[0].set_value("She asked *us* to meet at once.")
    press(at, "Go on")
    assert "First joint meeting · 0 of 10 done" in labels(at)
    assert "She asked \\*us\\* to meet at once\\." in said(at)
    assert "Left open" in said(at)


def test_who_is_late_by_a_moment_looks_again_and_keeps_the_reason(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = walked(db, make)
    db.commit()
    at = desk.open(pair.vss, "phase", case=pair.case.id)
    phases.enter(db, pair.pp, pair.case.id, phase="first_joint", reason="Danger", version=pair.case.version)
    db.commit()

    at.text_area[0].set_value("We agreed on the telephone.")
    press(at, "Go on")
    assert "Somebody else saved this" in at.error[0].value

    press(at, "The case has changed since. Take what is shown above as the new starting point")
    assert at.text_area[0].value == "We agreed on the telephone."
    press(at, "Go on")
    assert "Periodic joint meetings · 0 of 8 done" in labels(at)


def test_a_minute_taker_ticks_and_does_not_go_on(db: Session, make: Make, desk: Desk) -> None:
    pair = walked(db, make)
    taker = make.actor(pair.pp.service_id, Role.MINUTE_TAKER)
    make.assign(pair.case, taker)
    db.commit()

    at = desk.open(taker, "phase", case=pair.case.id)

    names = [button.label for button in at.button]
    assert "Save mark" in names
    assert "Go on" not in names


def test_a_closed_case_shows_its_walk_and_nothing_to_do(db: Session, make: Make, desk: Desk) -> None:
    pair = walked(db, make)
    pair.case.closed_on = clock.today() - timedelta(days=1)
    db.commit()

    at = desk.open(pair.vss, "phase", case=pair.case.id)

    assert "This case is closed, since" in said(at)
    assert {button.label for button in at.button} == {"Sign out"}


def test_another_services_case_is_not_there(db: Session, make: Make, desk: Desk) -> None:
    pair, stranger = walked(db, make), make.pair(is_agreed=False).pp
    db.commit()

    at = desk.open(stranger, "phase", case=pair.case.id)

    assert at.error[0].value == "This does not exist, or it is not yours to see."
    assert pair.case.code not in said(at)


def test_a_phase_that_lies_behind_shows_its_steps_once_it_is_opened_and_stays_open(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = walked(db, make)
    db.commit()
    phases.enter(db, pair.pp, pair.case.id, phase="first_joint", reason="Danger", version=pair.case.version)
    db.commit()
    at = desk.open(pair.pp, "phase", case=pair.case.id)
    tick = "done:case_opening:his_conditions"
    assert tick not in {button.key for button in at.button}

    at.session_state["phase:case_opening"] = True
    at.run()
    at.button(key=tick).click().run()

    assert "Case opening · 2 of 9 done" in labels(at)
    assert "Check that the case is meant by the protocol" in said(at)
    assert "ticked by hand" in said(at)
