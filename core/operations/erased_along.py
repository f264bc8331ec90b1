"""What else goes with parts that are erased: rows that cannot be without them, in other parts and in either service's file.

A release in her file hangs on the text that both read. Whoever erases that text erases the release too, and so waits
until nobody keeps it, and until its own time is over.
"""

from collections.abc import Iterator, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import erasing
from core.content import retention as content
from core.content.retention import HeldBy, Part
from core.erasing import Rows
from core.errors import Conflict
from core.models import Case, CaseFile, ErasureGround, UnsentText
from core.operations import retention


def check(
    db: Session, case: Case, *, service_id: UUID, parts: Sequence[str], rows: Rows, ground: ErasureGround
) -> None:
    """Raise Conflict where something else goes along that is kept, or whose time is not over where that is the ground.

    `parts` are those of this service that are asked for, `rows` all that would go with them.
    """
    for part, holder_id in _reached(db, case.id, rows):
        if part.id in parts and (part.held_by is HeldBy.BOTH or holder_id == service_id):
            continue
        if retention.holds_on(db, case.id, part, holder_id):
            raise Conflict("error.erasure.held_along")
        is_timed = ground is ErasureGround.TIME_IS_OVER and part.is_timed
        if is_timed and not retention.is_over(db, case, part, holder_id):
            raise Conflict("error.erasure.not_due_along")


def _reached(db: Session, case_id: UUID, rows: Rows) -> Iterator[tuple[Part, UUID]]:
    """The parts out of which something goes; with the service that holds it, or any where both do."""
    services = db.scalars(select(CaseFile.service_id).where(CaseFile.case_id == case_id)).all()
    for part in content.load().of_cases:
        # What somebody typed and has not sent holds nothing: its author alone knows of it.
        tables = set(part.tables) - {UnsentText.__tablename__}
        if not tables & set(rows):
            continue
        for holder_id in services[:1] if part.held_by is HeldBy.BOTH else services:
            held = erasing.reach(db, case_id, holder_id, [part.id])
            if any(rows.get(name, set()) & held.get(name, set()) for name in tables):
                yield part, holder_id
