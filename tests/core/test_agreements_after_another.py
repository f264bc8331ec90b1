"""One agreement after another: what is over keeps its days, and what is signed for later begins, or never counts."""

from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy.orm import Session

from core import clock
from core.documents.agreement import AgreementStatus
from core.errors import Conflict, Invalid
from core.models import Agreement, AgreementState, Guest, Role
from core.operations import (
    agreement_approvals,
    agreement_starts,
    agreement_texts,
    agreements,
    agreements_due,
    joint_spaces,
    timelines,
    today,
)
from core.operations.agreements import Standing
from core.operations.joint_spaces import Ground
from tests import agreement_steps as steps
from tests.make import Make, Pair

TODAY = clock.today()


def day(days: int) -> date:
    return clock.today() + timedelta(days=days)


def signed(db: Session, pair: Pair, agreement: Agreement, on: date) -> Agreement:
    steps.sign(db, agreement, pair.pp, pair.vss)
    return agreement_approvals.put_in_force(db, pair.pp, agreement.id, on=on, version=agreement.version)


def holding(db: Session, make: Make, *, days: int = 20) -> tuple[Pair, Agreement]:
    """A case whose agreement holds from today for so many days."""
    pair = make.pair(is_agreed=False)
    make.agreement_in_force(pair)
    return pair, signed(db, pair, steps.case_draft(db, pair, days=days), day(0))


def renewed(db: Session, pair: Pair, agreement: Agreement, on: date, ends_on: date) -> Agreement:
    """The same anew for another time."""
    new = agreement_starts.amend(db, pair.vss, agreement.id)
    new.answers = new.answers | {"start_date": str(on), "end_date": str(ends_on)}
    new.starts_on, new.ends_on = on, ends_on
    db.flush()
    return signed(db, pair, new, on)


def end(db: Session, pair: Pair, agreement: Agreement, on: date, *, keeps_signed: bool = False) -> None:
    agreement_approvals.terminate(
        db,
        pair.vss,
        agreement.id,
        on=on,
        reason="He reads along",
        version=agreement.version,
        keeps_signed=keeps_signed,
    )


def ground(db: Session, pair: Pair) -> Ground:
    return joint_spaces.of_case(db, pair.pp, pair.case.id).ground


def test_a_correction_of_the_one_in_force_leaves_the_renewal_that_is_signed(db: Session, make: Make) -> None:
    pair, first = holding(db, make)
    renewal = renewed(db, pair, first, day(21), day(200))

    correction = renewed(db, pair, first, day(0), day(20))

    assert (renewal.in_force_from, renewal.ends_on) == (day(21), day(200))
    assert correction.ends_on == day(20)
    with time_machine.travel(clock.now() + timedelta(days=21), tick=False):
        assert ground(db, pair) is Ground.AGREEMENT


def test_what_would_hold_in_the_days_of_one_that_is_signed_for_later_is_refused(
    db: Session, make: Make
) -> None:
    pair, first = holding(db, make)
    renewed(db, pair, first, day(21), day(200))

    with pytest.raises(Conflict, match="signed_later"):
        renewed(db, pair, first, day(0), day(90))


def test_a_renewal_of_what_is_over_has_a_first_day_of_its_own_and_rewrites_nothing(
    db: Session, make: Make
) -> None:
    pair, first = holding(db, make)
    times = (first.in_force_from, first.ends_on)

    with time_machine.travel(clock.now() + timedelta(days=100), tick=False):
        new = agreement_starts.amend(db, pair.vss, first.id)
        assert "start_date" not in new.answers
        new.answers, new.ends_on = new.answers | {"end_date": str(day(90))}, day(90)
        steps.sign(db, new, pair.pp, pair.vss)
        assert agreement_approvals.proposed_start(db, pair.pp, new.id) >= day(0)
        new.answers = new.answers | {"start_date": str(day(-95))}
        db.flush()
        with pytest.raises(Invalid, match="held_then"):
            agreement_approvals.put_in_force(db, pair.pp, new.id, on=day(-95), version=new.version)
        agreement_approvals.put_in_force(db, pair.pp, new.id, on=day(0), version=new.version)

    assert (first.in_force_from, first.ends_on) == times


def test_what_never_began_is_called_off_counts_nowhere_and_gives_the_last_day_back(
    db: Session, make: Make
) -> None:
    pair, first = holding(db, make)
    renewal = renewed(db, pair, first, day(10), day(200))
    assert first.ends_on == day(9)

    end(db, pair, renewal, day(0))

    assert (renewal.state, renewal.in_force_from) == (AgreementState.TERMINATED, None)
    assert first.ends_on == day(20)
    assert agreements.under_way(db, pair.pp, pair.case.id) is None
    assert [one.agreement.id for one in joint_spaces.ending_soon(db, pair.pp, days=30)] == [first.id]
    shown = timelines.of_case(db, pair.pp, pair.case.id).entries
    assert renewal.id not in {entry.record_id for entry in shown}
    (told,) = today.of_actor(db, pair.pp).ended
    assert (told.agreement_id, told.has_begun) == (renewal.id, False)


def test_a_first_agreement_that_was_called_off_leaves_the_case_as_one_that_had_none(
    db: Session, make: Make
) -> None:
    pair = make.pair(is_agreed=False)
    make.agreement_in_force(pair)
    first = signed(db, pair, steps.case_draft(db, pair, days=90), day(10))
    assert agreements.standing(first) is Standing.COMING

    end(db, pair, first, day(10))

    assert agreements.standing(first) is Standing.CALLED_OFF
    assert agreement_texts.status(first) is AgreementStatus.CALLED_OFF
    with time_machine.travel(clock.now() + timedelta(days=11), tick=False):
        assert ground(db, pair) is Ground.NO_AGREEMENT


@pytest.mark.parametrize("keeps_signed", [False, True])
def test_who_ends_the_one_in_force_ends_what_is_signed_for_later_unless_they_keep_it(
    db: Session, make: Make, keeps_signed: bool
) -> None:
    pair, first = holding(db, make)
    renewal = renewed(db, pair, first, day(10), day(200))
    assert agreement_approvals.signed_for_later(db, pair.pp, first.id) == [renewal]

    end(db, pair, first, day(0), keeps_signed=keeps_signed)

    with time_machine.travel(clock.now() + timedelta(days=10), tick=False):
        assert ground(db, pair) is (Ground.AGREEMENT if keeps_signed else Ground.TERMINATED)
    assert first.ends_on == day(9)


def test_the_paper_of_one_that_begins_later_says_so(db: Session, make: Make) -> None:
    pair = make.pair(is_agreed=False)
    make.agreement_in_force(pair)
    first = signed(db, pair, steps.case_draft(db, pair, days=90), day(10))

    assert agreement_texts.status(first) is AgreementStatus.COMING
    with time_machine.travel(clock.now() + timedelta(days=10), tick=False):
        assert agreement_texts.status(first) is AgreementStatus.IN_FORCE


def test_nobody_is_asked_to_approve_what_is_of_a_closed_case_or_over(db: Session, make: Make) -> None:
    pair = make.pair(is_agreed=False)
    make.agreement_in_force(pair)
    draft = steps.case_draft(db, pair, days=5)
    steps.complete(db, pair.pp, draft)
    assert len(agreements_due.waiting(db, pair.pp)) == 1

    with time_machine.travel(clock.now() + timedelta(days=6), tick=False):
        assert agreements_due.waiting(db, pair.pp) == []
    pair.case.closed_on = day(0)
    db.flush()
    assert agreements_due.waiting(db, pair.pp) == []


def test_who_calls_off_one_of_two_leaves_no_earlier_one_open_beside_the_other(
    db: Session, make: Make
) -> None:
    pair, first = holding(db, make)
    renewal = renewed(db, pair, first, day(5), day(8))
    last = renewed(db, pair, first, day(9), day(200))

    end(db, pair, renewal, day(0), keeps_signed=True)

    assert (first.ends_on, last.in_force_from) == (day(8), day(9))


def test_who_was_let_in_under_the_one_that_holds_stays_when_what_never_began_is_called_off(
    db: Session, make: Make
) -> None:
    pair, first = holding(db, make)
    renewal = renewed(db, pair, first, day(10), day(200))
    person = make.actor(pair.pp.service_id, Role.GUEST)
    guest = Guest(
        case_id=pair.case.id, person_id=person.person_id, until=day(8), granted_by=pair.pp.person_id
    )
    db.add(guest)
    db.flush()

    end(db, pair, renewal, day(0))

    db.refresh(guest)
    assert guest.until == day(8)


def test_what_is_ended_from_a_later_day_on_has_its_days_back_when_the_one_before_that_is_called_off(
    db: Session, make: Make
) -> None:
    pair, first = holding(db, make)
    end(db, pair, first, day(15))
    renewal = renewed(db, pair, first, day(5), day(200))

    end(db, pair, renewal, day(0))

    assert first.ends_on == day(14)


def test_a_correction_between_the_organisations_ends_before_the_one_that_is_signed_for_later(
    db: Session, make: Make
) -> None:
    side = steps.managers(make)
    first = steps.organisation_draft(db, side)
    steps.sign(db, first, side.pp, side.vss)
    agreement_approvals.put_in_force(db, side.pp, first.id, on=day(0), version=first.version)
    later, correction = None, None
    for on in (day(30), day(0)):
        new = agreement_starts.amend(db, side.vss, first.id)
        steps.sign(db, new, side.pp, side.vss)
        agreement_approvals.put_in_force(db, side.pp, new.id, on=on, version=new.version)
        later, correction = later or new, new

    assert later is not None
    assert correction is not None
    assert (correction.ends_on, later.in_force_from) == (day(29), day(30))
