"""Her own assessment on the page of the first pass: what is typed is kept, whatever is answered meanwhile."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.models import FirstPass, RiskGrade, Seen
from core.operations import first_passes
from tests import risk
from tests.make import Make
from tests.pages.conftest import Desk, press, said


def labelled(fields: Any, label: str) -> Any:
    return next(one for one in fields if one.label.startswith(label))


def view(db: Session) -> tuple[RiskGrade | None, str]:
    own = db.scalars(select(FirstPass)).one()
    found = (own.her_grade, own.her_words)
    db.rollback()
    return found


def test_her_own_assessment_is_kept_when_the_first_item_is_answered_while_it_is_typed(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    found = risk.begun(db, pair)
    db.commit()
    at = desk.open(pair.vss, "first_pass", case=pair.case.id)
    labelled(at.radio, "She says").set_value(RiskGrade.HIGH)
    labelled(at.text_area, "In her words").set_value("He will come back")
    risk.say(db, pair.vss, found.id, "pets", Seen.PRESENT)
    db.commit()

    press(at, "Save her assessment")

    assert view(db) == (RiskGrade.HIGH, "He will come back")


def test_what_a_colleague_saved_of_it_meanwhile_stands_beside_what_is_typed(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    found = risk.begun(db, pair)
    risk.say(db, pair.vss, found.id, "pets", Seen.PRESENT)
    db.commit()
    at = desk.open(pair.vss, "first_pass", case=pair.case.id)
    labelled(at.radio, "She says").set_value(RiskGrade.LOW)
    first_passes.write_her_view(
        db, pair.vss, found.id, grade=RiskGrade.HIGH, words="So she told us", stays=False, version=1
    )
    db.commit()

    press(at, "Save her assessment")

    assert view(db) == (RiskGrade.HIGH, "So she told us")
    assert "So she told us" in said(at)
    assert labelled(at.radio, "She says").value is RiskGrade.LOW
    press(at, "Drop what I typed and take theirs")
    assert labelled(at.radio, "She says").value is RiskGrade.HIGH
