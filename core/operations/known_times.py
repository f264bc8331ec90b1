"""From when until when both services could read of something on a path: what a meeting or an assessment could know."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from core import clock
from core.models import PathEntry


@dataclass(frozen=True)
class Out:
    """A time in which both services could read of an entry; what was taken back or had ended was on no table then."""

    since: datetime
    withdrawn_at: datetime | None = None
    ends_on: date | None = None

    def holds(self, at: datetime) -> bool:
        is_over = self.ends_on is not None and clock.day(at) > self.ends_on
        return self.since <= at and (self.withdrawn_at is None or at <= self.withdrawn_at) and not is_over


def by_hand(entry: PathEntry) -> Out:
    """For what the programme shared by hand, and for whoever alone sees an entry: nothing of it is released."""
    return Out((entry.shared_at if entry.is_shared else None) or entry.created_at)


def was_known(times: Sequence[Out], at: datetime) -> bool:
    return any(one.holds(at) for one in times)
