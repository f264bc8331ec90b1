"""Digital safety of the planted case: her map, what was found, her plan, evidence; and her service's own answers."""

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.models import (
    ContactUse,
    DigitalFinding,
    DigitalMedium,
    DigitalStep,
    Evidence,
    SafetyAction,
    SafetyPlan,
    Seen,
    Whose,
)
from tests.make import Make

if TYPE_CHECKING:
    from tests.canary.planting import Planted


def plant(db: Session, _make: Make, planted: "Planted") -> None:
    """A word of hers in each column; the keys of the content among them, for they say what she has."""
    file_id = planted.world.pair.vss_file.id
    records = [
        ContactUse(subject_id=planted.ids["her"], used_by=planted.world.pair.vss.person_id),
        *(DigitalMedium(file_id=file_id, whose=whose, kind="phone") for whose in Whose),
        DigitalMedium(file_id=file_id, whose=Whose.HERS, kind="phone", gone_on=clock.today()),
        *(DigitalFinding(file_id=file_id, form="spyware", seen=seen) for seen in Seen),
        SafetyPlan(file_id=file_id, review_on=clock.today()),
        *(
            SafetyAction(file_id=file_id, area=area, text="", who="")
            for area in ("accounts", "accountability")
        ),
        Evidence(file_id=file_id, what="", happened_on=clock.today(), reported_on=clock.today()),
        *db.scalars(select(DigitalStep).where(DigitalStep.file_id == file_id)),
    ]
    for record in records:
        planted.mark(record, f"{record.__tablename__} of her file")
    db.add_all(records)
    db.flush()
