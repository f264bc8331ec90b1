from sqlalchemy.orm import Session

from tests.make import Make
from tests.pages.conftest import Desk, press, said


def test_my_account_says_who_i_am(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    db.commit()

    at = desk.open(pair.pp, "me")

    assert pair.pp.name in said(at)


def test_a_password_that_is_easy_to_guess_is_refused_beside_its_field(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    db.commit()
    at = desk.open(pair.pp, "me")

    password, again = at.text_input[-2:]
    password.set_value("password1234")
    again.set_value("password1234")
    press(at, "Set password")

    assert "easy to guess" in at.error[0].value
    assert at.text_input[-2].value == "password1234"
