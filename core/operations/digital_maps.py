"""The map of devices and accounts, hers, his, shared, the children's: connection, information, access. Hers alone."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from core import access, audit, clock
from core.access import Actor, require_version
from core.content import digital_violence
from core.errors import Conflict, Invalid
from core.models import CaseFile, DigitalMedium, Whose
from core.operations import own_files
from core.text import day, line, text

__all__ = ["DigitalMedium", "Whose"]

MOST = 80
LONGEST_NAME = 80
LONGEST_NOTE = 600


@access.of_one_case
def of_case(db: Session, actor: Actor, case_id: UUID) -> Sequence[DigitalMedium]:
    """The map, whose by whose; what is gone stands on it too."""
    file = own_files.hers(db, actor, case_id)
    audit.look(db, file, "read_digital", case_id=case_id)
    found = db.scalars(
        access.visible_digital_media(actor)
        .where(DigitalMedium.file_id == file.id)
        .order_by(DigitalMedium.created_at, DigitalMedium.id)
    ).all()
    order = [one.id for one in digital_violence.load().media]
    return sorted(
        found,
        key=lambda one: (list(Whose).index(one.whose), order.index(one.kind) if one.kind in order else 99),
    )


def put(
    db: Session, actor: Actor, case_id: UUID, *, whose: Whose | None, kinds: Collection[str]
) -> list[DigitalMedium]:
    """Put devices and accounts of somebody on the map, as many as are known at once."""
    file = own_files.hers_writable(db, actor, case_id)
    if whose is None:
        raise Invalid("error.digital.whose", field="whose")
    known = {one.id for one in digital_violence.load().media}
    if not kinds or not set(kinds) <= known:
        raise Invalid("error.digital.kinds", field="kinds")
    there = access.visible_digital_media(actor).where(DigitalMedium.file_id == file.id)
    if len(db.scalars(there).all()) + len(kinds) > MOST:
        raise Invalid("error.digital.too_many", field="kinds", most=MOST)
    made = [DigitalMedium(file_id=file.id, whose=whose, kind=kind) for kind in kinds]
    db.add_all(made)
    db.flush()
    for one in made:
        audit.record(db, actor, "add", one, case_id=case_id)
    return made


def mark(
    db: Session,
    actor: Actor,
    medium_id: UUID,
    *,
    marks: Collection[str],
    name: str,
    note: str,
    version: int,
) -> DigitalMedium:
    """Say what one device or account is connected to, what it holds, and who gets in."""
    found, file = _find(db, actor, medium_id)
    require_version(found, version)
    # What an older version of the content called otherwise stays.
    known = list(dict.fromkeys([*digital_violence.load().marks, *found.marks.split()]))
    if not set(marks) <= set(known):
        raise Invalid("error.digital.marks", field="marks")
    called = line(name, field="name", required=False, longest=LONGEST_NAME)
    found.note = text(note, field="note", required=False, longest=LONGEST_NOTE)
    found.name, found.marks = called, " ".join(key for key in known if key in marks)
    db.flush()
    audit.record(db, actor, "mark", found, case_id=file.case_id)
    return found


def take_off(
    db: Session, actor: Actor, medium_id: UUID, *, gone_on: date | None, version: int
) -> DigitalMedium:
    """Say since when it is not in use any more; it stays readable, because what it showed may matter."""
    found, file = _find(db, actor, medium_id)
    require_version(found, version)
    if found.gone_on is not None:
        raise Conflict("error.digital.gone")
    on = day(gone_on, field="gone_on")
    if on > clock.today():
        raise Invalid("error.future_date", field="gone_on")
    found.gone_on = on
    db.flush()
    audit.record(db, actor, "take_off", found, case_id=file.case_id)
    return found


def put_back(db: Session, actor: Actor, medium_id: UUID, *, version: int) -> DigitalMedium:
    """It is in use after all."""
    found, file = _find(db, actor, medium_id)
    require_version(found, version)
    found.gone_on = None
    db.flush()
    audit.record(db, actor, "put_back", found, case_id=file.case_id)
    return found


def remove(db: Session, actor: Actor, medium_id: UUID, *, version: int) -> None:
    """It was put on the map by mistake: it goes, while nothing is marked or written about it.

    Raises Conflict where something is: then it stays, and can be said to be in use no more.
    """
    found, file = _find(db, actor, medium_id)
    require_version(found, version)
    if found.marks or found.name or found.note:
        raise Conflict("error.digital.used")
    audit.record(db, actor, "remove", found, case_id=file.case_id)
    db.delete(found)
    db.flush()


def _find(db: Session, actor: Actor, medium_id: UUID) -> tuple[DigitalMedium, CaseFile]:
    found = access.find(db, access.visible_digital_media(actor), medium_id)
    file = db.get_one(CaseFile, found.file_id)
    own_files.hers_writable(db, actor, file.case_id)
    return found, file
