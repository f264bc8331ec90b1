"""Whoever proves again who they are gets another token; the one of before opens nothing any more."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock, sign_in
from core.access import Actor
from core.errors import NotAllowed
from core.models import SignIn, Ticket
from core.operations import my_account
from core.sign_in import Visitor
from tests.make import Make, id_of

RIGHT = "nine swans below the mill"


@pytest.fixture
def actor(make: Make) -> Actor:
    actor = make.pair().vss
    make.account(actor, password=RIGHT)
    return actor


def enter(db: Session, actor: Actor) -> tuple[str, UUID]:
    entered = sign_in.begin(db, sign_in.issue_ticket_for(db, actor.person_id))
    assert entered is not None
    return entered.token, id_of(db, entered.token)


def prove(db: Session, actor: Actor, here: UUID) -> str:
    attempt_id = my_account.knock(db, actor, visitor=Visitor("127.0.0.1", ""))
    return my_account.prove(db, actor, here=here, typed=RIGHT, attempt_id=attempt_id)


def test_a_proof_gives_the_same_session_another_token_and_ends_the_one_of_before(
    db: Session, actor: Actor
) -> None:
    token, here = enter(db, actor)

    renewed = sign_in.begin(db, prove(db, actor, here), device="", token=token)

    assert renewed is not None
    assert (renewed.renewed, renewed.device) == (here, "")
    assert sign_in.find(db, token) is None
    found = sign_in.find(db, renewed.token)
    assert found is not None
    assert found.sign_in_id == here
    assert len(db.scalars(select(SignIn)).all()) == 1


def test_what_was_let_in_before_the_proof_goes_on_under_its_id(db: Session, actor: Actor) -> None:
    token, here = enter(db, actor)

    sign_in.begin(db, prove(db, actor, here), token=token)

    found = sign_in.of_id(db, here)
    assert found is not None
    assert (found.actor.person_id, found.actor.is_fresh) == (actor.person_id, True)
    assert list(sign_in.ends(db, [here])) == [here]


def test_the_token_of_before_ends_with_the_ticket_also_where_nobody_takes_it(
    db: Session, actor: Actor
) -> None:
    token, here = enter(db, actor)
    ticket = prove(db, actor, here)

    in_time = sign_in.find(db, token)
    with time_machine.travel(clock.now() + sign_in.TICKET_LIFE + timedelta(seconds=1), tick=False):
        late = sign_in.find(db, token)
        inside = sign_in.of_id(db, here)
        assert sign_in.begin(db, ticket, token=token) is None

    assert in_time is not None
    assert late is None
    assert inside is not None


def test_the_ticket_counts_once_and_beside_the_token_alone_that_it_takes_the_place_of(
    db: Session, make: Make, actor: Actor
) -> None:
    token, here = enter(db, actor)
    others = make.pair().pp
    make.account(others)
    of_others, _ = enter(db, others)

    for wrong in ("", "made up", of_others):
        assert sign_in.begin(db, prove(db, actor, here), token=wrong) is None
    ticket = prove(db, actor, here)
    assert sign_in.begin(db, ticket, token=token) is not None
    assert sign_in.begin(db, ticket, token=token) is None

    assert sign_in.find(db, of_others) is not None
    assert len(db.scalars(select(SignIn)).all()) == 2


def test_of_two_proofs_the_later_one_gives_the_token(db: Session, actor: Actor) -> None:
    token, here = enter(db, actor)
    first, second = prove(db, actor, here), prove(db, actor, here)

    assert sign_in.begin(db, first, token=token) is None
    assert sign_in.begin(db, second, token=token) is not None


def test_who_ends_all_other_sessions_by_a_proof_gets_the_token_of_this_one_yet(
    db: Session, actor: Actor
) -> None:
    (token, here), (elsewhere, there) = enter(db, actor), enter(db, actor)
    others, mine = prove(db, actor, there), prove(db, actor, here)

    my_account.end_others(db, actor, here=here)

    assert sign_in.begin(db, others, token=elsewhere) is None
    assert sign_in.begin(db, mine, token=token) is not None


def test_a_session_that_has_ended_gets_no_other_token(db: Session, actor: Actor) -> None:
    token, here = enter(db, actor)
    ticket = prove(db, actor, here)
    sign_in.end(db, token)

    assert sign_in.begin(db, ticket, token=token) is None
    assert sign_in.of_id(db, here) is None


def test_a_browser_that_missed_its_new_token_can_still_sign_out(db: Session, actor: Actor) -> None:
    token, here = enter(db, actor)
    renewed = sign_in.begin(db, prove(db, actor, here), token=token)
    assert renewed is not None

    sign_in.end(db, token)

    assert sign_in.find(db, renewed.token) is None
    assert sign_in.of_id(db, here) is None


def test_words_come_in_for_a_moment_by_the_token_of_before(db: Session, actor: Actor) -> None:
    token, here = enter(db, actor)
    ticket = prove(db, actor, here)
    with time_machine.travel(clock.now() + sign_in.TICKET_LIFE + timedelta(seconds=1), tick=False):
        missed = sign_in.lately(db, token)
    sign_in.begin(db, ticket, token=token)

    taken = sign_in.lately(db, token)
    with time_machine.travel(clock.now() + sign_in.JUST_NOW + timedelta(seconds=1), tick=False):
        later = sign_in.lately(db, token)

    assert (missed, taken, later) == (here, here, None)


def test_nobody_proves_anything_in_the_session_of_another_person(
    db: Session, make: Make, actor: Actor
) -> None:
    others = make.pair().pp
    make.account(others)
    _, of_others = enter(db, others)

    for here in (of_others, uuid4()):
        with pytest.raises(NotAllowed, match=r"error\.session_ended"):
            prove(db, actor, here)
    db.rollback()
    assert db.scalars(select(Ticket).where(Ticket.sign_in_id == of_others)).all() == []
