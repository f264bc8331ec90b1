"""How long records are kept: the clock, who sets it, the list of what is due, and what is kept longer."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy.orm import Session

from core import clock
from core.access import Actor
from core.content import retention as content
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import AgreementState, HoldGround, Role
from core.operations import due_cases, holds, retention, rights_today, seals, today
from core.operations.open_risks import OpenRisk
from core.operations.retention import Source
from tests.make import Make, Pair

CLOSED = date(2020, 1, 31)
AFTER = 60


def closed(db: Session, make: Make) -> Pair:
    """A case that was closed long ago, with a note in each file and a meeting."""
    pair = make.pair(is_agreed=False)
    make.note(pair.pp_file, pair.pp)
    make.note(pair.vss_file, pair.vss)
    meeting = make.meeting(pair)
    meeting.planned_at = clock.now() - timedelta(days=3000)
    pair.case.closed_on = CLOSED
    db.flush()
    return pair


def manager(make: Make, pair: Pair, *roles: Role) -> Actor:
    return make.actor(pair.vss.service_id, *(roles or (Role.MANAGER,)))


def due(db: Session, actor: Actor) -> dict[str, date]:
    return {one.part.id: one.on for case in due_cases.list_due(db, actor, most=9) for one in case.parts}


def test_a_part_is_due_when_its_months_are_over_and_not_a_day_before(db: Session, make: Make) -> None:
    pair = closed(db, make)
    lead = manager(make, pair)

    with time_machine.travel("2025-01-30", tick=False):
        assert due_cases.list_due(db, lead, most=9) == []
    with time_machine.travel("2025-01-31", tick=False):
        assert due(db, lead) == {"own_file": date(2025, 1, 31), "meetings": date(2025, 1, 31)}


def test_months_end_with_the_last_day_of_a_shorter_month() -> None:
    assert retention.after(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert retention.after(date(2024, 3, 31), -1) == date(2024, 2, 29)
    assert retention.after(date(2024, 12, 5), 1) == date(2025, 1, 5)


def test_the_follow_up_starts_the_clock_where_it_is_later(db: Session, make: Make) -> None:
    pair = closed(db, make)
    point = make.t_point(pair, "T4", date(2020, 7, 1))
    assert retention.closing(db, pair.case) == date(2020, 7, 1)

    point.vss_done_on = date(2020, 8, 15)
    db.flush()

    assert due(db, manager(make, pair))["own_file"] == date(2025, 8, 15)


def test_an_agreement_counts_from_its_own_end_where_that_is_later(db: Session, make: Make) -> None:
    pair = closed(db, make)
    agreement = make.agreement_in_force(pair, ends_on=date(2020, 3, 1))
    agreement.state = AgreementState.TERMINATED
    db.flush()

    assert due(db, manager(make, pair))["case_agreements"] == date(2025, 3, 1)


def test_the_agreement_in_force_rules_for_what_both_hold_and_the_service_for_its_own_file(
    db: Session, make: Make
) -> None:
    pair = closed(db, make)
    lead = manager(make, pair)
    make.agreement_in_force(pair, answers={"keep_minutes": 24, "keep_notices": 36, "keep_plans": "odd"})

    retention.set_period(db, lead, part="own_file", months=36)
    retention.set_period(db, lead, part="own_file", months=48)

    said = {period.part.id: (period.months, period.source) for period, _ in retention.periods(db, lead)}
    assert said["meetings"] == (24, Source.AGREEMENT)
    assert said["notices"] == (36, Source.AGREEMENT)
    assert said["own_file"] == (48, Source.SERVICE)
    assert said["plan"] == (60, Source.CONTENT)
    assert due(db, lead) == {"own_file": date(2024, 1, 31), "meetings": date(2022, 1, 31)}


def test_a_shorter_time_of_a_newer_agreement_rules_from_the_day_on_which_it_holds(
    db: Session, make: Make
) -> None:
    pair = closed(db, make)
    lead = manager(make, pair)
    earlier = make.agreement_in_force(pair, answers={"keep_minutes": 120})
    earlier.ends_on = clock.today() - timedelta(days=1)
    newer = make.agreement_in_force(pair, answers={"keep_minutes": 24})
    newer.in_force_from = clock.today()
    db.flush()

    assert {one.part.id: one.months for one, _ in retention.periods(db, lead)}["meetings"] == 24
    earlier.ends_on = None
    db.flush()
    assert {one.part.id: one.months for one, _ in retention.periods(db, lead)}["meetings"] == 24


def test_a_time_that_both_agree_on_is_not_set_by_one(db: Session, make: Make) -> None:
    pair = make.pair()
    lead = manager(make, pair)

    with pytest.raises(Invalid, match=r"error\.retention\.agreed"):
        retention.set_period(db, lead, part="meetings", months=12)
    with pytest.raises(Invalid, match=r"error\.retention\.months"):
        retention.set_period(db, lead, part="own_file", months=0)
    with pytest.raises(NotAllowed):
        retention.set_period(db, pair.vss, part="own_file", months=12)


def test_a_case_with_something_open_is_in_the_list_and_says_what(db: Session, make: Make) -> None:
    pair = closed(db, make)
    make.action(pair)
    make.agreement_in_force(pair, ends_on=clock.today() + timedelta(days=5))

    (found,) = due_cases.list_due(db, manager(make, pair), most=9)

    assert found.forbidding == {OpenRisk.OPEN_ACTIONS, OpenRisk.AGREEMENT_IN_FORCE}


def test_what_is_kept_longer_stays_in_the_list_with_its_reason_until_its_day(db: Session, make: Make) -> None:
    pair = closed(db, make)
    lead = manager(make, pair)
    assert rights_today.waiting(db, lead) == {"due": 1}

    holds.keep(
        db,
        lead,
        pair.case.id,
        part="",
        ground=HoldGround.STILL_NEEDED,
        reason="A study of ours",
        until=clock.today() + timedelta(days=10),
    )

    (found,) = due_cases.list_due(db, lead, most=9)
    assert {one.hold.reason for one in found.parts if one.hold} == {"A study of ours"}
    assert rights_today.waiting(db, lead) == {}
    with time_machine.travel(clock.now() + timedelta(days=11)):
        assert rights_today.waiting(db, lead) == {"due": 1}


def test_the_other_service_reads_that_it_is_kept_and_not_why(db: Session, make: Make) -> None:
    pair = closed(db, make)
    holds.keep(
        db, pair.vss, pair.case.id, part="meetings", ground=HoldGround.CLAIM, reason="Hers", until=None
    )

    (found,) = due_cases.list_due(db, make.actor(pair.pp.service_id, Role.MANAGER), most=9)

    (meetings,) = [one for one in found.parts if one.part.id == "meetings"]
    assert (meetings.hold, meetings.is_held_elsewhere) == (None, True)


def test_keeping_wants_a_ground_a_reason_and_a_day_that_is_to_come(db: Session, make: Make) -> None:
    pair = closed(db, make)

    for ground, until, part, key in (
        (None, None, "", "error.retention.ground"),
        (HoldGround.STILL_NEEDED, None, "", "error.no_date"),
        (HoldGround.STILL_NEEDED, clock.today(), "", "error.retention.until"),
        (HoldGround.COURT, None, "log", "error.retention.agreed"),
    ):
        with pytest.raises(Invalid, match=key.replace(".", r"\.")):
            holds.keep(db, pair.vss, pair.case.id, part=part, ground=ground, reason="So", until=until)


def test_a_hold_is_lifted_once_by_whoever_answers_for_it(db: Session, make: Make) -> None:
    pair = closed(db, make)
    hold = holds.keep(
        db, pair.vss, pair.case.id, part="", ground=HoldGround.COURT, reason="Trial", until=None
    )

    with pytest.raises(NotFound):
        holds.lift(db, pair.pp, hold.id, version=hold.version)
    holds.lift(db, manager(make, pair), hold.id, version=hold.version)

    assert hold.lifted_at is not None
    with pytest.raises(Conflict):
        holds.lift(db, pair.vss, hold.id, version=hold.version)


def test_an_office_sees_days_and_numbers_and_no_file(db: Session, make: Make) -> None:
    pair = closed(db, make)
    officer = manager(make, pair, Role.DATA_PROTECTION)

    (found,) = due_cases.list_due(db, officer, most=9)

    assert found.case.code == pair.case.code
    assert retention.of_one(db, officer, pair.case.id)[0].goes == {"file_note": 1}
    with pytest.raises(NotFound):
        retention.of_one(db, make.actor(make.service(), Role.MANAGER), pair.case.id)


def test_the_case_itself_is_due_when_nothing_else_is_left(db: Session, make: Make) -> None:
    pair = make.pair(is_agreed=False)
    pair.case.closed_on = CLOSED
    note = make.note(pair.pp_file, pair.pp)
    db.flush()
    assert retention.of_one(db, pair.vss, pair.case.id) == ()

    db.delete(note)
    db.flush()

    (frame,) = retention.of_one(db, pair.vss, pair.case.id)
    assert frame.part.id == "frame"
    assert frame.goes["case"] == 1


def test_a_sealed_case_is_in_no_list_of_an_office(db: Session, make: Make) -> None:
    pair = closed(db, make)
    lead = manager(make, pair)
    seals.seal(db, pair.vss, pair.case.id, reason="His sister works here")

    assert due_cases.list_due(db, lead, most=9) == []
    with pytest.raises(NotFound):
        holds.of_case(db, lead, pair.case.id)
    assert len(due_cases.list_due(db, pair.vss, most=9)) == 1


def test_today_says_what_waits_to_an_office_and_to_nobody_else(db: Session, make: Make) -> None:
    pair = closed(db, make)

    assert today.of_actor(db, manager(make, pair)).keeping == {"due": 1}
    assert today.of_actor(db, pair.vss).keeping == {}
    assert rights_today.waiting(db, replace(pair.vss, roles=frozenset({Role.CHAIR}))) == {}


def test_every_table_stands_in_one_part() -> None:
    from core.db import Base  # noqa: PLC0415

    named = [table for part in content.load().parts for table in part.tables]

    assert sorted(named) == sorted(Base.metadata.tables)
