"""What a copy of somebody's own data holds of digital safety: hers is hers; of him what he does, and no answer to a step."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy.orm import Session

from core import access, clock
from core.access import Actor
from core.content import digital_violence
from core.content.digital_violence import titled
from core.models import (
    DigitalFinding,
    DigitalMedium,
    DigitalStep,
    Evidence,
    SafetyAction,
    SafetyPlan,
    Subject,
    SubjectKind,
)
from core.operations import safety_plans
from core.operations.copy_pieces import Piece

_SECTION = "digital"


def pieces(db: Session, actor: Actor, subject: Subject) -> Iterator[Piece]:
    """Everything of the own file about digital safety that is about this person."""
    if subject.kind is SubjectKind.HER:
        yield from _map(db, actor, subject)
        yield from _plan(db, actor, subject)
    yield from _steps(db, actor, subject)
    yield from _actions(db, actor, subject)


def _piece(row_id: object, heading: str, on: date, *said: str, word: str = "", doubt: str = "") -> Piece:
    text = " · ".join(part for part in said if part)
    return Piece(str(row_id), _SECTION, heading, on, text, said=word, doubt=doubt, never=doubt == "never")


def _map(db: Session, actor: Actor, her: Subject) -> Iterator[Piece]:
    content = digital_violence.load()
    media = access.visible_digital_media(actor).where(DigitalMedium.file_id == her.file_id)
    for one in db.scalars(media.order_by(DigitalMedium.created_at)):
        marks = [option.title for key, option in content.marks.items() if key in one.marked]
        # What is his is about somebody else.
        doubt = "of_others" if one.whose == "his" else ""
        heading, word = titled(content.media, one.kind), f"digital.whose.{one.whose}"
        yield _piece(
            one.id, heading, clock.day(one.created_at), one.name, *marks, one.note, word=word, doubt=doubt
        )
    findings = access.visible_digital_findings(actor).where(DigitalFinding.file_id == her.file_id)
    for found in db.scalars(findings.order_by(DigitalFinding.created_at)):
        heading = titled(content.forms, found.form)
        yield _piece(
            found.id, heading, clock.day(found.created_at), found.note, word=f"risk.seen.{found.seen}"
        )
    kept = access.visible_evidence(actor).where(Evidence.file_id == her.file_id)
    for piece in db.scalars(kept.order_by(Evidence.created_at)):
        how = [titled(content.keepings, key) for key in piece.kept_how.split()]
        yield _piece(
            piece.id, piece.what, piece.happened_on or clock.day(piece.created_at), piece.kept_where, *how
        )


def _plan(db: Session, actor: Actor, her: Subject) -> Iterator[Piece]:
    plans = access.visible_safety_plans(actor).where(SafetyPlan.file_id == her.file_id)
    titles = {measure.id: measure.title for measure in digital_violence.load().measures}
    for plan in db.scalars(plans):
        for measure in safety_plans.MEASURES:
            if said := str(getattr(plan, measure)):
                yield _piece(f"{plan.id}:{measure}", titles[measure], clock.day(plan.created_at), said)


def _steps(db: Session, actor: Actor, subject: Subject) -> Iterator[Piece]:
    """Of him never: judging the danger is not his. Of her, what others told may stand among it."""
    content = digital_violence.load()
    kinds = {step.id: step.kind for step in content.steps}
    titles = {step.id: step.title for step in content.steps}
    rows = access.visible_digital_steps(actor).where(DigitalStep.file_id == subject.file_id)
    doubt = "of_others" if subject.kind is SubjectKind.HER else "never"
    for row in db.scalars(rows.order_by(DigitalStep.created_at)):
        word = f"digital.answer.{kinds.get(row.step, 'yes_no')}.{row.seen}"
        heading = titles.get(row.step, row.step)
        yield _piece(row.id, heading, clock.day(row.created_at), row.note, word=word, doubt=doubt)


def _actions(db: Session, actor: Actor, subject: Subject) -> Iterator[Piece]:
    """What is done; of what is in place before, nothing for him: it was agreed with the other service."""
    areas = {area.id: area.title for area in digital_violence.load().areas}
    rows = access.visible_safety_actions(actor).where(SafetyAction.file_id == subject.file_id)
    is_hers = subject.kind is SubjectKind.HER
    for one in db.scalars(rows.order_by(SafetyAction.created_at)):
        first = one.first if is_hers else ""
        heading = areas.get(one.area, one.area)
        yield _piece(one.id, heading, clock.day(one.created_at), one.text, one.who, first)
