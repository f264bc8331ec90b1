"""What a service does for its own person before a case ends: written into its own file, and read there alone."""

from uuid import UUID

from sqlalchemy.orm import Session

from core import access, audit
from core.access import Actor, require_version
from core.content import closings as content
from core.errors import Conflict, Invalid, NotFound
from core.models import ClosingStep, Settled
from core.operations import cases, closings, own_files
from core.text import text

__all__ = ["Settled"]

LONGEST = 2000


def record(
    db: Session,
    actor: Actor,
    closing_id: UUID,
    *,
    step: str,
    settled: Settled | None,
    words: str,
    version: int,
) -> ClosingStep:
    """Say what was done, or why it is not needed. `version` is that of the row; 0 where there is none yet.

    Raises NotFound for a step of the other side.
    """
    closing = closings.find(db, actor, closing_id)
    case = cases.find_open(db, actor, closing.case_id)
    file = own_files.writable(db, actor, case.id)
    if step not in {one.id for one in content.load().steps_of(actor.kind)}:
        raise NotFound
    if settled is None:
        raise Invalid("error.cooperation.choose", field="settled")
    said = text(words, field=step, longest=LONGEST)
    found = db.scalars(
        access.visible_closing_steps(actor).where(
            ClosingStep.closing_id == closing.id, ClosingStep.step == step
        )
    ).one_or_none()
    if found is None:
        if version:
            raise Conflict
        found = ClosingStep(
            closing_id=closing.id,
            file_id=file.id,
            step=step,
            settled=settled,
            text=said,
            recorded_by=actor.person_id,
        )
        db.add(found)
    else:
        require_version(found, version)
        found.settled, found.text, found.recorded_by = settled, said, actor.person_id
    db.flush()
    audit.record(db, actor, "closing_step", file, case_id=case.id)
    return found
