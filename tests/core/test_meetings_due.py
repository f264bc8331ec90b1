"""Where a joint meeting is due and none is planned, for the page Today: the same as the timeline says."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from core import clock
from core.access import Actor
from core.models import MeetingState, Role
from core.operations import meetings_due, timelines
from tests.make import Make, Pair

TODAY = clock.today()


def waiting(db: Session, actor: Actor) -> list[tuple[str, date, bool]]:
    """What stands first of each case: of what, by when, and whether that day is over."""
    return [(one.after[0].title, one.by, one.is_overdue) for one in meetings_due.waiting(db, actor)]


def asked(db: Session, pair: Pair, actor: Actor) -> list[tuple[date | None, bool]]:
    """What the timeline of the case asks for."""
    asks = timelines.of_case(db, actor, pair.case.id).asks
    return [(one.on, one.key == "meeting_overdue") for one in asks if one.key.startswith("meeting_")]


@pytest.mark.parametrize(("days_ago", "is_overdue"), [(1, False), (20, True)])
def test_both_services_read_that_a_meeting_is_due_after_he_left(
    db: Session, make: Make, days_ago: int, is_overdue: bool
) -> None:
    pair = make.pair()
    make.agreement_in_force(pair, answers={"episode_meeting_days": 7})
    left_on = TODAY - timedelta(days=days_ago)
    make.path_entry(pair, pair.pp, "left", left_on, is_shared=True)

    for actor in (pair.pp, pair.vss):
        assert waiting(db, actor) == [("Left or was excluded", left_on + timedelta(days=7), is_overdue)]
        assert asked(db, pair, actor) == [(left_on + timedelta(days=7), is_overdue)]


def test_what_her_service_keeps_to_itself_asks_her_service_alone(db: Session, make: Make) -> None:
    pair = make.pair()
    make.path_entry(pair, pair.vss, "episode", TODAY)

    assert len(waiting(db, pair.vss)) == 1
    assert waiting(db, pair.pp) == []


@pytest.mark.parametrize(
    ("days", "state", "is_due"),
    [
        (2, MeetingState.PLANNED, False),
        (30, MeetingState.PLANNED, True),
        (1, MeetingState.CANCELLED, True),
        (0, MeetingState.CLOSED, False),
    ],
)
def test_a_meeting_in_time_takes_it_off(
    db: Session, make: Make, days: int, state: MeetingState, is_due: bool
) -> None:
    pair = make.pair()
    entry = make.path_entry(pair, pair.pp, "left", TODAY - timedelta(days=1), is_shared=True)
    entry.created_at = clock.now() - timedelta(days=1)
    meeting = make.meeting(pair)
    meeting.planned_at, meeting.state = clock.now() + timedelta(days=days), state
    if state is MeetingState.CLOSED:
        meeting.closed_at = clock.now()
    db.flush()

    assert bool(waiting(db, pair.vss)) == is_due == bool(asked(db, pair, pair.vss))


def test_nothing_is_due_in_a_case_that_is_closed_or_of_long_ago_or_of_others(db: Session, make: Make) -> None:
    closed, old, running = make.pair(), make.pair(), make.pair()
    make.path_entry(closed, closed.pp, "left", is_shared=True)
    closed.case.closed_on = TODAY
    make.path_entry(old, old.pp, "left", TODAY - timedelta(days=91), is_shared=True)
    make.path_entry(running, running.pp, "left", is_shared=True)
    stranger = make.actor(running.vss.service_id, Role.CASE_MANAGER)
    db.flush()

    assert [waiting(db, pair.vss) for pair in (closed, old)] == [[], []]
    assert waiting(db, stranger) == []
    assert len(waiting(db, running.vss)) == 1


def test_where_the_joint_space_is_closed_nobody_is_called_to_a_meeting(db: Session, make: Make) -> None:
    pair = make.pair(is_agreed=False)
    make.path_entry(pair, pair.pp, "left", is_shared=True)

    assert waiting(db, pair.pp) == waiting(db, pair.vss) == []


def test_what_one_meeting_meets_is_one_line_of_its_case_with_what_comes_first_at_the_top(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    make.agreement_in_force(pair, answers={"episode_meeting_days": 7})
    make.path_entry(pair, pair.pp, "episode", TODAY, is_shared=True)
    make.path_entry(pair, pair.pp, "left", TODAY - timedelta(days=20), is_shared=True)

    (due,) = meetings_due.waiting(db, pair.vss)

    assert [one.by for one in due.after] == [TODAY - timedelta(days=13), TODAY + timedelta(days=7)]
    assert (due.by, due.is_overdue) == (TODAY - timedelta(days=13), True)


def test_new_violence_gives_no_more_time_for_the_meeting_after_what_happened_before(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    make.agreement_in_force(pair, answers={"episode_meeting_days": 7})
    first = TODAY - timedelta(days=10)
    make.path_entry(pair, pair.pp, "episode", first, is_shared=True)
    make.path_entry(pair, pair.vss, "episode", first, is_shared=True)
    make.path_entry(pair, pair.vss, "episode", TODAY)

    of_vss, of_pp = meetings_due.waiting(db, pair.vss)[0], meetings_due.waiting(db, pair.pp)[0]

    assert of_vss.by == of_pp.by == first + timedelta(days=7)
    assert of_vss.is_overdue
    assert [one.since for one in of_vss.after] == [first, TODAY]
    assert [one.since for one in of_pp.after] == [first]
    assert min(day for day, _ in asked(db, pair, pair.vss) if day) == of_vss.by


def test_what_both_know_of_asks_once_though_our_service_has_a_report_of_it_for_itself(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    day = TODAY - timedelta(days=1)
    make.path_entry(pair, pair.vss, "episode", day, is_shared=True)
    make.path_entry(pair, pair.vss, "episode", day)

    asks = timelines.of_case(db, pair.vss, pair.case.id).asks

    assert [one.is_ours_only for one in asks if one.key.startswith("meeting_")] == [False]
