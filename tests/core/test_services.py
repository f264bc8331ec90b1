"""Services, cooperations, and who is on duty."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from core import clock
from core.access import Actor
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import Duty, Role, ServiceKind
from core.operations import duties, services
from tests.make import Make


@pytest.fixture
def ada(make: Make) -> Actor:
    return make.actor(make.service(), Role.ADMINISTRATOR)


def test_a_service_is_added_changed_and_taken_out(db: Session, ada: Actor) -> None:
    police = services.add(db, ada, name="Marlen Police", kind=ServiceKind.POLICE)
    services.revise(
        db,
        ada,
        police.id,
        name="Police of Marlen",
        legal_form="",
        address="1 Square",
        contact_point="desk",
        duty_phone="+00 555",
        version=police.version,
    )
    services.set_active(db, ada, police.id, is_active=False, version=police.version)

    assert (police.name, police.address, police.is_active) == ("Police of Marlen", "1 Square", False)
    assert police in services.list_all(db, ada)


def test_two_services_have_two_names(db: Session, ada: Actor) -> None:
    services.add(db, ada, name="Marlen Police", kind=ServiceKind.POLICE)

    with pytest.raises(Invalid, match=r"error\.service_name_taken"):
        services.add(db, ada, name=" Marlen Police ", kind=ServiceKind.COURT)


def test_a_service_that_cooperates_is_not_taken_out(db: Session, make: Make, ada: Actor) -> None:
    cooperation = make.cooperation()

    with pytest.raises(Conflict, match=r"error\.service_in_use"):
        services.set_active(db, ada, cooperation.pp_id, is_active=False, version=1)


def test_an_agency_with_a_guest_at_work_is_not_taken_out(db: Session, make: Make, ada: Actor) -> None:
    pair = make.pair()
    guest = make.guest(pair.case)

    with pytest.raises(Conflict, match=r"error\.service_in_use"):
        services.set_active(db, ada, guest.service_id, is_active=False, version=1)


def test_a_programme_and_a_support_service_are_joined_once(db: Session, make: Make, ada: Actor) -> None:
    pp, vss = make.service(ServiceKind.PP), make.service(ServiceKind.VSS)

    joined = services.join(db, ada, pp_id=pp.id, vss_id=vss.id, identification="initials")

    assert services.cooperations(db, ada) == [joined]
    with pytest.raises(Invalid, match=r"error\.joined_already"):
        services.join(db, ada, pp_id=pp.id, vss_id=vss.id)
    with pytest.raises(Invalid, match=r"error\.choose_service") as refused:
        services.join(db, ada, pp_id=pp.id, vss_id=pp.id)
    assert refused.value.field == "vss_id"


def test_the_agreed_identification_is_written_down(db: Session, make: Make, ada: Actor) -> None:
    cooperation = make.cooperation()

    services.agree_identification(
        db, ada, cooperation.id, identification="initials and year of birth", version=1
    )

    assert cooperation.identification == "initials and year of birth"
    with pytest.raises(Conflict):
        services.agree_identification(db, ada, cooperation.id, identification="", version=1)


def turn(
    db: Session,
    actor: Actor,
    begins: timedelta = timedelta(),
    ends: timedelta = timedelta(hours=8),
    now: datetime | None = None,
) -> Duty:
    at = now or clock.now()
    return duties.take(db, actor, phone="+00 555 01", from_at=at + begins, until_at=at + ends)


def test_who_is_on_duty_now_is_known_to_both_sides(db: Session, make: Make) -> None:
    pair = make.pair()
    mine, theirs = turn(db, pair.pp), turn(db, pair.vss)
    later = turn(db, pair.pp, timedelta(days=1), timedelta(days=2))
    turn(db, make.pair().pp)

    now = duties.now(db, pair.vss, pair.case.cooperation_id)

    assert {found.id for found in now} == {mine.id, theirs.id}
    assert {found.name for found in now} == {pair.pp.name, pair.vss.name}
    assert [found.id for found in duties.of_my_service(db, pair.pp)] == [mine.id, later.id]


def test_a_turn_is_given_up(db: Session, make: Make) -> None:
    pair = make.pair()
    mine = turn(db, pair.pp)
    with pytest.raises(NotFound):
        duties.give_up(db, pair.vss, mine.id)

    duties.give_up(db, make.actor(pair.pp.service_id), mine.id)

    assert duties.of_my_service(db, pair.pp) == []


def test_a_turn_lies_ahead_and_is_not_endless(db: Session, make: Make) -> None:
    pair = make.pair()
    at = clock.now()

    with pytest.raises(Invalid, match=r"error\.duty_over"):
        turn(db, pair.pp, timedelta(hours=-3), timedelta(hours=-1))
    with pytest.raises(Invalid, match=r"error\.duty_over"):
        turn(db, pair.pp, timedelta(hours=3), timedelta(hours=1))
    with pytest.raises(Invalid, match=r"error\.duty_too_long"):
        turn(db, pair.pp, ends=timedelta(days=32))
    with pytest.raises(Invalid) as no_begin:
        duties.take(db, pair.pp, phone="1", from_at=None, until_at=at)
    with pytest.raises(Invalid) as no_end:
        duties.take(db, pair.pp, phone="1", from_at=at, until_at=None)
    with pytest.raises(Invalid, match=r"error\.choose_colleague"):
        duties.take(
            db,
            pair.pp,
            phone="1",
            from_at=at,
            until_at=at + timedelta(hours=1),
            person_id=pair.vss.person_id,
        )
    assert (no_begin.value.field, no_end.value.field) == ("from_at", "until_at")


def test_an_administrator_and_a_guest_are_on_no_duty(db: Session, make: Make, ada: Actor) -> None:
    for actor in (ada, make.guest(make.pair().case)):
        with pytest.raises(NotAllowed):
            turn(db, actor)
