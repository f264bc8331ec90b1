from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from core import clock
from core.access import Actor
from core.errors import NotAllowed
from core.lists import Asked
from core.models import (
    Agreement,
    AgreementLevel,
    AgreementVersion,
    Answer,
    Attendance,
    ClauseState,
    FileRequest,
    Meeting,
    MeetingState,
    Minutes,
    MinutesApproval,
    Role,
    ServiceKind,
)
from core.operations import action_plans, agreement_approvals, agreement_drafts, my_actions, today
from core.operations.action_plans import ActionState
from core.operations.agreements_due import Step
from core.operations.my_actions import Scope
from tests import agreement_steps
from tests.agreement_steps import PDF, case_draft, complete, managers, organisation_draft
from tests.make import Make, Pair


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def planned(make: Make, pair: Pair, days: float = 3, state: MeetingState = MeetingState.PLANNED) -> Meeting:
    meeting = make.meeting(pair)
    meeting.planned_at = clock.now() + timedelta(days=days)
    meeting.state = state
    make.db.flush()
    return meeting


def closed(make: Make, pair: Pair, *sides: Actor) -> tuple[Meeting, Minutes]:
    """A meeting that is closed, with minutes that these sides were at."""
    meeting = planned(make, pair, -1, MeetingState.CLOSED)
    minutes = Minutes(
        meeting_id=meeting.id,
        number=1,
        content={"sides": [str(side.service_id) for side in sides]},
        digest="",
        made_by=pair.pp.person_id,
    )
    make.db.add(minutes)
    make.db.flush()
    return meeting, minutes


def draft(make: Make, pair: Pair) -> None:
    agreement = Agreement(
        level=AgreementLevel.CASE,
        cooperation_id=pair.case.cooperation_id,
        case_id=pair.case.id,
        created_by=pair.pp.person_id,
    )
    make.db.add(agreement)
    make.db.flush()
    make.db.add(
        AgreementVersion(
            agreement_id=agreement.id, number=1, text="Text", digest="", made_by=pair.pp.person_id
        )
    )
    make.db.flush()


def test_nothing_waits_for_a_person_without_work(db: Session, make: Make) -> None:
    pair = make.pair()

    assert today.of_actor(db, pair.pp).is_empty


def test_my_meetings_are_those_that_run_those_that_come_and_those_nobody_settled(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    late, soon = planned(make, pair, -2), planned(make, pair, 13)
    running = planned(make, pair, -0.01, MeetingState.IN_PROGRESS)
    planned(make, pair, 15)
    planned(make, pair, 1, MeetingState.CANCELLED)
    planned(make, make.pair())

    found = today.of_actor(db, pair.vss)

    assert (found.running, found.unsettled, found.coming) == ([running], [late], [soon])
    assert soon.case is pair.case
    assert today.kind_title(soon)


def test_who_manages_no_case_has_the_meetings_they_are_invited_to(db: Session, make: Make) -> None:
    pair = make.pair()
    contact = make.actor(pair.vss.service_id, Role.PARTNER_CONTACT)
    make.assign(pair.case, contact)
    planned(make, pair)
    invited, chaired, written = (planned(make, pair, days) for days in (4, 5, 6))
    attendance = Attendance(person_id=contact.person_id, service_id=contact.service_id)
    attendance.meeting_id = invited.id
    db.add(attendance)
    chaired.chair_id = contact.person_id
    written.minute_taker_id = contact.person_id
    db.flush()

    assert today.of_actor(db, contact).coming == [invited, chaired, written]


def test_a_guest_has_their_meetings_and_nothing_else(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting, _other = planned(make, pair), planned(make, pair)
    guest = make.guest(pair.case, meeting=meeting)
    make.action(pair, guest)

    found = today.of_actor(db, guest)

    assert found.coming == [meeting]
    assert not found.waits


def test_a_guest_of_a_case_has_its_code_its_phase_and_what_their_agency_has_to_do(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    pair.case.phase = "case_opening"
    guest = make.guest(pair.case)
    theirs = make.action(pair, guest)
    make.action(pair, pair.vss)
    make.action(pair, guest).state = ActionState.DONE
    other = make.actor(make.service(ServiceKind.POLICE), Role.GUEST)
    db.flush()

    (case,) = today.of_actor(db, guest).guest_cases
    assert (case.code, case.phase, case.actions) == (pair.case.code, "Case opening", [theirs])
    assert not today.of_actor(db, guest).waits
    assert today.of_actor(db, other).guest_cases == []
    assert today.of_actor(db, pair.pp).guest_cases == ()
    with pytest.raises(NotAllowed):
        action_plans.set_state(db, guest, theirs.id, state=ActionState.DONE, version=1)


def test_what_a_guest_saw_ends_with_the_agreement(db: Session, make: Make) -> None:
    pair = make.pair(is_agreed=False)
    agreement = make.agreement_in_force(pair, ends_on=clock.today())
    guest = make.guest(pair.case)
    make.action(pair, guest)
    assert len(today.of_actor(db, guest).guest_cases) == 1

    agreement.ends_on = clock.today() - timedelta(days=1)
    db.flush()

    assert today.of_actor(db, guest).guest_cases == []


def test_my_actions_are_those_that_are_due_soon_and_mine_or_my_services(db: Session, make: Make) -> None:
    pair = make.pair()
    contact = make.actor(pair.vss.service_id, Role.PARTNER_CONTACT)
    make.assign(pair.case, contact)
    overdue = make.action(pair, pair.vss, due_on=clock.today() - timedelta(days=1))
    hers = make.action(pair, contact)
    make.action(pair, pair.pp)
    make.action(pair, pair.vss, due_on=clock.today() + timedelta(days=20))
    done = make.action(pair, pair.vss)
    action_plans.set_state(db, pair.vss, done.id, state=ActionState.DONE, version=1)

    assert today.of_actor(db, pair.vss).actions == [overdue, hers]
    assert today.of_actor(db, contact).actions == [hers]


def test_minutes_wait_for_the_service_that_was_there_and_has_not_agreed(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting, minutes = closed(make, pair, pair.pp, pair.vss)
    closed(make, pair, pair.vss)
    taker = make.actor(pair.pp.service_id, Role.MINUTE_TAKER)
    make.assign(pair.case, taker)

    before = today.of_actor(db, pair.pp).minutes
    db.add(MinutesApproval(minutes_id=minutes.id, service_id=pair.pp.service_id, person_id=pair.pp.person_id))
    db.flush()

    assert before == [meeting]
    assert today.of_actor(db, pair.pp).minutes == []
    assert len(today.of_actor(db, pair.vss).minutes) == 2
    assert today.of_actor(db, taker).minutes == []


def test_a_correction_of_the_minutes_waits_again(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting, first = closed(make, pair, pair.pp, pair.vss)
    for minutes in (
        MinutesApproval(minutes_id=first.id, service_id=pair.pp.service_id, person_id=pair.pp.person_id),
        Minutes(
            meeting_id=meeting.id,
            number=2,
            content=first.content,
            digest="",
            made_by=pair.vss.person_id,
        ),
    ):
        db.add(minutes)
    db.flush()

    assert today.of_actor(db, pair.pp).minutes == [meeting]


def completed(db: Session, make: Make) -> tuple[Pair, Agreement]:
    """The draft of a case agreement in which nothing is missing."""
    pair = make.pair(is_agreed=False)
    make.agreement_in_force(pair)
    agreement = case_draft(db, pair)
    complete(db, pair.pp, agreement)
    return pair, agreement


def steps(db: Session, actor: Actor) -> list[Step]:
    return [waits.step for waits in today.of_actor(db, actor).agreements]


def test_a_complete_draft_waits_for_the_approval_of_the_side_that_has_not_given_it(
    db: Session, make: Make
) -> None:
    pair, agreement = completed(db, make)
    assert steps(db, pair.pp) == steps(db, pair.vss) == [Step.APPROVE]

    agreement_steps.approve(db, agreement, pair.vss)

    (waits,) = today.of_actor(db, pair.pp).agreements
    assert (waits.agreement.case, waits.step) == (pair.case, Step.APPROVE_LAST)
    assert steps(db, pair.vss) == []

    agreement_drafts.add_own(
        db, pair.pp, agreement.id, chapter="commitments", heading="One more", typed="We call each other."
    )
    assert steps(db, pair.pp) == [Step.APPROVE]
    assert steps(db, pair.vss) == [Step.LAPSED]


def test_a_draft_in_which_something_is_missing_or_contested_asks_nobody_to_approve_it(
    db: Session, make: Make
) -> None:
    pair = make.pair(is_agreed=False)
    make.agreement_in_force(pair)
    agreement = case_draft(db, pair)
    assert steps(db, pair.pp) == steps(db, pair.vss) == []

    complete(db, pair.pp, agreement)
    agreement.clauses[0].state = ClauseState.CONTESTED
    db.flush()

    assert steps(db, pair.pp) == []


def test_an_approved_agreement_waits_for_its_signed_copy_and_then_for_its_first_day(
    db: Session, make: Make
) -> None:
    pair, agreement = completed(db, make)
    agreement_steps.approve(db, agreement, pair.pp, pair.vss)
    partner_contact = make.actor(pair.vss.service_id, Role.PARTNER_CONTACT)
    make.assign(pair.case, partner_contact)
    assert steps(db, pair.pp) == steps(db, pair.vss) == [Step.SIGN]
    assert steps(db, partner_contact) == []

    number = agreement_steps.newest(db, pair.pp, agreement)
    agreement_approvals.file_signed(db, pair.pp, agreement.id, data=PDF, number=number)
    assert steps(db, pair.pp) == steps(db, pair.vss) == [Step.START]

    agreement_approvals.put_in_force(db, pair.vss, agreement.id, on=clock.today(), version=agreement.version)
    assert steps(db, pair.pp) == []


def test_an_organisation_agreement_waits_for_the_managers(db: Session, make: Make) -> None:
    side = managers(make)
    agreement = organisation_draft(db, side)
    complete(db, side.pp, agreement)

    assert steps(db, side.vss) == [Step.APPROVE]
    assert steps(db, make.actor(side.vss.service_id, Role.CASE_MANAGER)) == []


def test_a_list_that_is_cut_off_says_how_many_more_wait(db: Session, make: Make) -> None:
    pair = make.pair()
    for _ in range(today.MOST + 3):
        make.action(pair)
        closed(make, pair, pair.pp)
    for _ in range(3 * today.MOST + 1):
        planned(make, pair)

    found = today.of_actor(db, pair.pp)

    assert len(found.actions) == len(found.minutes) == today.MOST
    assert found.more == {"unsettled": 1, "actions": 3, "minutes": 3, "agreements": 0}


def test_a_request_waits_for_the_service_that_was_asked(db: Session, make: Make) -> None:
    pair = make.pair()
    request = FileRequest(
        case_id=pair.case.id,
        from_service_id=pair.pp.service_id,
        to_service_id=pair.vss.service_id,
        asked_by=pair.pp.person_id,
        identification="M. K. 1984",
    )
    db.add(request)
    db.flush()

    (asked,) = today.of_actor(db, pair.vss).requests
    assert asked.id == request.id
    assert today.of_actor(db, pair.pp).requests == []

    request.answer, request.answered_at = Answer.NONE, clock.now()
    db.flush()
    assert today.of_actor(db, pair.vss).requests == []


def test_a_pair_waits_until_my_side_has_confirmed_it(db: Session, make: Make) -> None:
    pair = make.pair()
    pair.case.paired_at = None
    pair.pp_file.confirmed_at = clock.now()
    lonely = make.case(make.cooperation(), pair.pp)
    db.flush()

    assert today.of_actor(db, pair.vss).pairs == [pair.case]
    assert today.of_actor(db, pair.pp).pairs == []
    assert lonely not in today.of_actor(db, pair.pp).pairs
    partner_contact = make.actor(pair.vss.service_id, Role.PARTNER_CONTACT)
    make.assign(pair.case, partner_contact)
    assert today.of_actor(db, partner_contact).pairs == []


def test_minutes_say_by_when_they_are_to_be_agreed_as_the_agreement_of_their_case_says(
    db: Session, make: Make
) -> None:
    pair = make.pair(is_agreed=False)
    make.agreement_in_force(pair, answers={"minutes_days": 5})
    end = clock.today() + timedelta(days=300)
    of_case = make.agreement_in_force(pair, ends_on=end, answers={"minutes_days": 2})
    meeting, _ = closed(make, pair, pair.pp)
    both, _ = closed(make, pair, pair.pp)
    both.case_id = None
    meeting.closed_at = both.closed_at = clock.now() - timedelta(days=3)
    db.flush()
    db.expire_all()

    by = today.of_actor(db, pair.pp).minutes_by

    held = clock.today() - timedelta(days=3)
    assert by == {meeting.id: held + timedelta(days=2), both.id: held + timedelta(days=5)}
    of_case.answers = {}
    db.flush()
    assert today.of_actor(db, pair.pp).minutes_by[meeting.id] == held + timedelta(days=5)


def test_a_full_day_takes_as_many_statements_as_an_empty_one(db: Session, make: Make, engine: Engine) -> None:
    pair = make.pair()
    with statements(engine) as empty:
        today.of_actor(db, pair.pp)
    draft(make, pair)
    db.expire_all()
    actor = pair.pp
    with statements(engine) as light:
        today.of_actor(db, actor)
    for days in range(10):
        planned(make, pair, days)
        make.action(pair)
        closed(make, pair, pair.pp)
        draft(make, pair)
    db.expire_all()

    with statements(engine) as full:
        today.of_actor(db, actor)

    # One or two for each list of the page, one for the clauses of all drafts together, two for by when minutes are due.
    assert len(full) == len(light) + 2 == len(empty) + 3 <= 29


def test_the_list_of_actions_holds_what_was_asked_for(db: Session, make: Make) -> None:
    pair = make.pair()
    police = make.service(ServiceKind.POLICE)
    mine, overdue = make.action(pair), make.action(pair, due_on=clock.today() - timedelta(days=1))
    theirs, done = make.action(pair, pair.vss), make.action(pair)
    agencys = action_plans.add(
        db,
        pair.pp,
        pair.case.id,
        need="Quick help",
        text="Patrol",
        due_on=clock.today(),
        service_id=police.id,
    )
    action_plans.set_state(db, pair.pp, done.id, state=ActionState.DONE, version=1)
    make.action(make.pair())

    def found(scope: Scope, search: str = "") -> set[object]:
        return set(my_actions.search(db, pair.pp, Asked(search), scope=scope).rows)

    assert found(Scope.MINE) == {mine, overdue, agencys}
    assert found(Scope.OVERDUE) == {overdue}
    assert found(Scope.OPEN) == {mine, overdue, theirs, agencys}
    assert found(Scope.ALL) == {mine, overdue, theirs, agencys, done}
    assert found(Scope.ALL, f"{police.name} patrol") == {agencys}
    assert found(Scope.ALL, pair.case.code) == found(Scope.ALL)
    assert found(Scope.ALL, pair.vss.name) == {theirs}
