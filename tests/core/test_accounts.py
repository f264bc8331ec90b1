"""What an administrator does to accounts, and what no administrator can do."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pyotp
import pytest
import time_machine
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core import clock, sign_in
from core.access import Actor
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import (
    BreakGlassGround,
    EntryCode,
    Event,
    EventKind,
    FactorRemoval,
    Notice,
    NoticeKind,
    Person,
    PersonRole,
    Role,
    ServiceKind,
    SignIn,
    SignInFailure,
)
from core.operations import (
    accounts,
    break_glass,
    cases,
    closings,
    duties,
    factor_removals,
    files,
    leavers,
    my_account,
    people,
    services,
)
from core.sign_in import arrivals, factors, limits, notices
from core.sign_in.limits import Visitor
from core.store import Store
from tests.make import Make, Pair, id_of

HERE = Visitor("10.0.0.1")
RIGHT = "seven herons over the mill"
SEED = pyotp.random_base32()


def administrator(make: Make, service_id: object) -> Actor:
    """An administrator who has been here."""
    actor = make.actor(service_id, Role.ADMINISTRATOR)  # type: ignore[arg-type]
    make.account(actor)
    return actor


@pytest.fixture
def pair(make: Make) -> Pair:
    """Two case managers with a case, each with password and second factor."""
    pair = make.pair()
    make.account(pair.pp, password=RIGHT, seed=SEED)
    make.account(pair.vss, password=RIGHT, seed=SEED)
    return pair


@pytest.fixture
def pp_ada(make: Make, pair: Pair) -> Actor:
    return administrator(make, pair.pp.service_id)


@pytest.fixture
def vss_vera(make: Make, pair: Pair) -> Actor:
    return administrator(make, pair.vss.service_id)


def enter(db: Session, actor: Actor) -> str:
    entered = sign_in.begin(db, sign_in.issue_ticket_for(db, actor.person_id))
    assert entered is not None
    return entered.token


def test_an_administrator_of_the_programme_cannot_reach_her_file_through_a_worker_of_the_victim_support_service(
    db: Session, make: Make, pair: Pair, pp_ada: Actor, vss_vera: Actor
) -> None:
    worker = pair.vss.person_id
    before = accounts.of(db, db.get_one(Person, worker)).password_hash
    version = db.get_one(Person, worker).version

    for attempt in (
        accounts.new_code,
        accounts.disable,
        accounts.enable,
        accounts.unlock,
        accounts.end_sessions,
        factor_removals.ask,
        leavers.left_by,
        leavers.successors,
    ):
        with pytest.raises(NotFound):
            attempt(db, pp_ada, worker)
    with pytest.raises(NotFound):
        people.revise(
            db, pp_ada, worker, name="x", roles={Role.CHAIR}, job="", email="", phone="", version=version
        )
    with pytest.raises(NotFound):
        leavers.hand_over(db, pp_ada, worker, to_id=pair.pp.person_id)
    with pytest.raises(Invalid, match=r"error\.choose_service"):
        people.add(
            db, pp_ada, service_id=pair.vss.service_id, name="x", username="x", roles=[Role.CASE_MANAGER]
        )
    with pytest.raises(NotFound):
        services.revise(
            db,
            pp_ada,
            pair.vss.service_id,
            name="x",
            legal_form="",
            address="",
            contact_point="",
            duty_phone="",
            version=1,
        )

    assert accounts.of(db, db.get_one(Person, worker)).password_hash == before
    assert db.scalars(select(EntryCode)).all() == []
    assert people.members(db, pp_ada, pair.vss.service_id) == []
    assert pair.vss.service_id not in {service.id for service in people.services(db, pp_ada)}
    with pytest.raises(NotFound):
        files.mine(db, pp_ada, pair.case.id)


def test_even_while_a_side_is_being_set_up_nobody_else_resets_what_its_people_use(
    db: Session, make: Make, pair: Pair, pp_ada: Actor
) -> None:
    """The victim support service has no administrator yet, but a worker who has been in."""
    with pytest.raises(NotFound):
        accounts.new_code(db, pp_ada, pair.vss.person_id)
    with pytest.raises(NotFound):
        factor_removals.ask(db, pp_ada, pair.vss.person_id)

    made = people.add(
        db, pp_ada, service_id=pair.vss.service_id, name="Vera", username="vera", roles=[Role.ADMINISTRATOR]
    )
    again = accounts.new_code(db, pp_ada, made.person.id)

    assert made.code != again.code
    rows = {member.username: member for member in people.members(db, pp_ada, pair.vss.service_id)}
    assert not rows["vera"].is_managed
    assert next(service.id for service in people.services(db, pp_ada)) == pp_ada.service_id


def test_as_soon_as_a_side_has_an_administrator_who_came_in_nobody_else_administers_it(
    db: Session, make: Make, pair: Pair, pp_ada: Actor
) -> None:
    vera = make.actor(pair.vss.service_id, Role.ADMINISTRATOR)
    make.account(vera, new=True)
    before = pair.vss.service_id in {service.id for service in people.services(db, pp_ada)}

    enter(db, vera)
    db.expire_all()

    assert before
    assert pair.vss.service_id not in {service.id for service in people.services(db, pp_ada)}
    assert accounts.new_code(db, vera, pair.vss.person_id).code
    with pytest.raises(NotFound):
        accounts.new_code(db, vera, pair.pp.person_id)


def test_the_people_of_agencies_are_anybodys_who_administers(
    db: Session, make: Make, pair: Pair, pp_ada: Actor, vss_vera: Actor
) -> None:
    police = services.add(db, pp_ada, name="Marlen Police", kind=ServiceKind.POLICE)
    made = people.add(db, vss_vera, service_id=police.id, name="Rolf", username="rolf", roles=[Role.GUEST])

    assert accounts.new_code(db, pp_ada, made.person.id).username == "rolf"
    with pytest.raises(NotAllowed):
        accounts.new_code(db, pair.pp, made.person.id)
    with pytest.raises(NotAllowed):
        people.services(db, pair.pp)


def test_a_new_code_ends_password_sessions_and_lock_and_leaves_the_second_factor(
    db: Session, pair: Pair, pp_ada: Actor
) -> None:
    token = enter(db, pair.pp)
    account = accounts.of(db, db.get_one(Person, pair.pp.person_id))
    start = clock.now()
    for failure in range(10):
        with time_machine.travel(start - timedelta(minutes=41 - 4 * failure), tick=False):
            limits.knock(db, account.username, HERE)
    before = limits.locked(db, [account.username])

    accounts.new_code(db, pp_ada, pair.pp.person_id)

    assert before == {account.username}
    assert limits.locked(db, [account.username]) == frozenset()
    assert sign_in.find(db, token) is None
    assert (account.password_hash, account.totp_secret is not None) == ("", True)


def test_a_disabled_person_is_out_at_once_and_stays_out_until_enabled(
    db: Session, pair: Pair, pp_ada: Actor
) -> None:
    token = enter(db, pair.pp)
    code = accounts.new_code(db, pp_ada, pair.pp.person_id).code
    token = enter(db, pair.pp)
    account = accounts.of(db, db.get_one(Person, pair.pp.person_id))

    accounts.disable(db, pp_ada, pair.pp.person_id)

    assert sign_in.find(db, token) is None
    with pytest.raises(NotAllowed, match=r"error\.entry_code_refused"):
        arrivals.by_code(db, account.username, code, attempt_id=limits.knock(db, account.username, HERE))
    newer = accounts.enable(db, pp_ada, pair.pp.person_id).code
    assert arrivals.by_code(db, account.username, newer, attempt_id=limits.knock(db, account.username, HERE))


def test_unlocking_and_signing_out_leave_a_trace(db: Session, pair: Pair, pp_ada: Actor) -> None:
    enter(db, pair.pp)

    accounts.unlock(db, pp_ada, pair.pp.person_id)
    accounts.end_sessions(db, pp_ada, pair.pp.person_id)

    ended = db.scalars(select(SignIn.ended_at).where(SignIn.person_id == pair.pp.person_id)).one()
    assert ended is not None
    acts = db.scalars(
        select(Event.act).where(Event.subject_id == pair.pp.person_id, Event.subject == "person")
    )
    assert {"unlock", "end_sessions"} <= set(acts)


def test_the_last_administrator_of_a_service_stays_one(
    db: Session, make: Make, pair: Pair, pp_ada: Actor, vss_vera: Actor
) -> None:
    waiting = make.actor(pp_ada.service_id, Role.ADMINISTRATOR)
    make.account(waiting, new=True)
    with pytest.raises(Conflict, match=r"error\.last_administrator"):
        accounts.disable(db, pp_ada, pp_ada.person_id)

    second = administrator(make, pp_ada.service_id)
    version = db.get_one(Person, pp_ada.person_id).version

    with pytest.raises(Conflict, match=r"error\.last_administrator"):
        accounts.disable(db, vss_vera, vss_vera.person_id)
    people.revise(
        db,
        second,
        pp_ada.person_id,
        name="Ada",
        roles={Role.CHAIR},
        job="",
        email="",
        phone="",
        version=version,
    )
    with pytest.raises(Conflict, match=r"error\.last_administrator"):
        people.revise(
            db, waiting, second.person_id, name="B", roles={Role.CHAIR}, job="", email="", phone="", version=1
        )


def test_nobody_grants_themselves_a_role(db: Session, make: Make, pair: Pair, pp_ada: Actor) -> None:
    administrator(make, pp_ada.service_id)
    version = db.get_one(Person, pp_ada.person_id).version

    with pytest.raises(NotAllowed, match=r"error\.own_roles"):
        people.revise(
            db,
            pp_ada,
            pp_ada.person_id,
            name="Ada",
            roles={Role.CASE_MANAGER},
            job="",
            email="",
            phone="",
            version=version,
        )


@pytest.mark.parametrize(
    "act",
    [
        accounts.new_code,
        accounts.disable,
        accounts.enable,
        accounts.unlock,
        accounts.end_sessions,
        factor_removals.ask,
    ],
)
def test_accounts_are_changed_by_somebody_who_has_just_proved_who_they_are(
    db: Session, pair: Pair, pp_ada: Actor, act: object
) -> None:
    stale = Actor(pp_ada.person_id, pp_ada.service_id, pp_ada.kind, pp_ada.roles)

    with pytest.raises(NotAllowed, match=r"error\.step_up"):
        act(db, stale, pair.pp.person_id)  # type: ignore[operator]


def test_a_second_factor_is_removed_by_two_and_set_up_anew(
    db: Session, make: Make, pair: Pair, pp_ada: Actor, vss_vera: Actor
) -> None:
    mira = make.actor(pair.pp.service_id, Role.MANAGER)
    make.account(mira)
    token = enter(db, pair.pp)
    account = accounts.of(db, db.get_one(Person, pair.pp.person_id))

    removal = factor_removals.ask(db, pp_ada, pair.pp.person_id)
    with pytest.raises(Conflict, match=r"error\.removal_waits"):
        factor_removals.ask(db, pp_ada, pair.pp.person_id)
    for other in (pp_ada, vss_vera, pair.pp, pair.vss):
        assert factor_removals.waiting(db, other) == []
        with pytest.raises(NotFound):
            factor_removals.confirm(db, other, removal.id)
    kept = account.totp_secret
    [waiting] = factor_removals.waiting(db, mira)
    factor_removals.confirm(db, mira, waiting.id)

    assert kept is not None
    assert waiting.asked_by == pp_ada.name
    assert account.totp_secret is None
    assert account.password_hash == ""
    assert sign_in.find(db, token) is None
    with pytest.raises(NotFound):
        factor_removals.confirm(db, mira, removal.id)
    told = db.scalars(select(Notice.kind).where(Notice.person_id == pair.pp.person_id)).all()
    assert set(told) == {NoticeKind.FACTOR_REMOVAL_ASKED, NoticeKind.FACTOR_REMOVED}
    assert unseen(db, pp_ada) == [NoticeKind.FACTOR_GONE]
    assert unseen(db, mira) == []


def unseen(db: Session, actor: Actor) -> list[NoticeKind]:
    mine = select(Notice.kind).where(Notice.person_id == actor.person_id, Notice.seen_at.is_(None))
    return list(db.scalars(mine))


def test_who_asked_and_the_person_learn_that_a_second_person_said_no(
    db: Session, make: Make, pair: Pair, pp_ada: Actor
) -> None:
    mira = make.actor(pair.pp.service_id, Role.MANAGER)
    make.account(mira)
    enter(db, pair.pp)
    removal = factor_removals.ask(db, pp_ada, pair.pp.person_id)
    before = (unseen(db, mira), unseen(db, pair.pp))

    factor_removals.refuse(db, mira, removal.id)

    assert before == ([NoticeKind.CONFIRMATION_WAITS], [NoticeKind.FACTOR_REMOVAL_ASKED])
    assert unseen(db, mira) == []
    assert unseen(db, pair.pp) == unseen(db, pp_ada) == [NoticeKind.FACTOR_KEPT]


@pytest.mark.parametrize("who", ["the person", "who asked"])
def test_a_removal_that_waits_is_stopped_by_the_person_or_by_who_asked_and_the_other_is_told(
    db: Session, make: Make, pair: Pair, pp_ada: Actor, who: str
) -> None:
    mira = make.actor(pair.pp.service_id, Role.MANAGER)
    make.account(mira)
    enter(db, pair.pp)
    removal = factor_removals.ask(db, pp_ada, pair.pp.person_id)
    [of_person], [of_asker] = (factor_removals.under_way(db, one) for one in (pair.pp, pp_ada))
    assert (of_person.is_mine, of_person.asked_by) == (True, pp_ada.name)
    assert (of_asker.is_mine, of_asker.name) == (False, pair.pp.name)
    assert factor_removals.under_way(db, mira) == []
    with pytest.raises(NotFound):
        factor_removals.stop(db, mira, removal.id)
    stopping, other = (pair.pp, pp_ada) if who == "the person" else (pp_ada, pair.pp)

    factor_removals.stop(db, stopping, removal.id)

    assert unseen(db, other) == [NoticeKind.FACTOR_STAYS]
    assert unseen(db, stopping) == []
    assert unseen(db, mira) == []
    assert factor_removals.under_way(db, pair.pp) == factor_removals.under_way(db, pp_ada) == []
    with pytest.raises(NotFound):
        factor_removals.confirm(db, mira, removal.id)
    assert accounts.of(db, db.get_one(Person, pair.pp.person_id)).totp_secret is not None


def test_a_second_factor_stays_when_the_second_person_says_no_or_nothing(
    db: Session, make: Make, pair: Pair, pp_ada: Actor
) -> None:
    second = administrator(make, pair.pp.service_id)
    refused = factor_removals.ask(db, pp_ada, pair.pp.person_id)
    factor_removals.refuse(db, second, refused.id)
    late = factor_removals.ask(db, pp_ada, pair.pp.person_id)

    with time_machine.travel(clock.now() + timedelta(hours=25), tick=False), pytest.raises(NotFound):
        factor_removals.confirm(db, second, late.id)
    assert accounts.of(db, db.get_one(Person, pair.pp.person_id)).totp_secret is not None


def test_a_removal_that_waits_does_not_take_a_second_step_away_that_was_set_up_since(
    db: Session, make: Make, pair: Pair, pp_ada: Actor
) -> None:
    second = administrator(make, pair.pp.service_id)
    account, token = accounts.of(db, db.get_one(Person, pair.pp.person_id)), enter(db, pair.pp)
    mira = make.actor(pair.pp.service_id, Role.MANAGER)
    make.account(mira, seed=pyotp.random_base32())
    removal = factor_removals.ask(db, pp_ada, pair.pp.person_id)
    other = factor_removals.ask(db, pp_ada, mira.person_id)

    seed, _ = my_account.new_factor(db, pair.pp)
    my_account.change_factor(
        db, pair.pp, seed=seed, typed=pyotp.TOTP(seed).at(clock.now()), here=id_of(db, token)
    )

    db.expire_all()
    assert [one.id for one in factor_removals.waiting(db, second)] == [other.id]
    with pytest.raises(NotFound):
        factor_removals.confirm(db, second, removal.id)
    assert account.totp_secret is not None
    assert removal.settled_by == pair.pp.person_id
    assert other.settled_at is None


@pytest.mark.parametrize("what", ["left", "closed", "no administrator any more"])
def test_what_somebody_asked_who_is_no_administrator_any_more_is_confirmed_by_nobody(
    db: Session, make: Make, pair: Pair, pp_ada: Actor, what: str
) -> None:
    second = administrator(make, pair.pp.service_id)
    removal = factor_removals.ask(db, pp_ada, pair.pp.person_id)
    asker = db.get_one(Person, pp_ada.person_id)

    if what == "left":
        asker.is_active = False
    elif what == "closed":
        accounts.of(db, asker).is_enabled = False
    else:
        db.execute(delete(PersonRole).where(PersonRole.person_id == asker.id))
    db.flush()

    assert factor_removals.waiting(db, second) == []
    with pytest.raises(NotFound):
        factor_removals.confirm(db, second, removal.id)
    administrator(make, pair.pp.service_id)
    again = factor_removals.ask(db, second, pair.pp.person_id)
    assert again.id != removal.id


def test_nothing_is_asked_that_nobody_could_confirm(
    db: Session, make: Make, pair: Pair, pp_ada: Actor
) -> None:
    with pytest.raises(Conflict, match=r"error\.no_second_person"):
        factor_removals.ask(db, pp_ada, pair.pp.person_id)
    with pytest.raises(Conflict, match=r"error\.no_factor"):
        factor_removals.ask(db, pp_ada, pp_ada.person_id)
    assert db.scalars(select(FactorRemoval)).all() == []


def test_for_somebody_of_an_agency_a_second_administrator_confirms(
    db: Session, make: Make, pair: Pair, pp_ada: Actor, vss_vera: Actor
) -> None:
    police = make.guest(pair.case)
    account = make.account(police, seed=SEED)

    removal = factor_removals.ask(db, pp_ada, police.person_id)
    factor_removals.confirm(db, vss_vera, removal.id)

    assert account.totp_secret is None


def test_cases_and_duties_of_somebody_who_left_are_handed_over_unseen(
    db: Session, make: Make, pair: Pair, pp_ada: Actor
) -> None:
    now = clock.now()
    duty = duties.take(db, pair.pp, phone="+00 1", from_at=now, until_at=now + timedelta(hours=8))
    successor = make.actor(pair.pp.service_id)
    chair = make.actor(pair.pp.service_id, Role.CHAIR)
    accounts.disable(db, pp_ada, pair.pp.person_id)

    left = leavers.left_by(db, pp_ada, pair.pp.person_id)
    for elsewhere in (pair.vss.person_id, chair.person_id, pair.pp.person_id, None):
        with pytest.raises(Invalid, match=r"error\.name_case_manager"):
            leavers.hand_over(db, pp_ada, pair.pp.person_id, to_id=elsewhere)
    number = leavers.hand_over(db, pp_ada, pair.pp.person_id, to_id=successor.person_id)
    taken = leavers.hand_over_duty(
        db, pp_ada, pair.pp.person_id, duty.id, to_id=successor.person_id, phone="+00 2"
    )

    assert (left.cases, left.cases_alone, [each.id for each in left.duties]) == (1, 1, [duty.id])
    assert [person.id for person in leavers.successors(db, pp_ada, pair.pp.person_id)] == [
        successor.person_id
    ]
    assert number == 1
    assert cases.find(db, successor, pair.case.id) is pair.case
    of_case = select(Event.subject, Event.act, Event.kind).where(Event.case_id == pair.case.id)
    assert set(db.execute(of_case).all()) >= {
        ("assignment", "assign", EventKind.CHANGE),
        ("assignment", "unassign", EventKind.CHANGE),
    }
    assert (taken.phone, taken.until_at) == ("+00 2", now + timedelta(hours=8))
    after = leavers.left_by(db, pp_ada, pair.pp.person_id)
    assert after.is_empty
    with pytest.raises(NotFound):
        cases.find(db, pp_ada, pair.case.id)
    with pytest.raises(NotFound):
        leavers.hand_over_duty(db, pp_ada, pair.pp.person_id, duty.id, to_id=successor.person_id, phone="1")


def test_a_closed_case_of_the_only_manager_goes_to_a_colleague_once_they_have_left(
    db: Session, make: Make, pair: Pair, pp_ada: Actor
) -> None:
    successor = make.actor(pair.pp.service_id)
    shared = make.pair().case
    shared.cooperation_id = pair.case.cooperation_id
    for actor in (pair.pp, successor):
        make.assign(shared, actor)
    pair.case.closed_on = shared.closed_on = clock.today()
    db.flush()
    assert leavers.left_by(db, pp_ada, pair.pp.person_id).is_empty
    accounts.disable(db, pp_ada, pair.pp.person_id)

    left = leavers.left_by(db, pp_ada, pair.pp.person_id)
    number = leavers.hand_over(db, pp_ada, pair.pp.person_id, to_id=successor.person_id)

    assert (left.cases, left.closed_alone, number) == (0, 1, 1)
    assert cases.find(db, successor, pair.case.id) is pair.case
    assert leavers.left_by(db, pp_ada, pair.pp.person_id).is_empty
    reasons = closings.REOPENINGS[pair.vss.kind]
    closings.reopen(db, pair.vss, pair.case.id, reason=next(iter(reasons)), version=pair.case.version)
    assert cases.find_open(db, successor, pair.case.id).closed_on is None


def test_i_see_my_sessions_and_end_the_others(db: Session, pair: Pair) -> None:
    tokens = [enter(db, pair.pp) for _ in range(2)]
    foreign = enter(db, pair.vss)
    mine = my_account.look(db, pair.pp)
    first = sign_in.find(db, tokens[0])
    other = sign_in.find(db, foreign)
    assert first is not None
    assert other is not None

    my_account.end_session(db, pair.pp, first.sign_in_id)

    assert (len(mine.sessions), mine.has_factor, mine.recovery_codes) == (2, True, 0)
    assert sign_in.find(db, tokens[0]) is None
    assert sign_in.find(db, tokens[1]) is not None
    with pytest.raises(NotFound):
        my_account.end_session(db, pair.pp, other.sign_in_id)


@pytest.mark.parametrize("proof", ["code", "password", "recovery code"])
def test_i_prove_again_who_i_am_by_code_password_or_recovery_code(
    db: Session, pair: Pair, proof: str
) -> None:
    account = accounts.of(db, db.get_one(Person, pair.pp.person_id))
    typed = {
        "code": pyotp.TOTP(SEED).at(clock.now()),
        "password": RIGHT,
        "recovery code": factors.new_recovery_codes(db, account)[0],
    }[proof]
    token = enter(db, pair.pp)
    with time_machine.travel(clock.now() + timedelta(minutes=6), tick=False):
        stale = sign_in.find(db, token)
        assert stale is not None
        assert not stale.actor.is_fresh
        if proof == "code":
            typed = pyotp.TOTP(SEED).at(clock.now())

        with pytest.raises(Invalid, match=r"error\.code_refused"):
            my_account.prove(
                db,
                pair.pp,
                here=id_of(db, token),
                typed="wrong",
                attempt_id=my_account.knock(db, pair.pp, visitor=HERE),
            )
        my_account.prove(
            db,
            pair.pp,
            here=id_of(db, token),
            typed=typed,
            attempt_id=my_account.knock(db, pair.pp, visitor=HERE),
        )
        db.expire_all()

        found = sign_in.find(db, token)
        assert found is not None
        assert found.actor.is_fresh


def test_changing_the_password_ends_every_session_and_is_told(db: Session, pair: Pair) -> None:
    token = enter(db, pair.pp)

    new = "nine swans below the weir"
    attempt = my_account.knock_to_change(db, pair.pp, password=new, again=new, visitor=HERE)
    my_account.change_password(db, pair.pp, current=RIGHT, password=new, again=new, attempt_id=attempt)
    db.expire_all()

    assert sign_in.find(db, token) is None
    assert [notice.kind for notice in my_account.unseen_notices(db, pair.pp)] == [NoticeKind.PASSWORD]
    [told] = my_account.unseen_notices(db, pair.pp)
    with time_machine.travel(clock.now() + timedelta(minutes=1), tick=False):
        notices.leave(db, pair.pp.person_id, NoticeKind.IDENTITY)
    my_account.have_seen(db, pair.pp, until=told.created_at)
    db.expire_all()
    # What came after the page was drawn is not read by the click on it.
    assert [notice.kind for notice in my_account.unseen_notices(db, pair.pp)] == [NoticeKind.IDENTITY]


def test_a_new_password_that_is_refused_counts_as_no_attempt(own_store: Store) -> None:
    with own_store.writing.begin() as db:
        pp = Make(db).pair().pp
        Make(db).account(pp, password=RIGHT)
    new = "nine swans below the weir"

    for password, again, error in (
        ("password1234", "password1234", r"error\.password_weak"),
        (new, RIGHT, r"error\.password_differs"),
    ):
        with pytest.raises(Invalid, match=error):
            own_store.change(my_account.knock_to_change, pp, password=password, again=again, visitor=HERE)

    with own_store.reading.begin() as db:
        assert db.scalars(select(SignInFailure)).all() == []


def test_every_guess_of_the_password_of_now_counts_and_none_is_told_beside_a_new_one_that_is_refused(
    own_store: Store,
) -> None:
    with own_store.writing.begin() as db:
        pp = Make(db).pair().pp
        Make(db).account(pp, password=RIGHT)
    new = "nine swans below the weir"

    def guess(current: str, password: str) -> None:
        attempt = own_store.change(my_account.knock_to_change, pp, password=new, again=new, visitor=HERE)
        own_store.change(
            my_account.change_password,
            pp,
            current=current,
            password=password,
            again=password,
            attempt_id=attempt,
        )

    for current in ("wrong", RIGHT):
        with pytest.raises(Invalid, match=r"error\.password_weak"):
            guess(current, "password1234")
    for _ in range(limits.FREE - 2):
        with pytest.raises(Invalid, match=r"error\.password_current"):
            guess("wrong", new)
    with pytest.raises(NotAllowed):
        guess(RIGHT, new)


def test_a_new_password_and_both_steps_ask_for_the_password_of_now(db: Session, pair: Pair) -> None:
    token, new = enter(db, pair.pp), "nine swans below the weir"
    attempt = my_account.knock(db, pair.pp, visitor=HERE)

    with pytest.raises(Invalid, match=r"error\.password_current"):
        my_account.change_password(db, pair.pp, current=new, password=new, again=new, attempt_id=attempt)
    with pytest.raises(Invalid, match=r"error\.password_current"):
        my_account.prove_by_both(
            db,
            pair.pp,
            here=id_of(db, token),
            password=new,
            code=pyotp.TOTP(SEED).at(clock.now()),
            attempt_id=attempt,
        )
    with pytest.raises(Invalid, match=r"error\.code_refused"):
        my_account.prove_by_both(
            db, pair.pp, here=id_of(db, token), password=RIGHT, code="000000", attempt_id=attempt
        )


def test_i_move_to_another_telephone_and_get_new_recovery_codes(db: Session, pair: Pair) -> None:
    account, token = accounts.of(db, db.get_one(Person, pair.pp.person_id)), enter(db, pair.pp)
    earlier = my_account.new_recovery_codes(db, pair.pp)
    before = account.totp_secret

    seed, shown = my_account.new_factor(db, pair.pp)
    unchanged = account.totp_secret
    code = pyotp.TOTP(seed).at(clock.now())
    codes = my_account.change_factor(db, pair.pp, seed=seed, typed=code, here=id_of(db, token))

    assert shown.secret.replace(" ", "") == seed
    assert unchanged == before != account.totp_secret
    assert not set(earlier) & set(codes)
    assert {notice.kind for notice in my_account.unseen_notices(db, pair.pp)} == {
        NoticeKind.FACTOR,
        NoticeKind.RECOVERY_CODES,
    }


def test_moving_to_another_telephone_ends_every_other_session(db: Session, pair: Pair) -> None:
    elsewhere, here, of_others = enter(db, pair.pp), enter(db, pair.pp), enter(db, pair.vss)
    seed, _ = my_account.new_factor(db, pair.pp)
    code = pyotp.TOTP(seed).at(clock.now())

    with pytest.raises(Invalid):
        my_account.change_factor(db, pair.pp, seed=seed, typed="000000", here=id_of(db, here))
    assert sign_in.find(db, elsewhere)
    my_account.change_factor(db, pair.pp, seed=seed, typed=code, here=id_of(db, here))
    db.expire_all()

    assert sign_in.find(db, elsewhere) is None
    assert sign_in.find(db, here)
    assert sign_in.find(db, of_others)


def test_whoever_runs_the_machine_lets_an_administrator_in_and_nobody_else(
    db: Session, make: Make, pair: Pair
) -> None:
    ada = make.actor(pair.pp.service_id, Role.ADMINISTRATOR)
    account = make.account(ada, password=RIGHT, seed=SEED)
    mira = make.actor(pair.pp.service_id, Role.MANAGER)
    worker = accounts.of(db, db.get_one(Person, pair.pp.person_id))

    made = accounts.rescue(db, account.username.upper())

    assert made is not None
    assert (account.totp_secret, account.password_hash) == (None, "")
    assert arrivals.by_code(
        db, account.username, made.code, attempt_id=limits.knock(db, account.username, HERE)
    )
    told = db.scalars(select(Notice.person_id).where(Notice.kind == NoticeKind.RESCUED))
    assert set(told) == {ada.person_id, mira.person_id}
    assert accounts.rescue(db, worker.username) is None
    assert accounts.rescue(db, "nobody") is None
    assert worker.totp_secret is not None


def _entered(db: Session, by: Actor, service_id: UUID, role: Role, make: Make) -> Actor:
    """Somebody whom an administrator enters, as they are once they have come in."""
    people.add(db, by, service_id=service_id, name="New One", username=f"new{role}", roles=[role])
    person = db.scalars(select(Person).where(Person.name == "New One")).one()
    return replace(make.actor(service_id, role), person_id=person.id)


def test_whom_an_administrator_enters_confirms_nothing_for_them_in_the_first_week(
    db: Session, make: Make, pair: Pair, pp_ada: Actor
) -> None:
    made_up = _entered(db, pp_ada, pair.pp.service_id, Role.MANAGER, make)

    with pytest.raises(Conflict, match=r"error\.no_second_person"):
        factor_removals.ask(db, pp_ada, pair.pp.person_id)
    second = administrator(make, pair.pp.service_id)
    removal = factor_removals.ask(db, pp_ada, pair.pp.person_id)

    assert factor_removals.waiting(db, made_up) == []
    with pytest.raises(NotFound):
        factor_removals.confirm(db, made_up, removal.id)
    assert [one.id for one in factor_removals.waiting(db, second)] == [removal.id]


@pytest.mark.parametrize("how", ["entered", "given a role"])
def test_the_service_is_told_of_somebody_new_who_opens_no_file_alone_on_the_first_day(
    db: Session, make: Make, pair: Pair, vss_vera: Actor, how: str
) -> None:
    if how == "entered":
        new = _entered(db, vss_vera, pair.vss.service_id, Role.CASE_MANAGER, make)
    else:
        new = make.actor(pair.vss.service_id, Role.CHAIR)
        make.account(new)
        person = db.get_one(Person, new.person_id)
        roles = {Role.CHAIR, Role.CASE_MANAGER}
        people.revise(
            db,
            vss_vera,
            person.id,
            name=person.name,
            roles=roles,
            job="",
            email="",
            phone="",
            version=person.version,
        )
        new = replace(new, roles=frozenset(roles))
    told = db.scalars(select(Notice.person_id).where(Notice.kind == NoticeKind.WORKER_ENTERED)).all()
    assert told == [pair.vss.person_id]

    opened = {"typed": pair.case.code, "ground": BreakGlassGround.COLLEAGUE_AWAY, "reason": "She called"}
    with pytest.raises(NotAllowed, match=r"error\.break_glass\.new_here"):
        break_glass.open_file(db, new, **opened)  # type: ignore[arg-type]
    with time_machine.travel(clock.now() + break_glass.NEW + timedelta(minutes=1), tick=False):
        break_glass.open_file(db, new, **opened)  # type: ignore[arg-type]


def test_a_service_that_has_files_gets_only_its_administrator_from_outside(
    db: Session, make: Make, pair: Pair, pp_ada: Actor
) -> None:
    given = {"service_id": pair.vss.service_id, "name": "New One", "username": "new.one"}
    with pytest.raises(Invalid, match=r"error\.own_administrator_first"):
        people.add(db, pp_ada, roles=[Role.CASE_MANAGER], **given)  # type: ignore[arg-type]

    people.add(db, pp_ada, roles=[Role.ADMINISTRATOR], **given)  # type: ignore[arg-type]


def test_who_works_on_learns_that_their_cases_were_handed_over(
    db: Session, make: Make, pair: Pair, pp_ada: Actor
) -> None:
    successor, manager = make.actor(pair.pp.service_id), make.actor(pair.pp.service_id, Role.MANAGER)
    make.account(manager)

    leavers.hand_over(db, pp_ada, pair.pp.person_id, to_id=successor.person_id)

    told = db.scalars(select(Notice.person_id).where(Notice.kind == NoticeKind.CASES_HANDED_OVER)).all()
    assert set(told) == {pair.pp.person_id, manager.person_id}
