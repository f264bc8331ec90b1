"""What each service writes at the end of a case: to the parts of the report, and to the questions of the review."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy.orm import Session

from core import access, audit, spelling
from core.access import Actor, Permission, require, require_version
from core.content import closings as content
from core.errors import Conflict, Invalid, NotFound
from core.models import Case, ClosingText
from core.operations import cases, closings, files, identifying, joint_spaces, telling
from core.text import text

LONGEST = 4000


def of_closing(db: Session, actor: Actor, closing_id: UUID) -> Mapping[tuple[str, UUID], ClosingText]:
    """What stands there, by part or question and by service; nothing while the joint space is closed."""
    closing = closings.find(db, actor, closing_id)
    found = db.scalars(access.visible_closing_texts(actor).where(ClosingText.closing_id == closing.id)).all()
    if found:
        audit.look(db, closing, "read_report", case_id=closing.case_id)
    return {(one.key, one.service_id): one for one in found}


def write(
    db: Session,
    actor: Actor,
    closing_id: UUID,
    *,
    key: str,
    words: str,
    version: int,
    meant: Collection[str] | None = None,
) -> ClosingText:
    """Write for the own service; both read it. `version` is that of the row; 0 where there is none yet.

    `meant` is what its author was asked about (telling.require_meant).

    The report stands with the end of the case, but a service can still take its own words out of it: what rested on a
    consent may have to go. The review can be written as long as the joint space is open.
    Raises Conflict where the managements read the answer already.
    """
    require(actor, Permission.WRITE_CLOSING)
    closing = closings.find(db, actor, closing_id)
    may_after = key in content.load().question_ids or not words.strip()
    case = (cases.find if may_after else cases.find_open)(db, actor, closing.case_id)
    joint_spaces.require_open(db, actor, case)
    if key not in content.load().keys:
        raise NotFound
    said = text(words, field=key, required=False, longest=LONGEST)
    found = db.scalars(
        access.visible_closing_texts(actor).where(
            ClosingText.closing_id == closing.id,
            ClosingText.service_id == actor.service_id,
            ClosingText.key == key,
        )
    ).one_or_none()
    _require_nameless(db, actor, case, key, said)
    before = found.text if found else ""
    is_meant = telling.require_meant(db, actor, case.id, meant, **{key: (said, before)})
    if found is None:
        if version:
            raise Conflict
        found = ClosingText(
            closing_id=closing.id,
            case_id=case.id,
            service_id=actor.service_id,
            key=key,
            text=said,
            written_by=actor.person_id,
        )
        db.add(found)
    else:
        require_version(found, version)
        if found.given_at is not None:
            raise Conflict("error.closing.given")
        found.text, found.written_by = said, actor.person_id
    db.flush()
    audit.record(db, actor, "write", found, case_id=case.id)
    if is_meant:
        audit.record(db, actor, "write_meant", found, case_id=case.id)
    return found


def _require_nameless(db: Session, actor: Actor, case: Case, key: str, said: str) -> None:
    files.require_nameless(db, actor, case.id, **{key: said})
    if key in content.load().question_ids and tells_which(db, actor, case, said):
        raise Invalid("error.closing.tells_which", field=key)


def tells_which(db: Session, actor: Actor, case: Case, said: str) -> bool:
    """Does it say of which case it speaks? An answer of the review goes on without it."""
    codes = [case.code, *(one.code for one in identifying.subjects_of(db, actor, case.id))]
    words = spelling.flat(said)
    return any(spelling.flat(code) in words for code in codes if code)
