"""The copy of somebody's own data passes the last look like everything that leaves."""

import io
import zipfile

import pytest
import pyzipper
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.access import Actor
from core.content.recipients import Recipient
from core.documents.kinds import DocumentKind
from core.errors import NotAllowed
from core.locale import Words
from core.models import (
    Barred,
    ContactField,
    ContactMark,
    Departure,
    PersonRequest,
    RequestKind,
    Subject,
    SubjectKind,
)
from core.operations import contact_flags, copies, copy_choices, outgoing, person_requests
from core.operations.papers import Paper, Sending
from tests.copies import choose_all
from tests.make import Make, Pair

WORDS = Words("en", "UTC")
WHY = "She wants it at this address and has said so to us twice"


def looked_at(db: Session, make: Make, pair: Pair, actor: Actor, subject: Subject) -> PersonRequest:
    """A request whose copy a second person has looked at, with everything in it."""
    request = person_requests.record(
        db, actor, subject.id, kind=RequestKind.ACCESS, asked_on=clock.today(), is_identified=True
    )
    choose_all(db, actor, request)
    second = make.actor(actor.service_id)
    make.assign(pair.case, second)
    copy_choices.check(db, second, request.id, version=request.version)
    return request


def look(db: Session, actor: Actor, request: PersonRequest) -> outgoing.Look:
    return outgoing.look(db, actor, copies.document.of(request.id, words=WORDS), Sending())


def test_a_copy_is_read_though_it_is_packed_and_names_of_others_are_found(db: Session, make: Make) -> None:
    pair = make.pair()
    ana = make.subject(pair.vss_file, SubjectKind.HER, name="Ana Bell", address="12 Quiet Lane")
    make.subject(pair.vss_file, SubjectKind.CHILD, name="Wrenna Finch")
    make.note(pair.vss_file, pair.vss, "her_account", "She lives at 12 Quiet Lane with Wrenna Finch")

    seen = look(db, pair.vss, looked_at(db, make, pair, pair.vss, ana))

    assert seen.choices == (Recipient.PERSON,)
    assert seen.is_read
    assert {(hit.field, hit.value) for hit in seen.found} == {("name", "Wrenna"), ("name", "Finch")}
    assert not seen.stops


def test_what_stands_in_a_document_by_right_hides_no_word_that_begins_like_it(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    said = "Ele goes to school with Elena Denkova, room 3, +36 30 333 4433"
    paper = Paper(
        kind=DocumentKind.PERSON_COPY,
        recipient=Recipient.PERSON,
        content=said.encode("utf-8-sig"),
        record=pair.case,
        act="take_copy",
        case_id=pair.case.id,
        extension="csv",
        expected=("Ele", "3", ""),
    )

    assert paper.said == said.removeprefix("Ele")


def test_a_flag_on_her_address_stops_her_copy_until_somebody_says_why(db: Session, make: Make) -> None:
    pair = make.pair()
    ana = make.subject(pair.vss_file, SubjectKind.HER, name="Ana Bell", address="12 Quiet Lane")
    contact_flags.flag(
        db,
        pair.vss,
        ana.id,
        field=ContactField.ADDRESS,
        mark=ContactMark.SHARED,
        flagged_on=clock.today(),
    )
    request = looked_at(db, make, pair, pair.vss, ana)
    assert [stop.kind for stop in look(db, pair.vss, request).stops] == [ContactMark.SHARED]

    with pytest.raises(NotAllowed, match=r"error\.outgoing\.stopped"):
        copies.document(db, pair.vss, request.id, words=WORDS)
    copies.document(db, pair.vss, request.id, words=WORDS, sending=Sending(anyway=WHY))

    [left] = db.scalars(select(Departure)).all()
    assert (left.kind, left.recipient, left.anyway) == ("person_copy", "person", WHY)


def test_an_entry_about_him_stops_his_copy_and_not_for_good(db: Session, make: Make) -> None:
    pair = make.pair()
    him = make.subject(pair.pp_file, SubjectKind.HIM, name="Ivo Bell")
    make.barred(pair.pp_file, pair.pp, him, kind=Barred.HIM)
    request = looked_at(db, make, pair, pair.pp, him)

    seen = look(db, pair.pp, request)

    assert [stop.kind for stop in seen.stops] == [Barred.HIM]
    assert not seen.is_final
    with pytest.raises(NotAllowed, match=r"error\.outgoing\.stopped"):
        copies.document(db, pair.pp, request.id, words=WORDS)


def test_a_copy_can_leave_locked(db: Session, make: Make) -> None:
    pair = make.pair()
    him = make.subject(pair.pp_file, SubjectKind.HIM, name="Ivo Bell")
    request = looked_at(db, make, pair, pair.pp, him)

    taken = copies.document(
        db, pair.pp, request.id, words=WORDS, sending=Sending(passphrase="bado-fimu-kela")
    )

    with pyzipper.AESZipFile(io.BytesIO(taken)) as packed:
        packed.setpassword(b"bado-fimu-kela")
        assert packed.namelist() == ["document.zip"]
        inside = packed.read("document.zip")
    assert zipfile.ZipFile(io.BytesIO(inside)).namelist() == ["copy.docx", "copy.json"]
