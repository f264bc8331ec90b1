"""What is done in the key areas of the IT safety plan, by whom and until when; at the programme, what he does.

A change that may make it worse is written down only with what is in place first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import access, audit, clock
from core.access import Actor, require_version
from core.content import digital_violence
from core.errors import Conflict, Invalid
from core.models import Case, CaseFile, SafetyAction, SafetyState
from core.operations import cases, own_files
from core.text import day, in_order, line, text

__all__ = ["SafetyAction", "SafetyState"]

LONGEST_TEXT = 500


@dataclass(frozen=True)
class Wanted:
    """What is typed about one action."""

    area: str = ""
    text: str = ""
    who: str = ""
    until: date | None = None
    #: A change that may make it worse; empty: none; None while nobody has said.
    change: str | None = ""
    first: str = ""
    not_before: date | None = None


@access.of_one_case
def of_case(db: Session, actor: Actor, case_id: UUID) -> Sequence[SafetyAction]:
    """The actions of the own file: area by area, what is open and due first."""
    file = own_files.find(db, actor, case_id)
    audit.look(db, file, "read_digital", case_id=case_id)
    rows = db.scalars(access.visible_safety_actions(actor).where(SafetyAction.file_id == file.id)).all()
    areas = [one.id for one in digital_violence.load().areas]
    return sorted(
        rows,
        key=lambda one: (
            areas.index(one.area) if one.area in areas else len(areas),
            one.state is not SafetyState.OPEN,
            one.until or date.max,
            one.created_at,
        ),
    )


def due(db: Session, actor: Actor, *, limit: int) -> Sequence[Case]:
    """The cases in whose own file an action is open though its day has come, the oldest first."""
    days = (
        access.visible_safety_actions(actor)
        .join(CaseFile, CaseFile.id == SafetyAction.file_id)
        .where(SafetyAction.state == SafetyState.OPEN, SafetyAction.until <= clock.today())
        .group_by(CaseFile.case_id)
        .with_only_columns(CaseFile.case_id, func.min(SafetyAction.until).label("until"))
        .subquery()
    )
    statement = select(Case).join(days, days.c.case_id == Case.id).where(Case.closed_on.is_(None))
    return db.scalars(statement.order_by(days.c.until).limit(limit)).all()


def write(db: Session, actor: Actor, case_id: UUID, *, wanted: Wanted) -> SafetyAction:
    """Write an action down. Raises Invalid beside its field."""
    file = own_files.writable(db, actor, case_id)
    made = SafetyAction(file_id=file.id, area="", text="", who="", change="")
    _fill(made, actor, wanted)
    db.add(made)
    db.flush()
    audit.record(db, actor, "add", made, case_id=case_id)
    return made


def revise(db: Session, actor: Actor, action_id: UUID, *, wanted: Wanted, version: int) -> SafetyAction:
    """Change what it says."""
    found, case_id = _find(db, actor, action_id)
    require_version(found, version)
    _fill(found, actor, wanted)
    db.flush()
    audit.record(db, actor, "revise", found, case_id=case_id)
    return found


def set_state(
    db: Session,
    actor: Actor,
    action_id: UUID,
    *,
    state: SafetyState,
    version: int,
    is_in_place: bool = False,
) -> SafetyAction:
    """Say that it is done, that it is given up, or that it is open again.

    Raises Conflict where it is done and something had to be in place first, unless somebody says that it is.
    """
    found, case_id = _find(db, actor, action_id)
    require_version(found, version)
    if state is SafetyState.DONE and found.first and not is_in_place:
        raise Conflict("error.digital.in_place")
    found.state = state
    db.flush()
    audit.record(db, actor, state.value, found, case_id=case_id)
    return found


def _find(db: Session, actor: Actor, action_id: UUID) -> tuple[SafetyAction, UUID]:
    found = access.find(db, access.visible_safety_actions(actor), action_id)
    case_id = db.get_one(CaseFile, found.file_id).case_id
    own_files.writable(db, actor, case_id)
    return found, case_id


def _fill(action: SafetyAction, actor: Actor, wanted: Wanted) -> None:
    content, side = digital_violence.load(), cases.side_of(actor)
    areas, changes = content.areas_of(side), content.changes_of(side)
    # What an older version of the content named stays what it is.
    if not wanted.area or wanted.area not in {action.area, *(one.id for one in areas)}:
        raise Invalid("error.digital.area", field="area")
    if wanted.change is None:
        raise Invalid("error.digital.is_change", field="change")
    if wanted.change not in {"", action.change, *(one.id for one in changes)}:
        raise Invalid("error.digital.change", field="change")
    first, not_before = "", None
    until = day(wanted.until, field="until") if wanted.until else None
    if wanted.change:
        first = _first(wanted.first)
        not_before = day(wanted.not_before, field="not_before") if wanted.not_before else None
        in_order(not_before, until, field="until")
    said = text(wanted.text, field="text", longest=LONGEST_TEXT)
    who = line(wanted.who, field="who")
    action.area, action.text, action.who, action.until = wanted.area, said, who, until
    action.change, action.first, action.not_before = wanted.change, first, not_before


def _first(typed: str) -> str:
    if not typed.strip():
        raise Invalid("error.digital.first", field="first")
    return text(typed, field="first", longest=LONGEST_TEXT)
