from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Actor
from core.models import Account, Duty, Role, Service
from tests.make import Make
from tests.pages.conftest import Desk, press, said
from tests.pages.test_cases import choose, pick, type_in


def administrator(make: Make) -> Actor:
    return make.actor(make.cooperation().pp_id, Role.ADMINISTRATOR)


def test_a_person_is_entered_and_the_first_password_shown_once(db: Session, make: Make, desk: Desk) -> None:
    ada = administrator(make)
    db.commit()
    at = desk.open(ada, "people")
    choose(at, "Service", ada.service_id)

    type_in(at, "Name", "Ivo K.")
    type_in(at, "Name to sign in with", "ivo")
    at.multiselect[0].set_value([Role.CASE_MANAGER])
    press(at, "Enter the person")
    password = at.code[0].value
    at.run()

    assert len(password) == 19
    assert not at.code
    assert "has not chosen a password yet" in said(at)
    assert password not in db.scalars(select(Account.password_hash)).all()


def test_roles_that_do_not_fit_are_refused_and_nothing_typed_is_lost(
    db: Session, make: Make, desk: Desk
) -> None:
    ada = administrator(make)
    db.commit()
    at = desk.open(ada, "people")
    choose(at, "Service", ada.service_id)

    type_in(at, "Name", "Ivo K.")
    type_in(at, "Name to sign in with", "ivo")
    at.multiselect[0].set_value([Role.CASE_MANAGER, Role.ADMINISTRATOR])
    press(at, "Enter the person")

    assert "holds no other role" in at.error[0].value
    assert "Ivo K." in [field.value for field in at.text_input]


def test_an_account_is_closed_and_opened_again(db: Session, make: Make, desk: Desk) -> None:
    ada = administrator(make)
    ivo = make.actor(ada.service_id)
    make.account(ivo)
    db.commit()
    at = desk.open(ada, "people")
    choose(at, "Service", ada.service_id)
    choose(at, "Change a person, or enter a new one", ivo.person_id)

    press(at, "Close the account")
    closed = said(at)
    choose(at, "Change a person, or enter a new one", ivo.person_id)
    press(at, "Open the account again")

    assert "closed" in closed
    assert at.code


def test_a_service_is_entered_and_shown_as_typed(db: Session, make: Make, desk: Desk) -> None:
    ada = administrator(make)
    db.commit()
    at = desk.open(ada, "services")

    type_in(at, "Name", "Marlen | Police")
    pick(at, "Kind", "court")
    press(at, "Save")

    assert "Marlen \\| Police" in said(at)
    assert db.scalars(select(Service.kind).where(Service.name == "Marlen | Police")).one() == "court"


def test_a_service_in_use_stays(db: Session, make: Make, desk: Desk) -> None:
    ada = administrator(make)
    db.commit()
    at = desk.open(ada, "services")
    choose(at, "Change a service, or enter a new one", ada.service_id)

    press(at, "Take it out of the choices")

    assert "cannot be taken out" in at.error[0].value


def test_i_say_that_i_am_on_duty_and_end_it(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    db.commit()
    at = desk.open(pair.pp, "me")

    press(at, "Enter my duty")
    refused = at.error[0].value
    type_in(at, "Telephone that will be answered", "+00 555 01")
    press(at, "Enter my duty")

    assert "fill this in" in refused
    assert db.scalars(select(Duty.person_id)).all() == [pair.pp.person_id]
    db.commit()
    press(at, "End it now")
    assert "Nobody of your service is entered" in said(at)
