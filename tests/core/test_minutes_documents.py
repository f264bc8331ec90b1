"""The minutes in Word say what the record says, as it was typed."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from core import clock
from core.content.meeting_kinds import Entry
from core.documents.read import lines
from core.errors import Conflict, NotFound
from core.locale import Words
from core.models import PersonRole, Role
from core.operations import meetings, minutes, minutes_documents, presences, tables
from core.operations.presences import Presence
from core.operations.tables import Outcome
from tests.make import Make

TYPED = "PP & VSS <b> {{ x }} score <10 \N{SMILING FACE WITH OPEN MOUTH}\n\u05e9\u05dc\u05d5\u05dd"


def _text(file: bytes) -> str:
    return "\n".join(line.text for line in lines(file))


def test_the_word_file_holds_the_whole_minutes_as_typed(db: Session, make: Make) -> None:
    pair = make.pair()
    action = make.action(pair)
    make.action(pair, pair.vss)
    meeting = make.table(pair)
    seat = meeting.attendances[1]
    presences.attend(db, pair.pp, seat.id, presence=Presence.REMOTE, version=seat.version)
    presences.check_room(db, pair.pp, seat.id, is_private=True)
    presences.remark(
        db,
        pair.pp,
        seat.id,
        conflict_of_interest="Knows an aunt",
        left_early=True,
        apology="",
        version=seat.version,
    )
    for entry in Entry.FACTS, Entry.VSS_VIEW, Entry.DECISIONS:
        tables.write_item(db, pair.pp, meeting.items[0].id, entry=entry, text=TYPED, seen="")
    tables.settle_last_action(
        db,
        pair.pp,
        meeting.id,
        action.id,
        outcome=Outcome.CARRIED_OVER,
        reason="He was ill",
        due_on=clock.today() + timedelta(days=60),
        version=action.version,
    )
    make.meeting(pair)
    tables.close(db, pair.pp, meeting.id)
    minutes.correct(
        db, pair.vss, meeting.id, item_id=meeting.items[1].id, texts_of={Entry.FACTS: "New"}, number=1
    )
    for actor in (pair.pp, pair.vss):
        minutes.agree(db, actor, meeting.id, number=2)
    minutes.add_addendum(db, pair.vss, meeting.id, text="The police has answered")

    text = _text(minutes_documents.document(db, pair.vss, meeting.id, words=Words()))

    for line in TYPED.split("\n"):
        assert text.count(line) == 3
    for said in (
        pair.case.code,
        pair.pp.name,
        "alone in the room",
        "Knows an aunt",
        "Left before the end",
        "Carried over to a later term: He was ill",
        "Open, not answered in this meeting",
        "The school (not reached)",
        "Not reached, on the next agenda: ",
        "Version 2",
        "Agreed and locked",
        "The police has answered",
        "Periodic joint meeting",
        Words()("document.minutes.reminder"),
        minutes.of_meeting(db, pair.vss, meeting.id).latest.content.purpose,
    ):
        assert said in text, said


def test_an_action_that_was_done_in_the_meeting_counts_as_answered(db: Session, make: Make) -> None:
    pair = make.pair()
    action = make.action(pair)
    meeting = make.table(pair)
    tables.settle_last_action(
        db, pair.pp, meeting.id, action.id, outcome=Outcome.DONE, version=action.version
    )
    tables.close(db, pair.pp, meeting.id)

    text = _text(minutes_documents.document(db, pair.vss, meeting.id, words=Words()))

    assert "not answered in this meeting" not in text


def test_a_consultation_note_prints_as_one(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    meeting.attendances[1].is_present = False
    meeting.attendances[1].apology = "Is ill"
    tables.close(db, pair.pp, meeting.id)

    text = _text(minutes_documents.document(db, pair.pp, meeting.id, words=Words()))

    assert "Consultation note" in text
    assert "Apologies" in text
    assert f"{pair.vss.name}, {pair.vss.service_name}: Is ill" in text
    assert "Not there" not in text
    assert f"Waits for the agreement of {pair.pp.service_name}" in text


def test_who_was_not_there_and_sent_no_apology_stands_apart_from_who_did(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    meeting.attendances[1].is_present = False
    tables.close(db, pair.pp, meeting.id)

    text = _text(minutes_documents.document(db, pair.pp, meeting.id, words=Words()))

    assert "Not there" in text
    assert "Apologies" not in text


def test_phase_1_has_no_case_in_its_minutes(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = meetings.plan(
        db,
        pair.pp,
        kind="phase_1",
        planned_at=clock.now(),
        cooperation_id=pair.case.cooperation_id,
        is_remote=True,
        people=[pair.pp.person_id],
    )
    tables.begin(db, pair.pp, meeting.id)
    meeting.attendances[0].is_present = True
    tables.close(db, pair.pp, meeting.id)

    text = _text(minutes_documents.document(db, pair.vss, meeting.id, words=Words()))

    assert pair.case.code not in text
    assert "At a distance" in text


def test_nobody_prints_what_is_not_theirs_or_not_there(db: Session, make: Make) -> None:
    pair, stranger = make.pair(), make.pair().pp
    meeting = make.table(pair)

    with pytest.raises(Conflict, match="none_yet"):
        minutes_documents.document(db, pair.pp, meeting.id, words=Words())
    with pytest.raises(NotFound):
        minutes_documents.document(db, stranger, meeting.id, words=Words())


def test_the_role_is_what_somebody_is_in_the_case_and_did_in_this_meeting(db: Session, make: Make) -> None:
    pair = make.pair()
    for actor in (pair.pp, pair.vss):
        for office in (Role.CHAIR, Role.MINUTE_TAKER):
            role = PersonRole(role=office)
            role.person_id = actor.person_id
            db.add(role)
    db.flush()
    meeting = make.table(pair)
    meeting.chair_id, meeting.minute_taker_id = pair.pp.person_id, pair.vss.person_id
    tables.close(db, pair.pp, meeting.id)

    content = minutes.of_meeting(db, pair.pp, meeting.id).latest.content
    text = _text(minutes_documents.document(db, pair.pp, meeting.id, words=Words()))

    roles = {person.name: minutes_documents.role(person, content, Words()) for person in content.people}
    assert roles == {pair.pp.name: "case manager, chair", pair.vss.name: "case manager, minute taker"}
    assert all(role in text for role in roles.values())


def test_what_was_opened_and_left_no_note_stands_in_one_line(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    tables.go_to(db, pair.pp, meeting.id, position=1)
    tables.close(db, pair.pp, meeting.id)

    text = _text(minutes_documents.document(db, pair.pp, meeting.id, words=Words()))

    assert "Opened, nothing written down, on the next agenda: Risk; The school" in text
    assert "Nothing was noted" not in text
    assert "No item was discussed" in text
