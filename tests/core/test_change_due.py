"""Today says whom to ask: times that are due, or soon, and that the own side has neither done nor settled."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy.orm import Session

from core import clock
from core.access import Actor
from core.models import Role
from core.operations import (
    change_due,
    changes,
    closing_checks,
    path_entries,
    reentries,
    responses,
    t_points,
    today,
)
from core.operations.changes import Stand
from core.operations.closing_checks import Time
from core.operations.responses import NotDone
from tests import change
from tests.make import Make, Pair
from tests.notices import days
from tests.reading import statements


def asks(db: Session, actor: Actor) -> list[tuple[str, tuple[str, ...]]]:
    return [(one.case.code, one.labels) for one in change_due.waiting(db, actor, days=14)]


def test_times_that_are_due_stand_on_today_until_the_own_side_has_done_them(db: Session, make: Make) -> None:
    pair = make.pair()
    t1 = change.dated(db, pair)

    [due] = change_due.waiting(db, pair.vss, days=14)
    assert (due.labels, due.on, due.is_overdue) == (("T0", "T1", "T2.1"), t1, True)
    for label in ("T0", "T1"):
        change.asked(db, pair, pair.vss, label, emotional="often")
    assert asks(db, pair.vss) == [(pair.case.code, ("T2.1",))]
    change.asked(db, pair, pair.vss, "T2.1", emotional="often")

    assert asks(db, pair.vss) == []
    assert asks(db, pair.pp) == [(pair.case.code, ("T0", "T1", "T2.1"))]
    assert not today.of_actor(db, pair.pp).is_empty
    assert today.of_actor(db, pair.pp).asked


def test_what_is_settled_as_not_done_asks_no_more_and_changes_nothing_for_the_other_side(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    change.dated(db, pair)

    for label in ("T0", "T1", "T2.1"):
        responses.settle_not_done(db, pair.vss, pair.case.id, label=label, reason=NotDone.NOT_SAFE, version=0)

    assert asks(db, pair.vss) == []
    assert asks(db, pair.pp) == [(pair.case.code, ("T0", "T1", "T2.1"))]


def test_after_he_came_back_she_is_asked_again_at_the_times_that_were_settled_before(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    for kind, ago in (("intake", 330), ("left", 120), ("returned", 10)):
        entry = path_entries.add(db, pair.pp, pair.case.id, kind=kind, happened_on=days(ago))
    t_points.set_dates(db, pair.pp, pair.case.id, dates={"T0": days(320), "T1": days(310)})
    for label in ("T0", "T1", "T2.1"):
        t_points.mark_done(db, pair.pp, pair.case.id, label=label, done_on=days(200))
    for label in ("T0", "T1", "T2.1", "T2.2", "T2.3"):
        responses.settle_not_done(db, pair.vss, pair.case.id, label=label, reason=NotDone.NOT_SAFE, version=0)
    before = [one.label for one in t_points.of_case(db, pair.pp, pair.case.id)]
    assert asks(db, pair.vss) == []

    reentries.decide(
        db, pair.pp, entry.id, begins_anew=True, conditions="Weekly", t0_on=days(9), t1_on=days(8)
    )

    assert "T2.2" in before
    [due] = change_due.waiting(db, pair.vss, days=100)
    assert due.labels == ("T0.2", "T1.2", "T2.2")
    moments = {one.label: one for one in changes.of_case(db, pair.vss, pair.case.id).moments}
    assert [(moments[one].stand, moments[one].reason) for one in ("T2.1", "T2.2", "T2.3")] == [
        (Stand.NOT_DONE, NotDone.NOT_SAFE),
        (Stand.TO_COME, None),
        (Stand.TO_COME, None),
    ]


def test_a_time_that_was_put_on_another_day_after_it_was_settled_asks_again_until_it_is_settled_anew(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    change.dated(db, pair, months=2)
    t_points.set_dates(db, pair.pp, pair.case.id, dates={"T3": days(3)})
    for label in ("T0", "T1", "T3"):
        settled = responses.settle_not_done(
            db, pair.vss, pair.case.id, label=label, reason=NotDone.NOT_REACHED, version=0
        )
    assert asks(db, pair.vss) == []
    assert closing_checks.times(db, pair.vss, pair.case.id)["T3"][0] is Time.NOT_DONE

    version = t_points.find(db, pair.pp, pair.case.id, "T3").version
    t_points.move(
        db, pair.pp, pair.case.id, label="T3", due_on=days(-9), reason="He goes on", version=version
    )

    assert asks(db, pair.vss) == [(pair.case.code, ("T3",))]
    assert closing_checks.times(db, pair.vss, pair.case.id)["T3"][0] is Time.OPEN
    responses.settle_not_done(
        db, pair.vss, pair.case.id, label="T3", reason=NotDone.NOT_SAFE, version=settled.version
    )
    assert asks(db, pair.vss) == []
    assert closing_checks.times(db, pair.vss, pair.case.id)["T3"][0] is Time.NOT_DONE


def moved_by_him(db: Session, _make: Make, pair: Pair) -> None:
    on = t_points.find(db, pair.pp, pair.case.id, "T2.1").on
    assert on is not None
    t_points.move(
        db,
        pair.pp,
        pair.case.id,
        label="T2.1",
        due_on=on + timedelta(days=7),
        reason="He was ill",
        version=0,
    )


def moved_and_done_by_him(db: Session, make: Make, pair: Pair) -> None:
    moved_by_him(db, make, pair)
    t_points.mark_done(db, pair.pp, pair.case.id, label="T2.1", done_on=clock.today())


def agreed_on_another_interval(_db: Session, make: Make, pair: Pair) -> None:
    make.agreement_in_force(pair, answers={"t2_interval_months": 4})


@pytest.mark.parametrize("doing", [moved_by_him, moved_and_done_by_him, agreed_on_another_interval])
def test_what_was_settled_of_a_time_that_lies_behind_stays_settled_on_whatever_past_day_it_is_put(
    db: Session, make: Make, doing: Callable[[Session, Make, Pair], None]
) -> None:
    pair = make.pair()
    change.dated(db, pair, months=11)
    labels = ("T0", "T1", "T2.1", "T2.2", "T2.3")
    for label in labels:
        responses.settle_not_done(db, pair.vss, pair.case.id, label=label, reason=NotDone.NOT_SAFE, version=0)
    before = {one.label: one.on for one in t_points.of_case(db, pair.vss, pair.case.id)}
    assert asks(db, pair.vss) == []

    doing(db, make, pair)

    after = {one.label: one.on for one in t_points.of_case(db, pair.vss, pair.case.id)}
    assert after != before
    assert not {label for _, due in asks(db, pair.vss) for label in due} & {
        label for label in labels if (on := after.get(label)) is not None and on <= clock.today()
    }
    moments = {one.label: one for one in changes.of_case(db, pair.vss, pair.case.id).moments}
    assert (moments["T2.1"].stand, moments["T2.1"].reason) == (Stand.NOT_DONE, NotDone.NOT_SAFE)


@pytest.mark.parametrize(("ago", "asked"), [(1, True), (20, True), (60, False)])
def test_a_time_that_comes_again_after_it_was_settled_is_asked_anew(
    db: Session, make: Make, ago: int, asked: bool
) -> None:
    pair = make.pair()
    change.dated(db, pair, months=4)
    with time_machine.travel(clock.now() - timedelta(days=30)):
        for label in ("T0", "T1", "T2.1"):
            responses.settle_not_done(
                db, pair.vss, pair.case.id, label=label, reason=NotDone.NOT_SAFE, version=0
            )

    t_points.move(db, pair.pp, pair.case.id, label="T2.1", due_on=days(ago), reason="He came late", version=0)

    assert asks(db, pair.vss) == ([(pair.case.code, ("T2.1",))] if asked else [])


def test_what_was_settled_before_the_time_had_a_day_stays_settled(db: Session, make: Make) -> None:
    pair = make.pair()
    responses.settle_not_done(db, pair.vss, pair.case.id, label="T0", reason=NotDone.NOT_SAFE, version=0)

    change.dated(db, pair)

    assert asks(db, pair.vss) == [(pair.case.code, ("T1", "T2.1"))]


def test_a_time_stands_there_two_weeks_before_its_day_and_after_the_end_of_the_programme_no_t2(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    soon, later = clock.today() + timedelta(days=14), clock.today() + timedelta(days=15)
    t_points.set_dates(db, pair.pp, pair.case.id, dates={"T0": soon, "T1": later})

    assert asks(db, pair.pp) == [(pair.case.code, ("T0",))]
    [due] = change_due.waiting(db, pair.pp, days=14)
    assert not due.is_overdue


def test_it_asks_those_who_write_the_file_of_an_open_case_and_nobody_else(db: Session, make: Make) -> None:
    pair = make.pair()
    change.dated(db, pair)
    chair, stranger = make.chair(pair), make.pair().vss
    contact = make.actor(pair.vss.service_id, Role.PARTNER_CONTACT)
    make.assign(pair.case, contact)

    assert asks(db, chair) == []
    assert asks(db, stranger) == []
    assert asks(db, contact) == [(pair.case.code, ("T0", "T1", "T2.1"))]
    pair.case.closed_on = clock.today()
    db.flush()
    assert asks(db, contact) == []


def test_more_cases_cost_no_more_statements(db: Session, make: Make) -> None:
    pair = make.pair()
    change.dated(db, pair)

    def counted() -> tuple[int, int]:
        db.flush()
        with statements(db) as told:
            found = change_due.waiting(db, pair.vss, days=14)
        return len(found), len(told)

    first = counted()
    more: list[Pair] = [make.pair_of(pair) for _ in range(4)]
    for one in more:
        change.dated(db, one)

    assert counted() == (5, first[1])
