"""The head of a case names what is due soonest for the side that reads it, and says where the work together is over."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from core import clock
from core.access import Actor
from core.operations import agreement_approvals, case_heads, closings, notice_answers
from core.operations.case_heads import Head
from tests import closing as steps
from tests import notices
from tests.make import Make, Pair


def head(db: Session, pair: Pair, actor: Actor, *, joint_only: bool = False) -> Head:
    return case_heads.of_case(db, actor, pair.case.id, joint_only=joint_only)


def next_of(db: Session, pair: Pair, actor: Actor, *, joint_only: bool = False) -> tuple[str, str] | None:
    due = head(db, pair, actor, joint_only=joint_only).due
    return (due.key, due.what) if due else None


def in_days(number: int) -> date:
    return clock.today() + timedelta(days=number)


def planned(db: Session, make: Make, pair: Pair, days: float) -> None:
    make.meeting(pair).planned_at = clock.now() + timedelta(days=days)
    db.flush()


def test_a_meeting_or_an_action_that_is_due_before_a_time_goes_before_it(db: Session, make: Make) -> None:
    pair = make.pair()
    pair.case.phase = "periodic"
    make.t_point(pair, "T0", in_days(9))
    assert next_of(db, pair, pair.pp) == ("time", "T0")

    planned(db, make, pair, 5)
    assert next_of(db, pair, pair.pp) == ("meeting", "Periodic joint meeting")

    make.action(pair, pair.pp, due_on=in_days(2))
    assert next_of(db, pair, pair.pp) == ("action", "")
    assert next_of(db, pair, pair.vss) == ("meeting", "Periodic joint meeting")


def test_a_notice_that_came_goes_before_everything_at_the_service_that_reads_it(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    make.action(pair, pair.vss, due_on=in_days(-3))
    notice = notices.sent(db, pair, pair.pp)
    assert next_of(db, pair, pair.vss) == ("read", "")
    assert next_of(db, pair, pair.vss, joint_only=True) == ("action", "")
    assert next_of(db, pair, pair.pp) is None

    notice_answers.confirm_read(db, pair.vss, notice.id)
    assert next_of(db, pair, pair.vss) == ("answer", "")


def test_what_one_side_has_asked_or_settled_is_next_for_it_no_more_and_the_other_reads_nothing_of_it(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    make.t_point(pair, "T0", in_days(-1))
    make.t_point(pair, "T1", in_days(3))
    assert next_of(db, pair, pair.vss) == ("time", "T0")
    on_his_wall = next_of(db, pair, pair.pp, joint_only=True)
    steps.settled(db, pair, pair.vss, "T0")

    assert next_of(db, pair, pair.vss) == ("time", "T1")
    assert next_of(db, pair, pair.pp) == ("time", "T0")
    assert next_of(db, pair, pair.pp, joint_only=True) == on_his_wall == ("time", "T1")
    assert next_of(db, pair, pair.vss, joint_only=True) == on_his_wall


def test_a_time_that_was_never_asked_is_not_next_once_a_later_one_was_asked_or_has_come(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    make.t_point(pair, "T0", in_days(-90))
    make.t_point(pair, "T1", in_days(-80))
    assert next_of(db, pair, pair.pp) == ("time", "T1")

    make.t_point(pair, "T3", in_days(-2))
    steps.settled(db, pair, pair.pp, "T3")
    planned(db, make, pair, 9)
    assert next_of(db, pair, pair.pp) == ("meeting", "Periodic joint meeting")


def test_a_step_that_can_be_done_now_goes_before_what_is_due_later_than_two_weeks(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    planned(db, make, pair, 40)
    make.t_point(pair, "T0", in_days(60))

    found = head(db, pair, pair.pp)

    assert found.due is None
    assert found.step is not None
    assert found.step.id == "his_file"


def test_a_time_far_ahead_is_no_next_step_where_another_step_can_be_done(db: Session, make: Make) -> None:
    pair = make.pair()
    pair.case.phase = "first_joint"
    make.t_point(pair, "T0", in_days(60))

    found = head(db, pair, pair.pp)

    assert found.standing.step is not None
    assert found.standing.step.id == "t0_done"
    assert found.step is not None
    assert found.step.id == "meeting_planned"


def test_a_meeting_of_which_nobody_said_whether_it_was_held_is_asked_for(db: Session, make: Make) -> None:
    pair = make.pair()
    planned(db, make, pair, -2)

    due = head(db, pair, pair.pp).due

    assert due is not None
    assert (due.key, due.is_overdue, due.link.page) == ("unsettled", True, "meeting")


def test_the_service_that_is_asked_to_end_the_case_has_the_proposal_next(db: Session, make: Make) -> None:
    pair = make.pair()
    steps.proposed(db, pair.pp, steps.prepared(db, make, pair))

    assert next_of(db, pair, pair.vss) == ("agree_end", "")
    assert next_of(db, pair, pair.pp) != ("agree_end", "")


def test_after_both_agreed_on_the_end_the_head_says_so_and_names_no_step(db: Session, make: Make) -> None:
    pair = make.pair()
    steps.agreed(db, make, pair)

    found = head(db, pair, pair.vss)

    assert found.has_ended
    assert found.follow_up_on is not None
    assert found.step is None
    assert found.due is not None
    assert (found.due.what, found.due.on) == ("T4", found.follow_up_on)
    steps.settled(db, pair, pair.vss, "T4")
    assert head(db, pair, pair.vss).due is None


def test_a_case_that_is_closed_names_nothing_next(db: Session, make: Make) -> None:
    pair = make.pair()
    make.action(pair, pair.pp, due_on=in_days(1))
    steps.agreed(db, make, make.pair(), has_follow_up=False)
    pair.case.closed_on = clock.today()
    db.flush()

    found = head(db, pair, pair.pp)

    assert (found.due, found.step, found.standing.closed_on) == (None, None, clock.today())


def test_where_the_agreement_is_over_the_head_says_since_when_and_names_no_step_of_both(
    db: Session, make: Make
) -> None:
    pair = make.pair(is_agreed=False)
    agreement = make.agreement_in_force(pair, ends_on=in_days(90))
    assert head(db, pair, pair.pp).standing.agreement_over is None
    agreement_approvals.terminate(
        db, pair.pp, agreement.id, on=clock.today(), reason="He was arrested", version=agreement.version
    )

    found = head(db, pair, pair.vss)

    assert found.standing.agreement_over == clock.today()
    assert (found.step, found.due) == (None, None)


def test_a_case_that_is_taken_up_again_has_a_next_step_again(db: Session, make: Make) -> None:
    pair = make.pair()
    steps.agreed(db, make, pair)
    pair.case.phase = "periodic"
    db.flush()
    version = pair.case.version
    closings.reopen(db, pair.pp, pair.case.id, reason=closings.ReopenReason.RETURNED, version=version)

    found = head(db, pair, pair.pp)

    assert not found.has_ended
    assert found.due is not None or found.step is not None


def test_who_opens_no_file_reads_of_the_times_what_both_services_know(db: Session, make: Make) -> None:
    pair = make.pair()
    chair = make.chair(pair)
    make.t_point(pair, "T0", in_days(-9))
    make.t_point(pair, "T1", in_days(4))

    assert next_of(db, pair, pair.vss) == ("time", "T0")
    assert next_of(db, pair, chair) == ("time", "T1")
