"""What people see while the joint space of a case is closed, and how an emergency opens it."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.access import Actor
from core.locale import Words
from core.models import Agreement, AgreementState, Case, EmergencyOpening, Meeting, MeetingState
from core.operations import agreement_approvals, joint_spaces
from tests import agreement_steps as steps
from tests.make import Make, Pair
from tests.pages.conftest import Desk, press, said


def ended(db: Session, make: Make) -> tuple[Pair, Agreement]:
    """A case whose agreement ended yesterday."""
    pair = make.pair(is_agreed=False)
    agreement = make.agreement_in_force(pair, ends_on=clock.today() - timedelta(days=1))
    db.commit()
    return pair, agreement


@pytest.mark.parametrize("page", ["case", "plan", "timeline", "emergency"])
def test_a_page_of_a_case_says_what_ended_and_what_can_be_done(
    db: Session, make: Make, desk: Desk, page: str
) -> None:
    pair, _ = ended(db, make)

    at = desk.open(pair.pp, page, case=pair.case.id)

    assert "The agreement of this case ended" in said(at)
    assert "Your own file" in said(at)


def test_a_case_leads_to_the_agreement_that_waits_for_its_signature_and_begins_no_other(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair(is_agreed=False)
    make.agreement_in_force(pair)
    waiting = steps.case_draft(db, pair)
    db.commit()

    def ways() -> list[str]:
        at = desk.open(pair.vss, "case", case=pair.case.id)
        return [str(link.proto.label) for link in at.get("page_link")]

    assert "To the draft of the agreement" in ways()
    waiting.state = AgreementState.APPROVED
    db.commit()
    assert "Sign the agreement that both approved" in ways()
    assert "Begin an agreement" not in ways()


@pytest.mark.parametrize("page", ["meeting", "table", "minutes"])
def test_a_meeting_says_that_it_ended_with_the_agreement_and_when_and_why(
    db: Session, make: Make, desk: Desk, page: str
) -> None:
    pair = make.pair(is_agreed=False)
    agreement = make.agreement_in_force(pair, ends_on=clock.today() + timedelta(days=9))
    meeting = make.table(pair)
    agreement.state = AgreementState.TERMINATED
    agreement.terminated_on, agreement.termination_reason = clock.today(), "He left the country"
    db.commit()

    at = desk.open(pair.vss, page, meeting=meeting.id)

    assert len(at.error) == 1
    assert "He left the country" in at.error[0].value
    assert "The town hall" not in said(at)


def test_a_meeting_that_was_never_theirs_says_nothing_of_agreements(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, _ = ended(db, make)
    meeting = make.table(pair)
    stranger = make.pair().pp
    db.commit()

    at = desk.open(stranger, "table", meeting=meeting.id)

    assert len(at.error) == 1
    assert "agreement" not in said(at)


def test_no_meeting_begins_before_an_emergency_is_opened_with_its_ground(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair(is_agreed=False)
    db.commit()
    at = desk.open(pair.vss, "emergency", case=pair.case.id)
    assert "Begin the meeting now" not in [button.label for button in at.button]

    press(at, "Open the joint space")
    assert "Please choose why it cannot wait for an agreement." in [error.value for error in at.error]
    at.radio[0].set_value("adult")
    press(at, "Open the joint space")

    db.expire_all()
    assert [one.case_id for one in db.scalars(select(EmergencyOpening))] == [pair.case.id]
    db.commit()
    assert "in an emergency" in said(at)
    assert "Begin the meeting now" in [button.label for button in at.button]
    other = said(desk.open(pair.pp, "case", case=pair.case.id))
    assert "Immediate danger for her or another adult" in other


def test_the_page_of_the_emergency_says_in_one_sentence_what_has_to_be_done_first(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, _ = ended(db, make)
    lonely, shut, ready = make.pair(), make.pair(), make.pair()
    lonely.case.paired_at, shut.case.closed_on = None, clock.today()
    db.commit()

    def first(actor: Actor, case: Case) -> list[str]:
        at = desk.open(actor, "emergency", case=case.id)
        return [info.value.split(":**")[0].removeprefix("**") for info in at.info]

    assert first(pair.pp, pair.case) == ["First call the other service"]
    opening = joint_spaces.open_emergency(
        db, pair.pp, pair.case.id, ground=joint_spaces.EmergencyGround.ADULT, reason=""
    )
    db.commit()
    assert opening.is_asked
    assert "You have asked: call the other service now," in first(pair.pp, pair.case)[0]
    assert (
        "The other service asks to open the joint space: confirm it below." in first(pair.vss, pair.case)[0]
    )
    asked = "somebody asks to open the joint space after the agreement ended"
    assert [
        one for one in desk.open(pair.vss, "today").markdown if asked in one.value and ":red[" in one.value
    ]
    assert first(lonely.vss, lonely.case) == ["Call the other service now"]
    assert first(shut.vss, shut.case) == ["Call who answers below, and take the case up again"]
    assert first(ready.vss, ready.case) == []


def test_the_way_to_the_emergency_stands_beside_the_title_of_every_page_of_a_case(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    db.commit()

    for page in ("case", "file", "plan", "history"):
        links = desk.open(pair.pp, page, case=pair.case.id).get("page_link")
        assert (
            next(link.proto.label for link in links if "case" in link.proto.query_string)
            == "Emergency meeting"
        )


def test_after_the_agreement_ended_the_other_service_is_asked_and_opens_it_by_confirming(
    db: Session, make: Make, desk: Desk
) -> None:
    pair, _ = ended(db, make)
    at = desk.open(pair.pp, "emergency", case=pair.case.id)
    at.radio[0].set_value("adult")
    press(at, "Ask the other service to open it")
    assert "Begin the meeting now" not in [button.label for button in at.button]
    assert "of our service asks to open the joint space" in said(at)

    today = desk.open(pair.vss, "today")
    assert "asks to open the joint space after the agreement ended" in said(today)
    other = desk.open(pair.vss, "emergency", case=pair.case.id)
    other.text_input(
        key=next(key for one in other.text_input if "confirm_emergency" in (key := str(one.key)))
    ).set_value("So do we")
    press(other, "Confirm: open the joint space")

    assert "So do we" in said(other)
    assert "Begin the meeting now" in [button.label for button in other.button]


def test_an_opening_is_looked_at_on_today_and_closed_on_the_page_of_the_emergency(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair(is_agreed=False)
    db.commit()
    at = desk.open(pair.vss, "emergency", case=pair.case.id)
    at.radio[0].set_value("child")
    press(at, "Open the joint space")

    today = desk.open(pair.pp, "today")
    assert "opened on" in said(today)
    press(today, "Seen")
    assert "opened on" not in said(today)
    press(at, "Close the joint space again")

    assert "None has been in force yet" in said(at)


def test_today_says_that_an_agreement_ends_soon(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair(is_agreed=False)
    make.agreement_in_force(pair, ends_on=clock.today() + timedelta(days=3))
    db.commit()

    at = desk.open(pair.pp, "today")

    labels = [link.proto.label for link in at.get("page_link")]
    assert any("the agreement ends on" in label for label in labels)


def test_today_goes_on_saying_so_while_the_next_one_is_only_a_draft(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair(is_agreed=False)
    make.agreement_in_force(pair, ends_on=clock.today() + timedelta(days=3))
    steps.case_draft(db, pair)
    db.commit()

    at = desk.open(pair.vss, "today")

    labels = [link.proto.label for link in at.get("page_link")]
    assert any("not approved by both yet" in label for label in labels)


def test_both_services_see_who_ended_the_agreement_and_that_no_meeting_can_be_held_or_planned(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair(is_agreed=False)
    agreement = make.agreement_in_force(pair, ends_on=clock.today() + timedelta(days=9))
    pair.case.phase = "case_opening"
    meeting = make.meeting(pair, "case_opening")
    meeting.planned_at = clock.now() + timedelta(days=2)
    agreement_approvals.terminate(
        db, pair.pp, agreement.id, on=clock.today(), reason="He was arrested", version=agreement.version
    )
    db.commit()

    at = desk.open(pair.vss, "today")
    rows = " ".join(link.proto.label for link in at.get("page_link")).replace("\\", "")
    assert f"The agreement of {pair.case.code} was ended on" in rows
    assert f"by {pair.pp.service_name}; nothing is shared any more" in rows
    assert "Cannot be held, no agreement" in rows
    assert "nobody can hold them" in said(at)
    assert "nobody can hold them" in said(desk.open(pair.vss, "meetings"))
    at = desk.open(pair.vss, "meetings", case=pair.case.id)
    assert "nobody can hold them" in said(at)
    labels = [link.proto.label for link in at.get("page_link")]
    assert "a new agreement; without one no meeting can be held" in labels
    at = desk.open(pair.vss, "plan_meeting", case=pair.case.id)
    assert "The agreement of this case was ended before its time" in said(at)
    assert "The last agreement" in [link.proto.label for link in at.get("page_link")]
    assert not at.selectbox
    text = said(desk.open(pair.vss, "agreement", agreement=agreement.id)).replace("\\", "")
    assert f"by {pair.pp.name}, {pair.pp.service_name}: He was arrested" in text
    assert "Was in force from" in text
    assert "In force from" not in text


def test_the_meetings_of_a_case_whose_agreement_has_ended_say_what_ended_and_that_none_can_be_planned(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair(is_agreed=False)
    agreement = make.agreement_in_force(pair, ends_on=clock.today() + timedelta(days=90))
    agreement_approvals.terminate(
        db, pair.pp, agreement.id, on=clock.today(), reason="He was arrested", version=agreement.version
    )
    db.commit()

    for actor in (pair.pp, pair.vss):
        at = desk.open(actor, "meetings", case=pair.case.id)
        labels = [link.proto.label for link in at.get("page_link")]
        assert "The agreement of this case was ended before its time" in said(at)
        assert "no meeting of this case can be planned or held" in said(at)
        assert "No meeting yet" not in said(at)
        assert "Plan a meeting" not in labels
        assert {"The last agreement", "Emergency meeting"} <= set(labels)


def test_the_meetings_of_a_case_that_is_closed_or_not_confirmed_say_so_and_offer_none(
    db: Session, make: Make, desk: Desk
) -> None:
    closed, alone = make.pair(), make.pair()
    closed.case.closed_on = clock.today()
    alone.case.paired_at = None
    db.commit()

    for pair, told in ((closed, "This case is closed: no meeting"), (alone, "confirmed")):
        at = desk.open(pair.pp, "meetings", case=pair.case.id)
        assert told in said(at)
        assert "Plan a meeting" not in [link.proto.label for link in at.get("page_link")]
        assert "Plan the first one" not in said(at)


def test_before_the_first_agreement_the_meeting_that_leads_to_it_can_be_planned(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair(is_agreed=False)
    db.commit()

    at = desk.open(pair.pp, "meetings", case=pair.case.id)

    assert "Plan a meeting" in [link.proto.label for link in at.get("page_link")]
    assert "No meeting yet. Plan the first one." in said(at)


def test_an_end_that_is_to_come_stands_on_the_pages_of_the_case_and_nothing_before_the_first_agreement(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair(is_agreed=False)
    agreement = make.agreement_in_force(pair, ends_on=clock.today() + timedelta(days=90))
    fresh = make.pair(is_agreed=False)
    ends = clock.today() + timedelta(days=30)
    db.commit()
    assert "was ended and holds until" not in said(desk.open(pair.vss, "case", case=pair.case.id))
    agreement_approvals.terminate(
        db, pair.pp, agreement.id, on=ends, reason="The funding ends", version=agreement.version
    )
    db.commit()

    for page in ("case", "timeline", "plan_meeting"):
        at = desk.open(pair.vss, page, case=pair.case.id)
        assert f"until the day before {Words('en').day(ends)}" in said(at)
        assert "The funding ends" in said(at)
        assert "is closed to both services" not in said(at)
    before = said(desk.open(fresh.vss, "plan", case=fresh.case.id))
    assert "open with an agreement of this case" in before
    assert "next agreement" not in before


def test_before_the_first_agreement_the_opening_meeting_alone_is_planned(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair(is_agreed=False)
    db.commit()

    at = desk.open(pair.vss, "plan_meeting", case=pair.case.id)

    assert "None has been in force yet" in said(at)
    assert len(at.selectbox[0].options) == 1
    assert at.selectbox[0].value == "case_opening"


def test_an_emergency_begins_though_another_meeting_of_the_case_was_left_running(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    left = make.meeting(pair, "periodic")
    left.state, left.started_at = MeetingState.IN_PROGRESS, clock.now() - timedelta(days=3)
    db.commit()

    at = desk.open(pair.vss, "emergency", case=pair.case.id)
    press(at, "Begin the meeting now")

    assert not at.exception
    db.rollback()
    begun = db.scalars(
        select(Meeting).where(Meeting.case_id == pair.case.id, Meeting.kind == "emergency")
    ).one()
    assert begun.state is MeetingState.IN_PROGRESS
