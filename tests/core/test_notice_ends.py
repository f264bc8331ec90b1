"""What stays of immediate notices when the joint space is closed: what the own service wrote, and nothing of the other's."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import access, clock
from core.access import whole_service
from core.errors import Conflict
from core.locale import Words
from core.models import Agreement
from core.moving import reach
from core.operations import notice_answers, notice_boards, notice_documents
from core.operations.notice_boards import State
from tests.make import Make, Pair
from tests.notices import sent

ANSWER = "She sleeps elsewhere until Monday"


def answered(db: Session, make: Make) -> Pair:
    """The programme told, the other service answered, and the agreement of the case has ended."""
    pair = make.pair()
    notice = sent(db, pair, pair.pp)
    notice_answers.answer(db, pair.vss, notice.id, decisions=["meeting"], words=ANSWER)
    for agreement in db.scalars(select(Agreement).where(Agreement.case_id == pair.case.id)):
        agreement.ends_on = clock.today() - timedelta(days=1)
    db.flush()
    return pair


def test_what_the_other_service_answered_is_read_no_more_when_the_agreement_has_ended(
    db: Session, make: Make
) -> None:
    pair = answered(db, make)

    [own] = notice_boards.of_case(db, pair.pp, pair.case.id).notices

    assert (own.state, own.answers, own.receipts, own.is_live) == (State.CLOSED, (), (), False)
    assert notice_boards.of_case(db, pair.vss, pair.case.id).notices == ()


def test_it_leaves_neither_in_word_nor_with_a_service_that_goes(db: Session, make: Make) -> None:
    pair = answered(db, make)
    [own] = notice_boards.of_case(db, pair.pp, pair.case.id).notices

    with pytest.raises(Conflict, match=r"error\.notice\.not_shared"):
        notice_documents.document(db, pair.pp, own.id, words=Words("en", "UTC"))
    found = reach.rows(db, whole_service(pair.pp))

    assert found["immediate_notice"] == {own.id}
    assert found["notice_answer"] == set()
    assert found["notice_receipt"] == set()


def test_who_answered_keeps_their_own_words_where_they_still_read_the_notice(db: Session, make: Make) -> None:
    pair = make.pair()
    notice = sent(db, pair, pair.pp)

    notice_answers.answer(db, pair.vss, notice.id, decisions=["meeting"], words=ANSWER)

    for actor in (pair.pp, pair.vss):
        assert [one.text for one in db.scalars(access.visible_notice_answers(actor))] == [ANSWER]
