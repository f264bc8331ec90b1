"""What a Phase 1 meeting wrote to the five aims, handed on to the record of Phase 1."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.models import Meeting, PhasePoint
from core.operations import agendas


def hand_on(db: Session, meeting: Meeting) -> None:
    """Fill what the record of Phase 1 does not say yet; what somebody wrote there stays."""
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
        point.pp_said = point.pp_said or item.pp_view
        point.vss_said = point.vss_said or item.vss_view
        point.agreed = point.agreed or item.decisions
        point.views_kept = point.views_kept or item.facts
    db.flush()
