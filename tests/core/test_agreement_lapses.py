"""Who approved learns that a change has ended the approval: since when, through whom, and what says something else."""

import pytest
from sqlalchemy.orm import Session

from core.access import Actor
from core.models import Agreement, ClauseState
from core.operations import agreement_approvals, agreement_drafts, agreement_reading, agreements_due
from core.operations.agreements_due import Step
from tests import agreement_steps as steps
from tests.agreement_steps import Managers
from tests.make import Make


@pytest.fixture
def side(make: Make) -> Managers:
    return steps.managers(make)


@pytest.fixture
def agreement(db: Session, side: Managers) -> Agreement:
    """Complete, and approved by the programme alone."""
    draft = steps.organisation_draft(db, side)
    steps.complete(db, side.pp, draft)
    steps.approve(db, draft, side.pp)
    return draft


def reword(db: Session, actor: Actor, agreement: Agreement, typed: str = "We are fair.") -> None:
    clause = next(one for one in agreement.clauses if one.key == "equality")
    agreement_drafts.adapt(db, actor, agreement.id, "equality", typed=typed, version=clause.version)


def opened(db: Session, actor: Actor, agreement: Agreement) -> agreement_reading.Opened:
    return agreement_reading.opened(db, actor, agreement.id)


def steps_of(db: Session, actor: Actor) -> list[Step]:
    return [one.step for one in agreements_due.waiting(db, actor)]


def test_an_approval_that_lapsed_says_whose_it_was_and_through_which_change(
    db: Session, side: Managers, agreement: Agreement
) -> None:
    approved = opened(db, side.pp, agreement)
    heading = approved.clause_text(next(one for one in approved.in_order if one.key == "equality")).heading

    reword(db, side.vss, agreement)

    for actor in (side.pp, side.vss):
        (lapse,) = opened(db, actor, agreement).lapses
        assert (lapse.service_id, lapse.name) == (side.pp.service_id, side.pp.name)
        assert (lapse.number, lapse.through, lapse.changed_by) == (
            approved.number,
            approved.number + 1,
            side.vss.name,
        )
        assert lapse.changed == (heading,)


def test_whose_approval_lapsed_reads_it_on_today_also_while_something_is_contested(
    db: Session, side: Managers, agreement: Agreement
) -> None:
    before = steps_of(db, side.pp)
    reword(db, side.vss, agreement)
    clause = next(one for one in agreement.clauses if one.key == "equality")
    agreement_drafts.judge(
        db, side.vss, agreement.id, "equality",
        state=ClauseState.CONTESTED, note="Not yet", version=clause.version,
    )  # fmt: skip

    (waits,) = agreements_due.waiting(db, side.pp)

    assert before == []
    assert waits.step is Step.LAPSED
    assert waits.lapse is not None
    assert waits.lapse.changed_by == side.vss.name
    assert steps_of(db, side.vss) == []


def test_a_lapse_of_both_sides_is_told_to_each_until_it_approves_again(
    db: Session, side: Managers, agreement: Agreement
) -> None:
    steps.approve(db, agreement, side.vss)
    reword(db, side.vss, agreement)
    both = steps_of(db, side.pp), steps_of(db, side.vss)

    steps.approve(db, agreement, side.pp)

    assert both == ([Step.LAPSED], [Step.LAPSED])
    assert steps_of(db, side.pp) == []
    assert [one.service_id for one in opened(db, side.pp, agreement).lapses] == [side.vss.service_id]


def test_an_approval_that_was_taken_back_did_not_lapse_through_a_change(
    db: Session, side: Managers, agreement: Agreement
) -> None:
    agreement_approvals.take_back(db, side.pp, agreement.id, number=opened(db, side.pp, agreement).number)

    reword(db, side.vss, agreement)

    assert opened(db, side.pp, agreement).lapses == ()
    assert steps_of(db, side.pp) == [Step.APPROVE]
