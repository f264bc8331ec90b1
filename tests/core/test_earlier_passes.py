"""What the own service answered in a version that is over stays to be read, and goes over where it was never handed in."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from core import clock
from core.access import case_agreements_in_force
from core.errors import Conflict, NotFound
from core.models import RiskAssessment, Seen
from core.operations import earlier_passes, first_passes, risk_assessments, risk_levels
from core.operations.first_passes import HER, RiskGrade
from tests import risk
from tests.make import Make, Pair


def his_alone(db: Session, pair: Pair, *, children: tuple[str, ...] = ()) -> RiskAssessment:
    """A version that the programme handed in, opened and gave a level, while her service was still answering."""
    found = risk.begun(db, pair, children=children)
    risk.say(
        db, pair.vss, found.id, "strangled", Seen.PRESENT, note="Twice", told_by="her friend", stays=True
    )
    first_passes.write_her_view(
        db, pair.vss, found.id, grade=RiskGrade.HIGH, words="He will come back", stays=True, version=1
    )
    risk.handed_in(db, pair, pair.pp, found.id)
    risk_assessments.open_passes(db, pair.pp, found.id, version_=found.version)
    risk_levels.choose(db, pair.pp, found.id, grade=RiskGrade.HIGH, reason="So", number=0)
    return found


def finished(db: Session, pair: Pair, **more: tuple[str, ...]) -> RiskAssessment:
    found = his_alone(db, pair, **more)
    return risk_levels.finish(db, pair.pp, found.id, version_=found.version, without_a_side=True)


def test_a_version_that_a_side_has_not_handed_in_for_is_finished_only_by_who_says_so(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    found = his_alone(db, pair)

    with pytest.raises(Conflict, match=r"error\.risk\.side_not_in") as refused:
        risk_levels.finish(db, pair.pp, found.id, version_=found.version)

    assert refused.value.values["service"] == pair.case.cooperation.vss.name
    assert not found.is_finished
    done = risk_levels.finish(db, pair.pp, found.id, version_=found.version, without_a_side=True)
    assert done.is_finished


def test_a_version_that_both_handed_in_for_is_finished_without_a_word_more(db: Session, make: Make) -> None:
    pair = make.pair()
    found = risk.opened(db, pair, {}, {})
    risk_levels.choose(db, pair.pp, found.id, grade=RiskGrade.HIGH, reason="So", number=0)

    assert risk_levels.finish(db, pair.pp, found.id, version_=found.version).is_finished


def test_what_stays_in_our_file_is_read_after_the_version_is_finished_and_by_nobody_else(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    found = finished(db, pair)

    assert [one.id for one in earlier_passes.of_case(db, pair.vss, pair.case.id)] == [found.id]
    ours = earlier_passes.find(db, pair.vss, found.id)
    row = ours.answers[HER, "strangled"]
    assert (row.seen, row.note, row.told_by, row.stays) == (Seen.PRESENT, "Twice", "her friend", True)
    assert (ours.first_pass.her_grade, ours.first_pass.her_words) == (RiskGrade.HIGH, "He will come back")
    assert earlier_passes.find(db, pair.pp, found.id).answers == {}


def test_what_we_answered_is_read_after_the_joint_space_has_closed(db: Session, make: Make) -> None:
    pair = make.pair()
    found = risk.begun(db, pair)
    risk.say(db, pair.vss, found.id, "strangled", Seen.PRESENT, note="Twice")
    db.scalars(case_agreements_in_force()).one().ends_on = clock.today() - timedelta(days=1)
    db.flush()

    with pytest.raises(NotFound):
        first_passes.mine(db, pair.vss, found.id)
    assert [one.id for one in earlier_passes.of_case(db, pair.vss, pair.case.id)] == [found.id]
    assert earlier_passes.find(db, pair.vss, found.id).answers[HER, "strangled"].note == "Twice"
    assert earlier_passes.of_case(db, pair.pp, pair.case.id) == []


def test_answers_that_were_never_handed_in_begin_the_next_version_where_somebody_asks_for_it(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    finished(db, pair)
    following = risk.begun(db, pair)
    risk.say(db, pair.vss, following.id, "pets", Seen.PRESENT)
    risk.say(db, pair.vss, following.id, "strangled", Seen.PAST, past_on=clock.today())
    offered = earlier_passes.to_go_on_with(db, pair.vss, following.id)
    assert offered is not None
    assert offered.number == 1
    assert earlier_passes.to_go_on_with(db, pair.pp, following.id) is None

    earlier_passes.go_on(db, pair.vss, following.id)

    ours = first_passes.mine(db, pair.vss, following.id)
    assert {item: row.seen for (_, item), row in ours.answers.items()} == {
        "pets": Seen.PRESENT,
        "strangled": Seen.PAST,
    }
    assert ours.first_pass is not None
    assert (ours.first_pass.her_words, ours.first_pass.her_view_stays) == ("He will come back", True)
    assert earlier_passes.to_go_on_with(db, pair.vss, following.id) is None
    with pytest.raises(Conflict, match=r"error\.risk\.nothing_earlier"):
        earlier_passes.go_on(db, pair.vss, following.id)


def test_what_goes_over_goes_with_all_that_stands_beside_it(db: Session, make: Make) -> None:
    pair = make.pair()
    found = his_alone(db, pair, children=("C-07a", "C-07b"))
    for code in ("C-07a", "C-07b"):
        first_passes.say_part(db, pair.vss, found.id, about=code, takes_part=False, version=0)
        risk.say(db, pair.vss, found.id, "hurt", Seen.PRESENT, code, note="By the neighbour")
    risk_levels.finish(db, pair.pp, found.id, version_=found.version, without_a_side=True)
    following = risk.begun(db, pair, children=("C-07b",))

    earlier_passes.go_on(db, pair.vss, following.id)

    ours = first_passes.mine(db, pair.vss, following.id)
    hers = ours.answers[HER, "strangled"]
    assert (hers.note, hers.told_by, hers.stays) == ("Twice", "her friend", True)
    assert set(ours.answers) == {(HER, "strangled"), ("C-07b", "hurt")}
    assert set(ours.parts) == {"C-07b"}
    assert earlier_passes.find(db, pair.vss, found.id).about == (HER, "C-07a", "C-07b")


def test_what_lay_beside_the_other_services_answers_begins_no_version(db: Session, make: Make) -> None:
    pair = make.pair()
    found = risk.opened(db, pair, {}, {"strangled": Seen.PRESENT})
    risk_levels.choose(db, pair.pp, found.id, grade=RiskGrade.HIGH, reason="So", number=0)
    risk.finished(db, pair.pp, found)
    following = risk.begun(db, pair)

    assert earlier_passes.to_go_on_with(db, pair.vss, following.id) is None


def test_what_her_withdrawn_consent_took_back_is_there_to_go_on_with(db: Session, make: Make) -> None:
    pair = make.pair()
    found = risk.opened(db, pair, {}, {"strangled": Seen.PRESENT})
    risk_levels.choose(db, pair.pp, found.id, grade=RiskGrade.HIGH, reason="So", number=0)
    first_passes.take_back(db, pair.vss, found.id)
    risk_levels.finish(db, pair.pp, found.id, version_=found.version, without_a_side=True)
    following = risk.begun(db, pair)

    earlier_passes.go_on(db, pair.vss, following.id)

    assert first_passes.mine(db, pair.vss, following.id).answers[HER, "strangled"].seen is Seen.PRESENT
