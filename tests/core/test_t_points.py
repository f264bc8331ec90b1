"""The times T0 to T4 of a case: entered, moved for a reason, done by each side."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import access, clock
from core.errors import Conflict, CoreError, Invalid, NotAllowed, NotFound
from core.models import Event, Role, TPoint
from core.operations import t_dates, t_points, timelines
from tests.core.test_partings import answered
from tests.make import Make, Pair

T1 = clock.today() - timedelta(days=100)


@pytest.fixture
def pair(make: Make) -> Pair:
    """A case with T0 and T1 entered."""
    found = make.pair()
    make.t_point(found, "T0", T1 - timedelta(days=14))
    make.t_point(found, "T1", T1)
    return found


def one(db: Session, pair: Pair, label: str) -> t_points.TDate:
    return next(one for one in t_points.of_case(db, pair.pp, pair.case.id) if one.label == label)


def key_of(raised: pytest.ExceptionInfo[CoreError]) -> str:
    return raised.value.key


def test_the_days_that_are_known_are_entered_together(db: Session, make: Make) -> None:
    pair = make.pair()

    t_points.set_dates(db, pair.pp, pair.case.id, dates={"T0": T1 - timedelta(days=9), "T1": T1, "T3": None})

    assert one(db, pair, "T1").on == T1
    assert one(db, pair, "T2.1").on is not None
    assert one(db, pair, "T3").on is None


def test_a_day_that_somebody_entered_is_moved_and_not_entered_again(db: Session, pair: Pair) -> None:
    with pytest.raises(Conflict) as raised:
        t_points.set_dates(db, pair.vss, pair.case.id, dates={"T1": T1 + timedelta(days=1)})

    assert key_of(raised) == "error.t_point_entered"


@pytest.mark.parametrize("label", ["T0", "T1"])
def test_before_the_pair_is_confirmed_the_times_are_the_openers_alone(
    db: Session, make: Make, label: str
) -> None:
    question = answered(db, make)
    elena, case_id = question.elena, question.case.id
    t_points.set_dates(db, question.ivo, case_id, dates={"T0": T1})

    for act in (
        lambda: t_points.set_dates(db, elena, case_id, dates={label: T1}),
        lambda: t_points.move(db, elena, case_id, label=label, due_on=T1, reason="We met her", version=0),
        lambda: t_points.mark_done(db, elena, case_id, label=label, done_on=T1),
        lambda: t_points.undo_done(db, elena, case_id, label=label),
    ):
        with pytest.raises(Conflict) as raised:
            act()
        assert key_of(raised) == "error.not_paired"

    assert [point.label for point in db.scalars(select(TPoint))] == ["T0"]
    assert not [ask for ask in timelines.of_case(db, elena, case_id).asks if ask.key == "t_points_missing"]


def test_entering_nothing_asks_for_a_day(db: Session, make: Make) -> None:
    pair = make.pair()

    with pytest.raises(Invalid) as raised:
        t_points.set_dates(db, pair.pp, pair.case.id, dates={"T0": None})

    assert (raised.value.key, raised.value.field) == ("error.no_date", "T0")


def test_a_counted_time_is_not_entered(db: Session, pair: Pair) -> None:
    with pytest.raises(NotFound):
        t_points.set_dates(db, pair.pp, pair.case.id, dates={"T2.1": T1})


def test_days_out_of_order_are_refused_beside_the_one_that_was_typed(db: Session, make: Make) -> None:
    pair = make.pair()
    make.t_point(pair, "T1", T1)

    with pytest.raises(Invalid) as raised:
        t_points.set_dates(db, pair.pp, pair.case.id, dates={"T3": T1 - timedelta(days=1)})

    assert key_of(raised) == "error.t_points_out_of_order"
    assert raised.value.field == "T3"
    assert raised.value.values == {"earlier": "T1", "later": "T3"}


def test_a_move_keeps_where_it_stood_and_why(db: Session, pair: Pair) -> None:
    was = one(db, pair, "T2.1")
    assert was.on is not None
    first, second = was.on + timedelta(days=7), was.on + timedelta(days=9)

    t_points.move(db, pair.pp, pair.case.id, label="T2.1", due_on=first, reason="He was ill", version=0)
    version = one(db, pair, "T2.1").version
    t_points.move(db, pair.vss, pair.case.id, label="T2.1", due_on=second, reason="Holiday", version=version)

    assert one(db, pair, "T2.1").on == second
    assert one(db, pair, "T2.1").is_moved
    kept = {
        (label, move.from_on, move.to_on, move.reason)
        for label, move in t_points.moves(db, pair.vss, pair.case.id)
    }
    assert kept == {("T2.1", was.on, first, "He was ill"), ("T2.1", first, second, "Holiday")}


def test_a_move_back_lets_the_rule_count_again(db: Session, pair: Pair) -> None:
    counted = one(db, pair, "T2.1").on
    assert counted is not None
    later = counted + timedelta(days=7)
    t_points.move(db, pair.pp, pair.case.id, label="T2.1", due_on=later, reason="He was ill", version=0)

    version = one(db, pair, "T2.1").version
    t_points.move(db, pair.pp, pair.case.id, label="T2.1", due_on=None, reason="A mistake", version=version)

    assert one(db, pair, "T2.1").on == counted
    assert not one(db, pair, "T2.1").is_moved
    assert len(t_points.moves(db, pair.pp, pair.case.id)) == 2


def test_a_time_that_was_put_back_to_the_rule_is_not_moved_when_a_side_is_done(
    db: Session, pair: Pair
) -> None:
    counted = one(db, pair, "T2.1").on
    assert counted is not None
    for on, reason in ((counted + timedelta(days=7), "He was ill"), (None, "A mistake")):
        version = one(db, pair, "T2.1").version
        t_points.move(db, pair.pp, pair.case.id, label="T2.1", due_on=on, reason=reason, version=version)

    t_points.mark_done(db, pair.pp, pair.case.id, label="T2.1", done_on=clock.today())
    assert not one(db, pair, "T2.1").is_moved
    t_points.undo_done(db, pair.pp, pair.case.id, label="T2.1")
    assert db.scalars(select(TPoint.due_on).where(TPoint.label == "T2.1")).one() is None


def test_the_end_can_become_unknown_again(db: Session, pair: Pair, make: Make) -> None:
    end = make.t_point(pair, "T3", T1 + timedelta(days=300))

    t_points.move(
        db, pair.pp, pair.case.id, label="T3", due_on=None, reason="He goes on", version=end.version
    )

    assert one(db, pair, "T3").on is None


def test_a_move_needs_a_reason(db: Session, pair: Pair) -> None:
    with pytest.raises(Invalid) as raised:
        t_points.move(
            db, pair.pp, pair.case.id, label="T2.1", due_on=T1 + timedelta(days=95), reason=" ", version=0
        )

    assert (raised.value.key, raised.value.field) == ("error.empty", "reason")


@pytest.mark.parametrize("label", ["T1", "T2.1"])
def test_a_move_to_the_same_day_is_none(db: Session, pair: Pair, label: str) -> None:
    was = one(db, pair, label)

    with pytest.raises(Invalid) as raised:
        t_points.move(
            db, pair.pp, pair.case.id, label=label, due_on=was.on, reason="Because", version=was.version
        )

    assert key_of(raised) == "error.t_point_same_day"


def test_a_time_that_nobody_moved_has_no_way_back_to_the_rule(db: Session, pair: Pair) -> None:
    with pytest.raises(Invalid) as raised:
        t_points.move(db, pair.pp, pair.case.id, label="T2.1", due_on=None, reason="Because", version=0)

    assert key_of(raised) == "error.t_point_same_day"


def test_a_move_past_its_neighbour_is_refused(db: Session, pair: Pair) -> None:
    with pytest.raises(Invalid) as raised:
        t_points.move(
            db,
            pair.pp,
            pair.case.id,
            label="T2.1",
            due_on=T1 - timedelta(days=1),
            reason="Because",
            version=0,
        )

    assert (raised.value.key, raised.value.field) == ("error.t_points_out_of_order", "due_on")


def test_two_people_who_move_at_once_do_not_overwrite_each_other(db: Session, pair: Pair) -> None:
    later = T1 + timedelta(days=95)
    t_points.move(db, pair.pp, pair.case.id, label="T2.1", due_on=later, reason="He was ill", version=0)

    with pytest.raises(Conflict) as raised:
        t_points.move(
            db, pair.vss, pair.case.id, label="T2.1", due_on=T1 + timedelta(days=99), reason="-", version=0
        )

    assert key_of(raised) == "error.changed_meanwhile"


def test_an_unknown_time_is_not_found(db: Session, pair: Pair) -> None:
    with pytest.raises(NotFound):
        t_points.mark_done(db, pair.pp, pair.case.id, label="T9", done_on=clock.today())


def test_each_side_marks_its_own(db: Session, pair: Pair) -> None:
    t_points.mark_done(db, pair.pp, pair.case.id, label="T2.1", done_on=clock.today())
    half = one(db, pair, "T2.1")
    t_points.mark_done(db, pair.vss, pair.case.id, label="T2.1", done_on=clock.today())
    whole = one(db, pair, "T2.1")

    assert (half.pp_done, half.vss_done, half.is_half) == (True, False, True)
    assert whole.is_done


def test_what_is_done_stays_where_it_was_due_when_the_rules_change(
    db: Session, pair: Pair, make: Make
) -> None:
    was = one(db, pair, "T2.1").on
    t_points.mark_done(db, pair.pp, pair.case.id, label="T2.1", done_on=clock.today())

    make.agreement_in_force(pair, answers={"t2_interval_months": 6})

    assert one(db, pair, "T2.1").on == was
    assert not one(db, pair, "T2.1").is_moved


def test_the_end_can_be_entered_after_a_shorter_interval_was_agreed_on(
    db: Session, pair: Pair, make: Make
) -> None:
    agreement = make.agreement_in_force(pair, answers={"t2_interval_months": 6})
    first = one(db, pair, "T2.1").on
    assert first is not None
    t_points.mark_done(db, pair.vss, pair.case.id, label="T2.1", done_on=clock.today())
    agreement.answers = {"t2_interval_months": 2}
    db.flush()

    t_points.set_dates(db, pair.pp, pair.case.id, dates={"T3": first + timedelta(days=90)})

    assert [
        found.label for found in t_points.of_case(db, pair.pp, pair.case.id) if found.rule.id == "T2"
    ] == [
        "T2.1",
        "T2.2",
    ]
    assert one(db, pair, "T2.2").on == t_dates.months_later(first, 2)


def test_days_that_lie_out_of_order_already_do_not_keep_the_end_from_being_entered(
    db: Session, pair: Pair, make: Make
) -> None:
    make.t_point(pair, "T2.1", T1 + timedelta(days=50))
    make.t_point(pair, "T2.2", T1 + timedelta(days=40))

    t_points.set_dates(db, pair.pp, pair.case.id, dates={"T3": T1 + timedelta(days=60)})
    with pytest.raises(Invalid) as raised:
        t_points.move(
            db,
            pair.pp,
            pair.case.id,
            label="T2.2",
            due_on=T1 + timedelta(days=45),
            reason="Because",
            version=one(db, pair, "T2.2").version,
        )

    assert key_of(raised) == "error.t_points_out_of_order"
    assert one(db, pair, "T3").on == T1 + timedelta(days=60)


def test_a_mark_can_be_taken_back_and_the_rule_counts_again(db: Session, pair: Pair, make: Make) -> None:
    t_points.mark_done(db, pair.pp, pair.case.id, label="T2.1", done_on=clock.today())
    t_points.undo_done(db, pair.pp, pair.case.id, label="T2.1")

    make.agreement_in_force(pair, answers={"t2_interval_months": 6})

    assert not one(db, pair, "T2.1").pp_done
    assert one(db, pair, "T2.1").on != T1 + timedelta(days=90)


@pytest.mark.parametrize(
    ("label", "done_on", "key"),
    [
        ("T1", None, "error.no_date"),
        ("T1", clock.today() + timedelta(days=1), "error.in_the_future"),
        ("T3", clock.today(), "error.t_point_without_day"),
        ("T0", clock.today(), "error.t_point_done_already"),
    ],
)
def test_a_mark_that_cannot_be_is_refused(
    db: Session, pair: Pair, label: str, done_on: date | None, key: str
) -> None:
    t_points.mark_done(db, pair.pp, pair.case.id, label="T0", done_on=clock.today())

    with pytest.raises(CoreError) as raised:
        t_points.mark_done(db, pair.pp, pair.case.id, label=label, done_on=done_on)

    assert key_of(raised) == key


def test_only_an_own_mark_can_be_taken_back(db: Session, pair: Pair) -> None:
    t_points.mark_done(db, pair.pp, pair.case.id, label="T1", done_on=clock.today())

    with pytest.raises(Conflict) as raised:
        t_points.undo_done(db, pair.vss, pair.case.id, label="T1")

    assert key_of(raised) == "error.t_point_not_done"
    assert one(db, pair, "T1").pp_done


def test_when_a_side_marked_is_in_its_own_history_alone(db: Session, pair: Pair) -> None:
    t_points.mark_done(db, pair.vss, pair.case.id, label="T1", done_on=clock.today())

    subjects = {(event.subject, event.subject_id) for event in db.scalars(select(Event))}

    assert subjects == {("case_file", pair.vss_file.id)}
    assert db.scalars(access.visible_events(pair.pp)).all() == []


def test_a_closed_case_keeps_its_times(db: Session, pair: Pair) -> None:
    pair.case.closed_on = clock.today()
    db.flush()

    with pytest.raises(Conflict) as raised:
        t_points.mark_done(db, pair.pp, pair.case.id, label="T1", done_on=clock.today())

    assert key_of(raised) == "error.case_closed"


def test_who_may_neither_plan_nor_write_changes_nothing(db: Session, pair: Pair, make: Make) -> None:
    taker = make.actor(pair.pp.service_id, Role.MINUTE_TAKER)
    administrator = make.actor(pair.pp.service_id, Role.ADMINISTRATOR)
    make.assign(pair.case, taker)

    with pytest.raises(NotAllowed):
        t_points.mark_done(db, taker, pair.case.id, label="T1", done_on=clock.today())
    with pytest.raises(NotAllowed):
        t_points.set_dates(db, administrator, pair.case.id, dates={"T3": clock.today()})


@pytest.mark.parametrize("act", ["set_dates", "move", "mark_done", "undo_done", "of_case"])
def test_a_strangers_case_does_not_exist(db: Session, pair: Pair, make: Make, act: str) -> None:
    stranger = make.pair().pp
    given: dict[str, dict[str, object]] = {
        "set_dates": {"dates": {"T3": T1}},
        "move": {"label": "T1", "due_on": T1, "reason": "-", "version": 1},
        "mark_done": {"label": "T1", "done_on": T1},
        "undo_done": {"label": "T1"},
        "of_case": {},
    }

    with pytest.raises(NotFound):
        getattr(t_points, act)(db, stranger, pair.case.id, **given[act])
    assert t_points.moves(db, stranger, pair.case.id) == []


def test_a_row_belongs_to_its_case(db: Session, pair: Pair) -> None:
    t_points.mark_done(db, pair.pp, pair.case.id, label="T2.1", done_on=clock.today())

    found: set[UUID] = set(db.scalars(select(TPoint.case_id)))
    assert found == {pair.case.id}


def test_the_reason_of_a_move_names_nobody_of_the_own_file(db: Session, make: Make, pair: Pair) -> None:
    make.subject(pair.vss_file, name="Vesna Lindqvist")

    with pytest.raises(Invalid, match="names_in_joint"):
        t_points.move(
            db,
            pair.vss,
            pair.case.id,
            label="T1",
            due_on=T1 + timedelta(days=3),
            reason="Vesna is away",
            version=one(db, pair, "T1").version,
        )
