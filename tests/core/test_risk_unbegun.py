"""A risk assessment that was begun by mistake is gone again, and nothing that anybody put into one ever is."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.errors import Conflict, NotAllowed, NotFound
from core.models import JointItem, RiskAssessment, RiskChild, RiskGrade, Role, Seen
from core.operations import case_lists, risk_assessments, risk_due, risk_unbegun, unsent
from core.operations.first_passes import HER
from core.operations.releases import Basis
from tests import risk
from tests.make import Make, Pair

ITEM = "strangled"


def keys(db: Session, pair: Pair) -> list[str]:
    return [one.key for one in risk_due.waiting(db, pair.vss)]


def test_one_begun_by_mistake_is_gone_for_both_and_its_number_is_free_again(db: Session, make: Make) -> None:
    pair = make.pair()
    before = keys(db, pair)
    found = risk.begun(db, pair, children=["C-1"])
    assert keys(db, pair) != before
    assert risk_unbegun.may_ask(db, pair.vss, found.id)

    risk_unbegun.take_back(db, pair.vss, found.id, version_=found.version)

    assert db.scalars(select(RiskAssessment)).all() == []
    assert db.scalars(select(RiskChild)).all() == []
    assert keys(db, pair) == before
    acts = [
        (one.act, one.person)
        for one in case_lists.history(db, pair.pp, pair.case.id)
        if one.subject == "risk_assessment"
    ]
    assert sorted(acts) == [("begin", pair.pp.name), ("take_back", pair.vss.name)]
    assert risk.begun(db, pair).number == 1


def answered(db: Session, pair: Pair, found: RiskAssessment) -> None:
    risk.say(db, pair.vss, found.id, ITEM, Seen.PRESENT)


def typing(db: Session, pair: Pair, found: RiskAssessment) -> None:
    unsent.keep(
        db, pair.vss, f"first_pass:{found.id}:{HER}:{ITEM}:note", text="He has a", case_id=pair.case.id
    )


def levelled(db: Session, pair: Pair, found: RiskAssessment) -> None:
    risk.level(db, found, pair.vss, RiskGrade.HIGH)


@pytest.mark.parametrize("used", [answered, typing, levelled])
def test_nothing_that_either_side_put_into_it_is_thrown_away(
    db: Session, make: Make, used: Callable[[Session, Pair, RiskAssessment], None]
) -> None:
    pair = make.pair()
    found = risk.begun(db, pair)
    used(db, pair, found)

    with pytest.raises(Conflict, match=r"risk\.used"):
        risk_unbegun.take_back(db, pair.pp, found.id, version_=found.version)
    assert risk_assessments.find(db, pair.pp, found.id) is found


def test_it_is_taken_back_by_who_may_begin_one_on_what_they_saw(db: Session, make: Make) -> None:
    pair = make.pair()
    found = risk.begun(db, pair)
    manager = make.actor(pair.pp.service_id, Role.DATA_PROTECTION)

    with pytest.raises(NotAllowed):
        risk_unbegun.take_back(db, manager, found.id, version_=found.version)
    with pytest.raises(NotFound):
        risk_unbegun.take_back(db, make.pair().pp, found.id, version_=found.version)
    with pytest.raises(Conflict, match="changed_meanwhile"):
        risk_unbegun.take_back(db, pair.pp, found.id, version_=found.version + 1)


def test_that_the_other_side_has_begun_to_answer_is_not_told_by_what_is_offered(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    found = risk.begun(db, pair)

    answered(db, pair, found)

    assert risk_unbegun.may_ask(db, pair.pp, found.id)
    assert not risk_unbegun.may_ask(db, pair.vss, found.id)
    # Nor that it waits for a second person there; once it is in, both see that.
    handed = risk.handed_in(db, pair, pair.vss, found.id, basis=Basis.DANGER)
    assert risk_unbegun.may_ask(db, pair.pp, found.id)
    db.get_one(JointItem, handed.item_id).released_at = clock.now()
    db.flush()
    assert not risk_unbegun.may_ask(db, pair.pp, found.id)
