"""Flags on contacts: what is wrong with them, what a changed contact leaves behind, and what may not be chosen."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from core import clock
from core.access import Actor
from core.content.recipients import Recipient
from core.documents.read import lines
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.locale import Words
from core.models import ContactFlag, Subject
from core.operations import (
    contact_cards,
    contact_changes,
    contact_flags,
    emergencies,
    files,
    identifying,
    plan_documents,
    safety_documents,
    safety_plans,
)
from core.operations.contact_flags import ContactField, ContactMark
from core.operations.files import Contacts
from core.operations.outgoing import Document
from core.operations.papers import USUAL, Sending
from tests.make import Make, Pair


def known(make: Make, pair: Pair) -> Subject:
    her = make.subject(pair.vss_file, name="Wrenna", address="7 Finch Row, Marlen")
    her.phone = "0555 27 27 99"
    make.db.flush()
    return her


def flag(
    db: Session, pair: Pair, her: Subject, field: ContactField, mark: ContactMark = ContactMark.UNSAFE
) -> ContactFlag:
    return contact_flags.flag(db, pair.vss, her.id, field=field, mark=mark, flagged_on=clock.today())


def revise(db: Session, pair: Pair, her: Subject, **changed: str) -> Subject:
    values = {"name": her.name, "address": her.address, "phone": her.phone, "safe_channel": her.safe_channel}
    contacts = Contacts(**(values | changed))  # type: ignore[arg-type]
    return files.revise_subject(db, pair.vss, her.id, contacts=contacts, version=her.version)


def test_a_flag_says_what_since_when_and_by_whom_and_can_be_taken_off(db: Session, make: Make) -> None:
    pair = make.pair()
    her = known(make, pair)

    made = flag(db, pair, her, ContactField.PHONE, ContactMark.SHARED)
    [held] = contact_flags.of_case(db, pair.vss, pair.case.id)
    assert (held.flag.value, held.flag.mark, held.flag.flagged_on) == (
        "0555 27 27 99",
        ContactMark.SHARED,
        clock.today(),
    )
    assert held.by == pair.vss.name

    contact_flags.lift(db, pair.vss, made.id, version=made.version)
    assert contact_flags.of_case(db, pair.vss, pair.case.id) == []
    with pytest.raises(Conflict, match=r"error\.contact_flag\.lifted"):
        contact_flags.lift(db, pair.vss, made.id, version=made.version)


def test_what_is_not_there_is_in_the_future_or_flagged_already_is_not_flagged(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    her = known(make, pair)
    flag(db, pair, her, ContactField.PHONE)

    with pytest.raises(Invalid, match=r"error\.contact_flag\.empty"):
        flag(db, pair, her, ContactField.EMAIL)
    with pytest.raises(Conflict, match=r"error\.contact_flag\.exists"):
        flag(db, pair, her, ContactField.PHONE)
    with pytest.raises(Invalid, match=r"error\.future_date"):
        contact_flags.flag(
            db,
            pair.vss,
            her.id,
            field=ContactField.PHONE,
            mark=ContactMark.OLD,
            flagged_on=clock.today() + timedelta(days=1),
        )


def test_the_other_service_sees_no_flag_and_sets_none(db: Session, make: Make) -> None:
    pair = make.pair()
    her = known(make, pair)
    made = flag(db, pair, her, ContactField.PHONE)

    assert contact_flags.of_case(db, pair.pp, pair.case.id) == []
    assert list(contact_flags.holding(db, pair.pp, pair.case.id)) == []
    with pytest.raises(NotFound):
        contact_flags.lift(db, pair.pp, made.id, version=1)
    with pytest.raises(NotFound):
        contact_flags.flag(
            db,
            pair.pp,
            her.id,
            field=ContactField.PHONE,
            mark=ContactMark.OLD,
            flagged_on=clock.today(),
        )
    with pytest.raises(NotAllowed):
        contact_flags.lift(db, make.chair(pair), made.id, version=1)


def test_a_changed_address_stays_as_old_and_says_what_left_with_it_until_somebody_has_seen_it(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    her = known(make, pair)
    make.action(pair)
    plan_documents.document(db, pair.vss, pair.case.id, words=Words("en"))

    revise(db, pair, her, address="3 Rowan Lane, Elsewhere")
    [changed] = contact_flags.unseen(db, pair.vss, pair.case.id)
    assert (changed.flag.field, changed.flag.value) == (ContactField.ADDRESS, "7 Finch Row, Marlen")
    assert [(left.departure.kind, left.by) for left in changed.documents] == [("action_plan", pair.vss.name)]

    contact_flags.see(db, pair.vss, changed.flag.id)
    assert contact_flags.unseen(db, pair.vss, pair.case.id) == []
    assert [one.flag.mark for one in contact_flags.of_case(db, pair.vss, pair.case.id)] == [ContactMark.OLD]


def lost(db: Session, pair: Pair, her: Subject, field: ContactField, mark: ContactMark) -> ContactFlag:
    """A flag whose contact is lost with an older copy that was put back."""
    made = flag(db, pair, her, field, mark)
    made.value = ""
    db.flush()
    return made


def test_a_flag_that_lost_its_contact_holds_on_what_stands_in_the_file_and_keeps_it_when_that_changes(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    her = known(make, pair)
    made = lost(db, pair, her, ContactField.PHONE, ContactMark.UNSAFE)

    with pytest.raises(Invalid, match=r"error\.contact_flag\.unsafe_channel"):
        revise(db, pair, her, safe_channel="call 0555 27 27 99 before noon")
    with pytest.raises(Conflict, match=r"error\.contact_flag\.exists"):
        flag(db, pair, her, ContactField.PHONE)
    revise(db, pair, her, phone="0555 11 22 33")

    assert made.value == "0555 27 27 99"
    revise(db, pair, her, safe_channel="call 0555 11 22 33 before noon")
    held = contact_flags.of_case(db, pair.vss, pair.case.id)
    assert {(one.flag.contact, one.flag.mark) for one in held} == {
        ("0555 27 27 99", ContactMark.UNSAFE),
        ("0555 27 27 99", ContactMark.OLD),
    }


def test_a_flag_that_lost_its_contact_is_taken_off_and_keeps_which_one_it_was(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    made = lost(db, pair, known(make, pair), ContactField.ADDRESS, ContactMark.SHARED)

    contact_flags.lift(db, pair.vss, made.id, version=made.version)

    assert made.value == "7 Finch Row, Marlen"


def test_a_flag_that_lost_its_contact_shows_none_to_who_is_not_certain_and_stops_nothing_empty(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    her = known(make, pair)
    her.email, her.safe_channel = "wrenna@example.org", "her aunt, mornings"
    for field in ContactField:
        lost(db, pair, her, field, ContactMark.UNSAFE)
    db.expire_all()

    held = contact_flags.of_case(db, replace(pair.vss, is_fresh=False), pair.case.id)

    assert [one.flag.contact for one in held] == ["", "", "", ""]
    assert not any(contact_flags.stands_in(one.flag, "12 any text at all, 0555 1") for one in held)


def test_a_first_address_and_one_that_only_lost_a_blank_leave_nothing_old(db: Session, make: Make) -> None:
    pair = make.pair()
    her = known(make, pair)

    revise(db, pair, her, address="7  Finch Row,  Marlen")

    assert contact_flags.unseen(db, pair.vss, pair.case.id) == []


def test_a_contact_with_a_flag_is_not_chosen_as_safe_channel(db: Session, make: Make) -> None:
    pair = make.pair()
    her = known(make, pair)
    flag(db, pair, her, ContactField.PHONE)

    with pytest.raises(Invalid, match=r"error\.contact_flag\.unsafe_channel"):
        revise(db, pair, her, safe_channel="call (0)555 272799 in the evening")
    assert revise(db, pair, her, safe_channel="her friend's telephone").safe_channel


def channelled(make: Make, channel: str = "Her sister +00 555 77 88 99, after six") -> tuple[Pair, Subject]:
    pair = make.pair()
    her = known(make, pair)
    her.safe_channel = channel
    make.db.flush()
    return pair, her


def test_the_safe_channel_itself_is_flagged_and_warns_wherever_it_is_shown(db: Session, make: Make) -> None:
    pair, her = channelled(make)
    flag(db, pair, her, ContactField.SAFE_CHANNEL)

    assert contact_cards.of_case(db, pair.vss, pair.case.id).marks == (ContactMark.UNSAFE,)
    assert contact_changes.of_case(db, pair.vss, pair.case.id).marks == (ContactMark.UNSAFE,)
    closed = replace(pair.vss, is_fresh=False)
    assert contact_changes.of_case(db, closed, pair.case.id).marks == (ContactMark.UNSAFE,)
    assert contact_flags.on_channel(emergencies.of_case(db, pair.vss, pair.case.id).flags, her) == ["unsafe"]
    assert safety_plans.of_case(db, pair.vss, pair.case.id).is_warned
    for paper in (emergencies.sheet, safety_documents.document):
        assert "Do not use the safe channel as it stands, it is flagged: unsafe." in said_by(db, pair, paper)
    assert emergencies.of_case(db, pair.pp, pair.case.id).flags == ()
    assert contact_changes.of_case(db, pair.pp, pair.case.id).marks == ()


def test_what_was_flagged_as_safe_channel_is_not_chosen_again_and_another_one_has_no_warning(
    db: Session, make: Make
) -> None:
    pair, her = channelled(make)
    flag(db, pair, her, ContactField.SAFE_CHANNEL)
    revise(db, pair, her, safe_channel="Her colleague at work")
    assert contact_cards.of_case(db, pair.vss, pair.case.id).marks == ()

    for again in ("her sister  +00 555 77 88 99, after six", "Call 00 555 778899 at noon"):
        with pytest.raises(Invalid, match=r"error\.contact_flag\.unsafe_channel"):
            revise(db, pair, her, safe_channel=again)
    assert [one.flag.value for one in contact_flags.of_case(db, pair.vss, pair.case.id)] == [
        "Her sister +00 555 77 88 99, after six"
    ]
    assert identifying.tells(db, pair.vss, pair.case.id, "She was called on 0555 778899")


def test_a_flagged_safe_channel_keeps_nobody_from_correcting_the_rest_of_her_entry(
    db: Session, make: Make
) -> None:
    pair, her = channelled(make)
    flag(db, pair, her, ContactField.SAFE_CHANNEL)

    assert revise(db, pair, her, address="3 Rowan Lane, Elsewhere").address == "3 Rowan Lane, Elsewhere"


def test_a_safe_channel_put_more_exactly_leaves_nothing_old(db: Session, make: Make) -> None:
    pair, her = channelled(make)

    revise(db, pair, her, safe_channel="Her sister +00 555 77 88 99, after seven")

    assert contact_flags.of_case(db, pair.vss, pair.case.id) == []


def test_a_flagged_safe_channel_of_one_word_is_not_looked_for_in_other_sentences(
    db: Session, make: Make
) -> None:
    pair, her = channelled(make, "telephone")
    made = flag(db, pair, her, ContactField.SAFE_CHANNEL)

    assert contact_flags.stands_in(made, "Telephone")
    assert not contact_flags.stands_in(made, "We spoke by telephone")


def test_what_a_colleague_flagged_waits_until_another_one_has_seen_it(db: Session, make: Make) -> None:
    pair = make.pair()
    colleague = make.actor(pair.vss.service_id)
    make.assign(pair.case, colleague)
    made = flag(db, pair, known(make, pair), ContactField.PHONE)

    assert contact_flags.unseen(db, pair.vss, pair.case.id) == []
    [waits] = contact_flags.unseen(db, colleague, pair.case.id)
    assert (waits.flag.mark, waits.by) == (ContactMark.UNSAFE, pair.vss.name)
    contact_flags.see(db, colleague, made.id)
    assert contact_flags.unseen(db, colleague, pair.case.id) == []


def test_a_safe_channel_that_names_the_old_number_is_refused_when_the_number_changes(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    her = known(make, pair)
    her.safe_channel = "0555 27 27 99 after nine"
    db.flush()

    with pytest.raises(Invalid, match=r"error\.contact_flag\.unsafe_channel"):
        revise(db, pair, her, phone="0555 11 11 11")


def test_the_page_of_an_emergency_brings_the_flags_with_her_safe_channel(db: Session, make: Make) -> None:
    pair = make.pair()
    her = known(make, pair)
    flag(db, pair, her, ContactField.PHONE)

    assert [one.value for one in emergencies.of_case(db, pair.vss, pair.case.id).flags] == ["0555 27 27 99"]
    assert emergencies.of_case(db, pair.pp, pair.case.id).flags == ()


@pytest.mark.parametrize(
    ("address", "place", "is_there"),
    [
        ("12 Hill Road, Marlen", "Hill Road 12", True),
        ("12 Hill Road, Marlen", "12, hill road (2nd floor)", True),
        ("12 Hill Road, Marlen", "Hill Road 13, Marlen", False),
        ("12 Hill Road, Marlen", "Town hall of Marlen, room 7", False),
        ("Aurora House, Marlen", "aurora house in Marlen", True),
        ("Aurora House, Marlen", "Town hall of Marlen", False),
        ("12", "Room 12", False),
        ("Linden Way 4, 8010 Marlen", "Linden Way 4, Marlen", True),
        ("8010 Marlen, Linden Way 4/12", "Linden Way 4", True),
        ("Linden Way 4, 8010 Marlen", "Linden Way 5, 8010 Marlen", False),
    ],
)
def test_a_place_is_known_by_its_number_and_its_street(address: str, place: str, *, is_there: bool) -> None:
    assert contact_flags.is_at(address, place) is is_there


@pytest.mark.parametrize("paper", [emergencies.sheet, safety_documents.document])
def test_the_workers_papers_say_with_the_channel_what_is_wrong_with_it_and_never_to_leave_a_message(
    db: Session, make: Make, paper: Document[...]
) -> None:
    pair = make.pair()
    her = known(make, pair)
    her.safe_channel = "Call +00 555 272799"
    flag(db, pair, her, ContactField.PHONE, ContactMark.SHARED)
    flag(db, pair, her, ContactField.ADDRESS)

    said = said_by(db, pair, paper)

    assert "Call +00 555 272799" in said
    assert "Leave no message." in said
    assert (
        "Do not use the safe channel as it stands, it is flagged: shared with him. Agree on another way."
        in said
    )

    her.messages_allowed, her.safe_channel = True, "Her sister"
    db.flush()
    said = said_by(db, pair, paper)
    assert "Her sister" in said
    assert "Leave no message" not in said
    assert "flagged" not in said


@pytest.mark.parametrize("recipient", [Recipient.HER, Recipient.JOINT])
def test_no_paper_that_leaves_her_service_says_a_word_of_how_she_is_reached(
    db: Session, make: Make, recipient: Recipient
) -> None:
    pair = make.pair()
    her = known(make, pair)
    her.safe_channel = "Call +00 555 272799"
    flag(db, pair, her, ContactField.PHONE)
    paper = safety_documents.document if recipient is Recipient.HER else emergencies.sheet

    said = said_by(db, pair, paper, Sending(recipient=recipient))

    for part in ("272799", "leave a message", "flagged"):
        assert part not in said


def test_that_no_message_may_be_left_is_in_the_plan_of_the_workers_where_no_channel_is(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    known(make, pair)
    db.flush()

    assert "Leave no message." in said_by(db, pair, safety_documents.document)


def said_by(db: Session, pair: Pair, paper: Document[...], sending: Sending = USUAL) -> str:
    words = Words()
    return "\n".join(
        line.text for line in lines(paper(db, pair.vss, pair.case.id, words=words, sending=sending))
    )


def test_a_text_that_names_a_flagged_contact_carries_its_mark_while_the_contact_is_open(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    her = known(make, pair)
    flag(db, pair, her, ContactField.PHONE)

    def marks(actor: Actor, text: str) -> list[ContactMark]:
        return contact_flags.named_in(
            [one.flag for one in contact_flags.of_case(db, actor, pair.case.id)], text
        )

    assert marks(pair.vss, "Call 0555 272799 in the morning") == [ContactMark.UNSAFE]
    assert marks(pair.vss, "Call her sister") == []
    assert marks(replace(pair.vss, is_fresh=False), "Call 0555 272799 in the morning") == []
