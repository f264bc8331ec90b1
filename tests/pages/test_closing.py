"""The page End of the case: what belongs before it, what each side does alone, the report, the review and the end by both."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session
from streamlit.testing.v1 import AppTest

from core import clock
from core.models import Case, Closing, ClosingStep, Lesson, Role, Settled
from core.operations import closings
from core.operations.closings import CloseReason, ReopenReason
from core.operations.releases import Basis
from tests import closing as steps
from tests import notices
from tests.make import Make, Pair
from tests.pages.conftest import Desk, press, said
from tests.pages.test_risk import by_label


def view(at: AppTest, case_id: UUID, name: str) -> AppTest:
    """Go to a part of the page."""
    at.session_state[f"closing:view:{case_id}"] = name
    at.run()
    assert not at.exception, [raised.value for raised in at.exception]
    return at


def click(at: AppTest, key: str) -> AppTest:
    next(one for one in at.button if key in str(one.key)).click().run()
    assert not at.exception, [raised.value for raised in at.exception]
    return at


def only(db: Session, model: Any) -> Any:
    """The one record that there is; the store is free again afterwards."""
    found = db.scalars(select(model).execution_options(populate_existing=True)).one()
    db.expunge(found)
    db.commit()
    return found


def prepared(db: Session, make: Make) -> Pair:
    pair = make.pair()
    steps.prepared(db, make, pair)
    db.commit()
    return pair


def test_who_opens_it_first_reads_what_it_leads_through_and_begins(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    make.action(pair)
    steps.dated(db, pair)
    db.commit()

    at = desk.open(pair.pp, "closing", case=pair.case.id)
    assert "her danger may be greater now" in said(at)
    press(at, "Prepare the end")

    text = said(at)
    assert "No joint risk assessment for the end is finished." in text
    assert "1 action of the plan is open" in text
    assert "What he is told, and by whom" in text
    assert "Her safety plan" not in text
    assert only(db, Closing).begun_by == pair.pp.person_id


def test_a_follow_up_without_a_day_is_not_ticked_off(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    db.commit()
    at = desk.open(pair.vss, "closing", case=pair.case.id)

    press(at, "Prepare the end")

    assert ":material/pending: Both ask once more at T4: no day yet." in said(at)


def test_the_page_stands_still_for_who_manages_no_case(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    chair = make.chair(pair)
    db.commit()

    at = desk.open(chair, "closing", case=pair.case.id)

    assert "A case manager proposes the end" in said(at)
    assert "Prepare the end" not in [button.label for button in at.button]


def test_a_step_is_written_down_and_the_other_side_reads_nothing_of_it(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    steps.dated(db, pair)

    closings.begin(db, pair.vss, pair.case.id)
    db.commit()
    at = desk.open(pair.vss, "closing", case=pair.case.id)

    click(at, "closing_step:safety_plan")
    assert "Please choose one of these." in said(at)
    by_label(at.radio, "What became of it").set_value(Settled.DONE)
    by_label(at.text_area, "Who goes on with it").set_value("Her counsellor, on Friday")
    click(at, "closing_step:safety_plan")

    assert "Her counsellor, on Friday" in said(at)
    assert only(db, ClosingStep).settled is Settled.DONE
    other = said(desk.open(pair.pp, "closing", case=pair.case.id))
    assert "counsellor" not in other
    assert "safety plan" not in other


def test_each_service_writes_its_part_of_the_report_and_both_read_it(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = prepared(db, make)
    at = view(desk.open(pair.pp, "closing", case=pair.case.id), pair.case.id, "report")

    by_label(at.text_area, f"{pair.pp.service_name} writes").set_value("A year of the group")
    click(at, "closing_text:course")

    other = view(desk.open(pair.vss, "closing", case=pair.case.id), pair.case.id, "report")
    assert "A year of the group" in said(other)
    assert any(one.label == "Word: closing report" for one in other.button)


def test_one_proposes_with_a_ground_the_other_agrees_and_the_follow_up_is_left(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = prepared(db, make)
    at = view(desk.open(pair.pp, "closing", case=pair.case.id), pair.case.id, "end")
    press(at, "Propose it to the other service")
    assert not only(db, Closing).is_proposed

    by_label(at.radio, "Why the case ends").set_value(CloseReason.COMPLETED)
    press(at, "Propose it to the other service")
    assert "We proposed the end and can take it back" in said(at)
    assert "Agree to the end" not in [button.label for button in at.button]
    rows = [str(link.proto.label) for link in desk.open(pair.vss, "today").get("page_link")]
    assert any("proposes to end the case" in row for row in rows)

    other = view(desk.open(pair.vss, "closing", case=pair.case.id), pair.case.id, "end")
    assert "Programme completed" in said(other)
    press(other, "Agree to the end")

    assert "What is left is the follow-up at T4" in said(other)
    assert "This says nothing about whether he changed or she is safe." in said(other)
    assert only(db, Closing).agreed_by == pair.vss.person_id


def test_a_service_that_has_something_to_do_is_told_so_and_the_other_is_not(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    steps.dated(db, pair)
    steps.joint_done(db, make, pair)

    closing = closings.begin(db, pair.pp, pair.case.id)
    steps.own_done(db, pair, pair.pp, closing)
    steps.proposed(db, pair.pp, closing)
    db.commit()

    at = view(desk.open(pair.vss, "closing", case=pair.case.id), pair.case.id, "end")
    assert "First on our own side: T3" in said(at)
    press(at, "Agree to the end")
    assert "Her safety plan goes on with somebody" in said(at)
    assert not only(db, Closing).is_agreed
    press(at, "Not yet: prepare further")
    assert not only(db, Closing).is_proposed
    assert "First on our own side" not in said(
        view(desk.open(pair.pp, "closing", case=pair.case.id), pair.case.id, "end")
    )


def test_when_both_say_that_the_follow_up_is_over_the_case_is_closed_and_can_be_taken_up_again(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    steps.agreed(db, make, pair)
    db.commit()
    at = desk.open(pair.pp, "closing", case=pair.case.id)
    press(at, "The follow-up is over for our service")
    assert "T4 is open on your side" in said(at)
    for actor in (pair.pp, pair.vss):
        steps.settled(db, pair, actor, "T4")
        db.commit()
        at = desk.open(actor, "closing", case=pair.case.id)
        press(at, "The follow-up is over for our service")

    assert "The case is closed." in said(at)
    assert only(db, Case).closed_on == clock.today()
    press(at, "Take it up again")
    assert only(db, Case).closed_on == clock.today()
    by_label(at.radio, "Why").set_value(ReopenReason.RETURNED)
    press(at, "Take it up again")
    assert only(db, Case).closed_on is None
    assert "Nobody has begun to prepare the end" in said(at)


def test_what_was_learned_is_shown_as_it_goes_on_and_read_by_the_managements(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = prepared(db, make)
    lead = make.actor(pair.vss.service_id, Role.MANAGER)
    db.commit()
    at = view(desk.open(pair.pp, "closing", case=pair.case.id), pair.case.id, "review")
    assert "Nothing new to pass on." in said(at)

    by_label(at.text_area, f"{pair.pp.service_name} writes").set_value("One number for both")
    click(at, "closing_text:helped")
    press(at, "Pass on exactly this")

    assert "The managements read this." in said(at)
    assert only(db, Lesson).text == "One number for both"
    text = said(desk.open(lead, "review", cooperation=pair.case.cooperation_id))
    assert "One number for both" in text
    assert pair.case.code not in text


def test_the_frame_of_a_case_of_both_leads_to_the_end_by_both(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    db.commit()

    at = desk.open(pair.pp, "frame", case=pair.case.id)

    assert "they end it together" in said(at)
    assert "Close the case" not in [button.label for button in at.button]


def test_an_end_that_did_not_stay_stands_on_the_page_with_its_report(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    steps.agreed(db, make, pair)
    version = pair.case.version
    closings.reopen(db, pair.pp, pair.case.id, reason=ReopenReason.RETURNED, version=version)
    db.commit()

    at = desk.open(pair.vss, "closing", case=pair.case.id)

    assert "Earlier ends of this case" in said(at)
    assert "He returned to the programme" in said(at)
    click(at, "closing:word:")


def test_the_page_says_that_a_notice_is_on_its_way_before_somebody_agrees_to_the_end(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    closing = steps.prepared(db, make, pair)
    steps.proposed(db, pair.pp, closing, has_follow_up=False, lacking="Nobody can be reached")
    notices.sent(db, pair, pair.vss, basis=Basis.DANGER)
    db.commit()

    case_id = pair.case.id
    hers, his = (
        view(desk.open(actor, "closing", case=case_id), case_id, "end") for actor in (pair.vss, pair.pp)
    )

    assert "A notice of our service waits for a second person" in said(hers)
    press(hers, "Agree to the end")
    assert "Before the case is closed, a colleague says whether it goes" in said(hers)
    assert only(db, Case).closed_on is None
    assert "notice of" not in said(his)
