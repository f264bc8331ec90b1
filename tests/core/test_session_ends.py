"""When sessions end, asked for many at once; and what was being typed when one did."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core import clock, keys, sign_in
from core.access import Actor
from core.models import Account, SignIn, UnsentText
from core.operations import unsent
from core.settings import settings
from tests.make import Make, id_of


@pytest.fixture
def session(db: Session, make: Make) -> tuple[Actor, str]:
    """Somebody who has just come in, and their token."""
    actor = make.pair().vss
    make.account(actor)
    entered = sign_in.begin(db, sign_in.issue_ticket_for(db, actor.person_id))
    assert entered is not None
    return actor, entered.token


def test_a_session_ends_after_the_idle_time_and_at_the_latest_after_its_hours(
    db: Session, session: tuple[Actor, str]
) -> None:
    begun = db.scalars(select(SignIn)).one()

    idle = sign_in.ends(db, [begun.id, uuid4()])
    begun.expires_at = clock.now() + timedelta(minutes=1)
    db.flush()
    latest = sign_in.ends(db, [begun.id])

    assert idle == {begun.id: begun.seen_at + timedelta(minutes=settings().idle_minutes)}
    assert latest == {begun.id: begun.expires_at}


@pytest.mark.parametrize("how", ["ended", "idle", "expired", "disabled"])
def test_a_session_that_has_ended_is_left_out(db: Session, session: tuple[Actor, str], how: str) -> None:
    actor, token = session
    past = clock.now() - timedelta(minutes=settings().idle_minutes, seconds=1)
    changes = {"ended": {"ended_at": past}, "idle": {"seen_at": past}, "expired": {"expires_at": past}}

    if how == "disabled":
        db.execute(update(Account).where(Account.person_id == actor.person_id).values(is_enabled=False))
    else:
        db.execute(update(SignIn).values(**changes[how]))

    assert sign_in.ends(db, [id_of(db, token)]) == {}
    assert sign_in.find(db, token) is None


def test_whose_a_session_was_is_known_for_a_moment_after_its_end(
    db: Session, session: tuple[Actor, str]
) -> None:
    actor, token = session
    here = id_of(db, token)

    sign_in.end(db, token)
    lately = sign_in.lately(db, token), sign_in.author(db, here)
    db.execute(update(SignIn).values(ended_at=clock.now() - sign_in.JUST_NOW))
    later = sign_in.lately(db, token), sign_in.author(db, here)

    assert lately == (here, (actor.person_id, False))
    assert later == (None, None)
    assert sign_in.lately(db, "never given") is None


def test_words_that_were_being_typed_are_kept_for_their_author_unless_they_have_arrived(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    item = make.table(pair).items[0]
    item.facts = "Arrived"
    db.flush()
    facts, action = unsent.slot(item.id, "facts"), "write_action_0_need"

    unsent.rescue(db, pair.vss.person_id, facts, text="Arrived")
    unsent.rescue(db, pair.vss.person_id, action, text="A safe telephone")
    unsent.rescue(db, pair.pp.person_id, facts, text="Arrived, and more")

    keys.whole(db)
    db.expire_all()
    kept = {(each.person_id, each.slot): each.text for each in db.scalars(select(UnsentText))}
    assert kept == {
        (pair.vss.person_id, action): "A safe telephone",
        (pair.pp.person_id, facts): "Arrived, and more",
    }
