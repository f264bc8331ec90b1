"""What a guest of a case sees of it: its code, its phase, and what their own agency has to do. Nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from core import access, audit
from core.access import Actor
from core.models import Action, ActionState, Case
from core.operations import protocols

_OPEN = tuple(state for state in ActionState if state.is_open)


@dataclass(frozen=True)
class GuestCase:
    """A case as a guest may see it; its actions are read, and ticked by a case manager of the two services."""

    id: UUID
    code: str
    phase: str
    actions: Sequence[Action]


def of_guest(db: Session, actor: Actor) -> list[GuestCase]:
    """The cases that the actor was let into, with the open actions of their agency, the one due first above."""
    found = db.scalars(access.visible_guest_cases(actor).order_by(Case.code)).all()
    if not found:
        return []
    actions = db.scalars(
        access.visible_actions(actor)
        .where(Action.case_id.in_([case.id for case in found]), Action.state.in_(_OPEN))
        .order_by(Action.due_on, Action.id)
    ).all()
    for case in found:
        audit.look(db, case, "read_plan", case_id=case.id)
    return [
        GuestCase(case.id, case.code, _phase(db, case), [one for one in actions if one.case_id == case.id])
        for case in found
    ]


def _phase(db: Session, case: Case) -> str:
    return protocols.of_case(db, case).phase(case.phase).title if case.phase else ""
