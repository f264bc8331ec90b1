"""A session that ended does nothing any more, not even by a click that was still on the screen."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core import clock, demo, sign_in
from core.errors import NotAllowed
from core.locale import Words
from core.models import Account, ActionState, Role, ServiceKind, SignIn
from core.operations import action_plans, emergencies, my_account
from pages.ui import stores
from pages.ui.workspace import Workspace
from tests.make import UNTYPED, Make, hashed
from tests.pages.conftest import Desk, press, said


def test_a_click_after_the_session_ended_changes_nothing_and_shows_the_sign_in(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    db.commit()
    at = desk.open(pair.pp, "me")
    for field in at.text_input[-2:]:
        field.set_value("nine swans below the weir")
    sign_in.end_all(db, pair.pp.person_id)
    db.commit()

    press(at, "Set password")

    assert "My account" not in said(at)
    db.expire_all()
    account = db.scalars(select(Account).where(Account.person_id == pair.pp.person_id)).one()
    assert account.password_hash == hashed(UNTYPED)


def test_who_only_looks_is_let_in_while_the_visit_cannot_be_written_down(
    db: Session, make: Make, desk: Desk
) -> None:
    actor = make.pair().pp
    db.commit()
    session = desk.sign_in(actor)
    earlier = clock.now() - timedelta(minutes=1)
    db.execute(update(SignIn).values(seen_at=earlier))

    # What is not committed yet holds the lock of writers: nobody else can write.
    looked = stores.presence(session)

    assert looked is not None
    assert looked.actor == actor
    db.commit()
    assert db.scalars(select(SignIn.seen_at)).one() == earlier
    stores.presence(session)
    db.rollback()
    assert db.scalars(select(SignIn.seen_at)).one() > earlier


def test_a_page_that_is_not_in_the_actors_navigation_is_not_there(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    db.commit()

    at = desk.open(pair.pp, "me")

    with pytest.raises(ValueError, match="services"):
        at.switch_page("pages/admin/services.py").run()


def test_a_callback_of_an_ended_session_is_refused(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    db.commit()
    workspace = Workspace(desk.store, pair.pp, Words(), desk.sign_in(pair.pp), is_checked=False)
    sign_in.end_all(db, pair.pp.person_id)
    db.commit()

    error = workspace.attempt(my_account.end_others, here=workspace.sign_in_id)

    assert error is not None
    assert error.key == "error.session_ended"


def test_a_file_offered_before_the_session_ended_is_not_made_after_it(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    db.commit()
    workspace = Workspace(desk.store, pair.vss, Words(), desk.sign_in(pair.vss))
    made = workspace.file(emergencies.sheet, pair.case.id, words=Words())
    workspace.is_checked = False
    sign_in.end_all(db, pair.vss.person_id)
    db.commit()

    with pytest.raises(NotAllowed, match=r"error\.session_ended"):
        made()


def test_a_tab_keeps_nothing_of_the_person_before(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    db.commit()
    at = desk.open(pair.vss, "me")
    at.session_state["draft:new:note"] = "She stays with her sister"

    at.session_state["session"] = desk.sign_in(pair.pp)
    at.run()

    assert "draft:new:note" not in at.session_state
    assert pair.pp.name in said(at)


def test_a_tab_keeps_nothing_when_its_session_has_ended(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    db.commit()
    at = desk.open(pair.vss, "me")
    at.session_state["draft:new:note"] = "She stays with her sister"
    at.run()
    assert "draft:new:note" in at.session_state

    sign_in.end_all(db, pair.vss.person_id)
    db.commit()
    at.run()

    assert "draft:new:note" not in at.session_state
    assert "workspace" not in at.session_state


def test_a_name_in_an_error_is_shown_as_typed(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    police = make.service(ServiceKind.POLICE)
    police.name = "*North* [station](x)"
    action = make.action(pair)
    action.service_id = police.id
    taker = make.actor(pair.pp.service_id, Role.MINUTE_TAKER)
    make.assign(pair.case, taker)
    db.commit()
    workspace = Workspace(desk.store, taker, Words(), desk.sign_in(taker))

    error = workspace.attempt(
        action_plans.set_state, action.id, state=ActionState.DONE, version=action.version
    )

    assert error is not None
    assert workspace.sentence(error).startswith(r"Only the people of \*North\*")


def test_a_stranger_sees_the_first_start_and_nothing_else(desk: Desk) -> None:
    at = desk.stranger()

    assert "Explore the fictional example" in said(at)
    assert len(at.get("page_link")) == 0


def test_a_database_that_was_written_as_the_example_offers_its_people_and_says_that_it_is_fictional(
    desk: Desk,
) -> None:
    demo.ensure(desk.store)
    stores.close_all()

    at = Desk(stores.real()).stranger()

    assert "FICTIONAL" in said(at)
    assert "Whom do you want to sign in as?" in said(at)
