"""Whose room was private at a meeting keeps that through corrections."""

from sqlalchemy.orm import Session

from core.operations import minutes, presences, tables
from core.operations.presences import Presence
from tests.make import Make


def test_whose_room_was_private_has_it_back_when_a_correction_is_put_right(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    seat = next(each for each in meeting.attendances if each.is_present)
    presences.apply(seat, Presence.REMOTE)
    seat.is_room_private = True
    tables.close(db, pair.pp, meeting.id)

    for number, presence in enumerate((Presence.IN_PERSON, Presence.REMOTE), 1):
        minutes.correct_presence(
            db, pair.pp, meeting.id, attendance_id=seat.id, presence=presence, apology="", number=number
        )

    assert seat.is_room_private is True
