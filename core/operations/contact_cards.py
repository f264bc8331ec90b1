"""Her contact card: how she is reached safely, opened by who wants to reach her, and asked about at each use.

What the card says stands in her entry of the file; here is that it was used, and whether it is still safe.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists
from sqlalchemy.orm import Session, aliased

from core import access, audit, clock
from core.access import Actor, Permission, require, require_version
from core.errors import Conflict, Invalid
from core.models import CaseFile, ContactMark, ContactUse, Person, StillSafe, Subject, SubjectKind
from core.operations import contact_flags, files, own_files
from core.text import text

__all__ = ["ContactUse", "StillSafe"]

LONGEST_NOTE = 500
#: What who used the card may answer.
ASKED = (StillSafe.YES, StillSafe.CHANGED, StillSafe.NOT_ASKED)


@dataclass(frozen=True)
class Used:
    """One use of the card, with who used it and who answered."""

    use: ContactUse
    by: str
    answered_by: str


@dataclass(frozen=True)
class Card:
    """Her card and its uses, the newest first; what it says is there only while it is certain who looks."""

    her: Subject | None
    uses: tuple[Used, ...] = ()
    is_empty: bool = True
    #: What is wrong with the safe channel.
    marks: tuple[ContactMark, ...] = ()

    @property
    def last(self) -> Used | None:
        """What was said last, by more than that nobody asked. Safe it is only where the card was opened after the rest."""
        word = max(self._said(StillSafe.CHANGED, StillSafe.CORRECTED), key=_at, default=None)
        safe = [one for one in self._said(StillSafe.YES) if word is None or one.use.created_at >= _at(word)]
        return max(safe, key=_at, default=word)

    @property
    def has_changed(self) -> bool:
        """Was the last answer that it is not as it was?"""
        return self.last is not None and self.last.use.answer is StillSafe.CHANGED

    @property
    def before(self) -> Used | None:
        """What had changed, where her entry was corrected and nobody has found it safe since."""
        if self.last is None or self.last.use.answer is not StillSafe.CORRECTED:
            return None
        return max(self._said(StillSafe.CHANGED), key=_at, default=None)

    def _said(self, *answers: StillSafe) -> list[Used]:
        return [one for one in self.uses if one.use.answer in answers]

    def unanswered(self, person_id: UUID) -> tuple[Used, ...]:
        """What this person has used and not answered."""
        return tuple(one for one in self.uses if one.use.answer is None and one.use.used_by == person_id)


def _at(one: Used) -> datetime:
    return one.use.answered_at or one.use.created_at


@access.of_one_case
def of_case(db: Session, actor: Actor, case_id: UUID) -> Card:
    """The card, for who works with her file."""
    file = own_files.hers(db, actor, case_id)
    audit.look(db, file, "read_card", case_id=case_id)
    her = _her(db, actor, file)
    if her is None:
        return Card(None)
    answerer = aliased(Person)
    rows = db.execute(
        access.visible_contact_uses(actor)
        .join(Person, Person.id == ContactUse.used_by)
        .outerjoin(answerer, answerer.id == ContactUse.answered_by)
        .where(ContactUse.subject_id == her.id)
        .order_by(ContactUse.created_at.desc())
        .add_columns(Person.name, answerer.name)
    )
    uses = tuple(Used(use, by, answered or "") for use, by, answered in rows)
    marks = contact_flags.on_channel(contact_flags.holding(db, actor, case_id), her)
    return Card(own_files.shown(actor, her), uses, _is_empty(her), tuple(marks))


def use(db: Session, actor: Actor, case_id: UUID) -> ContactUse:
    """Open the card to reach her. What this person has opened and not answered is gone on with.

    Not where it has changed since, or was corrected: whether that is safe is another answer.

    Raises NotAllowed where it is too long ago that they proved who they are, Conflict where the card says nothing.
    """
    file = own_files.hers(db, actor, case_id)
    files.reveal(db, actor, case_id)
    her = _her(db, actor, file)
    if her is None or _is_empty(her):
        raise Conflict("error.contact_card.empty")
    other = aliased(ContactUse)
    newer = exists().where(
        other.subject_id == her.id,
        other.answer.in_([StillSafe.CHANGED, StillSafe.CORRECTED]),
        other.answered_at > ContactUse.created_at,
    )
    going = access.visible_contact_uses(actor).where(
        ContactUse.subject_id == her.id,
        ContactUse.used_by == actor.person_id,
        ContactUse.answer.is_(None),
        ~newer,
    )
    found = db.scalar(going.order_by(ContactUse.created_at.desc()).limit(1))
    if found is None:
        found = ContactUse(subject_id=her.id, used_by=actor.person_id)
        db.add(found)
        db.flush()
        audit.record(db, actor, "use", found, case_id=case_id)
    return found


def answer(
    db: Session, actor: Actor, use_id: UUID, *, answer: StillSafe | None, note: str, version: int
) -> ContactUse:
    """Say whether it is still safe; what has changed is said in words, and her entry is corrected in the file."""
    require(actor, Permission.WRITE_FILE)
    found = access.find(db, access.visible_contact_uses(actor), use_id)
    require_version(found, version)
    if found.answer is not None:
        raise Conflict("error.contact_card.answered")
    if answer not in ASKED:
        raise Invalid("error.contact_card.answer", field="still_safe")
    changed = answer is StillSafe.CHANGED
    found.note = text(note, field="still_safe_note", required=changed, longest=LONGEST_NOTE)
    found.answer, found.answered_by, found.answered_at = answer, actor.person_id, clock.now()
    db.flush()
    subject = db.get_one(Subject, found.subject_id)
    case_id = db.get_one(CaseFile, subject.file_id).case_id
    audit.record(db, actor, answer.value, found, case_id=case_id)
    return found


def _is_empty(her: Subject) -> bool:
    return not (her.safe_channel or her.safe_times)


def _her(db: Session, actor: Actor, file: CaseFile) -> Subject | None:
    statement = access.visible_subjects(actor).where(
        Subject.file_id == file.id, Subject.kind == SubjectKind.HER
    )
    return db.scalar(statement.order_by(Subject.created_at).limit(1))
