"""The frame of a case: what both services read of it, once each has confirmed that the files belong together."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import keys
from core.models import Case, PhaseEntry, StepMark, TPoint, TPointMove


def seal_again(db: Session, case: Case) -> None:
    """Seal what the actor's side wrote there for whoever reads it from now on: both services, or it alone again."""
    keys.again(case)
    for model in (PhaseEntry, StepMark, TPoint):
        for record in db.scalars(select(model).where(model.case_id == case.id)):
            keys.again(record)
    for move in db.scalars(select(TPointMove).join(TPoint).where(TPoint.case_id == case.id)):
        keys.again(move)
