"""What stands above every page of a case, in one look: a page that asked for each by itself looked its case up thrice."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from core.access import Actor
from core.models import Case
from core.operations import break_glass, cases, phases
from core.operations.break_glass import Told
from core.operations.phases import CaseOverview, Standing


@dataclass(frozen=True)
class Head:
    """The case, where it stands, and who opened a file of it without an assignment."""

    case: Case
    standing: Standing
    told: tuple[Told, ...]


def of_case(db: Session, actor: Actor, case_id: UUID, *, joint_only: bool = False) -> Head:
    """The head of a case; with `joint_only` with the step that both services may see."""
    case = cases.find(db, actor, case_id)
    return _head(db, actor, case, phases.standing(db, actor, case, joint_only=joint_only))


def with_walk(db: Session, actor: Actor, case_id: UUID) -> tuple[Head, CaseOverview]:
    """The same for the page that shows the whole walk, which is gone through once."""
    seen = phases.overview(db, actor, case_id)
    return _head(db, actor, cases.find(db, actor, case_id), seen.standing), seen


def _head(db: Session, actor: Actor, case: Case, standing: Standing) -> Head:
    return Head(case, standing, tuple(break_glass.told(db, actor, case)))
