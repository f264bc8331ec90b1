"""The clock of the machine against the log: time-outs, locks and consents are only as right as the clock.

A log whose last row lies ahead says that the clock was set back since, or ran ahead then. Nothing is served until
somebody who looks after the machine has said that the clock is right now; that stands in the log. A log in which for
weeks no row was written may say that the clock runs ahead: nothing that is over goes until the same was said.
"""

from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import clock, starting
from core.locale import Words
from core.models import Event, EventKind
from core.settings import settings

#: A clock that is set right by the network moves by seconds.
MOST = timedelta(minutes=5)
#: No service that works leaves its log without a row for so long.
LONGEST = timedelta(days=35)


def ahead(db: Session) -> datetime | None:
    """When the last row was written, where that is still to come."""
    last = db.scalar(select(Event.created_at).order_by(Event.seq.desc()).limit(1))
    return last if last is not None and last > clock.now() + MOST else None


def require_right(db: Session) -> None:
    """Raise SettingsError where the last row of the log lies in the future."""
    if (last := ahead(db)) is not None:
        t = Words(settings().language)
        raise starting.wrong("clock_back", last=t.moment(last), now=t.moment(clock.now()))


def leapt(db: Session) -> datetime | None:
    """The last row before weeks without one, where nobody has said since that the clock is right.

    Looked for from now back, some weeks at a step: the rows of a clock that runs ahead are no proof that it is right.
    """
    said = select(func.max(Event.seq)).where(Event.subject == "log_cut", Event.act == "clock_is_right")
    since = Event.seq >= (db.scalar(said) or 0)
    at = clock.now()
    while (
        before := db.scalar(select(func.max(Event.created_at)).where(since, Event.created_at < at))
    ) is not None:
        if at - before > LONGEST:
            return before
        at = db.scalars(
            select(func.min(Event.created_at)).where(since, Event.created_at >= before - LONGEST)
        ).one()
    return None


def say_right(db: Session) -> None:
    """The clock is right now, and was wrong before: from this row on the log goes by it."""
    db.add(Event(kind=EventKind.ADMINISTRATION, subject="log_cut", subject_id=uuid4(), act="clock_is_right"))
