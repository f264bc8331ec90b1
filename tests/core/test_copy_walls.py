"""A mark beside a text of the own file says that the other service wrote it; it says so of nothing that was not read here."""

import pytest
from sqlalchemy.orm import Session

from core import clock
from core.access import Actor
from core.models import OutsideResult, RiskAssessment, Seen
from core.operations import first_passes, risk_assessments
from core.operations.copy_walls import Walls
from core.operations.releases import Basis
from tests import risk
from tests.make import Make, Pair

HER_WORDS = "her sister"


def marked(db: Session, pair: Pair, text: str = HER_WORDS) -> bool:
    return Walls(db, pair.pp, pair.case.id, risk.about(db, pair, pair.pp)).is_of_the_other(text)


def said_by(db: Session, pair: Pair, keeper: Actor, *, basis: Basis = Basis.CONSENT) -> RiskAssessment:
    found = risk.begun(db, pair)
    risk.say(db, keeper, found.id, "pets", Seen.PRESENT, told_by=HER_WORDS)
    risk.handed_in(db, pair, keeper, found.id, basis=basis)
    return found


@pytest.mark.parametrize("basis", [Basis.CONSENT, Basis.DANGER])
def test_what_she_told_before_the_passes_are_open_marks_no_note_of_the_programme(
    db: Session, make: Make, basis: Basis
) -> None:
    pair = make.pair()

    said_by(db, pair, pair.vss, basis=basis)

    assert not marked(db, pair)


def test_what_the_passes_showed_marks_it(db: Session, make: Make) -> None:
    pair = make.pair()
    found = said_by(db, pair, pair.vss)
    risk.handed_in(db, pair, pair.pp, found.id)

    risk_assessments.open_passes(db, pair.pp, found.id, version_=found.version)

    assert marked(db, pair)


def test_a_first_pass_that_was_taken_back_unread_leaves_no_doubt_behind(db: Session, make: Make) -> None:
    pair = make.pair()
    found = said_by(db, pair, pair.vss)

    first_passes.take_back(db, pair.vss, found.id)

    walls = Walls(db, pair.pp, pair.case.id, risk.about(db, pair, pair.pp))
    assert walls.taken_back_since is None
    assert not marked(db, pair)


def test_a_result_of_another_instrument_marks_it_once_the_passes_are_open(db: Session, make: Make) -> None:
    pair = make.pair()
    found = risk.begun(db, pair)
    db.add(
        OutsideResult(
            assessment_id=found.id,
            service_id=pair.vss.service_id,
            recorded_by=pair.vss.person_id,
            instrument="Danger list of the police",
            done_on=clock.today(),
            done_by="Police",
            result="Very high",
        )
    )
    db.flush()
    assert not marked(db, pair, "danger list of the police")
    risk.handed_in(db, pair, pair.pp, found.id)
    risk.handed_in(db, pair, pair.vss, found.id)

    risk_assessments.open_passes(db, pair.pp, found.id, version_=found.version)

    assert marked(db, pair, "danger list of the police")
