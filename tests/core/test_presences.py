"""Who is at the table, what each has declared, and whose room is private."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import Conflict, Invalid, NotFound
from core.models import Event, Role
from core.operations import meetings, presences
from core.operations.presences import Presence
from tests.make import Make


def test_a_person_takes_part_at_a_distance_declares_and_is_alone_in_the_room(db: Session, make: Make) -> None:
    pair = make.pair()
    seat = make.table(pair, present=False).attendances[0]

    presences.attend(db, pair.vss, seat.id, presence=Presence.REMOTE, version=seat.version)
    presences.check_room(db, pair.vss, seat.id, is_private=True)
    presences.check_room(db, pair.vss, seat.id, is_private=True)
    presences.declare(db, pair.vss, seat.id)
    declared_at = seat.declared_at
    presences.declare(db, pair.vss, seat.id)

    assert presences.of(seat) is Presence.REMOTE
    assert seat.is_room_private
    assert seat.declared_at == declared_at is not None
    kept = db.execute(select(Event.act, Event.case_id).where(Event.subject_id == seat.id)).all()
    assert {"attend", "declare"} <= {act for act, _ in kept}
    # Whoever looks for what was done in a case finds it there.
    assert {case_id for _, case_id in kept} == {pair.case.id}


def test_whoever_leaves_the_list_of_those_present_has_declared_nothing(db: Session, make: Make) -> None:
    pair = make.pair()
    seat = make.table(pair).attendances[0]
    presences.declare(db, pair.pp, seat.id)

    presences.attend(db, pair.pp, seat.id, presence=Presence.WRITTEN, version=seat.version)
    assert (presences.of(seat), seat.declared_at) == (Presence.WRITTEN, None)
    presences.attend(db, pair.pp, seat.id, presence=Presence.ABSENT, version=seat.version)
    assert presences.of(seat) is Presence.ABSENT

    with pytest.raises(Conflict, match="not_present"):
        presences.declare(db, pair.pp, seat.id)
    with pytest.raises(Conflict, match="not_present"):
        presences.check_room(db, pair.pp, seat.id, is_private=True)


def test_a_confirmation_can_be_taken_back(db: Session, make: Make) -> None:
    pair = make.pair()
    seat = make.table(pair).attendances[0]
    presences.declare(db, pair.pp, seat.id)

    presences.declare(db, pair.pp, seat.id, is_confirmed=False)

    assert seat.declared_at is None


def test_two_people_who_tick_the_same_seat_differently_do_not_overwrite_each_other(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    seat = make.table(pair, present=False).attendances[0]
    opened = seat.version
    presences.attend(db, pair.pp, seat.id, presence=Presence.IN_PERSON, version=opened)

    presences.attend(db, pair.vss, seat.id, presence=Presence.IN_PERSON, version=opened)
    with pytest.raises(Conflict, match="changed_meanwhile"):
        presences.attend(db, pair.vss, seat.id, presence=Presence.WRITTEN, version=opened)


def test_a_conflict_of_interest_an_early_leave_and_an_apology_are_written_down(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    seat = meeting.attendances[0]

    presences.remark(
        db,
        pair.pp,
        seat.id,
        conflict_of_interest="Knows the grandmother",
        left_early=True,
        apology="",
        version=seat.version,
    )

    assert (seat.conflict_of_interest, seat.left_early) == ("Knows the grandmother", True)
    with pytest.raises(Conflict):
        presences.remark(
            db, pair.pp, seat.id, conflict_of_interest="", left_early=False, apology="", version=0
        )


def test_somebody_of_the_case_who_was_not_invited_takes_a_seat(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    nina = make.actor(pair.vss.service_id, Role.PARTNER_CONTACT)
    make.assign(pair.case, nina)

    assert nina.person_id in {person.id for person in presences.candidates(db, pair.pp, meeting.id)}
    presences.seat(db, pair.pp, meeting.id, person_id=nina.person_id)
    presences.seat(db, pair.pp, meeting.id, person_id=nina.person_id)

    found = meetings.find(db, pair.pp, meeting.id)
    assert [each.is_present for each in found.attendances if each.person_id == nina.person_id] == [True]
    assert nina.person_id not in {person.id for person in presences.candidates(db, pair.pp, meeting.id)}


def test_a_seat_needs_a_person_and_one_of_this_case(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    stranger = make.pair().vss

    with pytest.raises(Invalid, match="empty"):
        presences.seat(db, pair.pp, meeting.id, person_id=None)
    with pytest.raises(Invalid):
        presences.seat(db, pair.pp, meeting.id, person_id=stranger.person_id)
    with pytest.raises(NotFound):
        presences.declare(db, stranger, meeting.attendances[0].id)
