"""New violence on the timeline: a meeting and an assessment are called for since both services read of it, not since she told."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from sqlalchemy.orm import Session

from core import clock
from core.access import Actor
from core.models import EpisodeSource, MeetingState
from core.operations import risk_due, timelines
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
