"""New violence on the timeline: a meeting and an assessment are called for since both services read of it, not since she told."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from sqlalchemy.orm import Session

from core import clock
from core.access import Actor
from core.models import EpisodeSource, MeetingState
from core.operations import path_entries, risk_due, timelines
from core.operations.timelines import Kind
from tests import risk
from tests.episodes import released, told
from tests.make import Make, Pair


def morning(ago: int) -> datetime:
    return datetime.combine(clock.today() - timedelta(days=ago), time(9), UTC)


def met(make: Make, pair: Pair, ago: int) -> None:
    meeting = make.meeting(pair)
    meeting.state, meeting.planned_at = MeetingState.CLOSED, morning(ago) if ago else clock.now()
    meeting.closed_at = meeting.planned_at


def told_on(db: Session, pair: Pair, ago: int, happened_on: date) -> None:
    """She told on a day, and released it today."""
    with time_machine.travel(morning(ago), tick=False):
        episode = told(db, pair, EpisodeSource.HER, happened_on)
    released(db, pair, episode)


def due(db: Session, actor: Actor, pair: Pair) -> list[date | None]:
    entries = timelines.of_case(db, actor, pair.case.id).entries
    return [one.since for one in entries if one.kind is Kind.MEETING_DUE]


@pytest.mark.parametrize("told_days_ago", [20, 5])
def test_the_timeline_says_the_same_whether_she_told_before_the_last_meeting_or_after_it(
    db: Session, make: Make, told_days_ago: int
) -> None:
    pair, happened_on = make.pair(), clock.today() - timedelta(days=30)
    met(make, pair, 10)

    told_on(db, pair, told_days_ago, happened_on)

    assert due(db, pair.pp, pair) == due(db, pair.vss, pair) == [happened_on]


def test_a_meeting_after_the_release_was_held_by_people_who_could_know_of_it(db: Session, make: Make) -> None:
    pair, happened_on = make.pair(), clock.today() - timedelta(days=30)
    told_on(db, pair, 20, happened_on)
    met(make, pair, 0)

    assert due(db, pair.pp, pair) == due(db, pair.vss, pair) == []


def test_what_was_told_before_an_assessment_and_released_after_it_calls_for_another_one(
    db: Session, make: Make
) -> None:
    pair, happened_on = make.pair(), clock.today() - timedelta(days=30)
    with time_machine.travel(morning(10), tick=False):
        risk.laid(db, pair, finished_at=clock.now())
    assert [one.key for one in risk_due.waiting(db, pair.pp)] == []

    told_on(db, pair, 20, happened_on)

    for actor in (pair.pp, pair.vss):
        asks = timelines.of_case(db, actor, pair.case.id).asks
        assert [(one.key, one.since) for one in asks if one.key == "risk_after"] == [
            ("risk_after", happened_on)
        ]
        assert "again" in [one.key for one in risk_due.waiting(db, actor)]


def assessed(db: Session, pair: Pair, ago: int) -> None:
    risk.laid(db, pair, created_at=morning(ago), opened_at=morning(ago), finished_at=morning(ago))


def calls(db: Session, actor: Actor, pair: Pair) -> list[str]:
    """What new violence, or that he left, asks for: on the timeline and on the page Today."""
    asked = timelines.of_case(db, actor, pair.case.id).asks
    found = [one.key for one in asked if one.key.startswith(("meeting_", "risk_after"))]
    return [*found, *(one.key for one in risk_due.waiting(db, actor))]


def test_what_the_programme_shares_by_hand_later_calls_both_from_that_day_on(db: Session, make: Make) -> None:
    pair = make.pair()
    with time_machine.travel(morning(5), tick=False):
        entry = path_entries.add(
            db, pair.pp, pair.case.id, kind="left", happened_on=clock.today(), is_shared=False
        )
        db.flush()
    met(make, pair, 3)
    assessed(db, pair, 3)
    assert calls(db, pair.pp, pair) == calls(db, pair.vss, pair) == []

    path_entries.share(db, pair.pp, entry.id, version=entry.version)
    db.flush()

    for actor in (pair.pp, pair.vss):
        assert [key.split("_")[0] for key in calls(db, actor, pair)] == ["meeting", "risk", "again"]


def test_what_was_shared_when_it_was_written_down_calls_for_nothing_after_a_meeting_and_an_assessment(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    with time_machine.travel(morning(5), tick=False):
        path_entries.add(db, pair.pp, pair.case.id, kind="left", happened_on=clock.today(), is_shared=True)
        db.flush()
    met(make, pair, 3)
    assessed(db, pair, 3)

    assert calls(db, pair.pp, pair) == calls(db, pair.vss, pair) == []


@pytest.mark.parametrize(("taken_back_days_ago", "is_called"), [(None, False), (1, False), (25, True)])
def test_what_is_released_anew_calls_for_nothing_that_was_done_while_it_was_read(
    db: Session, make: Make, taken_back_days_ago: int | None, *, is_called: bool
) -> None:
    """Where it was taken back before them, the meeting and the assessment could not speak of it."""
    pair = make.pair()
    with time_machine.travel(morning(29), tick=False):
        episode = told(db, pair, EpisodeSource.HER, clock.today() - timedelta(days=1))
        item = released(db, pair, episode)
    met(make, pair, 20)
    assessed(db, pair, 20)
    if taken_back_days_ago is None:
        item.ends_on = clock.today() - timedelta(days=1)
    else:
        item.withdrawn_at = morning(taken_back_days_ago)
    db.flush()

    released(db, pair, episode)

    for actor in (pair.pp, pair.vss):
        assert bool(calls(db, actor, pair)) is is_called
        assert len(calls(db, actor, pair)) in {0, 3}
