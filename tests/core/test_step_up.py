"""What shows how she is reached, and what leaves the program, asks first whether it is still the same person."""

from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from core.errors import NotAllowed
from core.lists import Asked
from core.locale import Words
from core.operations import (
    agreement_approvals,
    agreement_texts,
    agreements,
    breach_reports,
    emergencies,
    exports,
    files,
    invitations,
    minutes_documents,
    my_account,
    phase_1_records,
    picture_documents,
    plan_documents,
    risk_documents,
    talk_records,
)
from core.operations.picture_documents import Edition
from tests.make import Make


@pytest.mark.parametrize(
    "document",
    [
        emergencies.sheet,
        invitations.document,
        minutes_documents.document,
        phase_1_records.document,
        plan_documents.document,
        risk_documents.document,
        breach_reports.document,
        talk_records.document,
    ],
)
def test_no_word_file_leaves_without_it(db: Session, make: Make, document: object) -> None:
    stale = replace(make.pair().pp, is_fresh=False)

    with pytest.raises(NotAllowed, match=r"error\.step_up"):
        document(db, stale, uuid4(), words=Words())  # type: ignore[operator]


def test_no_picture_leaves_without_it(db: Session, make: Make) -> None:
    pair = make.pair()

    for form in Edition:
        with pytest.raises(NotAllowed, match=r"error\.step_up"):
            picture_documents.document(
                db, replace(pair.vss, is_fresh=False), pair.case.id, words=Words(), form=form
            )


def test_no_agreement_and_no_list_leaves_without_it(db: Session, make: Make) -> None:
    stale = replace(make.pair().pp, is_fresh=False)

    for taken in (agreement_texts.document, agreement_approvals.signed_copy):
        with pytest.raises(NotAllowed, match=r"error\.step_up"):
            taken(db, stale, uuid4())
    with pytest.raises(NotAllowed, match=r"error\.step_up"):
        exports.table(
            db,
            stale,
            agreements.search,
            what="cases",
            asked=Asked("", "", 1),
            heads=[],
            cells=lambda _: [],
            form="csv",
        )


def test_names_and_contacts_are_not_shown_without_it(db: Session, make: Make) -> None:
    pair = make.pair()

    with pytest.raises(NotAllowed, match=r"error\.step_up"):
        files.reveal(db, replace(pair.vss, is_fresh=False), pair.case.id)
    assert files.reveal(db, pair.vss, pair.case.id).service_id == pair.vss.service_id


def test_my_password_and_second_step_are_not_changed_without_it(db: Session, make: Make) -> None:
    pp = make.pair().pp
    make.account(pp)
    stale, by_one = Make.stale(pp), replace(pp, is_certain=False)

    for actor in (stale, by_one):
        for change in (my_account.new_recovery_codes, my_account.new_factor):
            with pytest.raises(NotAllowed, match=r"error\.step_up_both"):
                change(db, actor)
    with pytest.raises(NotAllowed, match=r"error\.step_up"):
        my_account.change_password(
            db, stale, current="", password="nine swans below", again="nine swans below", attempt_id=uuid4()
        )
    with pytest.raises(NotAllowed, match=r"error\.step_up"):
        my_account.end_session(db, stale, uuid4())
    with pytest.raises(NotAllowed, match=r"error\.step_up"):
        my_account.end_others(db, stale, token="")
    with pytest.raises(NotAllowed, match=r"error\.step_up_both"):
        my_account.change_factor(db, by_one, seed="A" * 32, typed="000000")
