"""What a Phase 1 meeting wrote to the five aims, handed on to the record of Phase 1."""

import re
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.models import AgendaItem, Meeting, PhasePoint
from core.operations import agendas


def hand_on(db: Session, meeting: Meeting) -> None:
    """Put what was written into the record of Phase 1; what stood there stays above it."""
    kinds = agendas.kinds()
    aims = {item.id for item in kinds.items if item.is_aim}
    written = {item.key: item for item in meeting.items if item.key in aims and item.is_reached}
    if not written:
        return
    statement = select(PhasePoint).where(
        PhasePoint.cooperation_id == meeting.cooperation_id, PhasePoint.point.in_(written)
    )
    points = {point.point: point for point in db.scalars(statement)}
    for key, item in written.items():
        point = points.get(key)
        if point is None:
            point = PhasePoint(cooperation_id=meeting.cooperation_id, point=key)
            db.add(point)
        for field, said in _said(item).items():
            setattr(point, field, _appended(getattr(point, field), said, clock.day(meeting.takes_place_at)))
        point.written_at = clock.now()
    db.flush()


def _said(item: AgendaItem) -> dict[str, str]:
    found = {
        "pp_said": item.pp_view,
        "vss_said": item.vss_view,
        "agreed": item.decisions,
        "views_kept": item.facts,
    }
    return {field: said for field, said in found.items() if said}


def _appended(known: str, said: str, on: date) -> str:
    """What stood there, and under it what the meeting wrote, with its day; once where it says the same."""
    if not known:
        return said
    dated = re.compile(rf"\n\n(\d{{4}}-\d\d-\d\d: )?{re.escape(said)}\n\n")
    # Whole, as a meeting wrote it, and no part of a longer one: "the school" is not said by "not in the school".
    if not said or dated.search(f"\n\n{known}\n\n"):
        return known
    return f"{known}\n\n{on.isoformat()}: {said}"
