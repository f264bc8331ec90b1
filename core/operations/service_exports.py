"""Taking everything of one's service along: one person asks, another confirms, and the file opens with what both know.

Whoever looks after the machine has no part in it. The file lies in the home folder, locked, until one of the two has
taken it or its time is over.
"""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from core import access, audit, clock
from core.access import Actor, Permission, may, require, require_fresh, require_version
from core.documents import locked
from core.documents.kinds import DocumentKind, Recipient
from core.errors import Conflict, NotAllowed
from core.locale import Words
from core.models import ExportGround, NoticeKind, Person, ServiceExport
from core.moving import writing
from core.operations import outgoing
from core.operations.papers import USUAL, Paper, Sending
from core.sealed import NOTHING
from core.sign_in import notices

__all__ = ["ExportGround"]

#: So long a second person may think, and so long the two have to take the file.
LIFE = timedelta(days=7)
#: A part that has not grown for so long is being written by nobody.
_STANDSTILL = timedelta(hours=1)
_SUFFIX = ".zip"


@dataclass(frozen=True)
class Asked:
    """One of them in a list: who asked and who confirmed, and what the actor can do."""

    export: ServiceExport
    asked_by: str
    confirmed_by: str
    may_confirm: bool
    #: Is the actor one of the two?
    is_mine: bool


def ask(db: Session, actor: Actor, *, ground: ExportGround) -> ServiceExport:
    """Ask for everything of the own service; nothing is made before a second person has confirmed."""
    require(actor, Permission.EXPORT_SERVICE)
    require_fresh(actor)
    if any(one.is_open for one in db.scalars(access.visible_service_exports(actor))):
        raise Conflict("error.service_export.open")
    made = ServiceExport(
        service_id=actor.service_id,
        ground=ground,
        asked_by=actor.person_id,
        asked_half=locked.passphrase(),
        until_at=clock.now() + LIFE,
    )
    db.add(made)
    db.flush()
    audit.record(db, actor, "ask", made)
    for person_id in db.scalars(notices.answering(actor.service_id, but=[actor.person_id])):
        notices.leave(db, person_id, NoticeKind.SERVICE_EXPORT)
    return made


def confirm(db: Session, actor: Actor, export_id: UUID, *, version: int) -> ServiceExport:
    """Confirm it as a second person; from now on the two have a week."""
    require(actor, Permission.CONFIRM_SERVICE_EXPORT)
    require_fresh(actor)
    export = _open(db, actor, export_id, version)
    if export.asked_by == actor.person_id:
        raise NotAllowed("error.service_export.own")
    if export.confirmed_by is not None:
        raise Conflict
    export.confirmed_by, export.confirmed_half = actor.person_id, locked.passphrase()
    export.until_at = clock.now() + LIFE
    db.flush()
    audit.record(db, actor, "confirm", export)
    return export


def end(db: Session, actor: Actor, export_id: UUID, *, folder: Path, version: int) -> ServiceExport:
    """Refuse it, take it back, or say that it is done: both halves are gone, and so is the file."""
    require(actor, Permission.EXPORT_SERVICE)
    export = _open(db, actor, export_id, version)
    _end(db, export, folder)
    db.flush()
    audit.record(db, actor, "end", export)
    return export


def end_old(db: Session, folder: Path) -> int:
    """End those whose time is over; how many. What lies in the folder and serves nobody goes too."""
    old = select(ServiceExport).where(ServiceExport.ended_at.is_(None), ServiceExport.until_at <= clock.now())
    found = list(db.scalars(old))
    for export in found:
        _end(db, export, folder)
    db.flush()
    _sweep(db, folder)
    return len(found)


def _sweep(db: Session, folder: Path) -> None:
    """Remove what a broken-off making left, and files whose export has ended, or that lie there longer than any lives."""
    ended = select(ServiceExport.id).where(ServiceExport.ended_at.is_not(None))
    over = {str(export_id) for export_id in db.scalars(ended)}
    for file in [*folder.glob(f"*{writing.PART}"), *folder.glob(f"*{_SUFFIX}")]:
        try:
            age = clock.now().timestamp() - file.stat().st_mtime
        except FileNotFoundError:  # it was made, or removed, in this moment
            continue
        life = _STANDSTILL if file.suffix == writing.PART else LIFE
        if file.stem in over or age > life.total_seconds():
            file.unlink(missing_ok=True)


def my_half(db: Session, actor: Actor, export_id: UUID) -> str:
    """The half of the passphrase that the actor knows; the other one is told to nobody but its own person."""
    require_fresh(actor)
    export = find(db, actor, export_id)
    audit.look(db, export, "read_half")
    if not export.is_open or actor.person_id not in {export.asked_by, export.confirmed_by}:
        raise NotAllowed("error.service_export.not_yours")
    return export.asked_half if actor.person_id == export.asked_by else export.confirmed_half


def make(db: Session, actor: Actor, export_id: UUID, *, folder: Path, words: Words) -> int:
    """Write the file as everything stands now, without keeping anybody from writing; how long it is.

    Raises Conflict where it was ended meanwhile: then no file is left.
    """
    export = _signed(db, actor, export_id)
    require_fresh(actor)
    audit.look(db, export, "make")
    passphrase = f"{export.asked_half}-{export.confirmed_half}"
    file = _file(export, folder)
    length = writing.write(db, actor, file, passphrase=passphrase, words=words)
    if not _is_open_now(db, export):
        file.unlink(missing_ok=True)
        raise Conflict("error.service_export.ended")
    return length


def made(db: Session, actor: Actor, export_id: UUID, *, folder: Path) -> int:
    """How long the file is that waits to be taken; 0 where there is none."""
    file = _file(find(db, actor, export_id), folder)
    return file.stat().st_size if file.exists() else 0


@outgoing.document
def document(db: Session, actor: Actor, export_id: UUID, *, folder: Path, sending: Sending = USUAL) -> Paper:
    """The file that was made, locked with what two people know."""
    export = _signed(db, actor, export_id)
    file = _file(export, folder)
    if not file.exists():
        raise Conflict("error.service_export.not_made")
    recipient, choices = outgoing.to_whom(DocumentKind.SERVICE_EXPORT, sending, Recipient.OWN)
    return Paper(
        kind=DocumentKind.SERVICE_EXPORT,
        recipient=recipient,
        content=file.read_bytes(),
        record=export,
        act="take",
        extension="zip",
        choices=choices,
        is_locked=True,
    )


def find(db: Session, actor: Actor, export_id: UUID) -> ServiceExport:
    return access.find(db, access.visible_service_exports(actor), export_id)


def list_all(db: Session, actor: Actor) -> list[Asked]:
    """Those of the own service, the newest first."""
    if not may(actor, Permission.EXPORT_SERVICE):
        return []
    statement = access.visible_service_exports(actor).order_by(ServiceExport.created_at.desc())
    exports = list(db.scalars(statement))
    signers = {one for export in exports for one in (export.asked_by, export.confirmed_by) if one}
    rows = db.execute(select(Person.id, Person.name).where(Person.id.in_(signers)))
    names = {row.id: row.name for row in rows}
    return [
        Asked(
            export=one,
            asked_by=names[one.asked_by],
            confirmed_by=names[one.confirmed_by] if one.confirmed_by else "",
            may_confirm=one.is_open and one.confirmed_by is None and one.asked_by != actor.person_id,
            is_mine=actor.person_id in {one.asked_by, one.confirmed_by},
        )
        for one in exports
    ]


def _signed(db: Session, actor: Actor, export_id: UUID) -> ServiceExport:
    """One that two people asked for, for one of the two."""
    export = find(db, actor, export_id)
    require(actor, Permission.TAKE_SERVICE_EXPORT)
    if actor.person_id not in {export.asked_by, export.confirmed_by}:
        raise NotAllowed("error.service_export.not_yours")
    if not export.is_signed:
        raise Conflict("error.service_export.ended")
    return export


def _open(db: Session, actor: Actor, export_id: UUID, version: int) -> ServiceExport:
    export = find(db, actor, export_id)
    require_version(export, version)
    if not export.is_open:
        raise Conflict("error.service_export.ended")
    return export


def _is_open_now(db: Session, export: ServiceExport) -> bool:
    """What the reading session has seen is of the moment at which it began; this is of now."""
    with Session(db.get_bind()) as now:
        open_ = select(ServiceExport.id).where(
            ServiceExport.id == export.id,
            ServiceExport.ended_at.is_(None),
            ServiceExport.until_at > clock.now(),
        )
        return now.scalar(open_) is not None


def _end(db: Session, export: ServiceExport, folder: Path) -> None:
    export.ended_at = clock.now()
    export.asked_half = export.confirmed_half = NOTHING  # type: ignore[assignment]
    file = _file(export, folder)
    file.unlink(missing_ok=True)
    # Once more when it is kept that it ended: until then somebody who is just making the file still finds it open.
    event.listen(db, "after_commit", lambda _: file.unlink(missing_ok=True))


def _file(export: ServiceExport, folder: Path) -> Path:
    return folder / f"{export.id}{_SUFFIX}"
