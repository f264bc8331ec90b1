"""Today says whom to ask: times that are due, or soon, and that the own side has neither done nor settled."""

from datetime import timedelta

from sqlalchemy.orm import Session

from core import clock
from core.access import Actor
from core.models import Role
from core.operations import change_due, responses, t_points, today
from core.operations.responses import NotDone
from tests import change
from tests.make import Make, Pair
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
