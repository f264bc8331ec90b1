"""What two services learned from working together: answers of the review of a case, passed on without the case.

The copy that the managements read names the service and the year; from it no way leads back to the case.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from core import access, audit, clock
from core.access import Actor, Permission, require
from core.content import closings as content
from core.errors import Conflict
from core.models import ClosingText, Lesson, Service, ServiceKind
from core.operations import cases, closings, joint_spaces


@dataclass(frozen=True)
class Said:
    """What somebody of one kind of service answered, some time in a year."""

    kind: ServiceKind
    text: str
    year: int


def digest(answers: Iterable[ClosingText]) -> str:
    """What the one who passes answers on sends back: that it was these that they saw."""
    shown = sorted((one.key, one.version, one.text) for one in answers)
    return hashlib.sha256(repr(shown).encode()).hexdigest()


def give(db: Session, actor: Actor, closing_id: UUID, *, seen: str) -> int:
    """Pass the answers of the own service on to the review of the cooperation; how many. They cannot be taken back.

    Raises Conflict where there is nothing new to pass on, and where `seen` is not the digest of what would go.
    """
    require(actor, Permission.GIVE_LESSONS)
    closing = closings.find(db, actor, closing_id)
    case = cases.find(db, actor, closing.case_id)
    joint_spaces.require_open(db, actor, case)
    statement = access.visible_closing_texts(actor).where(
        ClosingText.closing_id == closing.id,
        ClosingText.service_id == actor.service_id,
        ClosingText.key.in_(content.load().question_ids),
        ClosingText.given_at.is_(None),
        ClosingText.text != "",
    )
    found = db.scalars(statement).all()
    if not found:
        raise Conflict("error.closing.nothing_to_give")
    if digest(found) != seen:
        raise Conflict("error.closing.not_seen")
    year = clock.today().year
    for one in found:
        one.given_at = clock.now()
        db.add(
            Lesson(
                cooperation_id=case.cooperation_id,
                service_id=one.service_id,
                question=one.key,
                text=one.text,
                year=year,
                # When it was passed on would tell of which case it speaks.
                created_at=clock.moment(date(year, 1, 1)),
            )
        )
    db.flush()
    audit.record(db, actor, "give", closing, case_id=case.id)
    return len(found)


def of_cooperation(db: Session, actor: Actor, cooperation_id: UUID) -> Mapping[str, list[Said]]:
    """What was passed on, by question: the newest year first, within a year in no order."""
    cooperation = access.find(db, access.own_cooperations(actor), cooperation_id)
    statement = (
        access.visible_lessons(actor)
        .where(Lesson.cooperation_id == cooperation.id)
        .join(Service, Service.id == Lesson.service_id)
        .order_by(Lesson.year.desc(), Lesson.id)
        .add_columns(Service.kind)
    )
    found: dict[str, list[Said]] = {key: [] for key in content.load().question_ids}
    for lesson, kind in db.execute(statement):
        found.setdefault(lesson.question, []).append(Said(kind, lesson.text, lesson.year))
    return found
