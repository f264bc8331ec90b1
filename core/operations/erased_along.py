"""What else goes with parts that are erased: rows that cannot be without them, in other parts and in either service's file.

A release in her file hangs on the text that both read. Whoever erases that text erases the release too, and so waits
until nobody keeps it, and until its own time is over.

Whoever asks must not learn what stands in the other service's file, nor that it is kept. So that file is looked at
when the other service itself confirms; and not at its rows, but whether any could hang there.
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
    db: Session,
    case: Case,
    *,
    service_id: UUID,
    parts: Sequence[str],
    rows: Rows,
    ground: ErasureGround,
    confirmer_id: UUID | None,
) -> None:
    """Raise Conflict where something else goes along that is kept, or whose time is not over where that is the ground.

    `parts` are those of this service that are asked for, `rows` all that would go with them; `confirmer_id` is the service
    that confirms now, None while this one only asks. A service is told why of its own file; of the other one's it reads
    one sentence, whatever it is.
    """
    told_id = confirmer_id or service_id
    for part, holder_id in _reached(
        db, case.id, service_id, parts, rows, with_other=confirmer_id is not None
    ):
        if part.id in parts and (part.held_by is HeldBy.BOTH or holder_id == service_id):
            continue
        is_held = retention.holds_on(db, case.id, part, holder_id)
        is_timed = ground is ErasureGround.TIME_IS_OVER and part.is_timed
        if not is_held and (not is_timed or retention.is_over(db, case, part, holder_id)):
            continue
        if part.held_by is HeldBy.EACH and holder_id != told_id:
            raise Conflict("error.erasure.not_yet")
        raise Conflict("error.erasure.held_along" if is_held else "error.erasure.not_due_along")


def _reached(
    db: Session, case_id: UUID, service_id: UUID, parts: Sequence[str], rows: Rows, *, with_other: bool
) -> Iterator[tuple[Part, UUID]]:
    """The parts out of which something goes; with the service that holds it, or any where both do."""
    others = db.scalars(
        select(CaseFile.service_id).where(CaseFile.case_id == case_id, CaseFile.service_id != service_id)
    ).all()
    # The frame goes last, when there is nothing left that could hang on it.
    below = erasing.below(frozenset(parts) - {erasing.FRAME, erasing.OWN_FILE})
    for part in content.load().of_cases:
        # What somebody typed and has not sent holds nothing: its author alone knows of it.
        tables = set(part.tables) - {UnsentText.__tablename__}
        if tables & set(rows):
            held = erasing.reach(db, case_id, service_id, [part.id])
            if any(rows.get(name, set()) & held.get(name, set()) for name in tables):
                yield part, service_id
        if with_other and part.held_by is HeldBy.EACH and tables & below:
            yield from ((part, other_id) for other_id in others)
