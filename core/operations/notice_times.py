"""By when a notice is to be read and answered: by what was agreed, counted from the moment at which it could be read."""

from datetime import datetime, timedelta

from core import clock
from core.content import immediate_notices as content


def answer_by(arrived_at: datetime, hours: int) -> datetime:
    """So many hours after it came; with none, on the same working day."""
    return arrived_at + timedelta(hours=hours) if hours else _end_of_working_day(arrived_at)


def read_by(arrived_at: datetime, hours: int) -> datetime:
    """On the same working day, as the clause on notices says, and never later than the answer."""
    return min(_end_of_working_day(arrived_at), answer_by(arrived_at, hours))


def _end_of_working_day(at: datetime) -> datetime:
    """The end of this day; of a day on which nobody works, the end of the next working day."""
    days = (clock.day(at) + timedelta(days=number) for number in range(8))
    last = next(day for day in days if day.weekday() in content.load().working_days)
    return clock.moment(last + timedelta(days=1))
