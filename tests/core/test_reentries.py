"""He came back: on what, and whether T0 and T1 begin anew."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from core import clock
from core.access import Permission, may
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import PathEntry, Reentry, Role, ServiceKind, TPoint
from core.operations import change_due, episode_boards, path_entries, reentries, t_points
from core.operations.t_dates import months_later
from tests.make import Make, Pair
from tests.notices import TODAY, days, waits


def returned(db: Session, make: Make, pair: Pair, on: int = 10) -> PathEntry:
    """He left in spring and came back."""
    for kind, ago in (("intake", 300), ("left", 120), ("returned", on)):
        entry = path_entries.add(db, pair.pp, pair.case.id, kind=kind, happened_on=days(ago))
    return entry


def labels(db: Session, pair: Pair) -> dict[str, object]:
    return {one.label: one.on for one in t_points.of_case(db, pair.vss, pair.case.id)}


def test_going_on_where_he_left_changes_no_time(db: Session, make: Make) -> None:
    pair = make.pair()
    entry = returned(db, make, pair)
    t_points.set_dates(db, pair.pp, pair.case.id, dates={"T0": days(290), "T1": days(280)})
    before = labels(db, pair)
    assert "reentry" in waits(db, pair.pp)

    made = reentries.decide(db, pair.pp, entry.id, begins_anew=False, conditions="Every week, sober")

    assert labels(db, pair) == before
    assert "reentry" not in waits(db, pair.pp)
    assert [(one.id, back.id) for one, back in reentries.of_case(db, pair.pp, pair.case.id)] == [
        (made.id, entry.id)
    ]
    assert reentries.undecided(db, pair.pp, pair.case.id) == []


def test_with_a_new_beginning_what_was_done_stays_and_t2_is_counted_from_the_new_t1(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    entry = returned(db, make, pair)
    t_points.set_dates(db, pair.pp, pair.case.id, dates={"T0": days(290), "T1": days(280)})
    for label in ("T0", "T1", "T2.1"):
        t_points.mark_done(db, pair.pp, pair.case.id, label=label, done_on=days(150))
    first = t_points.find(db, pair.pp, pair.case.id, "T2.1").on

    reentries.decide(
        db, pair.pp, entry.id, begins_anew=True, conditions="Every week", t0_on=days(5), t1_on=days(-9)
    )

    times = t_points.of_case(db, pair.vss, pair.case.id)
    assert [one.label for one in times][:6] == ["T0", "T1", "T2.1", "T0.2", "T1.2", "T2.2"]
    found = {one.label: one for one in times}
    assert (found["T2.1"].on, found["T2.1"].pp_done, found["T0"].pp_done) == (first, True, True)
    assert (found["T0.2"].on, found["T0.2"].is_done, found["T0.2"].rule.id) == (days(5), False, "T0")
    assert found["T2.2"].on is not None
    assert found["T2.2"].on > days(-9) + timedelta(days=80)
    assert [one.label for one in times].count("T2.2") == 1
    [due] = change_due.waiting(db, pair.vss, days=14)
    assert {"T0.2", "T1.2"} <= set(due.labels)
    stages = episode_boards.periods((), times, TODAY)
    assert (stages[0].until, [one.since for one in stages[1:3]]) == ("T1", ["T1", "T2.1"])


def test_a_new_beginning_can_come_twice(db: Session, make: Make) -> None:
    pair = make.pair()
    first = returned(db, make, pair, 90)
    t_points.set_dates(db, pair.pp, pair.case.id, dates={"T0": days(290), "T1": days(280)})
    reentries.decide(
        db, pair.pp, first.id, begins_anew=True, conditions="Once", t0_on=days(85), t1_on=days(80)
    )
    path_entries.add(db, pair.pp, pair.case.id, kind="left", happened_on=days(40))
    again = path_entries.add(db, pair.pp, pair.case.id, kind="returned", happened_on=days(3))

    reentries.decide(
        db, pair.pp, again.id, begins_anew=True, conditions="Twice", t0_on=TODAY, t1_on=days(-10)
    )

    assert {"T0.2", "T1.2", "T0.3", "T1.3"} <= labels(db, pair).keys()


def test_what_is_missing_or_too_early_is_refused(db: Session, make: Make) -> None:
    pair = make.pair()
    entry = returned(db, make, pair)

    with pytest.raises(Invalid, match="choose"):
        reentries.decide(db, pair.pp, entry.id, begins_anew=None, conditions="So")
    with pytest.raises(Invalid, match="empty"):
        reentries.decide(db, pair.pp, entry.id, begins_anew=False, conditions="")
    db.rollback()


@pytest.mark.parametrize(
    ("dates", "error", "match"),
    [
        ({"t0_on": days(11), "t1_on": TODAY}, Invalid, "too_early"),
        ({"t0_on": TODAY, "t1_on": None}, Invalid, "no_date"),
        ({"t0_on": TODAY, "t1_on": days(2)}, Invalid, "out_of_order"),
    ],
)
def test_a_new_beginning_has_two_days_in_order_after_his_return(
    db: Session, make: Make, dates: dict[str, object], error: type[Exception], match: str
) -> None:
    pair = make.pair()
    entry = returned(db, make, pair)
    t_points.set_dates(db, pair.pp, pair.case.id, dates={"T0": days(290), "T1": days(280)})

    with pytest.raises(error, match=match):
        reentries.decide(db, pair.pp, entry.id, begins_anew=True, conditions="So", **dates)  # type: ignore[arg-type]


def test_the_end_that_was_planned_before_he_left_is_put_on_another_day_first(db: Session, make: Make) -> None:
    pair = make.pair()
    entry = returned(db, make, pair)
    t_points.set_dates(db, pair.pp, pair.case.id, dates={"T0": days(290), "T1": days(280), "T3": days(5)})

    def begin() -> Reentry:
        return reentries.decide(
            db, pair.pp, entry.id, begins_anew=True, conditions="So", t0_on=TODAY, t1_on=days(-9)
        )

    with pytest.raises(Conflict, match="end_stands") as refused, db.begin_nested():
        begin()
    assert refused.value.values == {"label": "T3", "day": days(5)}
    version = t_points.find(db, pair.pp, pair.case.id, "T3").version
    t_points.move(db, pair.pp, pair.case.id, label="T3", due_on=None, reason="He came back", version=version)
    begin()
    assert t_points.find(db, pair.pp, pair.case.id, "T0.2").on == TODAY


def test_what_never_began_cannot_begin_anew(db: Session, make: Make) -> None:
    pair = make.pair()
    entry = returned(db, make, pair)

    with pytest.raises(Conflict, match="without_day"):
        reentries.decide(db, pair.pp, entry.id, begins_anew=True, conditions="So", t0_on=TODAY, t1_on=TODAY)


def test_it_is_decided_once_by_the_programme_alone(db: Session, make: Make) -> None:
    pair = make.pair()
    entry = returned(db, make, pair)
    chair = make.actor(pair.pp.service_id, Role.CHAIR)
    make.assign(pair.case, chair)

    for who in (pair.vss, chair):
        with pytest.raises(NotAllowed):
            reentries.decide(db, who, entry.id, begins_anew=False, conditions="So")
    with pytest.raises(NotFound):
        reentries.decide(db, make.pair().pp, entry.id, begins_anew=False, conditions="So")
    reentries.decide(db, pair.pp, entry.id, begins_anew=False, conditions="So")
    with pytest.raises(Conflict, match="decided"):
        reentries.decide(db, pair.pp, entry.id, begins_anew=False, conditions="So")

    assert reentries.of_case(db, pair.vss, pair.case.id) == []
    assert pair.vss.kind is ServiceKind.VSS
    assert may(pair.vss, Permission.WRITE_FILE)


def test_times_are_counted_from_his_return_also_where_one_before_it_was_left_out(
    db: Session, make: Make
) -> None:
    pair, today = make.pair(), clock.today()
    rows = {"T0": 330, "T1": 300, "T0.2": 25, "T1.2": 20}
    for label, ago in rows.items():
        db.add(TPoint(case_id=pair.case.id, label=label, due_on=today - timedelta(days=ago)))
    # T2.1 was never asked and has no row.
    asked_on = today - timedelta(days=120)
    db.add(TPoint(case_id=pair.case.id, label="T2.2", due_on=asked_on, pp_done_on=asked_on))
    db.flush()

    dates = {one.label: one.on for one in t_points.of_case(db, pair.pp, pair.case.id)}

    back = today - timedelta(days=20)
    assert dates["T2.2"] == asked_on
    assert dates["T2.3"] == months_later(back, 3)
    assert dates["T2.4"] == months_later(back, 6)


def remove(db: Session, pair: Pair, entry: PathEntry) -> None:
    path_entries.remove(db, pair.pp, entry.id, reason="Another man", version=entry.version)
    db.flush()


def test_a_return_that_was_entered_by_mistake_goes_with_the_times_that_began_anew(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    entry = returned(db, make, pair)
    t_points.set_dates(db, pair.pp, pair.case.id, dates={"T0": days(100), "T1": days(90)})
    before = labels(db, pair)
    reentries.decide(db, pair.pp, entry.id, begins_anew=True, conditions="So", t0_on=days(5), t1_on=days(-9))
    assert labels(db, pair)["T2.1"] != before["T2.1"]
    assert [one.label for one in reentries.anew(db, pair.pp, entry)] == ["T0.2", "T1.2"]

    remove(db, pair, entry)

    after = labels(db, pair)
    assert (after.pop("T0.2"), after.pop("T1.2")) == (None, None)
    assert after == before
    assert not {"T0.2", "T1.2"} & {
        one for row in change_due.waiting(db, pair.vss, days=14) for one in row.labels
    }
    assert {label for label, _ in t_points.moves(db, pair.vss, pair.case.id)} == {"T0.2", "T1.2"}
    # He comes back in earnest, and that is a mistake again.
    again = path_entries.add(db, pair.pp, pair.case.id, kind="returned", happened_on=days(3))
    reentries.decide(db, pair.pp, again.id, begins_anew=True, conditions="So", t0_on=TODAY, t1_on=days(-9))
    assert [one.label for one in reentries.anew(db, pair.pp, again)] == ["T0.3", "T1.3"]
    remove(db, pair, again)
    assert labels(db, pair)["T2.1"] == before["T2.1"]


def test_a_return_stays_where_somebody_was_asked_since_the_new_beginning(db: Session, make: Make) -> None:
    pair = make.pair()
    entry = returned(db, make, pair)
    t_points.set_dates(db, pair.pp, pair.case.id, dates={"T0": days(290), "T1": days(280)})
    reentries.decide(db, pair.pp, entry.id, begins_anew=True, conditions="So", t0_on=days(5), t1_on=days(-9))
    t_points.mark_done(db, pair.vss, pair.case.id, label="T0.2", done_on=days(4))

    with pytest.raises(Conflict, match="asked"), db.begin_nested():
        remove(db, pair, entry)

    assert labels(db, pair)["T0.2"] == days(5)
