from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Actor
from core.models import Duty, EntryCode, Role, Service
from tests.make import Make
from tests.pages.conftest import Desk, press, said
from tests.pages.test_cases import choose, pick, type_in

QUESTION = "Is it you? Type a code of your app or your password, then Enter"


def administrator(make: Make) -> Actor:
    return make.actor(make.cooperation().pp_id, Role.ADMINISTRATOR)


def test_a_person_is_entered_and_the_code_shown_once(db: Session, make: Make, desk: Desk) -> None:
    ada = administrator(make)
    db.commit()
    at = desk.open(ada, "people")
    choose(at, "Service", ada.service_id)

    type_in(at, "Name", "Ivo K.")
    type_in(at, "Name to sign in with", "ivo")
    at.multiselect[0].set_value([Role.CASE_MANAGER])
    press(at, "Enter the person")
    code = at.code[0].value
    at.run()

    assert len(code) == 34
    assert not at.code
    assert "has not chosen a password yet" in said(at)
    assert code not in db.scalars(select(EntryCode.digest)).all()


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


def test_what_a_leaver_answers_for_is_handed_over_where_the_account_is_closed(
    db: Session, make: Make, desk: Desk
) -> None:
    pair = make.pair()
    make.account(pair.pp)
    successor = make.actor(pair.pp.service_id)
    ada = make.actor(pair.pp.service_id, Role.ADMINISTRATOR)
    db.commit()
    at = desk.open(ada, "people")
    choose(at, "Change a person, or enter a new one", pair.pp.person_id)

    press(at, "Close the account")
    choose(at, "Change a person, or enter a new one", pair.pp.person_id)
    waits = said(at)
    pick(at, "To the case manager", successor.person_id)
    press(at, "Hand over the cases")

    assert "1 open case" in waits
    assert "Of 1 case nobody else of the service is case manager. Hand it over now." in waits
    assert [toast.value for toast in at.toast] == ["1 case was handed over."]
    assert "no case and no duty" in said(at)
    assert pair.case.code not in waits


def test_a_side_that_is_being_set_up_is_offered_for_people_and_first_codes_alone(
    db: Session, make: Make, desk: Desk
) -> None:
    cooperation = make.cooperation()
    ada = make.actor(cooperation.pp_id, Role.ADMINISTRATOR)
    elena = make.actor(cooperation.vss_id)
    make.account(elena, new=True).password_hash = ""
    db.commit()
    at = desk.open(ada, "people")

    choose(at, "Service", cooperation.vss_id)
    choose(at, "Change a person, or enter a new one", elena.person_id)
    labels = {button.label for button in at.button}
    press(at, "New code")

    assert "has no administrator of its own yet" in said(at)
    assert not labels & {"Save", "Close the account", "Sign out everywhere"}
    assert len(at.code[0].value) == 34


def test_the_other_side_is_not_offered_once_somebody_of_its_own_administers_it(
    db: Session, make: Make, desk: Desk
) -> None:
    cooperation = make.cooperation()
    ada = make.actor(cooperation.pp_id, Role.ADMINISTRATOR)
    make.account(make.actor(cooperation.vss_id, Role.ADMINISTRATOR))
    db.commit()

    at = desk.open(ada, "people")

    names = {service.id: service.name for service in db.scalars(select(Service))}
    assert at.selectbox(key="people:service").options == [names[cooperation.pp_id]]


def test_a_change_asks_first_who_sits_there_and_then_goes_on(db: Session, make: Make, desk: Desk) -> None:
    ada = administrator(make)
    make.account(ada, password="seven herons over the mill")
    db.commit()
    desk.sign_in(ada, is_fresh=False)
    at = desk.open(ada, "people")
    type_in(at, "Name", "Ivo K.")
    type_in(at, "Name to sign in with", "ivo")
    at.multiselect[0].set_value([Role.CASE_MANAGER])

    press(at, "Enter the person")
    before = list(at.code)
    type_in(at, QUESTION, "wrong")
    press(at, "Go on")
    refused = at.error[0].value
    type_in(at, QUESTION, "seven herons over the mill")
    press(at, "Go on")

    assert before == []
    assert "does not fit" in refused
    assert len(at.code[0].value) == 34
    assert QUESTION not in [field.label for field in at.text_input]


def test_a_second_step_is_removed_when_a_second_person_agrees(db: Session, make: Make, desk: Desk) -> None:
    ada = administrator(make)
    ivo, mira = make.actor(ada.service_id), make.actor(ada.service_id, Role.MANAGER)
    account = make.account(ivo, seed="A" * 32)
    make.account(mira)
    db.commit()
    at = desk.open(ada, "people")
    choose(at, "Change a person, or enter a new one", ivo.person_id)
    press(at, "Telephone and recovery codes lost")
    asked = said(at)

    at = desk.open(mira, "me")
    told = said(at)
    press(at, "I have spoken with them: remove it")

    db.refresh(account)
    assert "A second administrator or a manager" in asked
    assert "waits for you" in told
    assert account.totp_secret is None
    assert "be removed, because" not in said(at)


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
