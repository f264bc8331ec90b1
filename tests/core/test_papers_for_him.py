"""The papers for him: made by the programme, of its own file, stopped by its register, and with no way round."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from core import clock
from core.content.recipients import Recipient
from core.documents import for_him
from core.documents.kinds import DocumentKind
from core.documents.read import lines
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.locale import Words
from core.models import Barred, ConsentState, ContactFlag, ContactMark, Role, Subject, SubjectKind
from core.operations import attended_days, contact_flags, outgoing, papers_for_him
from core.operations.contact_flags import ContactField
from core.operations.papers import Sending
from tests.make import Make, Pair, consented

T = Words("en")
WHY = "He asked for it himself and waits at the desk for it now."
EACH = (papers_for_him.taking_part, papers_for_him.consent, papers_for_him.attendance)


def ready(db: Session, make: Make) -> tuple[Pair, Subject]:
    pair = make.pair()
    him = make.subject(pair.pp_file, SubjectKind.HIM, name="Miro Albrecht", address="4 Weir Lane, Marlen")
    make.attended(pair.pp_file, pair.pp)
    consented(db, pair.pp, him, "programme_conditions")
    her = make.subject(pair.vss_file, name="Wrenna Finch")
    consented(db, pair.vss, her, "meetings")
    return pair, him


def text(content: bytes) -> str:
    return "\n".join(line.text for line in lines(content))


def test_each_holds_his_name_and_nothing_of_the_case_or_of_her(db: Session, make: Make) -> None:
    pair, him = ready(db, make)

    for document in EACH:
        said = text(document(db, pair.pp, pair.case.id, words=T))
        assert "Miro Albrecht" in said
        for word in (pair.case.code, him.code, "Wrenna", pair.vss.service_name, pair.pp.name, him.address):
            assert word not in said, word


def test_what_they_say_is_what_the_preview_shows(db: Session, make: Make) -> None:
    pair, _him = ready(db, make)
    kinds: dict[DocumentKind, Callable[..., bytes]] = dict(zip(papers_for_him.EACH, EACH, strict=True))

    for kind, document in kinds.items():
        content = document(db, pair.pp, pair.case.id, words=T)
        found = [
            line.text
            for line in lines(content)
            if line.place in {"body", "table"} and line.style not in {"Spacer", "End"}
        ]
        shown = papers_for_him.preview(db, pair.pp, pair.case.id, kind=kind, words=T)
        assert found == for_him.printed_lines(shown, T)


def test_the_confirmation_names_the_days_and_his_consent_what_he_was_asked(db: Session, make: Make) -> None:
    pair, him = ready(db, make)
    consented(db, pair.pp, him, "action_plan", state=ConsentState.NOT_ASKED)

    assert T.day(clock.today()) in text(papers_for_him.attendance(db, pair.pp, pair.case.id, words=T))
    consent = text(papers_for_him.consent(db, pair.pp, pair.case.id, words=T))
    assert "Conditions of the programme" in consent
    assert "Action plan" not in consent


def test_the_victim_support_service_makes_none_and_neither_does_a_chair(db: Session, make: Make) -> None:
    pair, _him = ready(db, make)
    chair = make.actor(pair.pp.service_id, Role.CHAIR)
    make.assign(pair.case, chair)

    for document in EACH:
        with pytest.raises(NotFound):
            document(db, pair.vss, pair.case.id, words=T)
        with pytest.raises(NotAllowed):
            document(db, chair, pair.case.id, words=T)


def test_an_entry_of_the_programmes_register_stops_them_and_there_is_no_going_on(
    db: Session, make: Make
) -> None:
    pair, him = ready(db, make)
    make.barred(pair.pp_file, pair.pp, him, kind=Barred.HIM)
    wanted = papers_for_him.attendance.of(pair.case.id, words=T)

    look = outgoing.look(db, pair.pp, wanted, Sending())
    assert look.is_final
    with pytest.raises(NotAllowed, match=r"error\.outgoing\.stopped"):
        papers_for_him.attendance(db, pair.pp, pair.case.id, words=T, sending=Sending(anyway=WHY))
    own = Sending(Recipient.OWN)
    assert papers_for_him.attendance(db, pair.pp, pair.case.id, words=T, sending=own).startswith(b"PK")


@pytest.mark.parametrize("mark", list(ContactMark))
def test_a_flag_on_his_address_stops_them(db: Session, make: Make, mark: ContactMark) -> None:
    pair, him = ready(db, make)
    flag: ContactFlag = contact_flags.flag(
        db, pair.pp, him.id, field=ContactField.ADDRESS, mark=mark, flagged_on=clock.today()
    )

    with pytest.raises(NotAllowed, match=r"error\.outgoing\.stopped"):
        papers_for_him.taking_part(db, pair.pp, pair.case.id, words=T, sending=Sending(anyway=WHY))
    contact_flags.lift(db, pair.pp, flag.id, version=flag.version)
    assert papers_for_him.taking_part(db, pair.pp, pair.case.id, words=T).startswith(b"PK")


def test_a_contact_in_what_he_excepted_does_not_reach_him(db: Session, make: Make) -> None:
    pair, him = ready(db, make)
    said = consented(db, pair.pp, him, "programme_conditions", state=ConsentState.GIVEN_EXCEPT)
    said.exceptions = "Do not call her at 0555 27 27 99"
    db.flush()
    wanted = papers_for_him.consent.of(pair.case.id, words=T)

    assert outgoing.look(db, pair.pp, wanted, Sending()).is_final
    with pytest.raises(NotAllowed, match=r"error\.outgoing\.told_to_him"):
        papers_for_him.consent(db, pair.pp, pair.case.id, words=T)


def test_what_is_missing_in_the_file_is_said(db: Session, make: Make) -> None:
    pair = make.pair()

    with pytest.raises(Conflict, match=r"error\.for_him\.no_name"):
        papers_for_him.taking_part(db, pair.pp, pair.case.id, words=T)
    make.subject(pair.pp_file, SubjectKind.HIM, name="Miro")
    with pytest.raises(Conflict, match=r"error\.for_him\.no_days"):
        papers_for_him.attendance(db, pair.pp, pair.case.id, words=T)
    with pytest.raises(Conflict, match=r"error\.for_him\.not_asked"):
        papers_for_him.consent(db, pair.pp, pair.case.id, words=T)


def test_a_day_is_noted_once_not_ahead_and_taken_out_again(db: Session, make: Make) -> None:
    pair = make.pair()
    noted = attended_days.add(db, pair.pp, pair.case.id, attended_on=clock.today())

    with pytest.raises(Conflict, match=r"error\.for_him\.day_noted"):
        attended_days.add(db, pair.pp, pair.case.id, attended_on=clock.today())
    with pytest.raises(Invalid, match=r"error\.future_date"):
        attended_days.add(db, pair.pp, pair.case.id, attended_on=clock.today().replace(year=2199))
    with pytest.raises(NotFound):
        attended_days.add(db, pair.vss, pair.case.id, attended_on=clock.today())
    with pytest.raises(NotFound):
        attended_days.remove(db, pair.vss, noted.id)
    attended_days.remove(db, pair.pp, noted.id)
    assert list(attended_days.of_case(db, pair.pp, pair.case.id)) == []


def test_a_paper_that_is_none_for_him_is_not_there(db: Session, make: Make) -> None:
    pair, _ = ready(db, make)

    with pytest.raises(NotFound):
        papers_for_him.preview(db, pair.pp, pair.case.id, kind=DocumentKind.MINUTES, words=Words("en"))
