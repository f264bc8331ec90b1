"""Approval by both sides, the signed paper, and the way into force."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from core import clock
from core.errors import Conflict, Invalid, NotFound
from core.models import Agreement, AgreementState
from core.operations import (
    agreement_approvals,
    agreement_drafts,
    agreement_reading,
    agreement_starts,
    unsent,
)
from tests import agreement_steps as steps
from tests.agreement_steps import PDF, Managers
from tests.make import Make

TODAY = clock.today()


@pytest.fixture
def side(make: Make) -> Managers:
    return steps.managers(make)


@pytest.fixture
def agreement(db: Session, side: Managers) -> Agreement:
    return steps.organisation_draft(db, side)


def file(db: Session, side: Managers, agreement: Agreement, data: bytes) -> None:
    number = steps.newest(db, side.pp, agreement)
    agreement_approvals.file_signed(db, side.pp, agreement.id, data=data, number=number)


def test_what_is_missing_blocks_the_approval_and_is_named(
    db: Session, side: Managers, agreement: Agreement
) -> None:
    with pytest.raises(Conflict) as refused:
        steps.approve(db, agreement, side.vss)

    assert refused.value.key == "error.agreement.missing"
    assert "Legal form of the perpetrator programme" in str(refused.value.values["what"])


def test_both_sides_approve_the_same_version_once(db: Session, side: Managers, agreement: Agreement) -> None:
    steps.complete(db, side.pp, agreement)
    steps.approve(db, agreement, side.pp)
    alone = agreement.state

    with pytest.raises(Conflict, match="approved_already"):
        steps.approve(db, agreement, side.pp)
    steps.approve(db, agreement, side.vss)

    opened = agreement_reading.opened(db, side.pp, agreement.id)
    assert (alone, agreement.state) == (AgreementState.DRAFT, AgreementState.APPROVED)
    assert opened.approved_by == {
        side.pp.service_id: side.pp.name,
        side.vss.service_id: side.vss.name,
    }


@pytest.mark.parametrize(
    "place",
    ["clause:{clause}:wording", "clause:{clause}:note:aside:1", "own_clause:{agreement}:principles:text",
     "leave_out:{clause}:reason", "answers:{agreement}:pp_legal_form"],
)  # fmt: skip
def test_nobody_approves_a_text_while_more_of_it_lies_unsaved_in_their_own_hands(
    db: Session, side: Managers, agreement: Agreement, place: str
) -> None:
    steps.complete(db, side.pp, agreement)
    clause = next(one for one in agreement.clauses if one.key == "equality")
    slot = place.format(clause=clause.id, agreement=agreement.id)
    unsent.keep(db, side.pp, slot, text="Typed and not sent")

    with pytest.raises(Conflict) as refused:
        steps.approve(db, agreement, side.pp)
    steps.approve(db, agreement, side.vss)
    unsent.let_go(db, side.pp, {slot: ["Typed and not sent"]})
    steps.approve(db, agreement, side.pp)

    assert refused.value.key == "error.agreement.unsent"
    assert agreement.state is AgreementState.APPROVED


def test_what_is_typed_elsewhere_or_is_saved_already_keeps_nobody_from_approving(
    db: Session, side: Managers, agreement: Agreement
) -> None:
    steps.complete(db, side.pp, agreement)
    clause = next(one for one in agreement.clauses if one.key == "equality")
    saved = agreement_reading.opened(db, side.pp, agreement.id).markdown(clause)
    unsent.keep(db, side.pp, f"clause:{clause.id}:wording", text=f"{saved}\n")
    unsent.keep(db, side.pp, f"answers:{uuid4()}:pp_legal_form", text="Of another agreement")

    steps.approve(db, agreement, side.pp)

    assert side.pp.service_id in agreement_reading.opened(db, side.pp, agreement.id).approved_by


def test_two_managers_of_one_side_are_not_both_sides(
    db: Session, make: Make, side: Managers, agreement: Agreement
) -> None:
    steps.complete(db, side.pp, agreement)
    deputy = make.actor(side.pp.service_id, *side.pp.roles)
    steps.approve(db, agreement, side.pp)

    with pytest.raises(Conflict, match="approved_already"):
        steps.approve(db, agreement, deputy)


def test_an_approval_can_be_taken_back_before_the_agreement_is_in_force(
    db: Session, side: Managers, agreement: Agreement
) -> None:
    steps.complete(db, side.pp, agreement)
    steps.approve(db, agreement, side.pp, side.vss)
    number = steps.newest(db, side.pp, agreement)

    agreement_approvals.take_back(db, side.pp, agreement.id, number=number)

    taken_back = agreement_reading.opened(db, side.pp, agreement.id)
    assert (taken_back.standing, list(taken_back.approved_by)) == ("draft", [side.vss.service_id])
    with pytest.raises(Conflict, match="not_approved_by_you"):
        agreement_approvals.take_back(db, side.pp, agreement.id, number=number)
    with pytest.raises(Conflict, match="not_approved"):
        file(db, side, agreement, PDF)
    steps.approve(db, agreement, side.pp)
    assert agreement.state is AgreementState.APPROVED


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"", "copy_empty"),
        (b"PK\x03\x04 a Word file named signed.pdf", "copy_no_pdf"),
        (b"MZ" + PDF, "copy_no_pdf"),
        (PDF[:20], "copy_cut_off"),
        (PDF[:9] + b"0" * agreement_approvals.LARGEST_COPY + b"%%EOF", "copy_large"),
    ],
)
def test_a_signed_copy_is_a_whole_pdf_whatever_its_name_says(
    db: Session, side: Managers, agreement: Agreement, data: bytes, key: str
) -> None:
    steps.complete(db, side.pp, agreement)
    steps.approve(db, agreement, side.pp, side.vss)

    with pytest.raises(Invalid) as refused:
        file(db, side, agreement, data)

    assert (refused.value.key, refused.value.field) == (f"error.agreement.{key}", "copy")
    with pytest.raises(NotFound):
        agreement_approvals.signed_copy(db, side.pp, agreement.id)


def test_a_better_scan_takes_the_place_of_the_first(
    db: Session, side: Managers, agreement: Agreement
) -> None:
    steps.sign(db, agreement, side.pp, side.vss)
    better = PDF.replace(b"<< >>", b"<< /Better true >>")

    file(db, side, agreement, better)

    assert agreement_approvals.signed_copy(db, side.vss, agreement.id) == better


def test_force_needs_both_approvals_and_the_signed_paper(
    db: Session, side: Managers, agreement: Agreement
) -> None:
    def begin() -> None:
        agreement_approvals.put_in_force(db, side.pp, agreement.id, on=TODAY, version=agreement.version)

    with pytest.raises(Conflict, match="not_approved"):
        begin()
    steps.complete(db, side.pp, agreement)
    steps.approve(db, agreement, side.pp, side.vss)
    with pytest.raises(Conflict, match="not_signed"):
        begin()
    file(db, side, agreement, PDF)
    begin()
    assert agreement.is_in_force()
    with pytest.raises(Conflict, match="settled"):
        steps.approve(db, agreement, side.pp)


def test_the_paper_of_an_earlier_version_does_not_sign_a_later_one(
    db: Session, side: Managers, agreement: Agreement
) -> None:
    steps.sign(db, agreement, side.pp, side.vss)
    agreement_drafts.answer(
        db,
        side.pp,
        agreement.id,
        answers={"country": "Elsewhere"},
        was={"country": agreement.answers["country"]},
    )
    steps.approve(db, agreement, side.pp, side.vss)

    with pytest.raises(Conflict, match="not_signed"):
        agreement_approvals.put_in_force(db, side.pp, agreement.id, on=TODAY, version=agreement.version)

    opened = agreement_reading.opened(db, side.pp, agreement.id)
    assert (opened.is_signed, opened.has_copy) == (False, True)


def test_force_begins_with_the_day_that_the_text_says_at_the_earliest(
    db: Session, side: Managers, make: Make, agreement: Agreement
) -> None:
    later = TODAY + timedelta(days=10)
    agreement_drafts.answer(db, side.pp, agreement.id, answers={"effective_date": later}, was={})
    steps.sign(db, agreement, side.pp, side.vss)
    with pytest.raises(Invalid, match="starts_later"):
        agreement_approvals.put_in_force(db, side.pp, agreement.id, on=TODAY, version=agreement.version)
    with pytest.raises(Conflict, match="changed_meanwhile"):
        agreement_approvals.put_in_force(db, side.pp, agreement.id, on=later, version=99)

    pair = make.pair(is_agreed=False)
    make.agreement_in_force(pair)
    of_case = steps.case_draft(db, pair, days=20)
    steps.sign(db, of_case, pair.pp, pair.vss)
    with pytest.raises(Invalid, match="begins_after_end"):
        agreement_approvals.put_in_force(
            db, pair.pp, of_case.id, on=TODAY + timedelta(days=21), version=of_case.version
        )


@pytest.mark.parametrize("days", [-6, 10])
def test_the_day_written_in_the_text_is_the_one_proposed(
    db: Session, side: Managers, agreement: Agreement, days: int
) -> None:
    written = TODAY + timedelta(days=days)
    agreement_drafts.answer(db, side.pp, agreement.id, answers={"effective_date": written}, was={})

    assert agreement_approvals.proposed_start(db, side.vss, agreement.id) == written


def test_today_is_proposed_where_no_day_is_written(db: Session, side: Managers, agreement: Agreement) -> None:
    agreement.answers = {}

    assert agreement_approvals.proposed_start(db, side.pp, agreement.id) == TODAY


def test_a_new_version_is_not_proposed_to_end_the_one_in_force_in_the_past(
    db: Session, side: Managers, agreement: Agreement
) -> None:
    steps.put_in_force(db, agreement, side.pp, side.vss)
    new = agreement_starts.amend(db, side.pp, agreement.id)
    new.answers = new.answers | {"effective_date": str(TODAY - timedelta(days=20))}

    assert agreement_approvals.proposed_start(db, side.pp, new.id) == TODAY
