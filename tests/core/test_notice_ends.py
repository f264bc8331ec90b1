"""What stays of immediate notices when the joint space is closed: what the own service wrote, and nothing of the other's."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import access, clock
from core.access import Actor, whole_service
from core.errors import Conflict, NotFound
from core.locale import Words
from core.models import Agreement, ImmediateNotice, Role
from core.moving import reach
from core.operations import immediate_notices, notice_answers, notice_boards, notice_documents, notices_due
from core.operations.notice_boards import State
from tests.make import Make, Pair
from tests.notices import left, sent, waits

ANSWER = "She sleeps elsewhere until Monday"


def answered(db: Session, make: Make) -> Pair:
    """The programme told, the other service answered, and the agreement of the case has ended."""
    pair = make.pair()
    notice = sent(db, pair, pair.pp)
    notice_answers.answer(db, pair.vss, notice.id, decisions=["meeting"], words=ANSWER)
    end(db, pair)
    return pair


def end(db: Session, pair: Pair) -> None:
    for agreement in db.scalars(select(Agreement).where(Agreement.case_id == pair.case.id)):
        agreement.ends_on = clock.today() - timedelta(days=1)
    db.flush()


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


def test_danger_that_nobody_read_stays_on_both_pages_today_until_somebody_was_reached(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    lead = make.actor(pair.vss.service_id, Role.MANAGER)
    notice = sent(db, pair, pair.pp, left(pair.pp))

    end(db, pair)

    assert waits(db, pair.vss) == ["theirs_unread_behind", "tell_her_behind"]
    assert waits(db, pair.pp) == ["ours_unread_behind"]
    board = notice_boards.of_case(db, pair.vss, pair.case.id)
    assert board.notices == ()
    [behind] = board.behind
    assert (behind.id, behind.state, behind.is_to_tell, behind.calls) == (notice.id, State.UNREAD, True, ())
    with pytest.raises(NotFound):
        notice_answers.confirm_read(db, pair.vss, notice.id)
    with time_machine.travel(clock.now() + timedelta(days=4), tick=False):
        [unread] = notices_due.unread(db, lead)
        assert unread.is_behind
        for actor in (pair.vss, pair.pp):
            reached(db, actor, notice)
        assert waits(db, pair.vss) == ["tell_her_behind"]
        assert waits(db, pair.pp) == []
        assert notices_due.unread(db, lead) == []
        notice_answers.record_talk(db, pair.vss, notice.id, happened_on=clock.today(), was_told=True)
    assert waits(db, pair.vss) == []
    [behind] = notice_boards.of_case(db, pair.vss, pair.case.id).behind
    assert (behind.is_to_tell, [name for _, name in behind.calls]) == (False, [pair.vss.name])


def reached(db: Session, actor: Actor, notice: ImmediateNotice) -> None:
    notice_answers.record_call(
        db, actor, notice.id, called_at=clock.now(), whom="Who was there", was_reached=True
    )


def test_what_was_read_and_not_answered_is_told_as_such_and_what_was_answered_calls_nobody(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    notice = sent(db, pair, pair.vss)
    notice_answers.confirm_read(db, pair.pp, notice.id)
    end(db, pair)
    before = waits(db, pair.pp), waits(db, pair.vss)

    settled = answered(db, make)

    assert before == (["theirs_unanswered_behind"], ["ours_unanswered_behind"])
    assert waits(db, settled.pp) == []
    assert waits(db, settled.vss) == []


def test_whom_the_agreement_does_not_name_and_who_left_the_case_learn_of_no_notice(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    unnamed, gone = make.actor(pair.vss.service_id, Role.MANAGER), make.actor(pair.vss.service_id)
    make.assign(pair.case, unnamed)
    make.assign(pair.case, gone, until=clock.today() - timedelta(days=1))
    notice = sent(db, pair, pair.pp)
    in_force = [db.scalars(access.known_notices(who)).all() for who in (unnamed, gone, pair.vss)]

    end(db, pair)

    assert in_force == [[], [], [notice]]
    assert db.scalars(access.known_notices(gone)).all() == []
    with pytest.raises(NotFound):
        reached(db, gone, notice)


def test_one_that_was_taken_back_calls_nobody_when_the_agreement_has_ended(db: Session, make: Make) -> None:
    pair = make.pair()
    notice = sent(db, pair, pair.pp)
    end(db, pair)

    immediate_notices.take_back(db, pair.pp, notice.id)

    assert waits(db, pair.vss) == waits(db, pair.pp) == []
    assert notice_boards.of_case(db, pair.vss, pair.case.id).behind == ()


def test_under_the_next_agreement_it_is_read_again(db: Session, make: Make) -> None:
    pair = make.pair()
    sent(db, pair, pair.pp)
    end(db, pair)

    make.agreement_in_force(pair, ends_on=clock.today() + timedelta(days=9))

    assert waits(db, pair.vss) == ["read"]
    board = notice_boards.of_case(db, pair.vss, pair.case.id)
    assert (len(board.notices), board.behind) == (1, ())
