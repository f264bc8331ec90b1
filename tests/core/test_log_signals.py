"""What of a week deserves a look."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from core.access import Actor
from core.errors import Invalid, NotAllowed
from core.models import Event, EventKind, Role
from core.operations import log_signals
from core.operations.log_signals import MANY_CASES, MANY_REFUSALS, Signal
from core.settings import settings
from tests.make import Make

MONDAY = date(2027, 3, 1)
AT_WORK = datetime(2027, 3, 2, 10, tzinfo=UTC)


class Week:
    """The log of one person in one week."""

    def __init__(self, db: Session, make: Make) -> None:
        self.db = db
        self.ivo: Actor = make.actor(make.service())
        self.mira: Actor = make.actor(self.ivo.service_id, Role.MANAGER)

    def leave(
        self, at: datetime, kind: EventKind = EventKind.READ, act: str = "read", times: int = 1
    ) -> None:
        failed = act == "sign_in_failed"
        for _ in range(times):
            self.db.add(
                Event(
                    person_id=None if failed else self.ivo.person_id,
                    service_id=self.ivo.service_id,
                    case_id=uuid4(),
                    kind=kind,
                    subject="person" if failed else "case_file",
                    subject_id=self.ivo.person_id if failed else uuid4(),
                    act=act,
                    created_at=at,
                )
            )
        self.db.flush()

    def noticed(self) -> list[tuple[Signal, date, str, int]]:
        found = log_signals.of_week(self.db, self.mira, MONDAY)
        return [(one.signal, one.on, one.person, one.count) for one in found]


@pytest.fixture
def week(db: Session, make: Make) -> Week:
    return Week(db, make)


def test_a_working_week_is_calm(week: Week) -> None:
    week.leave(AT_WORK, times=MANY_CASES)
    week.leave(AT_WORK, EventKind.DENIED, "not_found", times=MANY_REFUSALS - 1)
    week.leave(AT_WORK - timedelta(days=7), times=MANY_CASES + 5)

    assert week.noticed() == []


def test_more_cases_than_a_sitting_takes_are_noticed(week: Week) -> None:
    week.leave(AT_WORK, times=MANY_CASES + 1)

    assert week.noticed() == [(Signal.MANY_CASES, AT_WORK.date(), week.ivo.name, MANY_CASES + 1)]


@pytest.mark.parametrize(
    ("at", "zone", "is_late"),
    [
        (datetime(2027, 3, 2, 21, 59, tzinfo=UTC), "UTC", False),
        (datetime(2027, 3, 2, 22, 0, tzinfo=UTC), "UTC", True),
        (datetime(2027, 3, 2, 21, 30, tzinfo=UTC), "Europe/Bratislava", True),
        (datetime(2027, 3, 2, 5, 59, tzinfo=UTC), "UTC", True),
        (datetime(2027, 3, 2, 5, 30, tzinfo=UTC), "Europe/Bratislava", False),
        (datetime(2027, 3, 6, 12, 0, tzinfo=UTC), "UTC", True),
    ],
)
def test_nights_and_weekends_are_out_of_hours_where_the_services_are(
    week: Week, monkeypatch: pytest.MonkeyPatch, at: datetime, zone: str, is_late: bool
) -> None:
    settings.cache_clear()
    monkeypatch.setenv("CONCORD_TIMEZONE", zone)
    week.leave(at)

    assert bool(week.noticed()) is is_late
    settings.cache_clear()


def test_refusals_and_failed_sign_ins_are_counted_over_the_week(week: Week) -> None:
    week.leave(AT_WORK, EventKind.DENIED, "not_found", times=2)
    week.leave(AT_WORK + timedelta(days=1), EventKind.DENIED, "not_allowed")
    week.leave(AT_WORK, EventKind.DENIED, "sign_in_failed", times=MANY_REFUSALS)

    assert week.noticed() == [
        (Signal.SIGN_IN_FAILED, MONDAY, week.ivo.name, MANY_REFUSALS),
        (Signal.REFUSED, MONDAY, week.ivo.name, 3),
    ]


def test_another_services_week_is_not_ones_own(week: Week, make: Make) -> None:
    week.leave(AT_WORK, times=MANY_CASES + 1)
    lea = make.actor(make.service(), Role.MANAGER)

    assert log_signals.of_week(week.db, lea, MONDAY) == []
    with pytest.raises(NotAllowed):
        log_signals.of_week(week.db, week.ivo, MONDAY)


def test_a_week_beyond_the_calendar_is_refused(week: Week) -> None:
    with pytest.raises(Invalid, match=r"error\.strange_date"):
        log_signals.of_week(week.db, week.mira, date.max)
