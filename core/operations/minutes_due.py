"""By when minutes are to be agreed: so many days after the meeting was closed, as the agreement says."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from core import clock
from core.models import Meeting
from core.operations import case_times, rules


def days_of(db: Session, meetings: Sequence[Meeting]) -> dict[UUID, date]:
    """The last day of each closed meeting, by its id; the meetings come with their case.

    A fixed number of statements for the meetings of cases, and one for each two services that met in Phase 1.
    """
    of_cases = case_times.rules_of(db, list({one.case for one in meetings if one.case is not None}))
    above = {one.cooperation_id for one in meetings if one.case is None}
    of_services = {each: rules.of_cooperation(db, each) for each in above}
    found = {}
    for meeting in meetings:
        here = of_cases[meeting.case] if meeting.case is not None else of_services[meeting.cooperation_id]
        if meeting.closed_at is not None:
            found[meeting.id] = clock.day(meeting.closed_at) + timedelta(days=here.minutes_days)
    return found
