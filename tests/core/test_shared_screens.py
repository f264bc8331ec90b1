"""The shared screen: a session that shows one meeting, is left by a proof given there, and ends by itself."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from core import clock, sign_in
from core.content.meeting_kinds import Entry
from core.errors import Conflict, NotAllowed, NotFound
from core.models import Attendance, Meeting, MeetingState, Person, Role, SignIn
from core.operations import presences, shared_screens, unsent
from core.operations.sittings import Sitting
from core.sign_in import sessions
from tests.make import Make, Pair, id_of


def signed_in(db: Session, make: Make, pair: Pair) -> str:
    make.account(pair.vss)
    entered = sign_in.begin(db, sign_in.issue_ticket_for(db, pair.vss.person_id))
    assert entered is not None
    return entered.token


def shared(db: Session, pair: Pair, meeting: Meeting, token: str) -> str:
    """The token of the shared screen."""
    entered = sign_in.begin(db, shared_screens.begin(db, pair.vss, meeting.id, here=id_of(db, token)))
    assert entered is not None
    sign_in.end(db, token)  # as the door does with the session that the browser had before
    return entered.token


def with_guest(db: Session, make: Make, pair: Pair, meeting: Meeting, *, is_present: bool = True) -> Person:
    officer = make.guest(pair.case)
    seat = Attendance(person_id=officer.person_id, service_id=officer.service_id, is_present=is_present)
    seat.meeting_id = meeting.id
    db.add(seat)
    db.flush()
    return db.get_one(Person, officer.person_id)


def shown(db: Session, pair: Pair, meeting: Meeting) -> Sitting:
    return shared_screens.of_meeting(db, pair.vss, meeting.id)


def test_it_is_a_session_of_its_own_and_no_earlier_proof_counts_there(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting, token = make.table(pair), signed_in(db, make, pair)
    before = sign_in.find(db, token)
    assert before is not None
    assert before.actor.is_fresh
    assert before.shared_meeting_id is None

    screen = sign_in.find(db, shared(db, pair, meeting, token))

    assert screen is not None
    assert screen.shared_meeting_id == meeting.id
    assert not screen.actor.is_fresh
    assert sign_in.find(db, token) is None


def test_it_is_left_by_a_proof_alone_and_leads_back_to_a_usual_session(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    token = shared(db, pair, meeting, signed_in(db, make, pair))

    with pytest.raises(NotAllowed, match=r"error\.step_up"):
        shared_screens.leave(db, make.stale(pair.vss), here=id_of(db, token))
    entered = sign_in.begin(db, shared_screens.leave(db, pair.vss, here=id_of(db, token)))

    assert entered is not None
    back = sign_in.find(db, entered.token)
    assert back is not None
    assert back.shared_meeting_id is None
    assert (back.actor.is_fresh, back.actor.is_certain) == (True, False)


def test_it_never_lasts_longer_than_the_session_before_and_ends_by_itself(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting, first = make.table(pair), signed_in(db, make, pair)
    session = db.query(SignIn).filter_by(digest=sign_in.digest(first)).one()
    session.expires_at = clock.now() + timedelta(hours=6)
    db.flush()

    token = shared(db, pair, meeting, first)
    screen = db.query(SignIn).filter_by(digest=sign_in.digest(token)).one()
    assert screen.expires_at == session.expires_at
    assert screen.shared_until is not None
    assert screen.shared_until <= clock.now() + shared_screens.LONGEST
    assert sign_in.find(db, token) is not None

    screen.shared_until = clock.now() - timedelta(seconds=1)
    db.flush()
    assert sign_in.find(db, token) is None
    assert sign_in.ends(db, [screen.id]) == {}
    assert sessions.live(db, pair.vss.person_id) == []


def test_only_a_meeting_in_progress_is_shared_and_only_a_shared_screen_is_left(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    meeting, token = make.meeting(pair), signed_in(db, make, pair)

    with pytest.raises(Conflict, match=r"error\.meeting\.running"):
        shared_screens.begin(db, pair.vss, meeting.id, here=id_of(db, token))
    with pytest.raises(NotFound):
        shared_screens.leave(db, pair.vss, here=id_of(db, token))
    with pytest.raises(NotFound):
        shared_screens.begin(db, make.pair().vss, make.table(pair).id, here=id_of(db, token))
    assert meeting.state is MeetingState.PLANNED


def test_no_unsent_text_of_one_person_stands_on_it(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    slot = unsent.slot(meeting.items[0].id, Entry.FACTS)
    unsent.keep(db, pair.vss, slot, text="She is at her sister", seen_version=1, case_id=pair.case.id)

    found = shown(db, pair, meeting)

    assert (found.unsent, found.others_unsent, found.telling) == ({}, [], frozenset())
    assert found.may_read


def test_with_a_guest_there_it_shows_the_agenda_and_the_guests_own_actions_alone(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    earlier, meeting = make.table(pair), make.table(pair)
    earlier.state, earlier.closed_at = MeetingState.CLOSED, clock.now()
    officer = with_guest(db, make, pair, meeting)
    guest = make.actor(officer.service_id, Role.GUEST)
    ours, theirs = make.action(pair), make.action(pair, guest)
    ours.meeting_id = theirs.meeting_id = meeting.id
    db.flush()

    found = shown(db, pair, meeting)

    assert not found.may_read
    assert [action.id for action in found.new_actions] == [theirs.id]
    assert found.carried_over == {}


def test_without_the_guest_it_shows_what_both_services_work_with(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    ours, theirs = make.action(pair), make.action(pair, pair.vss)
    ours.meeting_id = theirs.meeting_id = meeting.id
    db.flush()

    found = shown(db, pair, meeting)

    assert found.may_read
    assert {action.id for action in found.new_actions} == {ours.id, theirs.id}


def test_somebody_to_whom_the_agreement_does_not_open_the_joint_space_closes_the_texts(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    manager = make.actor(pair.pp.service_id, Role.MANAGER)
    make.assign(pair.case, manager)
    seat = Attendance(person_id=manager.person_id, service_id=manager.service_id, is_present=True)
    seat.meeting_id = meeting.id
    db.add(seat)
    db.flush()

    assert not shown(db, pair, meeting).may_read


def test_until_attendance_is_taken_everybody_who_was_invited_counts(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = make.table(pair, present=False)
    action = make.action(pair)
    action.meeting_id = meeting.id
    db.flush()
    assert shown(db, pair, meeting).may_read

    with_guest(db, make, pair, meeting, is_present=False)
    db.expire_all()

    found = shown(db, pair, meeting)
    assert (found.may_read, found.new_actions) == (False, [])


def test_a_guest_who_is_not_ticked_counts_until_they_are_excused(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    officer = with_guest(db, make, pair, meeting, is_present=False)
    assert not shown(db, pair, meeting).may_read

    seat = db.query(Attendance).filter_by(person_id=officer.id).one()
    presences.remark(
        db,
        pair.vss,
        seat.id,
        conflict_of_interest="",
        left_early=False,
        apology="Called away",
        version=seat.version,
    )

    assert shown(db, pair, meeting).may_read


def test_of_the_services_only_those_who_are_there_count_once_attendance_is_taken(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    manager = make.actor(pair.pp.service_id, Role.MANAGER)
    make.assign(pair.case, manager)
    seat = Attendance(person_id=manager.person_id, service_id=manager.service_id)
    seat.meeting_id = meeting.id
    db.add(seat)
    db.flush()
    assert shown(db, pair, meeting).may_read

    for each in meeting.attendances:
        each.is_present = False
    db.flush()
    assert not shown(db, pair, meeting).may_read
