"""Who sees what: the statements that every query starts from."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from core import access, clock
from core.access import find
from core.errors import NotAllowed, NotFound
from core.models import Role
from tests.make import Make


def test_a_person_sees_the_cases_they_are_assigned_to_and_not_their_services(db: Session, make: Make) -> None:
    pair = make.pair()
    colleague = make.actor(pair.pp.service_id)

    assert find(db, access.visible_cases(pair.pp), pair.case.id) is pair.case
    with pytest.raises(NotFound):
        find(db, access.visible_cases(colleague), pair.case.id)


def test_not_yours_and_does_not_exist_are_the_same_answer(db: Session, make: Make) -> None:
    pair, stranger = make.pair(), make.pair().pp

    with pytest.raises(NotFound) as not_yours:
        find(db, access.visible_cases(stranger), pair.case.id)
    with pytest.raises(NotFound) as not_there:
        find(db, access.visible_cases(stranger), uuid4())

    assert not_yours.value.key == not_there.value.key


def test_an_ended_assignment_shows_nothing_any_more(db: Session, make: Make) -> None:
    pair = make.pair()
    leaver = make.actor(pair.vss.service_id)
    make.assign(pair.case, leaver, until=clock.today() - timedelta(days=1))

    assert db.scalars(access.visible_cases(leaver)).all() == []


def test_a_file_is_unreadable_for_the_other_service(db: Session, make: Make) -> None:
    pair = make.pair()
    make.subject(pair.vss_file, name="A name")

    assert db.scalars(access.visible_files(pair.pp)).all() == [pair.pp_file]
    assert db.scalars(access.visible_subjects(pair.pp)).all() == []
    assert len(db.scalars(access.visible_subjects(pair.vss)).all()) == 1


def test_an_administrator_sees_no_case(db: Session, make: Make) -> None:
    pair = make.pair()
    administrator = make.actor(pair.pp.service_id, Role.ADMINISTRATOR)
    make.assign(pair.case, administrator)

    assert db.scalars(access.visible_cases(administrator)).all() == []
    assert db.scalars(access.visible_meetings(administrator)).all() == []
    assert len(db.scalars(access.visible_cooperations(administrator)).all()) == 1


def test_a_guest_sees_the_one_meeting_until_the_day(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting, _other = make.meeting(pair), make.meeting(pair)
    guest = make.guest(pair.case, meeting=meeting)
    late = make.guest(pair.case, until=clock.today() - timedelta(days=1), meeting=meeting)

    assert db.scalars(access.visible_meetings(guest)).all() == [meeting]
    assert db.scalars(access.visible_meetings(late)).all() == []
    assert db.scalars(access.joint_meetings(guest)).all() == []
    assert db.scalars(access.visible_cases(guest)).all() == []


def test_a_role_without_the_permission_is_told_that_it_is_not_allowed(make: Make) -> None:
    minute_taker = make.actor(make.service(), Role.MINUTE_TAKER)

    with pytest.raises(NotAllowed) as refusal:
        access.require(minute_taker, access.Permission.OPEN_CASE)

    assert refusal.value.key == "error.not_allowed"
