from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session
from streamlit.testing.v1 import AppTest

from core import clock
from core.models import Action, Barred
from core.operations import action_plans
from core.operations.action_plans import ActionState
from tests.make import Make, Pair
from tests.pages.conftest import Desk, press, said


def rows(db: Session, pair: Pair) -> list[Action]:
    db.expire_all()
    return action_plans.list_of_case(db, pair.pp, pair.case.id)


def type_in(at: AppTest, label: str, value: str) -> None:
    fields = [*at.text_input, *at.text_area]
    next(field for field in fields if field.label == label).set_value(value)


def click(at: AppTest, key: str) -> AppTest:
    at.button(key=key).click().run()
    assert not at.exception
    return at


def test_an_empty_plan_says_how_to_begin_and_takes_its_first_action(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    db.commit()
    at = desk.open(pair.vss, "plan", case=pair.case.id)
    assert "no action yet" in said(at)

    press(at, "Add an action")
    type_in(at, "Protection or support need", "The protection order ends on 28 February")
    type_in(at, "Action", "Legal advice")
    at.date_input[0].set_value(clock.today() + timedelta(days=5))
    at.selectbox[0].set_value((pair.vss.service_id, pair.vss.person_id))
    press(at, "Put into the plan")

    (action,) = rows(db, pair)
    assert (action.text, action.person_id) == ("Legal advice", pair.vss.person_id)
    assert "Legal advice" in said(at)


def test_what_looks_like_an_address_is_asked_about_once_and_nothing_typed_is_lost(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    db.commit()
    at = desk.open(pair.vss, "plan", case=pair.case.id)
    press(at, "Add an action")
    type_in(at, "Protection or support need", "The way to school")
    type_in(at, "Action", "Meet her at 12 Linden Road")
    at.date_input[0].set_value(clock.today() + timedelta(days=5))
    at.selectbox[0].set_value((pair.vss.service_id, pair.vss.person_id))

    press(at, "Put into the plan")
    asked, before = at.error[0].value, rows(db, pair)
    db.rollback()
    press(at, "Put into the plan")

    assert "said where somebody is: 12 Linden Road" in asked
    assert before == []
    assert [one.text for one in rows(db, pair)] == ["Meet her at 12 Linden Road"]


def test_what_is_missing_is_said_beside_its_field_and_what_was_typed_stays(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    db.commit()
    at = desk.open(pair.pp, "plan", case=pair.case.id)
    press(at, "Add an action")

    type_in(at, "Action", "Do something")
    press(at, "Put into the plan")

    assert at.error[0].value == "Please fill this in."
    assert "Do something" in [area.value for area in at.text_area]
    assert rows(db, pair) == []


def test_an_own_action_is_ticked_with_one_click_and_another_services_has_no_tick(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    own, theirs = make.action(pair, pair.pp), make.action(pair, pair.vss)
    db.commit()
    at = desk.open(pair.pp, "plan", case=pair.case.id)

    assert not [button for button in at.button if button.key == f"plan:done:{theirs.id}"]
    click(at, f"plan:done:{own.id}")

    assert {action.id: action.state for action in rows(db, pair)} == {
        own.id: ActionState.DONE,
        theirs.id: ActionState.OPEN,
    }


def test_a_tick_on_a_row_that_a_colleague_changed_meanwhile_is_refused(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    action = make.action(pair, pair.pp)
    db.commit()
    at = desk.open(pair.pp, "plan", case=pair.case.id)
    action_plans.postpone(
        db,
        pair.vss,
        action.id,
        due_on=clock.today() + timedelta(days=40),
        reason="More time",
        version=1,
    )
    db.commit()

    click(at, f"plan:done:{action.id}")

    assert "Somebody else saved this" in at.error[0].value
    assert rows(db, pair)[0].state is ActionState.OPEN


def test_not_done_asks_why(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    action = make.action(pair, pair.pp)
    db.commit()
    at = desk.open(pair.pp, "plan", case=pair.case.id)
    click(at, f"plan:open:{action.id}")

    at.radio[0].set_value(ActionState.NOT_DONE)
    next(button for button in at.button if button.label == "Save").click().run()
    assert at.error[0].value == "Please fill this in."
    type_in(at, "Why, or what was seen", "Nobody was there")
    next(button for button in at.button if button.label == "Save").click().run()

    (changed,) = rows(db, pair)
    assert (changed.state, changed.reason) == (ActionState.NOT_DONE, "Nobody was there")


def test_two_who_change_an_action_at_once_see_both_texts(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    action = make.action(pair, pair.vss)
    db.commit()
    at = desk.open(pair.pp, "plan", case=pair.case.id)
    click(at, f"plan:open:{action.id}")
    action_plans.revise(
        db,
        pair.vss,
        action.id,
        need="A need",
        text="Their text",
        due_on=action.due_on,
        service_id=action.service_id,
        person_id=action.person_id,
        version=1,
    )
    db.commit()

    type_in(at, "Action", "My text")
    press(at, "Save")
    assert "Somebody else saved this" in said(at)
    assert "Their text" in said(at)
    assert "My text" in [area.value for area in at.text_area]
    press(at, "Go on with mine")
    press(at, "Save")

    assert [row.text for row in rows(db, pair)] == ["My text"]


@pytest.mark.parametrize("way", ["mine", "theirs"])
def test_neither_way_to_go_on_loses_a_field_that_only_one_of_them_changed(
    way: str, db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    action = make.action(pair)
    due_on = action.due_on + timedelta(days=30)
    db.commit()
    at = desk.open(pair.pp, "plan", case=pair.case.id)
    click(at, f"plan:open:{action.id}")
    action_plans.revise(
        db,
        pair.vss,
        action.id,
        need=action.need,
        text="Their text",
        due_on=due_on,
        service_id=action.service_id,
        person_id=action.person_id,
        version=1,
    )
    db.commit()
    at.run()
    type_in(at, "Protection or support need", "My need")
    click(at, f"draft:Action:{action.id}:revise:{way}")
    click(at, next(str(one.key) for one in at.button if f"plan_revise_{action.id}" in str(one.key)))

    assert [(row.need, row.text, row.due_on) for row in rows(db, pair)] == [("My need", "Their text", due_on)]


def test_the_history_tells_who_moved_the_term(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    action = action_plans.add(
        db,
        pair.pp,
        pair.case.id,
        need="A need",
        text="An action",
        due_on=date(2099, 2, 6),
        service_id=pair.pp.service_id,
    )
    action_plans.postpone(
        db, pair.vss, action.id, due_on=date(2099, 3, 6), reason="More time", version=action.version
    )
    db.commit()
    at = desk.open(pair.pp, "plan", case=pair.case.id)

    click(at, f"plan:open:{action.id}")

    assert "term moved from 6 Feb 2099 to 6 Mar 2099. Reason: More time" in said(at)


def test_what_is_overdue_says_so_in_words(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    make.action(pair, due_on=clock.today() - timedelta(days=4))
    db.commit()

    at = desk.open(pair.vss, "plan", case=pair.case.id)

    assert "Overdue by 4 days" in said(at)


def test_the_plan_waits_until_both_services_confirmed_the_case(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    pair.case.paired_at = None
    db.commit()

    at = desk.open(pair.pp, "plan", case=pair.case.id)

    assert "when both services have confirmed" in said(at)


def test_the_plan_of_a_strangers_case_does_not_exist(db: Session, make: Make, desk: Desk) -> None:
    pair, stranger = make.pair(), make.pair().pp
    make.action(pair)
    db.commit()

    at = desk.open(stranger, "plan", case=pair.case.id)

    assert "not yours to see" in at.error[0].value
    assert "An action" not in said(at)


def ticked(at: AppTest) -> bool:
    return bool(at.checkbox[0].value)


def test_what_was_looked_at_for_one_recipient_is_looked_at_anew_for_another(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    her = make.subject(pair.vss_file, name="Wrenna Finch")
    make.action(pair).text = "Call Wrenna Finch"
    make.barred(pair.vss_file, pair.vss, her, kind=Barred.CONTACT, whom=pair.pp.name)
    db.commit()
    at = desk.open(pair.vss, "plan", case=pair.case.id)
    click(at, "plan:word:open")
    click(at, "plan:word:look")
    at.checkbox[0].check().run()
    assert ticked(at)

    at.segmented_control(key="plan:word:to").set_value("pp").run()
    assert not ticked(at)
    assert not at.get("download_button")

    at.checkbox[0].check().run()
    at.text_area[0].set_value("She has asked for it herself, today").run()
    assert at.get("download_button")
    make.barred(pair.vss_file, pair.vss, her, kind=Barred.CONTACT, whom=pair.pp.name)
    db.commit()
    at.segmented_control(key="plan:word:to").set_value("pp").run()
    assert at.text_area[0].value == ""
    assert not at.get("download_button")
