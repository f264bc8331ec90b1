"""What warns of how she is reached as her entry says it: that it has changed, or that the safe channel carries a flag.

Both go when her entry is corrected; who corrected it, and when, stands among the uses of her contact card.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Select, and_, exists, or_
from sqlalchemy.orm import Session, aliased

from core import access, audit, clock, spelling
from core.access import Actor, Permission, require
from core.errors import Conflict
from core.locale import Words
from core.models import (
    CaseFile,
    ContactFlag,
    ContactMark,
    ContactUse,
    Person,
    ServiceKind,
    StillSafe,
    Subject,
    SubjectKind,
)
from core.operations import contact_flags

#: How, when and by which word she is reached. What else her entry holds may change, and the warning is as good as before.
REACHED: Final = ("safe_channel", "safe_times", "code_phrase")


@dataclass(frozen=True)
class Standing:
    """What warns of her entry as it stands now. What was said is in it only while it is certain who looks."""

    use_id: UUID | None = None
    at: datetime | None = None
    by: str = ""
    note: str = ""
    marks: tuple[ContactMark, ...] = ()

    @property
    def has_changed(self) -> bool:
        return self.use_id is not None


@access.of_one_case
def of_case(db: Session, actor: Actor, case_id: UUID) -> Standing:
    """For who works with her file; nothing at any other service."""
    if actor.kind is not ServiceKind.VSS:
        return Standing()
    her = db.scalar(
        access.visible_subjects(actor)
        .join(CaseFile, CaseFile.id == Subject.file_id)
        .where(CaseFile.case_id == case_id, Subject.kind == SubjectKind.HER)
        .order_by(Subject.created_at)
        .limit(1)
    )
    if her is None:
        return Standing()
    marks = tuple(contact_flags.on_channel(contact_flags.holding(db, actor, case_id), her))
    row = db.execute(
        said(actor)
        .join(Person, Person.id == ContactUse.answered_by)
        .where(ContactUse.subject_id == her.id)
        .order_by(ContactUse.answered_at.desc())
        .limit(1)
        .add_columns(Person.name)
    ).first()
    if row is None:
        return Standing(marks=marks)
    use, name = row
    return Standing(use.id, use.answered_at, name, use.note if actor.is_fresh else "", marks)


@access.kept
def said(actor: Actor) -> Select[ContactUse]:
    """The uses at which it was said that it has changed, and since which nothing was corrected, or found to be safe.

    Who finds it safe has opened the card after that was said: an answer about an earlier use tells of what was before.
    """
    later = aliased(ContactUse)
    is_newer = and_(
        later.answer.in_([StillSafe.CHANGED, StillSafe.CORRECTED]),
        later.answered_at > ContactUse.answered_at,
    )
    is_safe = and_(later.answer == StillSafe.YES, later.created_at >= ContactUse.answered_at)
    settled = exists().where(later.subject_id == ContactUse.subject_id, or_(is_newer, is_safe))
    return access.visible_contact_uses(actor).where(ContactUse.answer == StillSafe.CHANGED, ~settled)


def corrected(db: Session, actor: Actor, subject: Subject, before: Mapping[str, str]) -> None:
    """Her entry was written anew: where it is how she is reached that is another now, the warning goes."""
    if all(spelling.flat(before[field]) == spelling.flat(getattr(subject, field)) for field in REACHED):
        return
    if _stands(db, actor, subject.id):
        _keep(db, actor, subject.id)


def confirm(db: Session, actor: Actor, use_id: UUID) -> ContactUse:
    """Say that her entry is right as it stands now, though it was said that it has changed.

    Raises Conflict where that was corrected already, or found to be safe again.
    """
    require(actor, Permission.WRITE_FILE)
    found = access.find(db, access.visible_contact_uses(actor), use_id)
    if not _stands(db, actor, found.subject_id):
        raise Conflict("error.contact_card.corrected")
    return _keep(db, actor, found.subject_id)


def warning(db: Session, actor: Actor, her: Subject, flags: Iterable[ContactFlag], words: Words) -> str:
    """What warns of it, in sentences for a paper of the victim support service; nothing where nothing does."""
    last = said(actor).where(ContactUse.subject_id == her.id).order_by(ContactUse.answered_at.desc()).limit(1)
    use = db.scalar(last)
    changed = words("contact_card.on_paper", at=words.moment(use.answered_at)) if use else ""
    return " ".join(filter(None, (changed, contact_flags.warning(flags, her, words))))


def _stands(db: Session, actor: Actor, subject_id: UUID) -> bool:
    return db.scalar(said(actor).where(ContactUse.subject_id == subject_id).limit(1)) is not None


def _keep(db: Session, actor: Actor, subject_id: UUID) -> ContactUse:
    now = clock.now()
    made = ContactUse(
        subject_id=subject_id,
        used_by=actor.person_id,
        answer=StillSafe.CORRECTED,
        answered_by=actor.person_id,
        answered_at=now,
        created_at=now,
    )
    db.add(made)
    db.flush()
    case_id = db.get_one(CaseFile, db.get_one(Subject, subject_id).file_id).case_id
    audit.record(db, actor, StillSafe.CORRECTED.value, made, case_id=case_id)
    return made
