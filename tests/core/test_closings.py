"""The end of a case: prepared by each side, proposed by one, agreed to by the other, followed up, and taken up again."""

from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.access import Actor
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import Action, Agreement, Case, Closing, Event, Guest, ReopenReason, Role, TPoint
from core.operations import (
    action_plans,
    agreements,
    case_lists,
    cases,
    change_due,
    closing_checks,
    closing_days,
    closing_due,
    closings,
    immediate_notices,
    joint_spaces,
    notice_answers,
    releases,
    retention,
    t_dates,
    t_points,
)
from core.operations.action_plans import ActionState
from core.operations.closing_checks import Check, Time
from core.operations.closings import GROUNDS, CloseReason
from core.operations.releases import Basis
from core.operations.t_dates import TDate
from tests import closing as steps
from tests import notices
from tests.make import Make, Pair

DAY = timedelta(days=1)


def again(db: Session, pair: Pair) -> Case:
    return db.get_one(Case, pair.case.id, populate_existing=True)


def test_the_end_is_prepared_once_and_by_a_case_manager(db: Session, make: Make) -> None:
    pair = make.pair()
    helper = make.actor(pair.pp.service_id, Role.PARTNER_CONTACT)
    make.assign(pair.case, helper)

    with pytest.raises(NotAllowed):
        closings.begin(db, helper, pair.case.id)
    closing = closings.begin(db, pair.vss, pair.case.id)

    assert closings.of_case(db, pair.pp, pair.case.id).closing is closing
    with pytest.raises(Conflict, match=r"error\.closing\.begun"):
        closings.begin(db, pair.pp, pair.case.id)


def test_who_does_not_work_on_the_case_finds_no_end_of_it(db: Session, make: Make) -> None:
    pair = make.pair()
    stranger = make.actor(pair.pp.service_id)
    closing = closings.begin(db, pair.pp, pair.case.id)

    with pytest.raises(NotFound):
        closings.find(db, stranger, closing.id)
    with pytest.raises(NotFound):
        closings.of_case(db, stranger, pair.case.id)


def test_a_case_of_one_service_alone_has_no_end_by_both(db: Session, make: Make) -> None:
    pair = make.pair()
    pair.case.paired_at = None
    db.flush()

    with pytest.raises(Conflict, match=r"error\.not_paired"):
        closings.begin(db, pair.pp, pair.case.id)


def test_what_both_confirmed_no_service_closes_alone(db: Session, make: Make) -> None:
    pair = make.pair()

    with pytest.raises(Conflict, match=r"error\.closing\.together"):
        cases.close(
            db,
            pair.vss,
            pair.case.id,
            reason=CloseReason.OTHER,
            closed_on=clock.today(),
            version=pair.case.version,
        )


def test_each_side_does_its_own_part_before_it_proposes(db: Session, make: Make) -> None:
    pair = make.pair()
    steps.dated(db, pair)
    steps.joint_done(db, make, pair)
    closing = closings.begin(db, pair.vss, pair.case.id)

    own = closings.of_case(db, pair.vss, pair.case.id).own

    assert own is not None
    assert own.waiting[0] == "T3"
    assert len(own.waiting) == 4
    with pytest.raises(Conflict, match=r"error\.closing\.own_open"):
        steps.proposed(db, pair.vss, closing)
    steps.own_done(db, pair, pair.vss, closing)
    assert steps.proposed(db, pair.vss, closing).is_proposed


def test_what_is_open_on_one_side_shows_nowhere_on_the_other(db: Session, make: Make) -> None:
    pair = make.pair()
    closing = steps.prepared(db, make, pair)
    steps.proposed(db, pair.vss, closing)

    before = closings.of_case(db, pair.pp, pair.case.id)

    assert before.own is not None
    assert {step.id for step in before.own.asked} == {"told_him", "his_contact"}
    assert before.lacking == {}
    other = {one.label: one for one in t_points.of_case(db, pair.pp, pair.case.id)}["T3"]
    assert not other.vss_done


def test_two_services_end_a_case_and_no_one_alone(db: Session, make: Make) -> None:
    pair = make.pair()
    closing = steps.prepared(db, make, pair)
    steps.proposed(db, pair.pp, closing)

    with pytest.raises(NotAllowed, match=r"error\.closing\.other_side_agrees"):
        closings.agree(db, pair.pp, closing.id, version=closing.version)
    closings.agree(db, pair.vss, closing.id, version=closing.version)

    assert closing.is_agreed
    assert {closing.proposed_by, closing.agreed_by} == {pair.pp.person_id, pair.vss.person_id}
    with pytest.raises(Conflict, match=r"error\.closing\.agreed"):
        steps.proposed(db, pair.vss, closing)


def test_who_opened_an_older_proposal_agrees_to_nothing_newer(db: Session, make: Make) -> None:
    pair = make.pair()
    closing = steps.prepared(db, make, pair)
    steps.proposed(db, pair.pp, closing)
    seen = closing.version
    steps.proposed(db, pair.pp, closing, CloseReason.LEFT)

    with pytest.raises(Conflict, match=r"error\.changed_meanwhile"):
        closings.agree(db, pair.vss, closing.id, version=seen)


def test_a_proposal_is_declined_or_taken_back(db: Session, make: Make) -> None:
    pair = make.pair()
    closing = steps.prepared(db, make, pair)

    for actor in (pair.pp, pair.vss):
        steps.proposed(db, pair.pp, closing)
        closings.take_back(db, actor, closing.id, version=closing.version)
        assert not closing.is_proposed

    with pytest.raises(Conflict, match=r"error\.closing\.nothing_proposed"):
        closings.agree(db, pair.vss, closing.id, version=closing.version)


def test_what_is_lacking_needs_a_reason_that_names_nobody(db: Session, make: Make) -> None:
    pair = make.pair()
    make.subject(pair.pp_file, name="Miro Fictional")
    make.action(pair)
    steps.dated(db, pair)
    closing = closings.begin(db, pair.pp, pair.case.id)
    steps.own_done(db, pair, pair.pp, closing)

    lacking = closings.of_case(db, pair.pp, pair.case.id).lacking

    assert lacking == {Check.RISK: 0, Check.MEETING: 0, Check.ACTIONS: 1}
    with pytest.raises(Invalid, match=r"error\.empty"):
        steps.proposed(db, pair.pp, closing)
    with pytest.raises(Invalid, match=r"error\.names_in_joint"):
        steps.proposed(db, pair.pp, closing, lacking="Miro moved abroad")
    assert steps.proposed(db, pair.pp, closing, lacking="He moved abroad").lacking == "He moved abroad"


def test_a_reason_without_need_is_not_kept(db: Session, make: Make) -> None:
    pair = make.pair()
    closing = steps.prepared(db, make, pair)

    assert steps.proposed(db, pair.pp, closing, lacking="Nothing").lacking == ""


def test_what_was_opened_after_the_proposal_stops_the_agreeing(db: Session, make: Make) -> None:
    pair = make.pair()
    closing = steps.prepared(db, make, pair)
    steps.proposed(db, pair.pp, closing)
    make.action(pair, pair.vss)

    with pytest.raises(Conflict, match=r"error\.closing\.lacking_now"):
        closings.agree(db, pair.vss, closing.id, version=closing.version)


def test_an_action_that_is_handed_on_is_open_no_longer_and_says_to_whom(db: Session, make: Make) -> None:
    pair = make.pair()
    action = make.action(pair)

    with pytest.raises(Invalid, match=r"error\.empty"):
        action_plans.set_state(db, pair.pp, action.id, state=ActionState.HANDED_ON, version=1)
    action_plans.set_state(
        db, pair.pp, action.id, state=ActionState.HANDED_ON, reason="The school", version=1
    )

    assert Check.ACTIONS not in closings.of_case(db, pair.pp, pair.case.id).lacking
    assert db.scalars(select(Action.reason).where(Action.id == action.id)).one() == "The school"


@pytest.mark.parametrize("ground", [None, CloseReason.SHE_ENDED])
def test_what_she_decided_is_no_ground_that_both_read(
    db: Session, make: Make, ground: CloseReason | None
) -> None:
    pair = make.pair()
    closing = steps.prepared(db, make, pair)

    assert CloseReason.SHE_ENDED not in GROUNDS
    with pytest.raises(Invalid, match=r"error\.cooperation\.choose"):
        steps.proposed(db, pair.vss, closing, ground)  # type: ignore[arg-type]


def test_the_last_day_of_the_agreement_is_to_come_and_not_after_its_end(db: Session, make: Make) -> None:
    pair = make.pair()
    closing = steps.prepared(db, make, pair)

    with pytest.raises(Invalid, match=r"error\.closing\.until_past"):
        steps.proposed(db, pair.pp, closing, until=clock.today() - DAY)
    with pytest.raises(Invalid, match=r"error\.closing\.until_late"):
        steps.proposed(db, pair.pp, closing, until=clock.today() + timedelta(days=900))


def test_without_t3_there_is_no_follow_up_to_agree_on(db: Session, make: Make) -> None:
    pair = make.pair()
    closing = steps.prepared(db, make, pair)
    for point in t_points.of_case(db, pair.pp, pair.case.id):
        if point.label == "T3":
            t_points.move(
                db, pair.pp, pair.case.id, label="T3", due_on=None, reason="A slip", version=point.version
            )

    with pytest.raises(Conflict, match=r"error\.closing\.no_t4"):
        steps.proposed(db, pair.pp, closing)


def test_with_a_follow_up_the_agreement_gets_its_last_day_and_the_case_stays_open(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    until = clock.today() + timedelta(days=200)

    steps.agreed(db, make, pair)

    held = agreements.case_agreement_in_force(db, pair.case.id)
    assert held is not None
    assert held.ends_on == until
    assert again(db, pair).closed_on is None
    standing = closings.of_case(db, pair.vss, pair.case.id)
    assert standing.follow_up is not None
    assert standing.follow_up.on is not None
    assert standing.follow_up.on > clock.today()


def proposed_without_agreement(db: Session, make: Make, *, has_follow_up: bool) -> tuple[Pair, Closing]:
    """An end that was proposed while no agreement was in force."""
    pair = make.pair(is_agreed=False)
    make.agreement_in_force(pair, ends_on=clock.today() - DAY)
    closing = steps.prepared(db, make, pair)
    proposed = closings.propose(
        db,
        pair.pp,
        closing.id,
        ground=CloseReason.COMPLETED,
        ended_on=clock.today(),
        has_follow_up=has_follow_up,
        agreement_until=None,
        lacking="Nobody could meet",
        version=closing.version,
    )
    return pair, proposed


@pytest.mark.parametrize("has_follow_up", [False, True])
def test_an_agreement_that_came_into_force_after_the_proposal_ends_with_the_case_and_what_hangs_on_it_too(
    db: Session, make: Make, *, has_follow_up: bool
) -> None:
    pair, proposed = proposed_without_agreement(db, make, has_follow_up=has_follow_up)
    assert closings.of_case(db, pair.vss, pair.case.id).agreed_until is None
    newer = make.agreement_in_force(pair, ends_on=clock.today() + timedelta(days=700))
    guest = make.guest(pair.case, until=clock.today() + timedelta(days=600))
    shown = closings.of_case(db, pair.vss, pair.case.id)
    follow_up = shown.follow_up.on if shown.follow_up else None
    assert follow_up is not None

    closings.agree(db, pair.vss, proposed.id, version=proposed.version)

    days = closing_days.usual(follow_up if has_follow_up else None)
    assert (newer.ends_on, proposed.agreement_until, shown.agreed_until) == (days, days, days)
    assert db.scalars(select(Guest.until).where(Guest.person_id == guest.person_id)).one() <= days
    assert (again(db, pair).closed_on is None) is has_follow_up


def test_where_no_agreement_is_in_force_the_end_closes_what_was_drafted_and_says_no_day(
    db: Session, make: Make
) -> None:
    pair, proposed = proposed_without_agreement(db, make, has_follow_up=False)
    guest = make.guest(pair.case, until=clock.today() + timedelta(days=600))

    closings.agree(db, pair.vss, proposed.id, version=proposed.version)

    assert proposed.agreement_until is None
    days = closing_days.usual(None)
    assert db.scalars(select(Guest.until).where(Guest.person_id == guest.person_id)).one() <= days


def test_the_follow_up_is_over_when_each_side_has_asked_or_said_why_not(db: Session, make: Make) -> None:
    pair = make.pair()
    closing = steps.agreed(db, make, pair)

    with pytest.raises(Conflict, match=r"error\.closing\.t4_open"):
        closings.finish(db, pair.vss, closing.id, version=closing.version)
    steps.settled(db, pair, pair.vss, "T4")
    closings.finish(db, pair.vss, closing.id, version=closing.version)
    with pytest.raises(Conflict, match=r"error\.closing\.finished_already"):
        closings.finish(db, pair.vss, closing.id, version=closing.version)
    assert again(db, pair).closed_on is None
    steps.settled(db, pair, pair.pp, "T4")
    assert closings.of_case(db, pair.pp, pair.case.id).follow_up_own is Time.NOT_DONE
    closings.finish(db, pair.pp, closing.id, version=closing.version)

    assert again(db, pair).closed_on == clock.today()
    assert case_lists.closed_for(db, pair.vss, pair.case.id) is CloseReason.COMPLETED
    with clock.at(clock.now() + DAY):
        assert not joint_spaces.of_case(db, pair.pp, pair.case.id).is_open


def test_before_both_agreed_there_is_no_follow_up_to_finish(db: Session, make: Make) -> None:
    pair = make.pair()
    closing = steps.prepared(db, make, pair)

    with pytest.raises(Conflict, match=r"error\.closing\.not_followed_up"):
        closings.finish(db, pair.pp, closing.id, version=closing.version)


def test_without_a_follow_up_the_case_is_closed_at_once_and_its_records_are_kept_from_then(
    db: Session, make: Make
) -> None:
    pair = make.pair()

    steps.agreed(db, make, pair, has_follow_up=False)

    assert again(db, pair).closed_on == clock.today()
    assert retention.closing(db, pair.case) == clock.today()
    own = {due.part.id: due for due in retention.of_one(db, pair.vss, pair.case.id)}
    assert own["own_file"].from_on == clock.today()


def test_with_a_follow_up_the_time_of_keeping_begins_when_it_is_over_and_never_before_t4(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    closing = steps.agreed(db, make, pair)
    assert retention.closing(db, pair.case) is None
    t4 = closings.of_case(db, pair.pp, pair.case.id).follow_up
    assert t4 is not None

    for actor in (pair.pp, pair.vss):
        steps.settled(db, pair, actor, "T4")
        closings.finish(db, actor, closing.id, version=closing.version)

    assert retention.closing(db, again(db, pair)) == t4.on


def test_one_service_takes_a_case_up_again_for_a_reason_and_the_joint_space_stays_shut(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    steps.agreed(db, make, pair, has_follow_up=False)
    for agreement in db.scalars(select(Agreement).where(Agreement.case_id == pair.case.id)):
        agreement.ends_on = clock.today() - DAY
    case = again(db, pair)

    with pytest.raises(Invalid, match=r"error\.cooperation\.choose"):
        closings.reopen(db, pair.vss, case.id, reason=None, version=case.version)
    closings.reopen(db, pair.vss, case.id, reason=ReopenReason.RETURNED, version=case.version)

    assert again(db, pair).closed_on is None
    assert closings.current(db, pair.pp, case.id) is None
    assert not joint_spaces.of_case(db, pair.pp, case.id).is_open
    with pytest.raises(Conflict, match=r"error\.case_open"):
        closings.reopen(db, pair.pp, case.id, reason=ReopenReason.NEEDED, version=case.version)


def test_that_there_was_violence_is_no_ground_by_which_her_service_takes_a_case_up_again(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    steps.agreed(db, make, pair, has_follow_up=False)
    case = again(db, pair)

    with pytest.raises(Invalid, match=r"error\.cooperation\.choose"):
        closings.reopen(db, pair.vss, case.id, reason=ReopenReason.VIOLENCE, version=case.version)

    assert again(db, pair).closed_on is not None
    closings.reopen(db, pair.pp, case.id, reason=ReopenReason.VIOLENCE, version=case.version)
    assert again(db, pair).closed_on is None


def test_after_it_was_taken_up_again_what_belonged_before_the_first_end_counts_no_more(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    steps.agreed(db, make, pair)
    case = again(db, pair)

    closings.reopen(db, pair.pp, case.id, reason=ReopenReason.VIOLENCE, version=case.version)
    closing = closings.begin(db, pair.pp, case.id)

    standing = closings.of_case(db, pair.pp, case.id)
    assert set(standing.lacking) == {Check.RISK, Check.MEETING}
    assert standing.own is not None
    assert standing.own.steps == {}
    assert closing.proposed_at is None


def _follow_up_asked_on(db: Session, pair: Pair, day: date) -> bool:
    """Does the follow-up wait for her service on this day?"""
    with clock.at(clock.now() + (day - clock.today())):
        return [one.key for one in closing_due.waiting(db, pair.vss, days=7)].count("follow_up") == 1


def _t4(db: Session, pair: Pair) -> t_points.TDate:
    return t_points.find(db, pair.pp, pair.case.id, "T4")


def _t3_moved(db: Session, pair: Pair, *, days: int) -> date:
    was = t_points.find(db, pair.pp, pair.case.id, "T3")
    on = clock.today() + timedelta(days=days)
    t_points.move(db, pair.pp, pair.case.id, label="T3", due_on=on, reason="He goes on", version=was.version)
    return on


def test_after_a_case_was_taken_up_again_t4_is_counted_from_its_new_end(db: Session, make: Make) -> None:
    pair = make.pair()
    steps.agreed(db, make, pair)
    case = again(db, pair)
    held = _t4(db, pair).on
    assert (_t3_moved(db, pair, days=20), _t4(db, pair).on) == (clock.today() + timedelta(days=20), held)

    closings.reopen(db, pair.pp, case.id, reason=ReopenReason.RETURNED, version=case.version)

    assert _t4(db, pair).on == t_dates.months_later(clock.today() + timedelta(days=20), 6)
    end = _t3_moved(db, pair, days=400)
    assert _t4(db, pair).on == t_dates.months_later(end, 6)


def test_a_mark_taken_back_at_t4_keeps_the_day_that_both_agreed_on_and_today_still_asks(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    steps.agreed(db, make, pair)
    held = _t4(db, pair).on
    assert held is not None
    t_points.mark_done(db, pair.vss, pair.case.id, label="T4", done_on=clock.today())

    t_points.undo_done(db, pair.vss, pair.case.id, label="T4")
    _t3_moved(db, pair, days=20)

    assert _t4(db, pair).on == held
    assert _follow_up_asked_on(db, pair, held)


def test_a_t4_that_is_put_back_to_the_rule_after_both_agreed_on_the_end_still_asks_on_its_day(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    steps.agreed(db, make, pair)
    held = _t4(db, pair).on
    assert held is not None
    for on, why in ((held + DAY, "Holiday"), (None, "A slip")):
        t_points.move(
            db, pair.pp, pair.case.id, label="T4", due_on=on, reason=why, version=_t4(db, pair).version
        )

    assert (_t4(db, pair).on, _t4(db, pair).is_moved) == (held, False)
    assert _follow_up_asked_on(db, pair, held)


def test_a_mark_taken_back_at_t4_after_the_case_was_taken_up_again_leaves_it_to_its_new_end(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    steps.agreed(db, make, pair)
    t_points.mark_done(db, pair.vss, pair.case.id, label="T4", done_on=clock.today())
    case = again(db, pair)
    closings.reopen(db, pair.pp, case.id, reason=ReopenReason.RETURNED, version=case.version)

    t_points.undo_done(db, pair.vss, pair.case.id, label="T4")

    end = _t3_moved(db, pair, days=20)
    assert _t4(db, pair).on == t_dates.months_later(end, 6)


def test_a_t4_that_was_moved_or_at_which_a_side_has_asked_stays_when_the_case_is_taken_up_again(
    db: Session, make: Make
) -> None:
    for is_moved in (True, False):
        pair = make.pair()
        steps.agreed(db, make, pair)
        if is_moved:
            on, version = clock.today() + timedelta(days=99), _t4(db, pair).version
            t_points.move(db, pair.pp, pair.case.id, label="T4", due_on=on, reason="Holiday", version=version)
        else:
            t_points.mark_done(db, pair.vss, pair.case.id, label="T4", done_on=clock.today())
        was, case = _t4(db, pair).on, again(db, pair)

        closings.reopen(db, pair.pp, case.id, reason=ReopenReason.RETURNED, version=case.version)
        _t3_moved(db, pair, days=20)

        assert _t4(db, pair).on == was


def test_a_case_that_was_closed_before_there_were_ends_by_both_is_taken_up_again_too(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    pair.case.closed_on = clock.today()
    db.flush()

    closings.reopen(db, pair.pp, pair.case.id, reason=ReopenReason.NEEDED, version=pair.case.version)

    assert again(db, pair).closed_on is None


def test_both_services_read_who_proposed_and_who_agreed_and_not_what_each_did_before(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    steps.agreed(db, make, pair)

    acts = [one.act for one in case_lists.history(db, pair.pp, pair.case.id) if one.subject == "closing"]
    own = db.scalars(
        select(Event.act).where(Event.subject == "case_file", Event.service_id == pair.vss.service_id)
    ).all()
    seen = [one.act for one in case_lists.history(db, pair.pp, pair.case.id)]

    assert sorted(acts) == ["agree", "begin", "propose"]
    assert own.count("closing_step") == 3
    assert seen.count("closing_step") == 2


def test_why_an_end_was_proposed_all_the_same_is_read_by_the_other_service_while_the_joint_space_is_open(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    closing = steps.prepared(db, make, pair)
    steps.proposed(db, pair.pp, closing, has_follow_up=False, lacking="He moved abroad")

    def why(actor: Actor) -> str:
        return closings.of_case(db, actor, pair.case.id).why_lacking

    assert (why(pair.pp), why(pair.vss)) == ("He moved abroad", "He moved abroad")
    for agreement in db.scalars(select(Agreement).where(Agreement.case_id == pair.case.id)):
        agreement.terminated_on = agreement.ends_on = agreement.in_force_from
    db.flush()
    assert (why(pair.pp), why(pair.vss)) == ("He moved abroad", "")


def taken_up_again(db: Session, make: Make) -> tuple[Pair, Case]:
    """A case that ended after both had asked at T3, and that is taken up again."""
    pair = make.pair()
    closing = steps.prepared(db, make, pair)
    row = db.scalars(select(TPoint).where(TPoint.label == "T3")).one()
    row.pp_done_on = row.vss_done_on = clock.today()
    steps.proposed(db, pair.pp, closing, has_follow_up=False, lacking="It could not wait")
    closings.agree(db, pair.vss, closing.id, version=closing.version)
    case = db.get_one(Case, pair.case.id)
    closings.reopen(db, pair.pp, case.id, reason=ReopenReason.RETURNED, version=case.version)
    return pair, case


def to_a_new_end(db: Session, pair: Pair, case: Case, label: str = "T3", *, days: int) -> TDate:
    on = clock.today() + timedelta(days=days)
    version = t_points.find(db, pair.pp, case.id, label).version
    t_points.move(db, pair.pp, case.id, label=label, due_on=on, reason="New end", version=version)
    found = t_dates.newest(t_points.of_case(db, pair.pp, case.id), "T3")
    assert found is not None
    return found


def test_after_a_case_was_taken_up_again_its_new_end_is_asked_anew_and_the_old_answers_stay(
    db: Session, make: Make
) -> None:
    pair, case = taken_up_again(db, make)
    before = t_points.find(db, pair.pp, case.id, "T3")

    again = to_a_new_end(db, pair, case, days=5)

    assert again.on is not None
    times = {one.label: one for one in t_points.of_case(db, pair.pp, case.id)}
    assert (again.label, again.is_done, again.on) == ("T3.2", False, clock.today() + timedelta(days=5))
    assert (times["T3"].on, times["T3"].is_done) == (before.on, True)
    assert times["T4"].on == t_dates.months_later(again.on, 6)
    assert list(times)[-3:] == ["T3", "T3.2", "T4"]
    for actor in (pair.pp, pair.vss):
        assert closing_checks.times(db, actor, case.id)["T3"] == (Time.OPEN, again)
        [due] = [one for one in change_due.waiting(db, actor, days=14) if one.case is case]
        assert due.labels == ("T3.2",)
    [to_prepare] = [one for one in closing_due.waiting(db, pair.pp, days=14) if one.key == "prepare"]
    assert (to_prepare.case, to_prepare.on) == (case, again.on)

    t_points.mark_done(db, pair.pp, case.id, label="T3.2", done_on=clock.today())
    assert closing_checks.times(db, pair.pp, case.id)["T3"][0] is Time.DONE
    assert closing_checks.times(db, pair.vss, case.id)["T3"][0] is Time.OPEN


def test_a_new_end_that_nobody_was_asked_at_is_moved_as_any_time(db: Session, make: Make) -> None:
    pair, case = taken_up_again(db, make)
    to_a_new_end(db, pair, case, days=5)

    later = to_a_new_end(db, pair, case, "T3.2", days=9)
    t_points.mark_done(db, pair.pp, case.id, label="T3.2", done_on=clock.today())
    with time_machine.travel(clock.now() + timedelta(days=1), tick=False):
        row = db.scalars(select(TPoint).where(TPoint.label == "T3.2")).one()
        row.pp_done_on = clock.today()
        latest = to_a_new_end(db, pair, case, "T3.2", days=30)

    assert (later.label, later.on) == ("T3.2", clock.today() + timedelta(days=9))
    assert (latest.label, latest.on) == ("T3.2", clock.today() + timedelta(days=31))


def test_an_end_on_which_the_case_was_not_taken_up_again_is_only_moved(db: Session, make: Make) -> None:
    pair = make.pair()
    steps.prepared(db, make, pair)
    row = db.scalars(select(TPoint).where(TPoint.label == "T3")).one()
    row.pp_done_on = clock.today()

    assert to_a_new_end(db, pair, pair.case, days=5).label == "T3"


def test_the_day_of_the_end_that_was_is_put_right_without_asking_anybody_again(
    db: Session, make: Make
) -> None:
    pair, case = taken_up_again(db, make)

    assert to_a_new_end(db, pair, case, days=-5).label == "T3"
    version = t_points.find(db, pair.pp, case.id, "T3").version
    t_points.move(db, pair.pp, case.id, label="T3", due_on=None, reason="Nobody knows", version=version)

    assert [one.label for one in t_points.of_case(db, pair.pp, case.id) if one.rule.id == "T3"] == ["T3"]
    assert to_a_new_end(db, pair, case, days=5).label == "T3.2"


def test_no_case_is_closed_over_a_notice_that_nobody_has_read(db: Session, make: Make) -> None:
    pair = make.pair()
    closing = steps.prepared(db, make, pair)
    steps.proposed(db, pair.vss, closing, has_follow_up=False, lacking="Nobody can be reached")
    notice = notices.sent(db, pair, pair.pp)

    assert closings.of_case(db, pair.vss, pair.case.id).notices.is_unread
    with pytest.raises(Conflict, match=r"error\.closing\.notice_unread"):
        closings.agree(db, pair.pp, closing.id, version=closing.version)
    assert again(db, pair).closed_on is None

    notice_answers.confirm_read(db, pair.vss, notice.id)
    closings.agree(db, pair.pp, closing.id, version=closing.version)
    assert again(db, pair).closed_on == clock.today()


def test_the_follow_up_is_not_over_for_both_while_a_notice_is_unread(db: Session, make: Make) -> None:
    pair = make.pair()
    closing = steps.agreed(db, make, pair)
    for actor in (pair.pp, pair.vss):
        steps.settled(db, pair, actor, "T4")
    notice = notices.sent(db, pair, pair.pp)
    closings.finish(db, pair.vss, closing.id, version=closing.version)

    with pytest.raises(Conflict, match=r"error\.closing\.notice_unread"):
        closings.finish(db, pair.pp, closing.id, version=closing.version)

    immediate_notices.take_back(db, pair.pp, notice.id)
    closings.finish(db, pair.pp, closing.id, version=closing.version)
    assert again(db, pair).closed_on == clock.today()


def test_a_notice_that_waits_stops_the_end_by_its_own_service_and_the_other_learns_nothing_of_it(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    closing = steps.prepared(db, make, pair)
    notices.sent(db, pair, pair.vss, basis=Basis.DANGER)

    with pytest.raises(Conflict, match=r"error\.closing\.notice_waits"):
        steps.proposed(db, pair.vss, closing, has_follow_up=False, lacking="Nobody can be reached")
    steps.proposed(db, pair.pp, closing, has_follow_up=False, lacking="Nobody can be reached")
    with pytest.raises(Conflict, match=r"error\.closing\.notice_waits"):
        closings.agree(db, pair.vss, closing.id, version=closing.version)

    under_way = closings.of_case(db, pair.pp, pair.case.id).notices
    assert not under_way.is_waiting
    assert not under_way.is_unread


def test_the_programme_agrees_though_a_notice_of_hers_waits_and_it_waits_on(db: Session, make: Make) -> None:
    pair = make.pair()
    second = make.actor(pair.vss.service_id)
    make.assign(pair.case, second)
    closing = steps.prepared(db, make, pair)
    steps.proposed(db, pair.vss, closing, has_follow_up=False, lacking="Nobody can be reached")
    notices.sent(db, pair, pair.vss, basis=Basis.DANGER)

    closings.agree(db, pair.pp, closing.id, version=closing.version)

    [(release, case, _)] = releases.waiting(db, second)
    assert case.closed_on == clock.today()
    releases.confirm(db, second, release.id, version=release.version)
    assert notices.waits(db, pair.pp) == ["read"]
