"""The timeline of a case: computed from the records, for the one who looks at it."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from core import clock
from core.errors import NotFound
from core.models import AgreementState, Meeting, MeetingState, PathEntry, PhaseEntry
from core.operations import timelines
from core.operations.timelines import Entry, Kind, Lane, State, Timeline
from tests import risk
from tests.make import Make, Pair
from tests.reading import statements

TODAY = clock.today()


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def meeting(
    make: Make, pair: Pair, days: int, state: MeetingState = MeetingState.PLANNED, kind: str = "periodic"
) -> Meeting:
    """A meeting so many days from today."""
    found = make.meeting(pair, kind)
    found.planned_at = datetime.combine(TODAY + timedelta(days=days), time(10, 0), tzinfo=UTC)
    found.state = state
    found.closed_at = found.planned_at + timedelta(hours=1) if state is MeetingState.CLOSED else None
    make.db.flush()
    return found


def of_kind(timeline: Timeline, kind: Kind) -> list[Entry]:
    return [entry for entry in timeline.entries if entry.kind is kind]


def asks(timeline: Timeline) -> list[str]:
    return [ask.key for ask in timeline.asks]


def with_dates(make: Make, *, is_agreed: bool = True) -> Pair:
    """A case with T0 and T1 done by both sides and the risk assessed, so that the timeline asks for nothing yet."""
    pair = make.pair(is_agreed=is_agreed)
    risk.laid(make.db, pair, finished_at=clock.now())
    for label, days in (("T0", 20), ("T1", 10)):
        point = make.t_point(pair, label, ago(days))
        point.pp_done_on = point.vss_done_on = ago(days)
    make.db.flush()
    return pair


def test_a_new_case_asks_for_its_first_days(db: Session, make: Make) -> None:
    pair = make.pair(is_agreed=False)

    timeline = timelines.of_case(db, pair.pp, pair.case.id)

    assert [(entry.what, entry.state) for entry in timeline.entries] == [
        (label, State.NO_DAY) for label in ("T0", "T1", "T3", "T4")
    ]
    assert [(ask.key, ask.labels) for ask in timeline.asks] == [("t_points_missing", ("T0", "T1"))]


def test_a_strangers_timeline_does_not_exist(db: Session, make: Make) -> None:
    pair, stranger = make.pair(), make.pair().vss

    with pytest.raises(NotFound):
        timelines.of_case(db, stranger, pair.case.id)


def test_the_entries_stand_in_the_order_of_their_days(db: Session, make: Make) -> None:
    pair = with_dates(make)
    make.path_entry(pair, pair.pp, "started", ago(10), is_shared=True)
    meeting(make, pair, -15, MeetingState.AGREED, "first_joint")
    make.action(pair, due_on=ago(-4))

    timeline = timelines.of_case(db, pair.pp, pair.case.id)

    days = [entry.on for entry in timeline.entries if entry.on]
    assert days == sorted(days)
    assert [entry.on for entry in timeline.entries][len(days) :] == [None, None]


@pytest.mark.parametrize(
    ("days", "state", "shown"),
    [
        (5, MeetingState.PLANNED, State.PLANNED),
        (5, MeetingState.INVITED, State.INVITED),
        (0, MeetingState.PLANNED, State.PLANNED),
        (-1, MeetingState.INVITED, State.UNSETTLED),
        (0, MeetingState.IN_PROGRESS, State.IN_PROGRESS),
        (-1, MeetingState.CLOSED, State.HELD),
        (-1, MeetingState.AGREED, State.HELD),
        (-1, MeetingState.MISSED, State.MISSED),
        (-1, MeetingState.CANCELLED, State.CANCELLED),
    ],
)
def test_a_meeting_stands_on_the_joint_line_as_it_is(
    db: Session, make: Make, days: int, state: MeetingState, shown: State
) -> None:
    pair = with_dates(make)
    found = meeting(make, pair, days, state)

    [entry] = of_kind(timelines.of_case(db, pair.vss, pair.case.id), Kind.MEETING)

    assert (entry.lane, entry.state, entry.page, entry.page_id) == (Lane.JOINT, shown, "meeting", found.id)
    assert ("meeting_unsettled" in asks(timelines.of_case(db, pair.vss, pair.case.id))) == (
        shown is State.UNSETTLED
    )


def test_a_meeting_without_both_sides_is_shown_as_a_consultation(db: Session, make: Make) -> None:
    pair = with_dates(make)
    meeting(make, pair, -1, MeetingState.CLOSED, "emergency").is_consultation = True
    db.flush()

    [entry] = of_kind(timelines.of_case(db, pair.pp, pair.case.id), Kind.MEETING)

    assert entry.state is State.CONSULTATION
    assert entry.is_emergency


def test_phases_follow_each_other_without_a_gap(db: Session, make: Make) -> None:
    pair = with_dates(make)
    for phase, days in (("case_opening", 20), ("first_joint", 5)):
        db.add(
            PhaseEntry(
                cooperation_id=pair.case.cooperation_id,
                case_id=pair.case.id,
                phase=phase,
                entered_by=pair.pp.person_id,
                created_at=clock.now() - timedelta(days=days),
            )
        )
    db.flush()

    first, second = of_kind(timelines.of_case(db, pair.pp, pair.case.id), Kind.PHASE)

    assert (first.until, first.state) == (second.on, State.PAST)
    assert (second.until, second.state) == (None, State.NOW)


def test_each_side_shows_its_own_actions_on_its_own_path(db: Session, make: Make) -> None:
    pair = with_dates(make)
    make.action(pair, pair.pp, due_on=ago(1))
    make.action(pair, pair.vss, due_on=ago(-1))

    timeline = timelines.of_case(db, pair.pp, pair.case.id)

    assert [(entry.lane, entry.state) for entry in of_kind(timeline, Kind.ACTION)] == [
        (Lane.PP, State.OVERDUE),
        (Lane.VSS, State.OPEN),
    ]
    assert asks(timeline) == ["actions_overdue"]


def test_a_plan_longer_than_the_timeline_says_how_many_actions_are_left(db: Session, make: Make) -> None:
    pair = with_dates(make)
    for days in range(timelines.MOST_ACTIONS + 2):
        make.action(pair, due_on=ago(-days))

    timeline = timelines.of_case(db, pair.pp, pair.case.id)

    assert len(of_kind(timeline, Kind.ACTION)) == timelines.MOST_ACTIONS
    last = timeline.entries[-1]
    assert (last.kind, last.number, last.page) == (Kind.MORE_ACTIONS, 2, "plan")


def test_a_time_answered_by_one_side_is_half_done_and_asked_for_when_its_day_has_passed(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    risk.laid(db, pair, finished_at=clock.now())
    make.t_point(pair, "T0", ago(20)).pp_done_on = ago(20)
    make.t_point(pair, "T1", ago(10)).vss_done_on = ago(9)
    db.flush()

    timeline = timelines.of_case(db, pair.pp, pair.case.id)

    states = {entry.what: entry.state for entry in of_kind(timeline, Kind.T_POINT)}
    assert (states["T0"], states["T1"]) == (State.HIS_DONE, State.HERS_DONE)
    assert [(ask.key, ask.labels) for ask in timeline.asks] == [
        ("t_points_his_missing", ("T1",)),
        ("t_points_hers_missing", ("T0",)),
    ]


def test_a_time_that_nobody_answered_is_overdue_from_the_day_after(db: Session, make: Make) -> None:
    pair = make.pair()
    risk.laid(db, pair, finished_at=clock.now())
    make.t_point(pair, "T0", ago(1))
    make.t_point(pair, "T1", TODAY)

    timeline = timelines.of_case(db, pair.pp, pair.case.id)

    states = {entry.what: entry.state for entry in of_kind(timeline, Kind.T_POINT)}
    assert (states["T0"], states["T1"]) == (State.OVERDUE, State.OPEN)
    assert [(ask.key, ask.labels) for ask in timeline.asks] == [("t_points_overdue", ("T0",))]


def test_a_t2_that_comes_near_asks_for_its_meeting(db: Session, make: Make) -> None:
    pair = make.pair()
    risk.laid(db, pair, finished_at=clock.now())
    for label, days in (("T0", 80), ("T1", 70)):
        point = make.t_point(pair, label, ago(days))
        point.pp_done_on = point.vss_done_on = ago(days)
    db.flush()

    without = timelines.of_case(db, pair.pp, pair.case.id)
    meeting(make, pair, 25)
    with_one = timelines.of_case(db, pair.pp, pair.case.id)

    assert [(ask.key, ask.labels) for ask in without.asks] == [("no_meeting_for_time", ("T2.1",))]
    assert asks(with_one) == []


def test_a_meeting_of_next_year_is_none_for_the_t2_that_comes_near(db: Session, make: Make) -> None:
    pair = make.pair()
    risk.laid(db, pair, finished_at=clock.now())
    for label, days in (("T0", 80), ("T1", 70)):
        point = make.t_point(pair, label, ago(days))
        point.pp_done_on = point.vss_done_on = ago(days)
    meeting(make, pair, 300)

    assert asks(timelines.of_case(db, pair.pp, pair.case.id)) == ["no_meeting_for_time"]


def test_a_missed_meeting_is_no_meeting_for_t2(db: Session, make: Make) -> None:
    pair = make.pair()
    risk.laid(db, pair, finished_at=clock.now())
    for label, days in (("T0", 80), ("T1", 70)):
        point = make.t_point(pair, label, ago(days))
        point.pp_done_on = point.vss_done_on = ago(days)
    meeting(make, pair, -1, MeetingState.MISSED)

    assert asks(timelines.of_case(db, pair.pp, pair.case.id)) == ["no_meeting_for_time"]


def test_an_agreement_that_ends_before_the_next_meeting_is_urgent(db: Session, make: Make) -> None:
    pair = with_dates(make, is_agreed=False)
    agreement = make.agreement_in_force(pair, ends_on=TODAY + timedelta(days=50))
    meeting(make, pair, 51)

    timeline = timelines.of_case(db, pair.pp, pair.case.id)

    [bar] = of_kind(timeline, Kind.AGREEMENT)
    assert (bar.state, bar.until, bar.page_id) == (State.IN_FORCE, agreement.ends_on, agreement.id)
    assert [(ask.key, ask.is_urgent) for ask in timeline.asks] == [("agreement_ends_before_meeting", True)]


def test_an_agreement_that_ends_soon_or_has_ended_is_asked_about(db: Session, make: Make) -> None:
    pair = with_dates(make, is_agreed=False)
    agreement = make.agreement_in_force(pair, ends_on=TODAY + timedelta(days=30))

    soon = asks(timelines.of_case(db, pair.pp, pair.case.id))
    agreement.ends_on = ago(1)
    db.flush()
    ended = asks(timelines.of_case(db, pair.pp, pair.case.id))

    assert (soon, ended) == (["agreement_ends"], ["agreement_ended"])


def test_a_terminated_agreement_ends_on_that_day(db: Session, make: Make) -> None:
    pair = with_dates(make, is_agreed=False)
    agreement = make.agreement_in_force(pair, ends_on=TODAY + timedelta(days=300))
    agreement.state, agreement.terminated_on = AgreementState.TERMINATED, ago(2)
    db.flush()

    [bar] = of_kind(timelines.of_case(db, pair.pp, pair.case.id), Kind.AGREEMENT)

    assert (bar.state, bar.until) == (State.ENDED, ago(2))


def test_an_agreement_to_come_is_shown_as_such(db: Session, make: Make) -> None:
    pair = with_dates(make, is_agreed=False)
    make.agreement_in_force(pair, ends_on=ago(-300)).in_force_from = ago(-3)
    db.flush()

    [bar] = of_kind(timelines.of_case(db, pair.pp, pair.case.id), Kind.AGREEMENT)

    assert bar.state is State.TO_COME


def test_new_violence_makes_a_meeting_due_within_the_agreed_days(db: Session, make: Make) -> None:
    pair = with_dates(make)
    make.agreement_in_force(pair, answers={"episode_meeting_days": 3})
    make.path_entry(pair, pair.pp, "episode", TODAY, is_shared=True)

    timeline = timelines.of_case(db, pair.vss, pair.case.id)

    [due] = of_kind(timeline, Kind.MEETING_DUE)
    assert (due.on, due.since, due.state) == (TODAY + timedelta(days=3), TODAY, State.OPEN)
    assert [(ask.key, ask.is_urgent) for ask in timeline.asks] == [
        ("meeting_due", True),
        ("risk_after", True),
    ]


def written_down(make: Make, pair: Pair, at: datetime) -> None:
    """An episode of that day, which both read from that moment on."""
    episode = make.path_entry(pair, pair.pp, "episode", at.date(), is_shared=True)
    episode.created_at = at
    make.db.flush()


def test_a_meeting_that_was_over_when_it_became_known_that_day_settles_nothing(
    db: Session, make: Make
) -> None:
    pair = with_dates(make)
    held = meeting(make, pair, 0, MeetingState.CLOSED)
    assert held.closed_at is not None
    written_down(make, pair, held.closed_at + timedelta(minutes=1))
    assert "meeting_due" in asks(timelines.of_case(db, pair.vss, pair.case.id))

    held.closed_at += timedelta(minutes=2)
    db.flush()
    assert "meeting_due" not in asks(timelines.of_case(db, pair.vss, pair.case.id))


def test_what_one_service_noted_without_the_other_settles_nothing(db: Session, make: Make) -> None:
    pair = with_dates(make)
    written_down(make, pair, clock.now() - timedelta(days=2))
    meeting(make, pair, 0, MeetingState.CLOSED).is_consultation = True
    meeting(make, pair, 1).is_consultation = False
    db.flush()

    assert [
        entry.state for entry in of_kind(timelines.of_case(db, pair.vss, pair.case.id), Kind.MEETING_DUE)
    ] == [State.MEETING_PLANNED]


@pytest.mark.parametrize(
    ("days", "state", "expected"),
    [
        (3, MeetingState.PLANNED, State.MEETING_PLANNED),
        (9, MeetingState.PLANNED, State.OPEN),
        (0, MeetingState.CLOSED, None),
        (-1, MeetingState.CLOSED, None),
        (-3, MeetingState.CLOSED, State.OPEN),
        (0, MeetingState.CANCELLED, State.OPEN),
    ],
)
def test_a_meeting_that_could_speak_of_it_settles_what_was_due(
    db: Session, make: Make, days: int, state: MeetingState, expected: State | None
) -> None:
    pair = with_dates(make)
    written_down(make, pair, clock.now() - timedelta(days=2))
    meeting(make, pair, days, state)

    timeline = timelines.of_case(db, pair.vss, pair.case.id)

    assert [entry.state for entry in of_kind(timeline, Kind.MEETING_DUE)] == ([expected] if expected else [])
    assert ("meeting_due" in asks(timeline)) == (expected is State.OPEN)


def test_a_meeting_that_did_not_take_place_in_time_is_overdue(db: Session, make: Make) -> None:
    pair = with_dates(make)
    make.path_entry(pair, pair.pp, "left", ago(8), is_shared=True)

    timeline = timelines.of_case(db, pair.vss, pair.case.id)

    assert [entry.state for entry in of_kind(timeline, Kind.MEETING_DUE)] == [State.OVERDUE]
    assert asks(timeline) == ["meeting_overdue", "risk_after"]


def test_what_was_recorded_after_a_meeting_was_not_on_its_table(db: Session, make: Make) -> None:
    pair = with_dates(make)
    meeting(make, pair, -2, MeetingState.CLOSED)
    make.path_entry(pair, pair.pp, "episode", ago(3), is_shared=True)

    assert asks(timelines.of_case(db, pair.vss, pair.case.id)) == ["meeting_due", "risk_after"]


def test_a_closed_case_asks_for_nothing(db: Session, make: Make) -> None:
    pair = make.pair()
    make.action(pair, due_on=ago(3))
    pair.case.closed_on = TODAY
    db.flush()

    assert timelines.of_case(db, pair.pp, pair.case.id).asks == ()


def test_the_shared_screen_shows_what_both_services_see(db: Session, make: Make) -> None:
    pair = with_dates(make)
    make.path_entry(pair, pair.vss, "episode", ago(2))
    make.path_entry(pair, pair.vss, "support_began", ago(5), is_shared=True)

    own = timelines.of_case(db, pair.vss, pair.case.id)
    joint = timelines.of_case(db, pair.vss, pair.case.id, joint_only=True)

    assert [entry.is_ours_only for entry in of_kind(own, Kind.PATH)] == [False, True]
    assert [entry.what for entry in of_kind(joint, Kind.PATH)] == ["support_began"]
    assert of_kind(joint, Kind.MEETING_DUE) == []
    assert joint.asks == ()


def test_both_services_read_the_same_shared_screen(db: Session, make: Make) -> None:
    pair = with_dates(make)
    make.path_entry(pair, pair.vss, "episode", ago(2))
    make.path_entry(pair, pair.pp, "court", ago(2))
    make.path_entry(pair, pair.pp, "left", ago(1), is_shared=True)
    meeting(make, pair, 4)

    def told(actor: object) -> list[tuple[object, ...]]:
        timeline = timelines.of_case(db, actor, pair.case.id, joint_only=True)  # type: ignore[arg-type]
        return [(entry.lane, entry.kind, entry.what, entry.on) for entry in timeline.entries]

    assert told(pair.pp) == told(pair.vss)


def test_a_removed_entry_is_gone_and_asks_for_nothing(db: Session, make: Make) -> None:
    pair = with_dates(make)
    entry = make.path_entry(pair, pair.pp, "episode", is_shared=True)
    entry.removed_at = clock.now()
    db.flush()

    timeline = timelines.of_case(db, pair.vss, pair.case.id)

    assert of_kind(timeline, Kind.PATH) == of_kind(timeline, Kind.MEETING_DUE) == []


private_entries = st.lists(
    st.tuples(
        st.sampled_from(["support_began", "expectations", "moved", "support_ended", "episode", "court"]),
        st.integers(0, 400),
        st.text(max_size=20),
    ),
    min_size=1,
    max_size=6,
)
cases = st.fixed_dictionaries(
    {
        "t1": st.one_of(st.none(), st.integers(0, 400)),
        "ends": st.one_of(st.none(), st.integers(-30, 200)),
        "meetings": st.lists(st.tuples(st.integers(-200, 200), st.sampled_from(MeetingState)), max_size=4),
        "his": st.lists(
            st.tuples(st.sampled_from(["started", "left", "episode"]), st.integers(0, 60)), max_size=3
        ),
    }
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(case=cases, private=private_entries)
def test_what_she_keeps_private_changes_nothing_that_the_programme_sees(
    db: Session, make: Make, case: dict[str, object], private: list[tuple[str, int, str]]
) -> None:
    nested = db.begin_nested()
    pair = _case(make, case)
    before = timelines.of_case(db, pair.pp, pair.case.id)

    for kind, days, note in private:
        db.add(
            PathEntry(
                case_id=pair.case.id,
                service_id=pair.vss.service_id,
                kind=kind,
                happened_on=ago(days),
                note=note.replace("\x00", "").encode("utf-8", "ignore").decode(),
            )
        )
    db.flush()
    after = timelines.of_case(db, pair.pp, pair.case.id)
    hers = timelines.of_case(db, pair.vss, pair.case.id)

    assert (after.entries, after.asks, after.t_dates) == (before.entries, before.asks, before.t_dates)
    assert sum(entry.is_ours_only for entry in of_kind(hers, Kind.PATH)) == len(private)
    nested.rollback()


def _case(make: Make, given: dict[str, object]) -> Pair:
    pair = make.pair()
    t1, ends, meetings, his = given["t1"], given["ends"], given["meetings"], given["his"]
    if isinstance(t1, int):
        make.t_point(pair, "T1", ago(t1))
    if isinstance(ends, int):
        make.agreement_in_force(pair, ends_on=TODAY + timedelta(days=ends))
    assert isinstance(meetings, list)
    assert isinstance(his, list)
    for days, state in meetings:
        meeting(make, pair, days, state)
    for kind, days in his:
        make.path_entry(pair, pair.pp, kind, ago(days), is_shared=True)
    return pair


def test_the_number_of_statements_does_not_depend_on_the_case(db: Session, make: Make) -> None:
    small, large = with_dates(make), with_dates(make)
    for days in range(1, 30):
        meeting(make, large, days)
        make.action(large, due_on=ago(days))
        make.path_entry(large, large.pp, "missed", ago(days), is_shared=True)

    def number(pair: Pair) -> int:
        db.expire_all()
        with statements(db) as told:
            timelines.of_case(db, pair.pp, pair.case.id)
        return len(told)

    assert number(small) == number(large) <= 12
