"""What people do in a case of which a picture is made, and what its picture says."""

from uuid import UUID

from sqlalchemy.orm import Session

from core.access import Actor
from core.locale import Words
from core.models import (
    RiskAssessment,
    RiskGrade,
    RiskLevel,
)
from core.operations import first_passes, picture_words, pictures, risk_assessments, risk_boards, risk_levels
from core.operations.picture_parts import Kind, Lane
from core.operations.pictures import Picture
from tests import change, risk
from tests.make import Pair

WORDS = Words()


def seen(db: Session, pair: Pair, actor: Actor, *, joint_only: bool = False) -> Picture:
    return pictures.of_case(db, actor, pair.case.id, joint_only=joint_only)


def accounts(picture: Picture) -> list[tuple[Lane, str]]:
    return [(one.lane, one.text) for one in picture.marks if one.kind is Kind.EPISODE]


def sentences(picture: Picture) -> list[str]:
    return [picture_words.difference(WORDS, one) for one in picture.differences]


def all_said(picture: Picture) -> str:
    said = [
        " ".join([picture_words.title(WORDS, one), *picture_words.details(WORDS, one)])
        for one in picture.marks
    ]
    return "\n".join([*said, *sentences(picture)])


def times_of_worse(db: Session, pair: Pair) -> None:
    """T1 to T2.2: he says better each time, she says worse from T2.1 on."""
    change.dated(db, pair, months=7)
    for label, hers in (("T1", "same"), ("T2.1", "worse"), ("T2.2", "worse")):
        change.asked(db, pair, pair.pp, label, impact_since="better", violence_since="better")
        change.asked(db, pair, pair.vss, label, impact_since=hers)


def chosen(db: Session, actor: Actor, assessment_id: UUID, grade: RiskGrade, number: int) -> RiskLevel:
    """A level chosen with whatever reason it needs; `number` counts those that were chosen before."""
    board = risk_boards.of_assessment(db, actor, assessment_id)
    below = "We know her" if risk_levels.speaks_for_more(board, grade) else ""
    return risk_levels.choose(
        db,
        actor,
        assessment_id,
        grade=grade,
        reason="What we saw",
        below_reason=below,
        number=number,
    )


def high(db: Session, pair: Pair, assessment_id: UUID, *, stays: bool = False) -> None:
    """She sees the risk as high, and her service writes it down."""
    first_passes.write_her_view(
        db, pair.vss, assessment_id, grade=RiskGrade.HIGH, words="", stays=stays, version=0
    )


def looked_at(db: Session, pair: Pair, *, stays: bool = False) -> RiskAssessment:
    """An assessment that is open, in which she sees the risk as high."""
    found = risk.begun(db, pair)
    high(db, pair, found.id, stays=stays)
    for actor in (pair.pp, pair.vss):
        risk.handed_in(db, pair, actor, found.id)
    return risk_assessments.open_passes(db, pair.pp, found.id, version_=found.version)
