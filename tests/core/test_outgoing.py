"""The last look before a document leaves: for whom, what was found, what stops it, and the line of what left."""

import io

import pyrage.passphrase
import pytest
import pyzipper
from msoffcrypto.format.ooxml import OOXMLFile
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.content import recipients
from core.content.recipients import Recipient
from core.documents.kinds import DocumentKind
from core.documents.locked import Lock
from core.errors import Invalid, NotAllowed
from core.locale import Words
from core.models import Attendance, Barred, Departure, Event, Meeting, Person, Role, Service, ServiceKind
from core.operations import invitations, minutes_documents, outgoing, plan_documents, tables
from core.operations.papers import Sending
from tests.make import Make, Pair

T = Words("en")
WHY = "The court has asked for it and both case managers agree."


def held(db: Session, make: Make, pair: Pair, *, note: str = "") -> Meeting:
    meeting = make.table(pair)
    meeting.items[0].facts = note
    tables.close(db, pair.pp, meeting.id)
    return meeting


def departures(db: Session) -> list[Departure]:
    return list(db.scalars(select(Departure).order_by(Departure.created_at)))


def acts(db: Session) -> list[str]:
    rows = db.execute(select(Event.subject, Event.act).where(Event.kind == "export").order_by(Event.seq))
    return [f"{subject}:{act}" for subject, act in rows]


def test_a_document_leaves_its_own_line_and_one_of_kind_and_recipient(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = held(db, make, pair)

    content = minutes_documents.document(db, pair.vss, meeting.id, words=T)

    assert content.startswith(b"PK")
    assert acts(db) == ["meeting:print", "departure:minutes_for_joint"]
    [left] = departures(db)
    assert (left.kind, left.recipient, left.is_locked, left.anyway) == ("minutes", "joint", False, "")
    assert left.case_id == pair.case.id


@pytest.mark.parametrize("by", [None, Lock.OFFICE, Lock.ZIP])
def test_a_word_file_leaves_locked_as_a_word_file_or_in_a_zip(
    db: Session, make: Make, by: Lock | None
) -> None:
    pair = make.pair()
    meeting = held(db, make, pair)
    sending = Sending(passphrase="bado-fimu-kela", lock=by)

    taken = minutes_documents.document(db, pair.vss, meeting.id, words=T, sending=sending)

    assert unlocked(taken, "bado-fimu-kela", by or Lock.OFFICE).startswith(b"PK")
    assert [one.is_locked for one in departures(db)] == [True]


@pytest.mark.usefixtures("keep_to_approved")
def test_where_only_approved_formats_are_kept_nothing_leaves_in_a_zip(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = held(db, make, pair)
    word, entry = minutes_documents.document, invitations.calendar
    phrase = "bado-fimu-kela"

    locks = [
        outgoing.look(db, pair.vss, wanted, Sending()).locks
        for wanted in (word.of(meeting.id, words=T), entry.of(meeting.id, words=T))
    ]
    assert locks == [(Lock.OFFICE,), (Lock.AGE,)]
    taken = entry(db, pair.vss, meeting.id, words=T, sending=Sending(passphrase=phrase))
    assert unlocked(taken, phrase, Lock.AGE).startswith(b"BEGIN:VCALENDAR")
    left = len(departures(db))
    for document in (word, entry):
        with pytest.raises(NotAllowed, match=r"error\.outgoing\.lock_not_offered"):
            document(db, pair.vss, meeting.id, words=T, sending=Sending(passphrase=phrase, lock=Lock.ZIP))
    assert len(departures(db)) == left


def unlocked(taken: bytes, phrase: str, by: Lock) -> bytes:
    if by is Lock.AGE:
        return bytes(pyrage.passphrase.decrypt(taken, phrase))
    if by is Lock.ZIP:
        with pyzipper.AESZipFile(io.BytesIO(taken)) as packed:
            return bytes(packed.read("document.docx", pwd=phrase.encode()))
    file, bare = OOXMLFile(io.BytesIO(taken)), io.BytesIO()
    file.load_key(password=phrase, verify_password=True)
    file.decrypt(bare, verify_integrity=True)
    return bare.getvalue()


def test_the_last_look_says_whom_what_and_the_parts(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = held(db, make, pair)

    look = outgoing.look(
        db, pair.vss, minutes_documents.document.of(meeting.id, words=T), Sending(Recipient.VSS)
    )

    assert look.recipient is Recipient.VSS
    assert look.choices == (Recipient.JOINT, Recipient.PP, Recipient.VSS)
    assert look.kind.title == "Minutes of a meeting"
    assert look.kind.holds_her == "yes"
    assert "What was discussed" in look.parts
    assert not look.stops
    assert departures(db) == []


def test_the_last_look_finds_a_name_of_the_own_file_and_a_contact_that_is_old(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    make.subject(pair.vss_file, name="Wrenna Finch")
    meeting = held(db, make, pair, note="Wrenna moved; call 0555 27 27 99")
    wanted = minutes_documents.document.of(meeting.id, words=T)

    hers = outgoing.look(db, pair.vss, wanted, Sending())
    his = outgoing.look(db, pair.pp, wanted, Sending())

    assert {(hit.field, hit.value) for hit in hers.found} == {
        ("name", "Wrenna"),
        ("phone", "0555 27 27 99"),
        ("school", "The school"),
    }
    assert his.found == ()


def test_who_may_not_read_the_file_learns_that_something_of_it_stands_in_the_paper_and_not_what(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    her = make.subject(pair.vss_file, name="Wrenna Finch", address="7 Quiet Lane, SW1A 1AA")
    her.safe_channel = "Her sister at 0555 27 27 99, mornings"
    note = "Wrenna moved to 7 Quiet Lane, SW1A 1AA; call 0555 27 27 99, or ours, 030 123 45 67"
    meeting = held(db, make, pair, note=note)
    chair = make.actor(pair.vss.service_id, Role.CHAIR)
    make.assign(pair.case, chair)

    look = outgoing.look(db, chair, minutes_documents.document.of(meeting.id, words=T), Sending())

    assert {hit.field for hit in look.found if not hit.value} == {"name", "safe_channel", "address"}
    # What merely looks like a contact, and is none of the file, is there to be looked at.
    assert {hit.value for hit in look.found if hit.value} == {"030 123 45 67", "The school"}
    assert {hit.code for hit in look.found} == {""}


def test_nobody_looks_or_takes_without_having_proved_who_they_are(db: Session, make: Make) -> None:
    pair = make.pair()
    stale = make.stale(pair.pp)

    with pytest.raises(NotAllowed, match=r"error\.step_up"):
        outgoing.look(db, stale, plan_documents.document.of(pair.case.id, words=T), Sending())


def test_a_recipient_that_the_table_does_not_name_is_refused(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = held(db, make, pair)

    for recipient in (Recipient.HIM, Recipient.HER, Recipient.AGENCY, Recipient.MANAGEMENT):
        with pytest.raises(NotAllowed, match=r"error\.document_recipient"):
            minutes_documents.document(db, pair.vss, meeting.id, words=T, sending=Sending(recipient))
    assert departures(db) == []


def test_an_extract_goes_to_its_own_agency_alone(db: Session, make: Make) -> None:
    pair = make.pair()
    make.action(pair)
    extract = plan_documents.document.of(pair.case.id, words=T, extract_for=pair.pp.service_id)

    assert outgoing.look(db, pair.pp, extract, Sending()).choices == (Recipient.PP,)
    with pytest.raises(NotAllowed, match=r"error\.document_recipient"):
        outgoing.look(db, pair.pp, extract, Sending(Recipient.AGENCY))


# --- What the register stops -------------------------------------------------------------------------------------------


def invited(db: Session, make: Make, pair: Pair) -> tuple[Meeting, Person]:
    """A meeting to which somebody of the police is invited."""
    guest = make.guest(pair.case)
    meeting = make.meeting(pair)
    meeting.place = "Hill Road 12, Marlen"
    seat = Attendance(person_id=guest.person_id, service_id=guest.service_id)
    seat.meeting_id = meeting.id
    db.add(seat)
    db.flush()
    return meeting, db.get_one(Person, guest.person_id)


def test_an_invitation_to_an_agency_of_the_register_is_stopped_in_word_and_calendar(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    meeting, officer = invited(db, make, pair)
    her = make.subject(pair.vss_file)
    entry = make.barred(pair.vss_file, pair.vss, her, kind=Barred.AGENCY)
    entry.service_id = officer.service_id
    db.flush()

    for document in (invitations.document, invitations.calendar):
        look = outgoing.look(db, pair.vss, document.of(meeting.id, words=T), Sending())
        assert [(stop.kind, stop.about, stop.whom, stop.why) for stop in look.stops] == [
            (Barred.AGENCY, her.code, officer.service.name, "They talk to him")
        ]
        with pytest.raises(NotAllowed, match=r"error\.outgoing\.stopped"):
            document(db, pair.vss, meeting.id, words=T)
    assert departures(db) == []


def test_a_named_person_and_an_address_are_known_again(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting, officer = invited(db, make, pair)
    officer.name = "Karl R."
    her = make.subject(pair.vss_file)
    make.barred(pair.vss_file, pair.vss, her, kind=Barred.CONTACT, whom="Karl Rebhan, his cousin")
    make.barred(pair.vss_file, pair.vss, her, kind=Barred.ADDRESS, whom="12 Hill Road, Marlen")
    make.barred(pair.vss_file, pair.vss, her, kind=Barred.ADDRESS, whom="13 Hill Road, Marlen")

    look = outgoing.look(db, pair.vss, invitations.document.of(meeting.id, words=T), Sending())

    assert [stop.kind for stop in look.stops] == [Barred.CONTACT, Barred.ADDRESS]


@pytest.mark.parametrize("kind", [Barred.CONTACT, Barred.ADDRESS, Barred.AGENCY])
def test_an_entry_whose_words_are_lost_stops_what_would_go_to_anybody(
    db: Session, make: Make, kind: Barred
) -> None:
    pair = make.pair()
    meeting, _ = invited(db, make, pair)
    make.barred(pair.vss_file, pair.vss, make.subject(pair.vss_file), kind=kind)

    look = outgoing.look(db, pair.vss, invitations.document.of(meeting.id, words=T), Sending())

    assert [(stop.kind, stop.is_lost, stop.is_final) for stop in look.stops] == [(kind, True, False)]


def test_the_other_service_is_not_stopped_and_told_nothing(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting, officer = invited(db, make, pair)
    make.barred(pair.vss_file, pair.vss, make.subject(pair.vss_file), kind=Barred.CONTACT, whom=officer.name)

    look = outgoing.look(db, pair.pp, invitations.document.of(meeting.id, words=T), Sending())

    assert look.stops == ()
    assert invitations.document(db, pair.pp, meeting.id, words=T).startswith(b"PK")


def test_who_may_not_read_the_file_is_stopped_without_a_word_of_it(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting, officer = invited(db, make, pair)
    make.barred(pair.vss_file, pair.vss, make.subject(pair.vss_file), kind=Barred.CONTACT, whom=officer.name)
    chair = make.chair(pair)

    look = outgoing.look(db, chair, invitations.document.of(meeting.id, words=T), Sending())

    assert [(stop.about, stop.whom, stop.why) for stop in look.stops] == [("", "", "")]


def test_going_on_needs_a_reason_that_says_something_and_leaves_it_in_the_log(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    meeting, officer = invited(db, make, pair)
    make.barred(pair.vss_file, pair.vss, make.subject(pair.vss_file), kind=Barred.CONTACT, whom=officer.name)

    with pytest.raises(Invalid, match=r"error\.outgoing\.short_reason"):
        invitations.document(db, pair.vss, meeting.id, words=T, sending=Sending(anyway="because"))
    invitations.document(db, pair.vss, meeting.id, words=T, sending=Sending(anyway=WHY))

    [left] = departures(db)
    assert left.anyway == WHY
    assert acts(db)[-1] == "departure:invitation_anyway_joint"


def test_minutes_for_a_service_with_somebody_of_the_register_on_the_case_are_stopped(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    meeting = held(db, make, pair)
    her = make.subject(pair.vss_file)
    make.barred(pair.vss_file, pair.vss, her, kind=Barred.CONTACT, whom=pair.pp.name)
    wanted = minutes_documents.document.of(meeting.id, words=T)

    def stopped(recipient: Recipient) -> bool:
        return bool(outgoing.look(db, pair.vss, wanted, Sending(recipient)).stops)

    assert [stopped(one) for one in (Recipient.JOINT, Recipient.PP, Recipient.VSS)] == [True, True, False]


def test_every_kind_of_document_stands_in_the_table() -> None:
    assert {str(kind) for kind in DocumentKind} == {kind.id for kind in recipients.load().kinds}


def test_a_service_of_the_register_is_known_by_its_name_too(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting, officer = invited(db, make, pair)
    agency = db.get_one(Service, officer.service_id)
    agency.name = "Police of Marlen"
    make.barred(
        pair.vss_file, pair.vss, make.subject(pair.vss_file), kind=Barred.AGENCY, whom="the police of Marlen"
    )

    look = outgoing.look(db, pair.vss, invitations.document.of(meeting.id, words=T), Sending())

    assert agency.kind is ServiceKind.POLICE
    assert [stop.kind for stop in look.stops] == [Barred.AGENCY]
