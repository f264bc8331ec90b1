"""What a copy of somebody's own data holds of the end of the case: what their own service does for them before it."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from core import access, clock
from core.access import Actor
from core.content import closings as content
from core.models import ClosingStep, ServiceKind, Subject, SubjectKind
from core.operations.copy_pieces import Piece

_OWN = {ServiceKind.PP: SubjectKind.HIM, ServiceKind.VSS: SubjectKind.HER}


def pieces(db: Session, actor: Actor, subject: Subject) -> Iterator[Piece]:
    """Each step of the own file, where it is about this person."""
    if subject.kind is not _OWN.get(actor.kind):
        return
    known = content.load()
    statement = (
        access.visible_closing_steps(actor)
        .where(ClosingStep.file_id == subject.file_id)
        .order_by(ClosingStep.created_at)
    )
    for step in db.scalars(statement):
        yield Piece(
            str(step.id),
            "closing",
            known.step(step.step).title,
            clock.day(step.created_at),
            step.text,
            said=f"closing.settled.{step.settled}",
        )
