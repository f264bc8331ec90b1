"""After an end that both services agreed on only the follow-up is asked for, and what comes to be known after it."""

from datetime import timedelta

from sqlalchemy.orm import Session

from core import clock
from core.access import Actor
from core.models import Closing, ReopenReason
from core.operations import (
    case_heads,
    change_due,
    closings,
    meetings_due,
    risk_due,
    timelines,
    today,
)
from core.operations.timeline_entries import Kind
from tests import closing as steps
from tests import notices
from tests.make import Make, Pair
from tests.reading import statements

DAY = timedelta(days=1)
WHY = "He cannot be reached"


def dated(db: Session, make: Make, pair: Pair) -> None:
    """The first times came, nobody was asked and the risk was never assessed; he left and that was told."""
    steps.dated(db, pair)
    for label, ago in (("T0", 100), ("T1", 90)):
        make.t_point(pair, label, clock.today() - ago * DAY)
    for actor, kind in ((pair.pp, "left"), (pair.vss, "episode")):
        entry = make.path_entry(pair, actor, kind, clock.today() - 10 * DAY, is_shared=actor is pair.pp)
        entry.created_at = clock.now() - 10 * DAY
    db.flush()


def ended(db: Session, pair: Pair) -> Closing:
    closing = closings.begin(db, pair.pp, pair.case.id)
    for actor in (pair.pp, pair.vss):
        steps.own_done(db, pair, actor, closing)
    steps.proposed(db, pair.pp, closing, lacking=WHY)
    return closings.agree(db, pair.vss, closing.id, version=closing.version)


def asked_today(db: Session, actor: Actor) -> tuple[list[str], list[str], list[str]]:
    """Of the risk, of the times, of meetings."""
    found = today.of_actor(db, actor)
    labels = [label for one in found.changes for label in one.labels]
    return [one.key for one in found.risks], labels, [one.after[0].title for one in found.due]


def asked_on_the_timeline(db: Session, actor: Actor, pair: Pair, *, joint_only: bool = False) -> list[str]:
    found = timelines.of_case(db, actor, pair.case.id, joint_only=joint_only)
    asks = ("risk_", "t_points_", "meeting_", "no_meeting_")
    rows = [f"due:{one.what}" for one in found.entries if one.kind is Kind.MEETING_DUE]
    times = [one.what for one in found.entries if one.kind is Kind.T_POINT]
    return [one.key for one in found.asks if one.key.startswith(asks)] + rows + times


def test_after_both_agreed_on_the_end_only_the_follow_up_is_asked_for(db: Session, make: Make) -> None:
    pair = make.pair()
    dated(db, make, pair)
    risks, labels, meetings = asked_today(db, pair.vss)
    before = asked_on_the_timeline(db, pair.vss, pair)
    assert risks == ["first"]
    assert {"T0", "T1"} <= set(labels)
    assert meetings
    assert {"risk_first_after", "t_points_overdue", "meeting_overdue", "due:left", "T0"} <= set(before)

    ended(db, pair)

    for actor in (pair.pp, pair.vss):
        assert asked_today(db, actor) == ([], [], [])
        for joint_only in (False, True):
            assert asked_on_the_timeline(db, actor, pair, joint_only=joint_only) == ["T4"]
        assert timelines.asking_for_risk(db, actor, pair.case.id).asks == ()
    due = case_heads.of_case(db, pair.vss, pair.case.id).due
    assert due is None or due.what == "T4"


def test_the_follow_up_is_asked_for_when_its_day_has_come(db: Session, make: Make) -> None:
    pair = make.pair()
    dated(db, make, pair)
    ended(db, pair)
    [on] = [one.on for one in timelines.of_case(db, pair.pp, pair.case.id).t_dates if one.label == "T4"]
    assert on is not None
    days = (on - clock.today()).days

    [due] = change_due.waiting(db, pair.pp, days=days)

    assert (due.labels, due.on) == (("T4",), on)


def test_what_comes_to_be_known_after_the_end_is_asked_for_all_the_same(db: Session, make: Make) -> None:
    pair = make.pair()
    dated(db, make, pair)
    closing = ended(db, pair)
    closing.agreed_at = clock.now() - DAY
    db.flush()

    make.path_entry(pair, pair.vss, "episode", clock.today())

    assert asked_today(db, pair.vss)[0] == ["first"]
    assert len(asked_today(db, pair.vss)[2]) == 1
    assert {"risk_first_after", "meeting_due"} <= set(asked_on_the_timeline(db, pair.vss, pair))
    assert asked_today(db, pair.pp) == ([], [], [])
    assert asked_on_the_timeline(db, pair.pp, pair) == ["T4"]


def test_a_notice_after_the_end_is_shown_and_calls_for_an_assessment(db: Session, make: Make) -> None:
    pair = make.pair()
    dated(db, make, pair)
    closing = ended(db, pair)
    closing.agreed_at = clock.now() - DAY
    db.flush()

    notices.sent(db, pair, pair.vss)

    assert today.of_actor(db, pair.pp).notices
    for actor in (pair.pp, pair.vss):
        assert asked_today(db, actor)[0] == ["first"]
        assert "risk_first_after_notice" in asked_on_the_timeline(db, actor, pair)


def test_a_notice_that_lay_unread_when_both_agreed_on_the_end_is_shown_on(db: Session, make: Make) -> None:
    pair = make.pair()
    dated(db, make, pair)
    notices.sent(db, pair, pair.vss)

    ended(db, pair)

    assert today.of_actor(db, pair.pp).notices
    assert case_heads.of_case(db, pair.pp, pair.case.id).due is not None


def test_a_case_that_was_taken_up_again_asks_as_before(db: Session, make: Make) -> None:
    pair = make.pair()
    dated(db, make, pair)
    before = asked_on_the_timeline(db, pair.pp, pair)
    ended(db, pair)

    closings.reopen(db, pair.pp, pair.case.id, reason=ReopenReason.RETURNED, version=pair.case.version)

    assert asked_on_the_timeline(db, pair.pp, pair) == before
    assert asked_today(db, pair.pp)[1][:2] == ["T0", "T1"]


def test_ends_of_many_cases_cost_no_more_statements(db: Session, make: Make) -> None:
    first = make.pair()
    dated(db, make, first)

    def counted() -> int:
        db.flush()
        with statements(db) as told:
            times = change_due.waiting(db, first.pp, days=14)
            risks, meetings = risk_due.waiting(db, first.pp), meetings_due.waiting(db, first.pp)
        cases = [{one.case.id for one in times}, {one.case.id for one in risks}]
        assert [*cases, {one.case.id for one in meetings}] == 3 * [{first.case.id}]
        return len(told)

    number = counted()
    for _ in range(3):
        other = make.pair_of(first)
        dated(db, make, other)
        ended(db, other)

    assert counted() == number
