"""The level of risk: chosen by people with a reason and a name, raised by one, lowered by both."""

import pytest
from sqlalchemy.orm import Session

from core.access import Actor
from core.errors import Conflict, Invalid, NotAllowed
from core.models import RiskAssessment, RiskLevel, Role, Seen
from core.operations import first_passes, risk_assessments, risk_boards, risk_levels
from core.operations.first_passes import HER
from core.operations.risk_levels import RiskGrade
from tests import risk
from tests.make import Make, Pair


def choose(  # noqa: PLR0917
    db: Session, actor: Actor, found: RiskAssessment, grade: RiskGrade, below: str = "", reason: str = "So"
) -> RiskLevel:
    number = risk_levels.of_assessment(db, actor, found.id).number
    return risk_levels.choose(
        db, actor, found.id, grade=grade, reason=reason, below_reason=below, number=number
    )


def quiet(db: Session, make: Make) -> tuple[Pair, RiskAssessment]:
    pair = make.pair()
    return pair, risk.opened(db, pair, {}, {})


def test_high_holds_at_once_with_a_name_and_a_reason(db: Session, make: Make) -> None:
    pair, found = quiet(db, make)

    level = choose(db, pair.vss, found, RiskGrade.HIGH, reason="He waits before her door")

    standing = risk_levels.of_assessment(db, pair.pp, found.id)
    assert standing.here is level
    assert (level.chosen_by, level.reason) == (pair.vss.person_id, "He waits before her door")


@pytest.mark.parametrize("grade", [RiskGrade.LOW, RiskGrade.INTERMEDIATE])
def test_a_first_level_below_high_needs_both(db: Session, make: Make, grade: RiskGrade) -> None:
    pair, found = quiet(db, make)

    level = choose(db, pair.pp, found, grade)
    alone = risk_levels.of_assessment(db, pair.pp, found.id)
    waited = alone.waiting
    with pytest.raises(NotAllowed, match=r"error\.risk\.other_side_agrees"):
        risk_levels.agree(db, pair.pp, level.id, version=level.version)
    risk_levels.agree(db, pair.vss, level.id, version=level.version)

    assert (alone.here, waited) == (None, level)
    assert risk_levels.of_assessment(db, pair.pp, found.id).here is level


def test_one_side_raises_alone_and_lowering_needs_both(db: Session, make: Make) -> None:
    pair, found = quiet(db, make)
    low = choose(db, pair.pp, found, RiskGrade.LOW)
    risk_levels.agree(db, pair.vss, low.id, version=low.version)

    raised = choose(db, pair.pp, found, RiskGrade.HIGH)
    lowered = choose(db, pair.vss, found, RiskGrade.INTERMEDIATE)

    standing = risk_levels.of_assessment(db, pair.pp, found.id)
    assert (standing.here, standing.waiting) == (raised, lowered)
    kept = choose(db, pair.pp, found, RiskGrade.HIGH)
    assert risk_levels.of_assessment(db, pair.pp, found.id).here is kept
    with pytest.raises(Conflict, match=r"error\.risk\.level_meanwhile"):
        risk_levels.agree(db, pair.pp, lowered.id, version=lowered.version)


def test_the_level_of_the_last_version_is_what_is_lowered(db: Session, make: Make) -> None:
    pair, first = quiet(db, make)
    choose(db, pair.pp, first, RiskGrade.HIGH)
    risk_levels.finish(db, pair.pp, first.id, version_=first.version)
    second = risk.opened(db, pair, {}, {})

    before = risk_levels.of_assessment(db, pair.pp, second.id)
    lowered = choose(db, pair.pp, second, RiskGrade.INTERMEDIATE)

    assert (before.here, before.holds and before.holds.grade) == (None, RiskGrade.HIGH)
    assert lowered.needs_both
    assert risk_levels.of_assessment(db, pair.pp, first.id).number == 1


@pytest.mark.parametrize("grade", [RiskGrade.LOW, RiskGrade.INTERMEDIATE])
def test_the_same_level_below_high_as_in_the_last_version_needs_both_again(
    db: Session, make: Make, grade: RiskGrade
) -> None:
    pair, first = quiet(db, make)
    low = choose(db, pair.pp, first, grade)
    risk_levels.agree(db, pair.vss, low.id, version=low.version)
    risk_levels.finish(db, pair.pp, first.id, version_=first.version)
    second = risk.opened(db, pair, {}, {})

    again = choose(db, pair.pp, second, grade)

    alone = risk_levels.of_assessment(db, pair.pp, second.id)
    assert (alone.here, alone.waiting) == (None, again)
    with pytest.raises(Conflict, match=r"error\.risk\.no_level"):
        risk_levels.finish(db, pair.pp, second.id, version_=second.version)
    risk_levels.agree(db, pair.vss, again.id, version=again.version)
    assert risk_levels.of_assessment(db, pair.pp, second.id).here is again


def test_high_again_holds_by_one_side(db: Session, make: Make) -> None:
    pair, first = quiet(db, make)
    choose(db, pair.pp, first, RiskGrade.HIGH)
    risk_levels.finish(db, pair.pp, first.id, version_=first.version)
    second = risk.opened(db, pair, {}, {})

    assert choose(db, pair.vss, second, RiskGrade.HIGH).holds


def test_a_serious_item_present_with_a_level_below_high_needs_a_written_reason(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    found = risk.opened(db, pair, {}, {"strangled": Seen.PRESENT})

    with pytest.raises(Invalid, match=r"error\.empty") as refused:
        choose(db, pair.pp, found, RiskGrade.INTERMEDIATE)
    level = choose(db, pair.pp, found, RiskGrade.INTERMEDIATE, "He is in custody")

    assert refused.value.field == "below_reason"
    assert level.below_reason == "He is in custody"


def test_a_serious_item_that_one_service_said_is_present_asks_why_also_where_both_hold_otherwise(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    found = risk.opened(db, pair, {}, {"strangled": Seen.PRESENT, "pets": Seen.PRESENT})
    for item in ("strangled", "pets"):
        risk_boards.settle(db, pair.pp, found.id, about=HER, item=item, seen=Seen.NOT_PRESENT, number=0)
    board = risk_boards.of_assessment(db, pair.vss, found.id)

    assert ([one.item.id for one in board.overruled], board.serious) == (["strangled"], [])
    with pytest.raises(Invalid, match=r"error\.empty"):
        choose(db, pair.pp, found, RiskGrade.INTERMEDIATE)
    assert choose(db, pair.pp, found, RiskGrade.INTERMEDIATE, "It was another man").below_reason


def test_a_serious_item_that_neither_said_is_present_asks_for_none(db: Session, make: Make) -> None:
    pair = make.pair()
    found = risk.opened(db, pair, {"strangled": Seen.NOT_PRESENT}, {"strangled": Seen.NOT_KNOWN})
    risk_boards.settle(db, pair.vss, found.id, about=HER, item="strangled", seen=Seen.NOT_PRESENT, number=0)

    assert not choose(db, pair.pp, found, RiskGrade.INTERMEDIATE, "Not needed").below_reason


def test_her_own_assessment_asks_why_the_level_is_below_it(db: Session, make: Make) -> None:
    pair = make.pair()
    found = risk.begun(db, pair)
    first_passes.write_her_view(
        db, pair.vss, found.id, grade=RiskGrade.INTERMEDIATE, words="", stays=False, version=0
    )
    for actor in (pair.pp, pair.vss):
        risk.handed_in(db, pair, actor, found.id)
    risk_assessments.open_passes(db, pair.pp, found.id, version_=found.version)

    with pytest.raises(Invalid, match=r"error\.empty"):
        choose(db, pair.pp, found, RiskGrade.LOW)
    assert not choose(db, pair.pp, found, RiskGrade.INTERMEDIATE).below_reason


def test_before_the_opening_the_level_is_only_raised(db: Session, make: Make) -> None:
    pair = make.pair()
    found = risk.begun(db, pair)

    with pytest.raises(Conflict, match=r"error\.risk\.not_open"):
        choose(db, pair.pp, found, RiskGrade.INTERMEDIATE)
    assert choose(db, pair.pp, found, RiskGrade.HIGH).holds


def test_two_who_choose_at_once_see_each_other(db: Session, make: Make) -> None:
    pair, found = quiet(db, make)
    choose(db, pair.pp, found, RiskGrade.HIGH)

    with pytest.raises(Conflict, match=r"error\.risk\.level_meanwhile"):
        risk_levels.choose(db, pair.vss, found.id, grade=RiskGrade.HIGH, reason="Mine", number=0)


def test_a_level_needs_a_grade_a_reason_and_somebody_who_answers_for_it(db: Session, make: Make) -> None:
    pair, found = quiet(db, make)
    minute_taker = make.actor(pair.pp.service_id, Role.MINUTE_TAKER)
    make.assign(pair.case, minute_taker)

    with pytest.raises(Invalid, match=r"error\.cooperation\.choose"):
        risk_levels.choose(db, pair.pp, found.id, grade=None, reason="So", number=0)
    with pytest.raises(Invalid, match=r"error\.empty"):
        choose(db, pair.pp, found, RiskGrade.HIGH, reason=" ")
    with pytest.raises(NotAllowed):
        choose(db, minute_taker, found, RiskGrade.HIGH)


def strangled(db: Session, pair: Pair, found: RiskAssessment) -> None:
    risk_boards.settle(db, pair.vss, found.id, about=HER, item="strangled", seen=Seen.PRESENT, number=0)


def test_nobody_agrees_to_a_level_below_something_serious_that_has_come_since(
    db: Session, make: Make
) -> None:
    pair, found = quiet(db, make)
    low = choose(db, pair.pp, found, RiskGrade.LOW)
    strangled(db, pair, found)

    with pytest.raises(Conflict, match=r"error\.risk\.speaks_for_more"):
        risk_levels.agree(db, pair.vss, low.id, version=low.version)

    assert not low.holds
    anew = choose(db, pair.pp, found, RiskGrade.LOW, "He is in custody")
    assert risk_levels.agree(db, pair.vss, anew.id, version=anew.version).holds


def test_no_version_is_finished_below_something_serious_without_a_written_reason(
    db: Session, make: Make
) -> None:
    pair, found = quiet(db, make)
    low = choose(db, pair.pp, found, RiskGrade.LOW)
    risk_levels.agree(db, pair.vss, low.id, version=low.version)
    strangled(db, pair, found)

    with pytest.raises(Conflict, match=r"error\.risk\.speaks_for_more"):
        risk_levels.finish(db, pair.pp, found.id, version_=found.version)

    choose(db, pair.vss, found, RiskGrade.HIGH)
    assert risk_levels.finish(db, pair.pp, found.id, version_=found.version).is_finished


@pytest.mark.parametrize(
    ("his", "hers"),
    [({"pets": Seen.PRESENT}, {"pets": Seen.NOT_PRESENT}), ({"strangled": Seen.PRESENT},) * 2],
    ids=["differs", "serious"],
)
def test_no_version_is_finished_before_what_differs_and_what_is_serious_is_settled(
    db: Session, make: Make, his: dict[str, Seen], hers: dict[str, Seen]
) -> None:
    pair = make.pair()
    found = risk.opened(db, pair, his, hers)
    choose(db, pair.pp, found, RiskGrade.HIGH)

    with pytest.raises(Conflict, match=r"error\.risk\.unsettled") as refused:
        risk_levels.finish(db, pair.pp, found.id, version_=found.version)

    (wanted,) = risk_boards.of_assessment(db, pair.pp, found.id).wanted
    assert refused.value.values == {"items": wanted.item.title}
    risk_boards.settle(db, pair.vss, found.id, about=HER, item=wanted.item.id, seen=Seen.NOT_KNOWN, number=0)
    assert risk_levels.finish(db, pair.pp, found.id, version_=found.version).is_finished


def test_her_own_higher_view_that_is_handed_in_later_asks_why_before_the_end(db: Session, make: Make) -> None:
    pair = make.pair()
    found = risk.begun(db, pair)
    first_passes.write_her_view(
        db, pair.vss, found.id, grade=RiskGrade.HIGH, words="", stays=False, version=0
    )
    risk.handed_in(db, pair, pair.pp, found.id)
    risk_assessments.open_passes(db, pair.pp, found.id, version_=found.version)
    low = choose(db, pair.pp, found, RiskGrade.LOW)
    risk_levels.agree(db, pair.vss, low.id, version=low.version)
    risk.handed_in(db, pair, pair.vss, found.id)

    with pytest.raises(Conflict, match=r"error\.risk\.speaks_for_more"):
        risk_levels.finish(db, pair.pp, found.id, version_=found.version)
