"""What a person of the own file agreed to, purpose by purpose: each answer is a row of its own.

The one written down last holds, whatever its day: a no that is heard of late ends a yes of a later day.
Where consent ends, what rested on it leaves the joint space in the same moment.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from core import access, audit, clock
from core.access import Actor, Permission, require
from core.content import consent_purposes
from core.content.consent_purposes import Purpose
from core.errors import Invalid
from core.models import (
    Basis,
    CaseFile,
    Consent,
    ConsentState,
    JointItem,
    Known,
    Release,
    Subject,
)
from core.operations import cases, files
from core.text import day, in_order, line, text

__all__ = ["ConsentState", "Known"]

GIVEN = frozenset({ConsentState.GIVEN, ConsentState.GIVEN_EXCEPT})
#: A no takes effect whenever it is written down; nobody who says it is turned away.
NO = frozenset({ConsentState.REFUSED, ConsentState.WITHDRAWN})


@dataclass(frozen=True)
class Said:
    """What is written down when somebody was asked, or could not be asked."""

    state: ConsentState | None = ConsentState.NOT_ASKED
    exceptions: str = ""
    how_asked: str = ""
    was_safe: Known = Known.UNKNOWN
    asked_on: date | None = None
    language: str = ""
    valid_until: date | None = None


@dataclass(frozen=True)
class Standing:
    """What holds of one person and one purpose, and what held before, newest first."""

    subject: Subject
    purpose: str
    history: tuple[Consent, ...]

    @property
    def newest(self) -> Consent | None:
        return self.history[0] if self.history else None

    @property
    def state(self) -> ConsentState:
        return self.newest.state if self.newest else ConsentState.NOT_ASKED

    @property
    def is_over(self) -> bool:
        """Was it given, until a day that has passed?"""
        return self.state in GIVEN and not is_live(self.newest)


@dataclass(frozen=True)
class Recorded:
    consent: Consent
    #: How much left the joint space because what it rested on ended.
    taken_back: int


def purposes(actor: Actor) -> tuple[Purpose, ...]:
    """What the people of the actor's file are asked about."""
    return consent_purposes.load().of(cases.side_of(actor))


@access.of_one_case
def of_file(db: Session, actor: Actor, case_id: UUID) -> list[Standing]:
    """Each person of the actor's own file with each purpose."""
    mine = files.mine(db, actor, case_id)
    found: dict[tuple[UUID, str], list[Consent]] = {}
    ids = [subject.id for subject in mine.subjects]
    statement = access.visible_consents(actor).where(Consent.subject_id.in_(ids))
    for consent in db.scalars(statement.order_by(Consent.created_at.desc())):
        found.setdefault((consent.subject_id, consent.purpose), []).append(consent)
    return [
        Standing(subject, purpose.id, tuple(found.get((subject.id, purpose.id), ())))
        for subject in mine.subjects
        for purpose in purposes(actor)
    ]


def record(db: Session, actor: Actor, subject_id: UUID, *, purpose: str, said: Said) -> Recorded:
    """Write down what a person said about a purpose; what was said before stays as it is.

    Unless they agree as they did before, whatever was shared on their consent for this purpose is taken back.
    Raises Invalid for a yes, or that nobody asked, of a day before one on which the person answered.
    """
    require(actor, Permission.WRITE_CONSENT)
    subject = access.find(db, access.visible_subjects(actor), subject_id)
    if purpose not in {one.id for one in purposes(actor)}:
        raise Invalid("error.consent.purpose", field="purpose")
    before = newest(db, subject.id, purpose)
    consent = _checked(actor, subject, purpose, said)
    last = _last_answer(db, subject.id, purpose)
    if consent.state not in NO and last is not None and consent.asked_on < last:
        # What was said before says nothing about what holds now: a withdrawal is not undone by an older yes.
        raise Invalid("error.consent.earlier", field="asked_on", day=last)
    db.add(consent)
    db.flush()
    case_id = db.get_one(CaseFile, subject.file_id).case_id
    audit.record(db, actor, "add", consent, case_id=case_id)
    return Recorded(consent, _follow(db, actor, consent, before))


def newest(db: Session, subject_id: UUID, purpose: str) -> Consent | None:
    """What was written down last of what a person said about a purpose: it holds."""
    statement = select(Consent).where(Consent.subject_id == subject_id, Consent.purpose == purpose)
    return db.scalar(statement.order_by(Consent.created_at.desc()).limit(1))


def _last_answer(db: Session, subject_id: UUID, purpose: str) -> date | None:
    """The last day on which a person answered, whenever that was written down; that nobody asked is no answer."""
    return db.scalar(
        select(func.max(Consent.asked_on)).where(
            Consent.subject_id == subject_id,
            Consent.purpose == purpose,
            Consent.state != ConsentState.NOT_ASKED,
        )
    )


def is_live(consent: Consent | None) -> bool:
    """May something be shared on it today?"""
    if consent is None or consent.state not in GIVEN:
        return False
    return consent.valid_until is None or consent.valid_until >= clock.today()


def _checked(actor: Actor, subject: Subject, purpose: str, said: Said) -> Consent:
    """The row. Raises Invalid beside the field; consent counts only where it was safe to ask."""
    if said.state is None:
        raise Invalid("error.consent.state", field="state")
    is_given, was_asked = said.state in GIVEN, said.state is not ConsentState.NOT_ASKED
    asked_on = day(said.asked_on, field="asked_on")
    if asked_on > clock.today():
        raise Invalid("error.future_date", field="asked_on")
    if is_given and said.was_safe is not Known.YES:
        raise Invalid("error.consent.not_safe", field="was_safe")
    until = day(said.valid_until, field="valid_until") if is_given and said.valid_until else None
    in_order(asked_on, until, field="valid_until")
    has_exceptions = said.state is ConsentState.GIVEN_EXCEPT
    return Consent(
        subject_id=subject.id,
        purpose=purpose,
        state=said.state,
        exceptions=text(said.exceptions, field="exceptions", longest=1000) if has_exceptions else "",
        how_asked=text(said.how_asked, field="how_asked", longest=500, required=was_asked),
        was_safe=said.was_safe,
        asked_on=asked_on,
        language=line(said.language, field="language", required=False, longest=60),
        valid_until=until,
        recorded_by=actor.person_id,
    )


def _follow(db: Session, actor: Actor, consent: Consent, before: Consent | None) -> int:
    """Take back what rests on this consent, or give it the consent's new end; how much was taken back."""
    resting = db.scalars(
        select(Release)
        .join(JointItem, JointItem.id == Release.item_id)
        .where(
            Release.about_id == consent.subject_id,
            Release.basis == Basis.CONSENT,
            JointItem.purpose == consent.purpose,
            JointItem.withdrawn_at.is_(None),
        )
        .options(selectinload(Release.item))
    )
    items = [release.item for release in resting]
    if _still_holds(consent, before):
        for item in items:
            item.ends_on = earlier(item.ends_on, consent.valid_until)
        items = []
    for item in items:
        item.withdrawn_at = clock.now()
        audit.record(db, actor, "withdraw", item, case_id=item.case_id)
    db.flush()
    return len(items)


def _still_holds(consent: Consent, before: Consent | None) -> bool:
    """Is what was allowed before still allowed? New exceptions may be the very thing that was shared."""
    if consent.state is ConsentState.GIVEN:
        return True
    known = before.exceptions if before and before.state is ConsentState.GIVEN_EXCEPT else None
    return consent.state is ConsentState.GIVEN_EXCEPT and consent.exceptions == known


def earlier(one: date | None, other: date | None) -> date | None:
    """The earlier of two ends; None is no end."""
    return min((end for end in (one, other) if end is not None), default=None)
