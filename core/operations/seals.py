"""Sealing a file in which somebody of the own service, or close to them, is a party: named people alone.

Whoever works on the case stays; offices, lists of the service and break-glass know nothing of it from then on. What
somebody opened in an emergency closes with the seal: they may be whom it is for.
"""

from uuid import UUID

from sqlalchemy.orm import Session

from core import access, audit
from core.access import Actor, Permission, require
from core.errors import Conflict
from core.models import CaseFile, Seal
from core.operations import break_glass, cases
from core.text import text


def seal(db: Session, actor: Actor, case_id: UUID, *, reason: str) -> Seal:
    """Seal the actor's own file."""
    require(actor, Permission.SEAL)
    file = _file(db, actor, case_id)
    cases.require_at_work(db, actor, case_id)
    if _of_file(db, actor, file) is not None:
        raise Conflict("error.seal.sealed")
    made = Seal(file_id=file.id, reason=text(reason, field="reason", longest=500), sealed_by=actor.person_id)
    db.add(made)
    db.flush()
    audit.record(db, actor, "seal", made, case_id=case_id)
    break_glass.end_running(db, actor, case_id)
    db.flush()
    return made


def unseal(db: Session, actor: Actor, case_id: UUID) -> CaseFile:
    """Take the seal away: the reason is gone."""
    require(actor, Permission.SEAL)
    access.require_fresh(actor)
    file = _file(db, actor, case_id)
    cases.require_at_work(db, actor, case_id)
    found = _of_file(db, actor, file)
    if found is None:
        raise Conflict
    audit.record(db, actor, "unseal", found, case_id=case_id)
    db.delete(found)
    db.flush()
    return file


@access.of_one_case
def of_case(db: Session, actor: Actor, case_id: UUID) -> Seal | None:
    """The seal of the actor's own file in a case."""
    found = _of_file(db, actor, _file(db, actor, case_id))
    if found is not None:
        audit.look(db, found, case_id=case_id)
    return found


def _file(db: Session, actor: Actor, case_id: UUID) -> CaseFile:
    case = cases.find(db, actor, case_id)
    return access.find(db, access.visible_files(actor), cases.own_file(db, actor, case).id)


def _of_file(db: Session, actor: Actor, file: CaseFile) -> Seal | None:
    return db.scalar(access.visible_seals(actor).where(Seal.file_id == file.id))
