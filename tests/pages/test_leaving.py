"""Leaving, and who left, on the page Keeping: asking, confirming, the halves, the file, and a pseudonym."""

from datetime import timedelta

import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session
from streamlit.testing.v1 import AppTest

from core import clock
from core.access import Actor
from core.models import Account, Person, Role, ServiceExport
from core.operations import accounts, former_people
from core.settings import settings
from tests.make import Make
from tests.pages.conftest import Desk, press, said


def view(desk: Desk, actor: Actor, name: str) -> AppTest:
    at = desk.open(actor, "keeping")
    at.segmented_control(key="keeping:view").set_value(name).run()
    assert not at.exception
    return at


def test_two_people_make_the_file_and_each_is_shown_one_half(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    lead = make.actor(pair.vss.service_id, Role.MANAGER)
    officer = make.actor(pair.vss.service_id, Role.DATA_PROTECTION)
    db.commit()

    at = view(desk, lead, "leaving")
    at.radio[0].set_value("moves").run()
    press(at, "Ask for everything of our service …")
    assert "It waits for a second person" in said(at)
    press(at, "Show my half of the passphrase")
    first = at.code[0].value

    at = view(desk, officer, "leaving")
    press(at, "Confirm")
    assert "Confirmed by" in said(at)
    press(at, "Show my half of the passphrase")
    second = at.code[0].value
    assert first != second
    press(at, "Make the file")
    assert "The file is ready" in said(at)
    export = db.scalars(select(ServiceExport)).one()
    assert (settings().leaving / f"{export.id}.zip").exists()
    db.rollback()

    press(at, "It is done: remove file and halves")
    assert "It has ended" in said(at)
    assert list(settings().leaving.iterdir()) == []


def test_somebody_who_left_becomes_a_pseudonym_on_the_page(db: Session, make: Make, desk: Desk) -> None:
    pair = make.pair()
    lead = make.actor(pair.vss.service_id, Role.MANAGER)
    gone = make.actor(pair.vss.service_id)
    person = db.get_one(Person, gone.person_id)
    person.name = "Rosa Q."
    db.add(Account(person_id=person.id, username="rosa", password_hash="unusable"))
    db.flush()
    with time_machine.travel(clock.now() - timedelta(days=900)):
        accounts.disable(db, make.actor(pair.vss.service_id, Role.ADMINISTRATOR), person.id)
    db.commit()

    at = view(desk, lead, "staff")
    assert r"Rosa Q\." in said(at)
    assert "Access log" in said(at)
    press(at, "Reduce to a pseudonym")

    assert "Nobody who left is still known by name" in said(at)
    db.expire_all()
    assert db.get_one(Person, person.id).name == former_people.pseudonym(person.id)


def test_an_officers_first_page_has_an_address_of_its_own(make: Make, db: Session, desk: Desk) -> None:
    officer = make.actor(make.pair().vss.service_id, Role.DATA_PROTECTION)
    db.commit()

    at = desk.open(officer, "keeping")

    assert at.title[0].value == "Keeping and erasing"
