"""The days on which he was there: noted in the file of the programme, and all that a confirmation of attendance says."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import access, audit, clock
from core.access import Actor, Permission, require
from core.errors import Conflict, Invalid, NotFound
from core.models import AttendedDay, CaseFile, ServiceKind
from core.text import day


@access.of_one_case
def of_case(db: Session, actor: Actor, case_id: UUID) -> Sequence[AttendedDay]:
    """The days, the first one above; none in a file that is not the programme's."""
    statement = (
        access.visible_attended_days(actor)
        .join(CaseFile, CaseFile.id == AttendedDay.file_id)
        .where(CaseFile.case_id == case_id)
        .order_by(AttendedDay.attended_on)
    )
    days = db.scalars(statement).all()
    if days:
        audit.look(db, db.get_one(CaseFile, days[0].file_id), case_id=case_id)
    return days


def add(db: Session, actor: Actor, case_id: UUID, *, attended_on: date | None) -> AttendedDay:
    """Note a day on which he was there."""
    file = own_file(db, actor, case_id)
    on = day(attended_on, field="attended_on")
    if on > clock.today():
        raise Invalid("error.future_date", field="attended_on")
    known = select(AttendedDay).where(AttendedDay.file_id == file.id, AttendedDay.attended_on == on)
    if db.scalar(known) is not None:
        raise Conflict("error.for_him.day_noted")
    made = AttendedDay(file_id=file.id, attended_on=on, recorded_by=actor.person_id)
    db.add(made)
    db.flush()
    audit.record(db, actor, "add", made, case_id=case_id)
    return made


def remove(db: Session, actor: Actor, day_id: UUID) -> None:
    """Take out a day that was noted by mistake."""
    require(actor, Permission.WRITE_FILE)
    found = access.find(db, access.visible_attended_days(actor), day_id)
    audit.record(db, actor, "remove", found, case_id=db.get_one(CaseFile, found.file_id).case_id)
    db.delete(found)
    db.flush()


@access.of_one_case
def own_file(db: Session, actor: Actor, case_id: UUID) -> CaseFile:
    """The programme's own file of a case. Raises NotFound for everybody else: there is no other that he is kept in."""
    require(actor, Permission.WRITE_FILE)
    own = CaseFile.case_id == case_id, CaseFile.service_id == actor.service_id
    file = db.scalar(access.visible_files(actor).where(*own))
    if file is None or actor.kind is not ServiceKind.PP:
        raise NotFound
    return file
