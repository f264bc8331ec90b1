"""The invitation: what stands in it, and what never does."""

from datetime import timedelta
from io import BytesIO
from uuid import UUID

import docx
import icalendar
import pytest
from sqlalchemy.orm import Session

from core import clock
from core.errors import Invalid, NotFound
from core.locale import Words
from core.models import Meeting, Role, ServiceKind
from core.operations import agenda_items, invitations, meetings
from tests.make import Make, Pair

WORDS = Words("en", "Europe/Sofia")


def remote(db: Session, pair: Pair, people: list[UUID]) -> Meeting:
    return meetings.plan(
        db,
        pair.pp,
        kind="periodic",
        planned_at=clock.now() + timedelta(days=7),
        case_id=pair.case.id,
        is_remote=True,
        link="https://meet.example/room",
        bring="Court papers; dates, all",
        people=people,
        chair_id=pair.pp.person_id,
    )


def entry_of(content: bytes) -> icalendar.Event:
    (entry,) = icalendar.Calendar.from_ical(content).walk("VEVENT")
    assert isinstance(entry, icalendar.Event)
    return entry


def test_the_calendar_entry_says_when_and_where_and_names_nobody(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = remote(db, pair, [pair.vss.person_id])

    content = invitations.calendar(db, pair.vss, meeting.id, words=WORDS)

    entry = entry_of(content)
    assert icalendar.Calendar.from_ical(content)["method"] == "REQUEST"
    assert entry["uid"] == f"{meeting.id}@concord.invalid"
    assert entry.decoded("dtstart") == meeting.planned_at.replace(microsecond=0)
    assert entry.decoded("dtend") - entry.decoded("dtstart") == meeting.duration
    assert entry["summary"] == "Joint meeting"
    assert entry["class"] == "PRIVATE"
    description = str(entry["description"])
    assert pair.case.code in description
    assert "https://meet.example/room" in description
    assert "What to bring stands in the invitation in Word." in description
    assert "Court papers" not in content.decode()
    assert "attendee" not in entry
    for person in (pair.pp, pair.vss):
        assert person.name not in content.decode()
        assert person.service_name not in content.decode()


def test_a_later_copy_carries_a_higher_number_and_one_of_a_cancelled_meeting_takes_it_away(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    meeting = remote(db, pair, [])
    later = meeting.planned_at + timedelta(days=1)
    meetings.move(db, pair.pp, meeting.id, planned_at=later, reason="Ill", version=meeting.version)
    assert entry_of(invitations.calendar(db, pair.pp, meeting.id, words=WORDS))["sequence"] == 1

    meetings.cancel(db, pair.pp, meeting.id, reason="Ill", version=meeting.version)

    content = invitations.calendar(db, pair.pp, meeting.id, words=WORDS)
    assert icalendar.Calendar.from_ical(content)["method"] == "CANCEL"
    assert entry_of(content)["status"] == "CANCELLED"
    assert entry_of(content)["sequence"] == 2


def test_a_meeting_in_a_room_names_the_place_and_one_of_the_teams_no_case(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = meetings.plan(
        db,
        pair.pp,
        kind="phase_1",
        planned_at=clock.now() + timedelta(days=1),
        cooperation_id=pair.case.cooperation_id,
        place="Mill Lane, room 2",
    )

    entry = entry_of(invitations.calendar(db, pair.vss, meeting.id, words=WORDS))

    assert entry["location"] == "Mill Lane, room 2"
    assert pair.case.code not in str(entry["description"])


def test_in_word_it_holds_the_code_the_agenda_and_what_to_bring(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = remote(db, pair, [])
    agenda_items.add(db, pair.pp, meeting.id, title="Court & school <b>", minutes=5)

    read = docx.Document(BytesIO(invitations.document(db, pair.vss, meeting.id, words=WORDS)))

    cells = "\n".join(cell.text for table in read.tables for row in table.rows for cell in row.cells)
    whole = cells + "\n".join(paragraph.text for paragraph in read.paragraphs)
    assert pair.case.code in whole
    assert "Court & school <b>" in whole
    assert "Court papers; dates, all" in whole


def test_a_guest_reads_the_frame_of_their_meeting_and_of_no_other(db: Session, make: Make) -> None:
    pair = make.pair()
    officer = make.actor(make.service(ServiceKind.POLICE), Role.GUEST)
    meeting, other = remote(db, pair, [officer.person_id]), remote(db, pair, [])

    found = invitations.find(db, officer, meeting.id)

    assert (found.code, found.where) == (pair.case.code, "https://meet.example/room")
    assert found.bring == ("Court papers; dates, all",)
    assert invitations.document(db, officer, meeting.id, words=WORDS).startswith(b"PK")
    with pytest.raises(NotFound):
        invitations.find(db, officer, other.id)


def test_an_item_left_over_is_marked_in_the_invitation(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = remote(db, pair, [])
    meeting.items[4].carried_from = meeting.items[0].id
    db.flush()

    read = docx.Document(BytesIO(invitations.document(db, pair.pp, meeting.id, words=WORDS)))

    cells = [cell.text for table in read.tables for row in table.rows for cell in row.cells]
    assert f"{meeting.items[4].title} (left over from last time)" in cells


def test_another_agency_does_not_read_what_the_last_meeting_left_over(db: Session, make: Make) -> None:
    pair = make.pair()
    officer = make.actor(make.service(ServiceKind.POLICE), Role.GUEST)
    meeting = remote(db, pair, [officer.person_id])
    meeting.items[4].carried_from = meeting.items[0].id
    db.flush()

    for reader in (officer, pair.pp):
        paper = docx.Document(BytesIO(invitations.document(db, reader, meeting.id, words=WORDS)))
        cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
        assert meeting.items[4].title in cells
    assert not any(line.is_carried for line in invitations.find(db, officer, meeting.id).agenda)
    assert any(line.is_carried for line in invitations.find(db, pair.pp, meeting.id).agenda)


def test_the_calendar_entry_says_nothing_of_what_the_meeting_is_about(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = remote(db, pair, [])

    content = invitations.calendar(db, pair.pp, meeting.id, words=WORDS).decode().replace("\r\n ", "")

    assert pair.case.code in content
    assert "https://meet.example/room" in content
    for about in ("Periodic", "Agenda", "Court papers", *(item.title for item in meeting.items)):
        assert about not in content


@pytest.mark.parametrize("is_remote", [False, True])
def test_an_invitation_without_a_place_does_not_leave(db: Session, make: Make, *, is_remote: bool) -> None:
    pair = make.pair()
    meeting = meetings.plan(
        db,
        pair.pp,
        kind="periodic",
        planned_at=clock.now() + timedelta(days=1),
        case_id=pair.case.id,
        is_remote=is_remote,
    )

    for take in (invitations.calendar, invitations.document):
        with pytest.raises(Invalid) as refused:
            take(db, pair.pp, meeting.id, words=WORDS)
        assert refused.value.key == ("error.meeting.no_link" if is_remote else "error.meeting.no_place")

    meetings.cancel(db, pair.pp, meeting.id, reason="Ill", version=meeting.version)
    assert b"CANCELLED" in invitations.calendar(db, pair.pp, meeting.id, words=WORDS)
