"""The own file of a case, for what is written into it beside notes; and her file, which is the victim support service's alone."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import access
from core.access import Actor, Permission, require
from core.errors import NotAllowed
from core.models import CaseFile, ServiceKind, Subject
from core.operations import cases


def find(db: Session, actor: Actor, case_id: UUID) -> CaseFile:
    """The own file of the case. Raises NotFound for who may not read it."""
    own = cases.own_file(db, actor, cases.find(db, actor, case_id))
    return access.find(db, access.visible_files(actor), own.id)


def writable(db: Session, actor: Actor, case_id: UUID) -> CaseFile:
    """The same, to write into. One at a time: what is sealed cannot be told apart by the database."""
    require(actor, Permission.WRITE_FILE)
    file = find(db, actor, case_id)
    db.execute(select(CaseFile.id).where(CaseFile.id == file.id).with_for_update())
    return file


def hers(db: Session, actor: Actor, case_id: UUID) -> CaseFile:
    """Her file. Raises NotAllowed at any other service, NotFound for who may not read it."""
    require_hers(actor)
    return find(db, actor, case_id)


def hers_writable(db: Session, actor: Actor, case_id: UUID) -> CaseFile:
    """The same, to write into."""
    require(actor, Permission.PLAN_SAFETY)
    require_hers(actor)
    return writable(db, actor, case_id)


def require_hers(actor: Actor) -> None:
    """Raise NotAllowed for who is not of the victim support service."""
    if actor.kind is not ServiceKind.VSS:
        raise NotAllowed("error.vss_only")


def shown(actor: Actor, subject: Subject) -> Subject:
    """A person of the file as they are handed out: without name and contacts where it is not certain who looks.

    The language stays: she is asked in it.
    """
    if actor.is_fresh:
        return subject
    closed = Subject(
        file_id=subject.file_id,
        kind=subject.kind,
        code=subject.code,
        messages_allowed=subject.messages_allowed,
        language=subject.language,
    )
    closed.id, closed.version = subject.id, subject.version
    return closed
