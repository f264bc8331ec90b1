"""The list of what is due, over many closed cases: the same as when each case is looked through, and as quick."""

from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.access import Actor
from core.errors import NotAllowed
from core.models import Agreement, AgreementState, Case, HoldGround, JointItem, Role
from core.operations import due_cases, holds, retention
from tests.make import Make, Pair, share
from tests.reading import statements

#: Closed that many days ago: around the months after which a part is over, in months of any length.
AGES = (1, 700, 1090, 1100, 1820, 1826, 1830, 2600, 3700)


def closed(make: Make, days: int, beside: Pair | None = None) -> Pair:
    pair = make.pair_of(beside, is_agreed=False) if beside else make.pair(is_agreed=False)
    pair.case.closed_on = clock.today() - timedelta(days=days)
    pair.case.opened_on = pair.case.closed_on - timedelta(days=300)
    return pair


def with_a_meeting(make: Make, pair: Pair) -> None:
    make.meeting(pair).planned_at = clock.now() - timedelta(days=4000)


def full(db: Session, make: Make, days: int, beside: Pair) -> list[Pair]:
    """Cases of one age that differ in what they hold, what began their time, and who keeps them."""
    cases = [closed(make, days, beside) for _ in range(8)]
    empty, hers, theirs, met, followed, agreed, kept, kept_elsewhere = cases
    make.note(hers.vss_file, hers.vss)
    make.note(theirs.pp_file, theirs.pp)
    for pair in (met, kept, kept_elsewhere):
        with_a_meeting(make, pair)
    make.note(followed.vss_file, followed.vss)
    make.t_point(followed, "T4", empty.case.closed_on).pp_done_on = clock.today() - timedelta(days=days // 2)
    agreement = make.agreement_in_force(agreed, ends_on=clock.today() - timedelta(days=days // 2))
    agreement.state = AgreementState.TERMINATED
    db.flush()
    for actor, pair in ((hers.vss, kept), (hers.pp, kept_elsewhere)):
        lead = make.actor(actor.service_id, Role.MANAGER)
        holds.keep(
            db, lead, pair.case.id, part="", ground=HoldGround.STILL_NEEDED, reason="A study of ours",
            until=clock.today() + timedelta(days=60),
        )  # fmt: skip
    return cases


def looked_through(db: Session, actor: Actor) -> dict[str, tuple[str, ...]]:
    """What is due in each case, one by one."""
    every = db.scalars(select(Case).where(Case.closed_on.is_not(None))).all()
    found = {
        case.code: tuple(one.part.id for one in retention.of_case(db, actor, case) if one.is_due)
        for case in every
    }
    return {code: parts for code, parts in found.items() if parts}


def listed(db: Session, actor: Actor) -> dict[str, tuple[str, ...]]:
    found = due_cases.list_due(db, actor, most=1000)
    return {one.case.code: tuple(part.part.id for part in one.parts) for one in found}


def test_the_list_holds_what_each_case_by_itself_says_is_due(db: Session, make: Make) -> None:
    beside = make.pair()
    make.agreement_in_force(beside, answers={"keep_notices": 24, "keep_minutes": 36, "keep_agreements": 84})
    for days in AGES:
        full(db, make, days, beside)
    for side in (beside.pp, beside.vss):
        lead = make.actor(side.service_id, Role.MANAGER)

        found = listed(db, lead)

        assert found == looked_through(db, lead)
        assert {part for parts in found.values() for part in parts} >= {"own_file", "meetings", "frame"}
        free = [
            case
            for case in due_cases.list_due(db, lead, most=1000)
            if any(one.hold is None and not one.is_held_elsewhere for one in case.parts)
        ]
        assert due_cases.waiting(db, lead) == len(free) < len(found)


def test_what_the_other_service_has_not_given_away_puts_no_case_into_the_list(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    note = make.note(pair.pp_file, pair.pp)
    share(db, pair.pp, note.id, "He has missed two sessions")
    pair.case.closed_on = clock.today() - timedelta(days=3000)
    item = db.scalars(select(JointItem).where(JointItem.case_id == pair.case.id)).one()
    lead, other = (make.actor(one.service_id, Role.MANAGER) for one in (pair.vss, pair.pp))
    agreement = db.scalars(select(Agreement).where(Agreement.case_id == pair.case.id)).one()
    agreement.state, agreement.terminated_on = AgreementState.TERMINATED, clock.today()
    db.flush()
    assert listed(db, lead) == {pair.case.code: ("shared",)}

    item.released_at = None
    db.flush()

    assert listed(db, lead) == {}
    assert due_cases.waiting(db, lead) == 0
    assert listed(db, other) == {pair.case.code: ("own_file", "shared")}


@pytest.mark.parametrize("today", ["2026-02-28", "2026-03-01", "2028-02-29", "2026-04-30", "2026-12-31"])
@pytest.mark.parametrize("months", [1, 12, 36, 60])
def test_the_last_day_that_is_over_is_the_last_one(today: str, months: int) -> None:
    with time_machine.travel(today, tick=False):
        found = due_cases.latest(months)

        assert retention.after(found, months) <= date.fromisoformat(today)
        assert retention.after(found + timedelta(days=1), months) > date.fromisoformat(today)


def test_the_list_is_for_those_who_answer_for_it(db: Session, make: Make) -> None:
    pair = closed(make, 3000)
    with_a_meeting(make, pair)
    chair = make.actor(pair.vss.service_id, Role.CHAIR)

    assert due_cases.waiting(db, chair) == 0
    with pytest.raises(NotAllowed):
        due_cases.list_due(db, chair, most=9)


def test_the_oldest_come_first_up_to_so_many(db: Session, make: Make) -> None:
    beside = closed(make, 2500)
    pairs = [beside, *(closed(make, days, beside) for days in (2700, 2600, 2900))]
    for pair in pairs:
        with_a_meeting(make, pair)
    db.flush()

    found = due_cases.list_due(db, make.actor(beside.vss.service_id, Role.MANAGER), most=3)

    assert [one.case.code for one in found] == [pairs[place].case.code for place in (3, 1, 2)]


def test_cases_in_which_nothing_is_due_are_not_looked_through(db: Session, make: Make) -> None:
    """A service of five years has hundreds of closed cases older than the shortest time, and opens this list each day."""
    beside = closed(make, 1800)
    make.agreement_in_force(beside, answers={"keep_notices": 12})
    lead = make.actor(beside.vss.service_id, Role.MANAGER)
    with_a_meeting(make, beside)
    db.flush()
    with statements(db) as few:
        assert due_cases.list_due(db, lead, most=11) == []
        assert due_cases.waiting(db, lead) == 0

    for days in range(1000, 1010):
        with_a_meeting(make, closed(make, days, beside))
    db.flush()
    with statements(db) as many:
        assert due_cases.list_due(db, lead, most=11) == []
        assert due_cases.waiting(db, lead) == 0

    assert len(many) == len(few)


def test_a_case_of_which_nothing_is_left_is_in_the_list_at_once(db: Session, make: Make) -> None:
    pair = closed(make, 0)
    lead = make.actor(pair.vss.service_id, Role.MANAGER)
    db.flush()

    assert listed(db, lead) == {pair.case.code: ("frame",)}
    assert due_cases.waiting(db, lead) == 1
