"""People, services, cooperations: what the administrator sets up, and what case managers decide for their own."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import access, clock, sign_in
from core.access import Actor
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import Account, Person, Role, ServiceKind
from core.operations import agreement_approvals, assignments, cases, guests, people, services
from core.operations.accounts import Handover
from core.operations.people import Member
from tests.make import Make


def add(
    db: Session,
    ada: Actor,
    *roles: Role,
    service_id: UUID | None = None,
    username: str = "Ivo",
) -> Handover:
    return people.add(
        db,
        ada,
        service_id=service_id or ada.service_id,
        name="Ivo K.",
        username=username,
        roles=roles,
        job="Case manager",
    )


@pytest.fixture
def ada(db: Session, make: Make) -> Actor:
    """An administrator with an account, at a perpetrator programme that cooperates."""
    actor = make.actor(make.cooperation().pp_id, Role.ADMINISTRATOR)
    make.account(actor)
    return actor


def member(db: Session, ada: Actor, person_id: UUID) -> Member:
    found = people.members(db, ada, ada.service_id)
    return next(one for one in found if one.person.id == person_id)


def test_a_new_person_has_no_password_and_a_code_that_is_shown_once(db: Session, ada: Actor) -> None:
    first = add(db, ada, Role.CASE_MANAGER, Role.CHAIR)

    account = db.scalars(select(Account).where(Account.username == "ivo")).one()
    assert len(first.code) == 34
    assert account.password_hash == ""
    assert first.person.role_names == {Role.CASE_MANAGER, Role.CHAIR}
    assert not member(db, ada, first.person.id).has_password


def test_only_an_administrator_touches_people_and_services(db: Session, make: Make, ada: Actor) -> None:
    ivo = make.actor(ada.service_id)

    with pytest.raises(NotAllowed):
        add(db, ivo, Role.CASE_MANAGER)
    with pytest.raises(NotAllowed):
        people.members(db, ivo, ivo.service_id)
    with pytest.raises(NotAllowed):
        services.add(db, ivo, name="Police", kind=ServiceKind.POLICE)


@pytest.mark.parametrize(
    ("roles", "key"),
    [
        ((), "error.choose_role"),
        ((Role.GUEST,), "error.role_of_service"),
        ((Role.PARTNER_CONTACT,), "error.role_of_service"),
        ((Role.ADMINISTRATOR, Role.CASE_MANAGER), "error.administrator_alone"),
        ((Role.DATA_PROTECTION, Role.MANAGER), "error.data_protection_alone"),
    ],
)
def test_roles_fit_the_service_and_an_administrator_holds_no_other(
    db: Session, ada: Actor, roles: tuple[Role, ...], key: str
) -> None:
    with pytest.raises(Invalid, match=key) as refused:
        add(db, ada, *roles)

    assert refused.value.field == "roles"


def test_a_name_to_sign_in_with_is_one_word_and_nobody_elses(db: Session, ada: Actor) -> None:
    add(db, ada, Role.CHAIR)

    with pytest.raises(Invalid, match=r"error\.username_taken"):
        add(db, ada, Role.CHAIR, username="IVO")
    with pytest.raises(Invalid, match=r"error\.username_blank"):
        add(db, ada, Role.CHAIR, username="ivo k")


def test_a_person_of_an_agency_is_a_guest(db: Session, ada: Actor) -> None:
    police = services.add(db, ada, name="Marlen Police", kind=ServiceKind.POLICE)

    with pytest.raises(Invalid, match=r"error\.role_of_service"):
        add(db, ada, Role.CASE_MANAGER, service_id=police.id)
    assert add(db, ada, Role.GUEST, service_id=police.id).person.role_names == {Role.GUEST}

    services.set_active(db, ada, police.id, is_active=False, version=police.version)
    with pytest.raises(Invalid, match=r"error\.choose_service"):
        add(db, ada, Role.GUEST, service_id=police.id, username="other")


def enter(db: Session, person: Person) -> str:
    entered = sign_in.begin(db, sign_in.issue_ticket_for(db, person.id))
    assert entered is not None
    return entered.token


def test_a_change_of_roles_ends_the_sessions_and_a_late_save_is_refused(db: Session, ada: Actor) -> None:
    person = add(db, ada, Role.CASE_MANAGER).person
    token = enter(db, person)

    def revise(roles: set[Role], version: int) -> None:
        people.revise(
            db, ada, person.id, name="Ivo", roles=roles, job="", email="", phone="", version=version
        )

    revise({Role.CASE_MANAGER}, 1)
    kept = sign_in.find(db, token)
    revise({Role.CHAIR, Role.CASE_MANAGER}, 2)

    assert kept is not None
    assert sign_in.find(db, token) is None
    assert person.role_names == {Role.CHAIR, Role.CASE_MANAGER}
    with pytest.raises(Conflict, match=r"error\.changed_meanwhile"):
        revise({Role.CHAIR}, 1)


def test_a_service_that_is_gone_takes_no_people(db: Session, ada: Actor) -> None:
    with pytest.raises(Invalid, match=r"error\.choose_service"):
        people.add(db, ada, service_id=None, name="Ivo", username="ivo", roles=[Role.CHAIR])


def test_the_people_of_a_case_are_listed(db: Session, make: Make) -> None:
    pair = make.pair()
    make.actor(pair.pp.service_id, Role.CHAIR)

    of_case = {found.id: found.service.kind for found in people.of_case(db, pair.vss, pair.case.id)}

    assert of_case == {pair.pp.person_id: ServiceKind.PP, pair.vss.person_id: ServiceKind.VSS}


def test_a_colleague_works_on_a_case_and_no_longer(db: Session, make: Make) -> None:
    pair = make.pair()
    colleague = make.actor(pair.pp.service_id, Role.CHAIR)

    assignments.assign(db, pair.pp, pair.case.id, person_id=colleague.person_id)
    with pytest.raises(Conflict, match=r"error\.assigned_already"):
        assignments.assign(db, pair.pp, pair.case.id, person_id=colleague.person_id)
    seen = cases.find(db, colleague, pair.case.id)
    assignments.unassign(db, pair.pp, pair.case.id, person_id=colleague.person_id)

    assert seen is pair.case
    with pytest.raises(NotFound):
        cases.find(db, colleague, pair.case.id)


def test_each_service_assigns_its_own_and_keeps_a_case_manager(db: Session, make: Make) -> None:
    pair = make.pair()

    with pytest.raises(Invalid, match=r"error\.choose_colleague"):
        assignments.assign(db, pair.pp, pair.case.id, person_id=make.actor(pair.vss.service_id).person_id)
    with pytest.raises(Invalid, match=r"error\.choose_colleague"):
        assignments.unassign(db, pair.pp, pair.case.id, person_id=pair.vss.person_id)
    with pytest.raises(Conflict, match=r"error\.last_case_manager"):
        assignments.unassign(db, pair.pp, pair.case.id, person_id=pair.pp.person_id)


def test_a_guest_is_let_in_until_a_day_and_out_at_once(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = make.meeting(pair)
    police = make.actor(make.service(ServiceKind.POLICE), Role.GUEST)

    guest = guests.invite(
        db,
        pair.vss,
        pair.case.id,
        person_id=police.person_id,
        until=clock.today(),
        meeting_id=meeting.id,
    )
    listed = guests.list_of_case(db, pair.pp, pair.case.id)
    guests.revoke(db, pair.pp, guest.id)

    assert [found.person.service.kind for found in listed] == [ServiceKind.POLICE]
    assert guests.list_of_case(db, pair.pp, pair.case.id) == []


def test_a_guest_leaves_with_the_agreement_and_no_later_one_brings_them_back(db: Session, make: Make) -> None:
    pair, today = make.pair(is_agreed=False), clock.today()
    now = make.agreement_in_force(pair, ends_on=today + timedelta(days=30))
    police = make.actor(make.service(ServiceKind.POLICE), Role.GUEST)
    late = today + timedelta(days=300)

    guest = guests.invite(db, pair.vss, pair.case.id, person_id=police.person_id, until=late)

    assert guest.until == now.ends_on
    agreement_approvals.terminate(db, pair.vss, now.id, on=today, reason="Trust is gone", version=now.version)
    make.agreement_in_force(pair, ends_on=late)
    assert guest.until == today - timedelta(days=1)
    assert db.scalars(access.visible_guest_cases(police)).all() == []


def test_a_guest_is_of_an_agency_for_a_time_and_for_a_meeting_of_this_case(db: Session, make: Make) -> None:
    pair, other = make.pair(), make.pair()
    police = make.actor(make.service(ServiceKind.POLICE), Role.GUEST).person_id
    today = clock.today()

    with pytest.raises(Invalid, match=r"error\.choose_guest"):
        guests.invite(db, pair.pp, pair.case.id, person_id=other.pp.person_id, until=today)
    with pytest.raises(Invalid, match=r"error\.guest_too_long"):
        guests.invite(db, pair.pp, pair.case.id, person_id=police, until=today + timedelta(days=400))
    with pytest.raises(Invalid, match=r"error\.dates_out_of_order"):
        guests.invite(db, pair.pp, pair.case.id, person_id=police, until=today - timedelta(days=1))
    with pytest.raises(NotFound):
        guests.invite(
            db,
            pair.pp,
            pair.case.id,
            person_id=police,
            until=today,
            meeting_id=make.meeting(other).id,
        )
    pair.case.paired_at = None
    with pytest.raises(Conflict, match=r"error\.not_paired"):
        guests.invite(db, pair.pp, pair.case.id, person_id=police, until=today)


def test_a_guest_of_one_meeting_comes_to_it_though_the_agreement_ends_before(db: Session, make: Make) -> None:
    pair, today = make.pair(is_agreed=False), clock.today()
    make.agreement_in_force(pair, ends_on=today + timedelta(days=5))
    police = make.actor(make.service(ServiceKind.POLICE), Role.GUEST)
    until = today + timedelta(days=21)

    guest = guests.invite(
        db,
        pair.vss,
        pair.case.id,
        person_id=police.person_id,
        until=until,
        meeting_id=make.meeting(pair).id,
    )

    assert guest.until == until
