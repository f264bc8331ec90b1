"""What ends by itself, for those who answer for it: from when the log is, what goes next, and what keeps it."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import access, clock, ends
from core.access import Actor, Permission, require
from core.models import Event
from core.operations import retention
from core.operations.retention import Period


@dataclass(frozen=True)
class Over:
    """The log and the ways in as they stand now; of the log the own service's rows."""

    log: Period
    #: The oldest row of the own service; None where there is none.
    since: date | None
    #: Rows before this day go with the next upkeep.
    before: date
    rows: int
    is_held: bool
    way_in: Period


def review(db: Session, actor: Actor) -> Over:
    """What would go with the next upkeep; nothing is changed."""
    require(actor, Permission.READ_LOG)
    period = retention.period_of(db, "log")
    before = ends.over_before(period.months)
    own = access.visible_log(actor).where(Event.service_id == actor.service_id)
    going = own.where(Event.seq <= ends.last_over(db)).with_only_columns(Event.id)
    oldest = db.scalar(own.with_only_columns(func.min(Event.created_at)))
    return Over(
        log=period,
        since=clock.day(oldest) if oldest else None,
        before=clock.day(before),
        rows=db.scalar(select(func.count()).select_from(going.subquery())) or 0,
        is_held=ends.is_held(db),
        way_in=retention.period_of(db, "way_in"),
    )
