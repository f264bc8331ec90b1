"""The occasion of an assessment is read by both services: it tells nothing that only hers knows."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from core import clock
from core.errors import Invalid
from core.models import Occasion
from core.operations import risk_assessments, risk_levels, risk_occasions
from core.operations.risk_levels import RiskGrade
from tests import risk
from tests.make import Make, Pair

DAY = timedelta(days=1)


def may_name_an_episode(db: Session, pair: Pair, *, of_vss: bool = True) -> bool:
    actor = pair.vss if of_vss else pair.pp
    return Occasion.EPISODE in risk_occasions.offered(db, actor, pair.case.id)


def test_an_episode_that_she_alone_reported_is_no_occasion_to_choose(db: Session, make: Make) -> None:
    pair = make.pair()
    nothing = may_name_an_episode(db, pair)
    entry = make.path_entry(pair, pair.vss, "episode", clock.today() - DAY)

    assert (nothing, may_name_an_episode(db, pair)) == (False, False)
    assert may_name_an_episode(db, pair, of_vss=False)
    with pytest.raises(Invalid, match=r"error\.risk\.occasion_tells") as refused:
        risk_assessments.begin(db, pair.vss, pair.case.id, occasion=Occasion.EPISODE, children=[])
    assert refused.value.field == "occasion"
    entry.is_shared = True
    db.flush()
    assert may_name_an_episode(db, pair)
    assert risk_assessments.begin(db, pair.vss, pair.case.id, occasion=Occasion.EPISODE, children=[])


def test_an_episode_that_both_knew_before_the_last_assessment_or_before_hers_opens_nothing(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    known = make.path_entry(pair, pair.pp, "episode", clock.today() - 9 * DAY, is_shared=True)
    assert may_name_an_episode(db, pair)
    make.path_entry(pair, pair.vss, "episode", clock.today() - DAY)
    assert not may_name_an_episode(db, pair)
    known.happened_on = clock.today()
    db.flush()
    assert may_name_an_episode(db, pair)

    found = risk.opened(db, pair, {}, {})
    risk_levels.choose(db, pair.pp, found.id, grade=RiskGrade.HIGH, reason="So", number=0)
    risk_levels.finish(db, pair.pp, found.id, version_=found.version)
    found.created_at = clock.now() + timedelta(minutes=1)
    db.flush()

    assert not may_name_an_episode(db, pair)
