"""A level of risk that the other service chose stands on Today until somebody has looked at it."""

from datetime import timedelta

import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.models import RiskGrade, RiskLevel, Role
from core.operations import risk_assessments, risk_levels, risk_news, today
from tests import risk
from tests.make import Make, Pair


def codes(db: Session, pair: Pair) -> tuple[list[str], list[str]]:
    found = (risk_news.waiting(db, actor) for actor in (pair.pp, pair.vss))
    his, hers = ([case.code for case in cases] for cases in found)
    return his, hers


def test_it_is_news_for_the_other_service_until_they_have_looked_and_for_two_weeks(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    other = make.actor(pair.vss.service_id, Role.CASE_MANAGER)
    make.assign(pair.case, other)
    assert codes(db, pair) == ([], [])

    risk.level(db, risk.laid(db, pair), pair.pp, RiskGrade.HIGH)

    assert codes(db, pair) == ([], [pair.case.code])
    found = today.of_actor(db, pair.vss)
    assert found.asked
    assert [case.id for case in found.levels] == [pair.case.id]
    with time_machine.travel(clock.now() + timedelta(minutes=1), tick=False):
        risk.looked(db, pair.vss, pair.case)
        assert codes(db, pair) == ([], [])
        assert [case.id for case in risk_news.waiting(db, other)] == [pair.case.id]
    with time_machine.travel(clock.now() + timedelta(days=15), tick=False):
        assert risk_news.waiting(db, other) == []


def test_it_is_none_where_an_agreement_is_asked_for_or_was_given_and_none_behind_a_closed_joint_space(
    db: Session, make: Make
) -> None:
    waits, closed = make.pair(), make.pair(is_agreed=False)
    risk.level(db, risk.laid(db, waits), waits.pp, RiskGrade.LOW, needs_both=True)
    risk.level(db, risk.laid(db, closed), closed.pp, RiskGrade.HIGH)

    assert codes(db, waits) == codes(db, closed) == ([], [])
    [level] = db.scalars(select(RiskLevel).where(RiskLevel.chosen_by == waits.pp.person_id))
    risk_levels.agree(db, waits.vss, level.id, version=level.version)
    assert level.holds
    assert codes(db, waits) == ([], [])
    assert risk_assessments.list_of_case(db, closed.vss, closed.case.id) == []
