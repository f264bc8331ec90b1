"""The identification steps of digital violence, as the own service answers them; of the other's answers, nothing."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy.orm import Session

from core import access, audit
from core.access import Actor
from core.content import digital_violence
from core.errors import Conflict, Invalid
from core.models import DigitalStep, Seen
from core.operations import own_files
from core.text import text

__all__ = ["DigitalStep", "Seen"]

LONGEST_NOTE = 600
#: What can be said of a step that asks for what is known, and of one that asks whether.
ANSWERS: Mapping[str, tuple[Seen, ...]] = {
    "open": (Seen.PRESENT, Seen.NOT_KNOWN),
    "yes_no": tuple(Seen),
}


@access.of_one_case
def mine(db: Session, actor: Actor, case_id: UUID) -> dict[str, DigitalStep]:
    """What the own service answers, by step."""
    file = own_files.find(db, actor, case_id)
    audit.look(db, file, "read_digital", case_id=case_id)
    rows = db.scalars(access.visible_digital_steps(actor).where(DigitalStep.file_id == file.id))
    return {row.step: row for row in rows}


def answer(
    db: Session, actor: Actor, case_id: UUID, *, step: str, seen: Seen, note: str, version: int
) -> DigitalStep:
    """Answer one step for one's own service; `version` is 0 where nobody has answered it yet.

    Raises Conflict where a colleague answered it meanwhile.
    """
    file = own_files.writable(db, actor, case_id)
    asked = next((one for one in digital_violence.load().steps if one.id == step), None)
    if asked is None or seen not in ANSWERS[asked.kind]:
        raise Invalid("error.digital.step", field="seen")
    row = db.scalar(
        access.visible_digital_steps(actor).where(DigitalStep.file_id == file.id, DigitalStep.step == step)
    )
    if (row.version if row else 0) != version:
        raise Conflict
    if row is None:
        row = DigitalStep(file_id=file.id, step=step, seen=seen)
        db.add(row)
    row.seen = seen
    row.note = text(note, field="note", required=False, longest=LONGEST_NOTE)
    db.flush()
    audit.record(db, actor, "answer", row, case_id=case_id)
    return row
