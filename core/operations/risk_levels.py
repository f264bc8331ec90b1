"""The level of risk: low, intermediate or high, chosen by people with a reason and a name. Nothing here is computed.

One side may raise it alone, and say high again. What does not raise it, beginning with a first level below high, holds
when the other side has agreed; the same level again too, for it was looked at anew.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from core import access, audit, clock, text
from core.access import Actor, Permission, require, require_version
from core.errors import Conflict, Invalid, NotAllowed
from core.models import RiskAssessment, RiskGrade, RiskLevel
from core.operations import files, risk_assessments, risk_boards, telling
from core.operations.risk_boards import Board

__all__ = ["RiskGrade", "RiskLevel"]

LONGEST = 2000


@dataclass(frozen=True)
class Standing:
    """The levels of an assessment, oldest first, and the one that holds for the case."""

    levels: tuple[RiskLevel, ...]
    #: The level that holds in this assessment; None while nobody has chosen one.
    here: RiskLevel | None
    #: The level that holds for the case: this assessment's, or the last one's.
    holds: RiskLevel | None

    @property
    def waiting(self) -> RiskLevel | None:
        """What waits for the agreement of the other side."""
        last = self.levels[-1] if self.levels else None
        return last if last is not None and not last.holds else None

    @property
    def number(self) -> int:
        return len(self.levels)


def standing(db: Session, actor: Actor, found: RiskAssessment) -> Standing:
    levels = _of_case(db, actor, found.case_id, up_to=found.number)
    own = [level for number, level in levels if number == found.number]
    here = [level for level in own if level.holds]
    holding = [level for _, level in levels if level.holds]
    return Standing(tuple(own), here[-1] if here else None, holding[-1] if holding else None)


@access.of_case_of(RiskAssessment)
def of_assessment(db: Session, actor: Actor, assessment_id: UUID) -> Standing:
    return standing(db, actor, risk_assessments.find(db, actor, assessment_id))


def choose(
    db: Session,
    actor: Actor,
    assessment_id: UUID,
    *,
    grade: RiskGrade | None,
    reason: str,
    below_reason: str = "",
    number: int,
    meant: Collection[str] | None = None,
) -> RiskLevel:
    """Choose the level, with a reason. `number` says how many choices the actor has seen in this assessment.

    `meant` is what its author was asked about (telling.require_meant).

    Raises Invalid where something speaks for more and nobody wrote why it is less, Conflict where somebody chose
    meanwhile, and before the first passes are open for anything but raising it.
    """
    require(actor, Permission.CHOOSE_LEVEL)
    found = risk_assessments.require_running(db, actor, assessment_id)
    if grade is None:
        raise Invalid("error.cooperation.choose", field="grade")
    known = standing(db, actor, found)
    if known.number != number:
        raise Conflict("error.risk.level_meanwhile")
    before = known.holds.grade if known.holds else None
    if not found.is_open and not _raises(grade, before):
        raise Conflict("error.risk.not_open")
    why = text.text(reason, field="reason", longest=LONGEST)
    speaks = speaks_for_more(risk_boards.of_assessment(db, actor, found.id), grade)
    below = text.text(below_reason, field="below_reason", required=speaks, longest=LONGEST)
    files.require_nameless(db, actor, found.case_id, reason=why, below_reason=below)
    new = {"reason": (why, ""), "below_reason": (below if speaks else "", "")}
    is_meant = telling.require_meant(db, actor, found.case_id, meant, **new)
    row = RiskLevel(
        assessment_id=found.id,
        number=number + 1,
        grade=grade,
        reason=why,
        below_reason=below if speaks else "",
        chosen_by=actor.person_id,
        service_id=actor.service_id,
        needs_both=needs_both(grade, before),
    )
    db.add(row)
    db.flush()
    audit.record(db, actor, "choose_level", found, case_id=found.case_id)
    if is_meant:
        audit.record(db, actor, "meant", found, case_id=found.case_id)
    return row


def agree(db: Session, actor: Actor, level_id: UUID, *, version: int) -> RiskLevel:
    """Agree, for the other side, to a level that needs both.

    Raises NotAllowed for the side that chose it, Conflict where something speaks for more since it was chosen.
    """
    require(actor, Permission.CHOOSE_LEVEL)
    row = access.find(db, access.visible_risk_levels(actor), level_id)
    require_version(row, version)
    found = risk_assessments.require_running(db, actor, row.assessment_id)
    if row.service_id == actor.service_id:
        raise NotAllowed("error.risk.other_side_agrees")
    if standing(db, actor, found).waiting is not row:
        raise Conflict("error.risk.level_meanwhile")
    _require_why_not_higher(risk_boards.of_assessment(db, actor, found.id), row)
    row.agreed_by, row.agreed_at = actor.person_id, clock.now()
    db.flush()
    audit.record(db, actor, "agree_level", found, case_id=found.case_id)
    return row


def finish(
    db: Session, actor: Actor, assessment_id: UUID, *, version_: int, without_a_side: bool = False
) -> RiskAssessment:
    """Close the version: nothing in it changes any more.

    Raises Conflict without a level that holds as things stand now; where a side has not handed in, whose answers then
    come too late for this version, unless somebody says that it is finished without them; and where both have, but
    nobody has settled what they differ on or what one of them says is serious and present.
    """
    require(actor, Permission.CHOOSE_LEVEL)
    found = risk_assessments.require_opened(db, actor, assessment_id)
    require_version(found, version_)
    known = standing(db, actor, found)
    if known.here is None or known.waiting is not None:
        raise Conflict("error.risk.no_level")
    board = risk_boards.of_assessment(db, actor, found.id)
    _require_why_not_higher(board, known.here)
    missing = board.version.missing
    if missing and not without_a_side:
        raise Conflict("error.risk.side_not_in", service=", ".join(one.name for one in missing))
    if board.wanted and not missing:
        raise Conflict("error.risk.unsettled", items=", ".join(one.item.title for one in board.wanted))
    found.finished_at, found.finished_by = clock.now(), actor.person_id
    audit.record(db, actor, "finish", found, case_id=found.case_id)
    db.flush()
    return found


def needs_both(grade: RiskGrade, before: RiskGrade | None) -> bool:
    """Does it lower the level, or say that it is below high: for the first time, or again?"""
    return grade is not RiskGrade.HIGH and (before is None or grade.place <= before.place)


def speaks_for_more(board: Board, grade: RiskGrade) -> bool:
    """Is a serious item present though the level is below high, or does she herself say that it is higher?

    What one of the two said is present speaks for more also where both hold otherwise: one click settles an item.
    """
    hers = board.her_grade is not None and board.her_grade.place > grade.place
    return hers or (grade is not RiskGrade.HIGH and bool(board.serious or board.overruled))


def _require_why_not_higher(board: Board, level: RiskLevel) -> None:
    """Something serious may have been settled or handed in after the level was chosen, when nobody was asked why."""
    if not level.below_reason and speaks_for_more(board, level.grade):
        raise Conflict("error.risk.speaks_for_more")


def _raises(grade: RiskGrade, before: RiskGrade | None) -> bool:
    return grade is RiskGrade.HIGH if before is None else grade.place > before.place


def _of_case(db: Session, actor: Actor, case_id: UUID, *, up_to: int) -> Sequence[tuple[int, RiskLevel]]:
    statement = (
        access.visible_risk_levels(actor)
        .join(RiskAssessment, RiskAssessment.id == RiskLevel.assessment_id)
        .where(RiskAssessment.case_id == case_id, RiskAssessment.number <= up_to)
        .order_by(RiskAssessment.number, RiskLevel.number)
        .with_only_columns(RiskAssessment.number, RiskLevel)
    )
    return [(number, level) for number, level in db.execute(statement)]
