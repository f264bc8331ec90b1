"""The identification steps of digital violence, as the own service answers them; of the other's answers, nothing.

Also where everything about digital violence begins: the own file, and who may write into it.
"""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import access, audit
from core.access import Actor, Permission, require
from core.content import digital_violence
from core.errors import Conflict, Invalid, NotAllowed
from core.models import CaseFile, DigitalStep, Seen, ServiceKind
from core.operations import cases
from core.text import text

__all__ = ["DigitalStep", "Seen"]

LONGEST_NOTE = 600
#: What can be said of a step that asks for what is known, and of one that asks whether.
ANSWERS: Mapping[str, tuple[Seen, ...]] = {
    "open": (Seen.PRESENT, Seen.NOT_KNOWN),
    "yes_no": tuple(Seen),
}


def file_of(db: Session, actor: Actor, case_id: UUID) -> CaseFile:
    """The own file of the case. Raises NotFound for who may not read it."""
    own = cases.own_file(db, actor, cases.find(db, actor, case_id))
    return access.find(db, access.visible_files(actor), own.id)


def writable(db: Session, actor: Actor, case_id: UUID) -> CaseFile:
    """The same, to write into. One at a time: what is sealed cannot be told apart by the database."""
    require(actor, Permission.WRITE_FILE)
    file = file_of(db, actor, case_id)
    db.execute(select(CaseFile.id).where(CaseFile.id == file.id).with_for_update())
    return file


def hers(db: Session, actor: Actor, case_id: UUID) -> CaseFile:
    """Her file, to write into: the plan is the victim support service's alone.

    Raises NotAllowed at any other service.
    """
    require(actor, Permission.PLAN_SAFETY)
    require_hers(actor)
    return writable(db, actor, case_id)


def require_hers(actor: Actor) -> None:
    """Raise NotAllowed for who is not of the victim support service."""
    if actor.kind is not ServiceKind.VSS:
        raise NotAllowed("error.digital.hers")


def mine(db: Session, actor: Actor, case_id: UUID) -> dict[str, DigitalStep]:
    """What the own service answers, by step."""
    file = file_of(db, actor, case_id)
    audit.look(db, file, "read_digital", case_id=case_id)
    rows = db.scalars(access.visible_digital_steps(actor).where(DigitalStep.file_id == file.id))
    return {row.step: row for row in rows}


def answer(
    db: Session, actor: Actor, case_id: UUID, *, step: str, seen: Seen, note: str, version: int
) -> DigitalStep:
    """Answer one step for one's own service; `version` is 0 where nobody has answered it yet.

    Raises Conflict where a colleague answered it meanwhile.
    """
    file = writable(db, actor, case_id)
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
