"""Acts on a joint risk assessment that write a text which both services read; test_names tries each with a name in it."""

from sqlalchemy.orm import Session

from core import clock
from core.models import RiskAssessment, Seen
from core.operations import risk_boards, risk_levels
from core.operations.first_passes import HER
from core.operations.risk_levels import RiskGrade
from tests import risk
from tests.make import Make, Pair


def _opened(db: Session, pair: Pair) -> RiskAssessment:
    return risk.opened(db, pair, {}, {"strangled": Seen.PRESENT})


def settle_risk(db: Session, make: Make, pair: Pair, words: str) -> object:
    found = _opened(db, pair)
    return risk_boards.settle(
        db, pair.vss, found.id, about=HER, item="pets", seen=Seen.PRESENT, note=words, number=0
    )


def choose_level(db: Session, make: Make, pair: Pair, words: str) -> object:
    found = _opened(db, pair)
    return risk_levels.choose(db, pair.vss, found.id, grade=RiskGrade.HIGH, reason=words, number=0)


def say_why_below(db: Session, make: Make, pair: Pair, words: str) -> object:
    found = _opened(db, pair)
    return risk_levels.choose(
        db, pair.vss, found.id, grade=RiskGrade.LOW, reason="So", below_reason=words, number=0
    )


def _result(db: Session, pair: Pair, **typed: str) -> object:
    given = {"instrument": "DASH", "done_by": "Police", "result": "High"} | typed
    found = risk.begun(db, pair)
    return risk_boards.add_result(db, pair.vss, found.id, done_on=clock.today(), **given)


def name_instrument(db: Session, make: Make, pair: Pair, words: str) -> object:
    return _result(db, pair, instrument=words)


def name_who_asked(db: Session, make: Make, pair: Pair, words: str) -> object:
    return _result(db, pair, done_by=words)


def write_result(db: Session, make: Make, pair: Pair, words: str) -> object:
    return _result(db, pair, result=words)


def add_risk_action(db: Session, make: Make, pair: Pair, words: str) -> object:
    found = _opened(db, pair)
    return risk_boards.add_action(
        db,
        pair.vss,
        found.id,
        about=HER,
        item="pets",
        need=words,
        text="An action",
        due_on=clock.today(),
        service_id=pair.vss.service_id,
    )


ACTS = (
    settle_risk, choose_level, say_why_below, name_instrument, name_who_asked, write_result, add_risk_action,
)  # fmt: skip
