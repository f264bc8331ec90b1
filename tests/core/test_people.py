"""People, services, cooperations: what the administrator sets up, and what case managers decide for their own."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock, sign_in
from core.access import Actor
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import Account, Event, Person, Role, ServiceKind, SignIn
from core.operations import assignments, cases, guests, people, services
from core.operations.people import FirstPassword, Member
from tests.make import Make


def add(
    db: Session,
    ada: Actor,
    *roles: Role,
    service_id: UUID | None = None,
    username: str = "Ivo",
) -> FirstPassword:
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


def test_a_new_person_signs_in_with_a_password_that_is_shown_once(db: Session, ada: Actor) -> None:
    first = add(db, ada, Role.CASE_MANAGER, Role.CHAIR)

    account = db.scalars(select(Account).where(Account.username == "ivo")).one()
    assert len(first.password) == 19
    assert first.password not in account.password_hash
    assert account.must_change
    assert sign_in.issue_ticket(db, "ivo", "here")
    assert first.person.role_names == {Role.CASE_MANAGER, Role.CHAIR}


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


def test_a_change_of_roles_ends_the_sessions_and_a_late_save_is_refused(db: Session, ada: Actor) -> None:
    person = add(db, ada, Role.CASE_MANAGER).person
    token = sign_in.begin(db, sign_in.issue_ticket(db, "ivo", "here"))

    def revise(roles: set[Role], version: int) -> Person:
        return people.revise(
            db, ada, person.id, name="Ivo", roles=roles, job="", email="", phone="", version=version
        )

    revise({Role.CASE_MANAGER}, 1)
    kept = sign_in.find(db, token or "")
    revise({Role.CHAIR, Role.CASE_MANAGER}, person.version)

    assert kept is not None
    assert sign_in.find(db, token or "") is None
    assert person.role_names == {Role.CHAIR, Role.CASE_MANAGER}
    with pytest.raises(Conflict, match=r"error\.changed_meanwhile"):
        revise({Role.CHAIR}, 1)


def test_a_disabled_person_is_signed_out_and_stays_out_until_enabled(db: Session, ada: Actor) -> None:
    person = add(db, ada, Role.CASE_MANAGER).person
    token = sign_in.begin(db, sign_in.issue_ticket(db, "ivo", "here"))

    people.disable(db, ada, person.id)

    assert sign_in.find(db, token or "") is None
    with pytest.raises(NotAllowed, match=r"error\.sign_in_refused"):
        sign_in.issue_ticket(db, "ivo", "here")
    assert not member(db, ada, person.id).is_enabled
    assert people.enable(db, ada, person.id).username == "ivo"
    assert sign_in.issue_ticket(db, "ivo", "here")


def test_the_last_administrator_stays_one(db: Session, ada: Actor) -> None:
    version = db.get_one(Person, ada.person_id).version
    with pytest.raises(Conflict, match=r"error\.last_administrator"):
        people.disable(db, ada, ada.person_id)
    with pytest.raises(Conflict, match=r"error\.last_administrator"):
        people.revise(
            db,
            ada,
            ada.person_id,
            name="Ada",
            roles={Role.CHAIR},
            job="",
            email="",
            phone="",
            version=version,
        )

    second = add(db, ada, Role.ADMINISTRATOR).person

    assert people.disable(db, ada, second.id).is_active is False


def test_a_new_password_unlocks_and_ends_every_session(db: Session, ada: Actor) -> None:
    person = add(db, ada, Role.CASE_MANAGER).person
    token = sign_in.begin(db, sign_in.issue_ticket(db, "ivo", "here"))
    for _ in range(5):
        sign_in.record_failure(db, "ivo", "here")
    db.flush()
    before = member(db, ada, person.id)

    people.new_password(db, ada, person.id)

    assert (before.is_locked, before.sessions) == (True, 1)
    assert sign_in.find(db, token or "") is None
    assert (member(db, ada, person.id).is_locked, member(db, ada, person.id).must_change) == (False, True)


def test_the_administrator_unlocks_and_signs_out(db: Session, ada: Actor) -> None:
    person = add(db, ada, Role.CASE_MANAGER).person
    sign_in.begin(db, sign_in.issue_ticket(db, "ivo", "here"))
    for _ in range(5):
        sign_in.record_failure(db, "ivo", "here")
    db.flush()
    with pytest.raises(NotAllowed, match=r"error\.sign_in_locked"):
        sign_in.issue_ticket(db, "ivo", "here")

    people.unlock(db, ada, person.id)
    people.end_sessions(db, ada, person.id)

    assert not sign_in.is_locked(db, "ivo", "here")
    assert db.scalars(select(SignIn.ended_at).where(SignIn.person_id == person.id)).one() is not None
    acts = db.scalars(select(Event.act).where(Event.subject_id == person.id, Event.subject == "person")).all()
    assert {"unlock", "end_sessions"} <= set(acts)


def test_cases_of_somebody_who_left_are_handed_over_unseen(db: Session, make: Make) -> None:
    pair = make.pair()
    make.account(pair.pp)
    ada = make.actor(pair.pp.service_id, Role.ADMINISTRATOR)
    successor, elsewhere = make.actor(pair.pp.service_id), pair.vss
    with pytest.raises(Conflict, match=r"error\.hand_over_first"):
        people.disable(db, ada, pair.pp.person_id)
    with pytest.raises(Invalid, match=r"error\.name_case_manager"):
        people.hand_over(db, ada, pair.pp.person_id, to_id=elsewhere.person_id)

    number = people.hand_over(db, ada, pair.pp.person_id, to_id=successor.person_id)
    people.disable(db, ada, pair.pp.person_id)

    assert number == 1
    assert cases.find(db, successor, pair.case.id) is pair.case
    with pytest.raises(NotFound):
        cases.find(db, ada, pair.case.id)


def test_the_people_of_a_cooperation_and_of_a_case_are_listed(db: Session, make: Make) -> None:
    pair = make.pair()
    colleague = make.actor(pair.pp.service_id, Role.CHAIR)
    make.actor(pair.pp.service_id, Role.ADMINISTRATOR)

    of_cooperation = {found.id for found in people.of_cooperation(db, pair.vss, pair.case.cooperation_id)}
    of_case = {found.id: found.service.kind for found in people.of_case(db, pair.vss, pair.case.id)}

    assert of_cooperation == {pair.pp.person_id, pair.vss.person_id, colleague.person_id}
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
