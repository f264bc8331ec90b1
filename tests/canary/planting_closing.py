"""The end of the planted case: what her service does for her before it."""

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.content import closings as content
from core.models import ClosingStep, Settled
from tests.make import Make

if TYPE_CHECKING:
    from tests.canary.planting import Planted


def plant(db: Session, _make: Make, planted: "Planted") -> None:
    """A word of hers in every step of her service."""
    pair, closing_id = planted.world.pair, planted.world.ids["closing"]
    own = db.scalars(select(ClosingStep).where(ClosingStep.file_id == pair.vss_file.id)).all()
    known = {step.step for step in own}
    records = [
        *own,
        *(
            ClosingStep(
                closing_id=closing_id,
                file_id=pair.vss_file.id,
                step=step.id,
                settled=Settled.DONE,
                text="",
                recorded_by=pair.vss.person_id,
            )
            for step in content.load().steps_of("vss")
            if step.id not in known
        ),
    ]
    for record in records:
        planted.mark(record, f"what her service does before the end: {record.step}")
    db.add_all(records)
    db.flush()
