"""When the risk is to be assessed again, on the timeline and on the page Today."""

from datetime import timedelta

import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.models import Agreement, EmergencyGround, EmergencyOpening, JointItem, RiskAssessment, Seen
from core.operations import (
    first_passes,
    immediate_notices,
    risk_due,
    risk_levels,
    timelines,
    today,
)
from core.operations.releases import Basis
from core.operations.risk_levels import RiskGrade
from core.operations.timelines import Ask
from tests import notices, risk
from tests.make import Make, Pair
from tests.reading import statements

DAY = timedelta(days=1)


def assessed(db: Session, make: Make, pair: Pair, *, days_ago: int = 0) -> RiskAssessment:
    found = risk.opened(db, pair, {"pets": Seen.PRESENT}, {})
    risk_levels.choose(db, pair.pp, found.id, grade=RiskGrade.HIGH, reason="So", number=0)
    risk.finished(db, pair.pp, found)
    found.created_at = clock.now() - timedelta(days=days_ago)
    db.flush()
    return found


def asked(db: Session, pair: Pair, *, of_vss: bool = False, joint_only: bool = False) -> list[Ask]:
    found = timelines.of_case(db, pair.vss if of_vss else pair.pp, pair.case.id, joint_only=joint_only)
    return [ask for ask in found.asks if ask.key.startswith("risk_")]


def test_the_page_of_the_risk_is_told_the_same_as_the_timeline_in_fewer_statements_and_without_its_line(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    assessed(db, make, pair, days_ago=10)
    make.path_entry(pair, pair.vss, "episode", clock.today() - DAY)
    make.path_entry(pair, pair.pp, "episode", clock.today() - DAY, is_shared=True)

    for is_hers, actor in ((False, pair.pp), (True, pair.vss)):
        with statements(db) as whole:
            said = asked(db, pair, of_vss=is_hers, joint_only=True)
        with statements(db) as part:
            found = timelines.asking_for_risk(db, actor, pair.case.id)
        assert list(found.asks) == said != []
        assert found.entries == ()
        assert len(part) < len(whole)


def waits(db: Session, pair: Pair, *, of_vss: bool = False) -> list[str]:
    return [one.key for one in today.of_actor(db, pair.vss if of_vss else pair.pp).risks]


def test_a_running_assessment_waits_for_the_first_pass_of_each_side(db: Session, make: Make) -> None:
    pair = make.pair()
    found = risk.begun(db, pair)
    risk.handed_in(db, pair, pair.pp, found.id)

    assert [ask.key for ask in asked(db, pair)] == ["risk_running"]
    assert waits(db, pair) == []
    assert waits(db, pair, of_vss=True) == ["first_pass"]


def test_a_level_that_needs_both_waits_for_the_other_side(db: Session, make: Make) -> None:
    pair = make.pair()
    found = risk.opened(db, pair, {}, {})
    risk_levels.choose(db, pair.pp, found.id, grade=RiskGrade.LOW, reason="So", number=0)

    assert waits(db, pair) == []
    assert waits(db, pair, of_vss=True) == ["agree_level"]
    risk_levels.choose(db, pair.pp, found.id, grade=RiskGrade.HIGH, reason="So", number=1)
    assert waits(db, pair, of_vss=True) == []


def test_an_episode_asks_for_a_new_assessment_of_who_may_know_of_it(db: Session, make: Make) -> None:
    pair = make.pair()
    assessed(db, make, pair, days_ago=10)
    assert asked(db, pair, of_vss=True) == []
    entry = make.path_entry(pair, pair.vss, "episode", clock.today() - DAY)

    [own] = asked(db, pair, of_vss=True)
    assert (own.key, own.is_ours_only, own.page_id) == ("risk_after", True, pair.case.id)
    assert asked(db, pair) == asked(db, pair, of_vss=True, joint_only=True) == []
    assert waits(db, pair, of_vss=True) == ["again"]
    assert waits(db, pair) == []

    entry.is_shared = True
    db.flush()
    assert [(ask.key, ask.is_ours_only) for ask in asked(db, pair)] == [("risk_after", False)]
    assert waits(db, pair) == ["again"]


def test_the_repeated_time_and_the_end_ask_for_a_new_assessment(db: Session, make: Make) -> None:
    pair = make.pair()
    make.t_point(pair, "T1", clock.today() - timedelta(days=85))
    assessed(db, make, pair, days_ago=60)

    [ask] = asked(db, pair)
    assert (ask.key, ask.labels) == ("risk_at_time", ("T2.1",))
    assert waits(db, pair) == waits(db, pair, of_vss=True) == ["at_time"]

    make.t_point(pair, "T3", clock.today())
    [ask] = asked(db, pair)
    assert ask.labels == ("T3",)


def test_a_case_without_any_assessment_asks_for_the_first_when_its_first_time_comes(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    assert asked(db, pair) == []
    point = make.t_point(pair, "T0", clock.today() + 31 * DAY)
    assert (asked(db, pair), waits(db, pair)) == ([], [])

    point.due_on = clock.today() + 30 * DAY
    db.flush()

    for of_vss in (False, True):
        [ask] = asked(db, pair, of_vss=of_vss)
        assert (ask.key, ask.labels, ask.page, ask.is_urgent) == ("risk_first", ("T0",), "risk", False)
        assert waits(db, pair, of_vss=of_vss) == ["first"]
    risk.begun(db, pair)
    assert [ask.key for ask in asked(db, pair)] == ["risk_running"]
    assert waits(db, pair) == ["first_pass"]


def test_new_violence_asks_for_the_first_assessment_of_who_may_know_of_it(db: Session, make: Make) -> None:
    pair = make.pair()
    entry = make.path_entry(pair, pair.vss, "episode", clock.today() - DAY)

    [own] = asked(db, pair, of_vss=True)
    assert (own.key, own.what, own.is_ours_only) == ("risk_first_after", "episode", True)
    assert waits(db, pair, of_vss=True) == ["first"]
    assert asked(db, pair) == asked(db, pair, of_vss=True, joint_only=True) == []
    assert waits(db, pair) == []

    entry.is_shared = True
    db.flush()
    assert [(ask.key, ask.is_ours_only) for ask in asked(db, pair)] == [("risk_first_after", False)]
    assert waits(db, pair) == ["first"]


def test_where_no_assessment_can_be_begun_none_is_asked_for(db: Session, make: Make) -> None:
    pair = make.pair(is_agreed=False)
    make.t_point(pair, "T0", clock.today())
    make.path_entry(pair, pair.vss, "episode", clock.today() - DAY)

    for of_vss in (False, True):
        assert asked(db, pair, of_vss=of_vss) == []
        assert waits(db, pair, of_vss=of_vss) == []


def test_his_leaving_does_not_take_the_assessment_after_new_violence_off_the_page(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    assessed(db, make, pair, days_ago=10)
    make.path_entry(pair, pair.pp, "episode", clock.today() - 3 * DAY, is_shared=True)
    make.path_entry(pair, pair.pp, "left", clock.today() - DAY, is_shared=True)

    assert [(ask.key, ask.what) for ask in asked(db, pair, of_vss=True)] == [
        ("risk_after", "episode"),
        ("risk_after", "left"),
    ]


def test_new_violence_gives_no_more_time_for_the_assessment_after_what_happened_before(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    assessed(db, make, pair, days_ago=10)
    first = clock.today() - 5 * DAY
    make.path_entry(pair, pair.vss, "episode", first)
    make.path_entry(pair, pair.vss, "episode", first, is_shared=True)
    make.path_entry(pair, pair.vss, "episode", clock.today())

    assert [(ask.since, ask.is_ours_only) for ask in asked(db, pair, of_vss=True)] == [(first, False)]


def test_what_our_service_alone_knew_before_takes_not_what_both_know_off_the_page(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    assessed(db, make, pair, days_ago=10)
    make.path_entry(pair, pair.vss, "episode", clock.today() - 5 * DAY)
    make.path_entry(pair, pair.vss, "episode", clock.today() - 2 * DAY, is_shared=True)

    assert [(ask.since, ask.is_ours_only) for ask in asked(db, pair, of_vss=True)] == [
        (clock.today() - 5 * DAY, True),
        (clock.today() - 2 * DAY, False),
    ]


def test_a_notice_that_both_read_asks_both_for_a_new_assessment(db: Session, make: Make) -> None:
    pair = make.pair()
    assessed(db, make, pair, days_ago=10)

    notices.sent(db, pair, pair.pp, notices.said(pair.pp, trigger="weapon"))

    for of_vss in (False, True):
        [ask] = asked(db, pair, of_vss=of_vss)
        assert (ask.key, ask.what, ask.page, ask.is_urgent) == ("risk_after_notice", "weapon", "risk", True)
        assert (ask.since, ask.on) == (clock.today(), clock.today() + 7 * DAY)
        assert waits(db, pair, of_vss=of_vss) == ["again"]
    assert [ask.key for ask in asked(db, pair, joint_only=True)] == ["risk_after_notice"]
    found = risk.laid(db, pair, number=2, finished_at=clock.now())
    assert (asked(db, pair), waits(db, pair)) == ([], [])
    assert found.number == 2


def test_before_the_first_assessment_a_notice_asks_for_it(db: Session, make: Make) -> None:
    pair = make.pair()

    notices.sent(db, pair, pair.vss)

    assert [(ask.key, ask.what) for ask in asked(db, pair)] == [("risk_first_after_notice", "danger")]
    assert waits(db, pair) == waits(db, pair, of_vss=True) == ["first"]


def test_an_assessment_that_nobody_finished_is_to_be_finished_from_the_next_day_on(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    risk.opened(db, pair, {}, {})
    assert waits(db, pair) == waits(db, pair, of_vss=True) == []

    with time_machine.travel(clock.now() + DAY, tick=False):
        assert waits(db, pair) == waits(db, pair, of_vss=True) == ["finish"]
        assert [ask.key for ask in asked(db, pair)] == ["risk_running"]


def test_what_called_for_an_assessment_says_by_when_it_is_to_be_finished(db: Session, make: Make) -> None:
    pair = make.pair()
    entry = make.path_entry(pair, pair.vss, "episode", clock.today() - DAY)
    risk.begun(db, pair, actor=pair.vss)

    [ask] = asked(db, pair, of_vss=True)
    assert (ask.key, ask.on, ask.what, ask.is_ours_only) == (
        "risk_running_by",
        clock.today() + 6 * DAY,
        "episode",
        True,
    )
    assert [ask.key for ask in asked(db, pair)] == ["risk_running"]

    entry.is_shared = True
    db.flush()
    assert [(ask.key, ask.is_ours_only) for ask in asked(db, pair)] == [("risk_running_by", False)]


def unfinished(db: Session, pair: Pair) -> RiskAssessment:
    """Opened 100 days ago, and left."""
    found = risk.opened(db, pair, {}, {})
    found.created_at = found.opened_at = clock.now() - 100 * DAY
    db.flush()
    return found


def test_an_assessment_that_nobody_finished_silences_no_episode_and_tells_nobody_of_hers(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    unfinished(db, pair)
    entry = make.path_entry(pair, pair.vss, "episode", clock.today() - DAY)

    assert {ask.key for ask in asked(db, pair, of_vss=True)} == {"risk_running", "risk_after"}
    assert waits(db, pair, of_vss=True) == ["finish_again"]
    assert [ask.key for ask in asked(db, pair)] == ["risk_running"]
    assert waits(db, pair) == ["finish"]

    entry.is_shared = True
    db.flush()
    assert waits(db, pair) == ["finish_again"]


def test_an_assessment_that_nobody_finished_silences_no_notice(db: Session, make: Make) -> None:
    pair = make.pair()
    found = unfinished(db, pair)

    notices.sent(db, pair, pair.pp, notices.said(pair.pp, trigger="weapon"))

    for of_vss in (False, True):
        assert {ask.key for ask in asked(db, pair, of_vss=of_vss)} == {"risk_running", "risk_after_notice"}
        assert waits(db, pair, of_vss=of_vss) == ["finish_again"]
    risk_levels.choose(db, pair.pp, found.id, grade=RiskGrade.HIGH, reason="So", number=0)
    risk_levels.finish(db, pair.pp, found.id, version_=found.version)
    assert [ask.key for ask in asked(db, pair)] == ["risk_after_notice"]
    assert waits(db, pair) == ["again"]


def test_an_assessment_that_nobody_finished_silences_no_time_of_the_programme(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    make.t_point(pair, "T1", clock.today() - timedelta(days=85))
    unfinished(db, pair)

    assert [(ask.key, ask.labels) for ask in asked(db, pair)] == [
        ("risk_running", ()),
        ("risk_at_time", ("T2.1",)),
    ]
    assert waits(db, pair) == waits(db, pair, of_vss=True) == ["finish", "at_time"]


def test_a_notice_that_waits_or_was_taken_back_or_calls_for_nothing_asks_for_nothing(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    assessed(db, make, pair, days_ago=10)
    notices.sent(db, pair, pair.vss, basis=Basis.DANGER)
    notices.sent(db, pair, pair.pp, notices.said(pair.pp, trigger="new_partner"))
    back = notices.sent(db, pair, pair.pp)

    immediate_notices.take_back(db, pair.pp, back.id)

    for of_vss in (False, True):
        assert asked(db, pair, of_vss=of_vss) == []
        assert waits(db, pair, of_vss=of_vss) == []


def test_while_the_joint_space_is_only_asked_for_a_notice_asks_for_no_assessment_that_cannot_be_begun(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    agreement = db.scalars(select(Agreement).where(Agreement.case_id == pair.case.id)).one()
    agreement.ends_on = clock.today() - DAY
    opening = EmergencyOpening(
        case_id=pair.case.id,
        opened_by=pair.pp.person_id,
        service_id=pair.pp.service_id,
        ground=EmergencyGround.ADULT,
        reason="He was seen before her door",
        until_at=clock.now() + timedelta(hours=3),
        is_asked=True,
    )
    db.add(opening)
    db.flush()
    notices.sent(db, pair, pair.pp, notices.said(pair.pp, trigger="weapon"))
    assert waits(db, pair) == waits(db, pair, of_vss=True) == []

    opening.is_asked = False
    db.flush()
    assert waits(db, pair) == waits(db, pair, of_vss=True) == ["first"]


def test_a_first_pass_whose_consent_ended_before_the_opening_is_asked_for_again(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    found = risk.begun(db, pair)
    handed = risk.handed_in(db, pair, pair.vss, found.id)
    assert "first_pass" not in waits(db, pair, of_vss=True)
    item = db.get_one(JointItem, handed.item_id)

    item.ends_on = clock.today() - DAY
    db.flush()

    assert "first_pass" in waits(db, pair, of_vss=True)
    mine = first_passes.mine(db, pair.vss, found.id)
    assert (mine.ended_on, mine.may_take_back) == (item.ends_on, True)
    first_passes.take_back(db, pair.vss, found.id)
    risk.handed_in(db, pair, pair.vss, found.id)
    assert "first_pass" not in waits(db, pair, of_vss=True)


def test_what_the_path_tells_both_already_is_not_asked_for_twice(db: Session, make: Make) -> None:
    pair = make.pair()
    assessed(db, make, pair, days_ago=10)
    entry = make.path_entry(pair, pair.pp, "left", clock.today(), is_shared=True)

    notices.sent(db, pair, pair.pp, notices.left(pair.pp), entry=entry)

    assert [(ask.key, ask.what) for ask in asked(db, pair, of_vss=True)] == [("risk_after", "left")]


def test_what_waits_of_the_risk_costs_as_many_statements_for_many_cases(db: Session, make: Make) -> None:
    first = make.pair()

    def counted() -> tuple[int, int]:
        db.flush()
        with statements(db) as told:
            found = risk_due.waiting(db, first.pp)
        return len(found), len(told)

    def due(pair: Pair) -> None:
        make.t_point(pair, "T1", clock.today() - timedelta(days=85))
        assessed(db, make, pair, days_ago=60)

    due(first)
    one, number = counted()
    for _ in range(3):
        due(make.pair_of(first))

    assert (one, counted()) == (1, (4, number))
