import pyotp
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock, sign_in
from core.models import NoticeKind, Role, SignInFailure
from core.operations import factor_removals, unsent
from core.sign_in import notices
from pages.ui import stores
from pages.ui.plain import plain
from tests.make import Make
from tests.pages.conftest import Desk, press, said
from tests.pages.test_cases import type_in


def test_my_account_says_who_i_am(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    db.commit()

    at = desk.open(pair.pp, "me")

    assert pair.pp.name in said(at)


def test_a_password_that_is_easy_to_guess_is_refused_beside_its_field(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    make.account(pair.pp).password_hash = ""
    db.commit()
    at = desk.open(pair.pp, "me")

    password, again = at.text_input[-2:]
    password.set_value("password1234")
    again.set_value("password1234")
    press(at, "Set password")

    assert "easy to guess" in at.error[0].value
    assert at.text_input[-2].value == "password1234"
    assert db.scalars(select(SignInFailure)).all() == []


def test_i_see_where_i_am_signed_in_and_end_it_there(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    make.account(pair.pp)
    other = sign_in.begin(db, sign_in.issue_ticket_for(db, pair.pp.person_id))
    db.commit()
    at = desk.open(pair.pp, "me")

    before = said(at)
    press(at, "End it")

    assert other is not None
    assert before.count("last seen") == 2
    assert said(at).count("last seen") == 1
    assert "this one" in said(at)
    assert stores.session_of(stores.REAL + other.token) == ""


def test_i_stop_the_removal_of_my_second_step_that_i_do_not_need(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    make.account(pair.pp, seed=pyotp.random_base32())
    ada, mira = (make.actor(pair.pp.service_id, role) for role in (Role.ADMINISTRATOR, Role.MANAGER))
    make.account(ada)
    make.account(mira)
    removal = factor_removals.ask(db, ada, pair.pp.person_id)
    db.commit()
    assert "You asked that the second step" in said(desk.open(ada, "me"))
    at = desk.open(pair.pp, "me")
    assert "asks that your second step be removed" in said(at)

    press(at, "I lost nothing: stop it")

    assert "asks that your second step be removed" not in said(at)
    assert "You asked that the second step" not in said(desk.open(ada, "me"))
    db.refresh(removal)
    assert removal.settled_by == pair.pp.person_id


def test_new_recovery_codes_are_shown_until_they_are_kept(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    db.commit()
    at = desk.open(pair.pp, "me")

    press(at, "New recovery codes")
    shown = at.code[0].value
    press(at, "I have kept them")

    assert len(shown.splitlines()) == 10
    assert "10 of 10" in said(at)
    assert not at.code
    assert "you have new recovery codes" in said(at)
    press(at, "I have read this")
    assert "you have new recovery codes" not in said(at)


def test_of_many_things_to_know_the_newest_stand_open_and_the_others_behind_one_line(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    for kind in (NoticeKind.NEW_DEVICE, NoticeKind.PASSWORD, NoticeKind.FACTOR, NoticeKind.IDENTITY):
        notices.leave(db, pair.pp.person_id, kind)
    db.commit()
    at = desk.open(pair.pp, "me")

    assert [one.label for one in at.expander if "more from before" in one.label] == ["1 more from before"]
    press(at, "I have read this")

    assert not [one.label for one in at.expander if "more from before" in one.label]
    assert "I have read this" not in [button.label for button in at.button]


def test_my_account_says_that_recovery_codes_were_never_kept_until_new_ones_are(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    db.commit()
    at = desk.open(pair.pp, "me")
    assert "You have not said" not in said(at)
    press(at, "New recovery codes")

    at = desk.open(pair.pp, "me")
    before = said(at)
    press(at, "New recovery codes")
    press(at, "I have kept them")

    assert "You have not said" in before
    assert "You have not said" not in said(at)


def test_i_move_to_another_telephone(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    db.commit()
    at = desk.open(pair.pp, "me")

    press(at, "Move to another telephone")
    seed = at.code[0].value.replace(" ", "")
    type_in(at, "Code", "000")
    press(at, "Confirm")
    refused = at.error[0].value
    type_in(at, "Code", pyotp.TOTP(seed).at(clock.now()))
    press(at, "Confirm")

    assert "does not fit" in refused
    assert len(at.code[0].value.splitlines()) == 10


def test_what_i_typed_and_did_not_send_is_found_here_too_and_let_go(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    slot = f"reentry:{pair.case.id}:reason"
    unsent.keep(db, pair.vss, slot, text="He asks *again*", case_id=pair.case.id)
    db.commit()
    at = desk.open(pair.vss, "me")

    assert [text.value for text in at.code] == ["He asks *again*"]
    assert any(plain(pair.case.code) in folded.label for folded in at.expander)
    assert "did not send" not in said(desk.open(pair.pp, "me"))
    press(at, "Let it go")

    assert not at.code
    with desk.store.reading() as reading:
        assert unsent.mine(reading, pair.vss) == []
