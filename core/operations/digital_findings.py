"""Which forms of digital violence are known: now, in the past, not, or not known. Hers alone."""

from uuid import UUID

from sqlalchemy.orm import Session

from core import access, audit
from core.access import Actor
from core.content import digital_violence
from core.errors import Conflict, Invalid
from core.models import CaseFile, DigitalFinding, Seen
from core.operations import own_files
from core.text import text

__all__ = ["DigitalFinding", "Seen"]

LONGEST_NOTE = 600


@access.of_one_case
def of_case(db: Session, actor: Actor, case_id: UUID) -> dict[str, DigitalFinding]:
    """What is known, by form."""
    file = own_files.hers(db, actor, case_id)
    audit.look(db, file, "read_digital", case_id=case_id)
    return _rows(db, actor, file)


def write(
    db: Session, actor: Actor, case_id: UUID, *, form: str, seen: Seen, note: str, version: int
) -> DigitalFinding:
    """Write down what is known of one form; `version` is 0 where nobody has yet.

    Raises Conflict where a colleague wrote it meanwhile.
    """
    file = own_files.hers_writable(db, actor, case_id)
    if form not in {one.id for one in digital_violence.load().forms}:
        raise Invalid("error.digital.form", field="form")
    row = _rows(db, actor, file).get(form)
    if (row.version if row else 0) != version:
        raise Conflict
    if row is None:
        row = DigitalFinding(file_id=file.id, form=form, seen=seen)
        db.add(row)
    row.seen = seen
    row.note = text(note, field="note", required=False, longest=LONGEST_NOTE)
    db.flush()
    audit.record(db, actor, "write", row, case_id=case_id)
    return row


def _rows(db: Session, actor: Actor, file: CaseFile) -> dict[str, DigitalFinding]:
    # The form lies sealed: it is told apart here, and not by the database.
    rows = db.scalars(access.visible_digital_findings(actor).where(DigitalFinding.file_id == file.id))
    return {row.form: row for row in rows}
