"""When the risk is to be assessed again, on the timeline and on the page Today."""

from datetime import timedelta

from sqlalchemy.orm import Session

from core import clock
from core.models import RiskAssessment, Seen
from core.operations import risk_assessments, risk_levels, timelines, today
from core.operations.risk_levels import RiskGrade
from core.operations.timelines import Ask
from tests import risk
from tests.make import Make, Pair

DAY = timedelta(days=1)


def assessed(db: Session, make: Make, pair: Pair, *, days_ago: int = 0) -> RiskAssessment:
    found = risk.opened(db, pair, {"pets": Seen.PRESENT}, {})
    risk_levels.choose(db, pair.pp, found.id, grade=RiskGrade.HIGH, reason="So", number=0)
    risk_assessments.finish(db, pair.pp, found.id, version_=found.version)
    found.created_at = clock.now() - timedelta(days=days_ago)
    db.flush()
    return found


def asked(db: Session, pair: Pair, *, of_vss: bool = False, joint_only: bool = False) -> list[Ask]:
    found = timelines.of_case(db, pair.vss if of_vss else pair.pp, pair.case.id, joint_only=joint_only)
    return [ask for ask in found.asks if ask.key.startswith("risk_")]


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

    make.t_point(pair, "T3", clock.today())
    [ask] = asked(db, pair)
    assert ask.labels == ("T3",)


def test_a_case_without_any_assessment_asks_for_none_again(db: Session, make: Make) -> None:
    pair = make.pair()
    make.path_entry(pair, pair.vss, "episode", clock.today() - DAY)

    assert asked(db, pair, of_vss=True) == []
    assert waits(db, pair, of_vss=True) == []
