"""The same telephone, address and name is found, with whatever signs and beside whatever else it was typed."""

import unicodedata

import pytest
from sqlalchemy.orm import Session

from core import spelling
from core.content.meeting_kinds import Entry
from core.models import StrikeGround
from core.operations import (
    contact_flags,
    copy_names,
    identifying,
    minutes,
    registers,
    strikes,
    tables,
    telling,
)
from core.operations.contact_flags import ContactField, ContactFlag, ContactMark
from tests.make import Make, Pair

SAID = "Reach her on 0888 123 456 in the mornings"
FIELDS = (
    "0888 123 456",
    "0888 123 456 (9-17)",
    "0888 123 456 9-17 h",
    "0899 765 432, 0888 123 456",
    "0899 765 432 0888 123 456",
    "0899 765 432\n0888 123 456",
    "her mobile 0888 123 456 (9-17 h)",
    "0888/123-456",
    "0888\u2013123\u2013456",
    "(0888) 123 456",
    "\uff10\uff18\uff18\uff18 123 456",
)


@pytest.mark.parametrize("field", FIELDS)
def test_a_telephone_is_found_whatever_stands_beside_it_in_the_field(field: str) -> None:
    assert spelling.holds_number(field, SAID)
    assert spelling.holds_number(field, "+359 888 123456")


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("+36 (30) 123 4567", "call 06 30 123 45 67"),
        ("030 / 123 45 67", "it is 0301234567"),
        ("0888/123-456", "0888 123 456"),
        ("0888 123 456", "0888 123 456 (9-17), 12 May"),
    ],
)
def test_a_telephone_is_found_in_the_forms_that_countries_write(field: str, typed: str) -> None:
    assert spelling.holds_number(field, typed)


@pytest.mark.parametrize(
    "typed", ["We meet on 28.11.2026 at 9-17", "K-2027-003", "no number at all", "000 000 000", "456"]
)
def test_a_day_a_code_and_a_few_digits_are_no_telephone_of_hers(typed: str) -> None:
    assert not any(spelling.holds_number(field, typed) for field in FIELDS)


def test_a_text_that_names_her_number_or_address_is_refused_however_full_the_field_is(
    db: Session, make: Make
) -> None:
    pair = make.pair()
    her = make.subject(pair.vss_file)

    def is_told(said: str, **kept: str) -> bool:
        her.phone = her.email = her.safe_channel = ""
        for field, value in kept.items():
            setattr(her, field, value)
        db.flush()
        return identifying.tells(db, pair.vss, pair.case.id, said)

    for field in FIELDS:
        assert is_told(SAID, phone=field)
        assert is_told(SAID, safe_channel=field)
        assert identifying.tells_so_far(db, pair.vss, pair.case.id, "Call 0888 1")
    for field in ("a@x.org, b@y.org", "a@x.org;b@y.org", "<b@y.org> a@x.org"):
        assert is_told("Write to B@y.org today", email=field)
        assert is_told("Write to a@x.org today", safe_channel=field)
        assert not is_told("Write to c@z.org today", email=field)


@pytest.mark.parametrize("field", FIELDS)
def test_a_flag_on_a_telephone_stops_it_as_a_safe_channel(make: Make, field: str) -> None:
    pair = make.pair()

    assert contact_flags.stands_in(flagged(make, pair, ContactField.PHONE, field), "mobile 0888 123 456")


def test_a_flag_on_two_addresses_of_e_mail_stops_each(make: Make) -> None:
    flag = flagged(make, make.pair(), ContactField.EMAIL, "a@x.org, b@y.org")

    assert contact_flags.stands_in(flag, "only by b@y.org")
    assert not contact_flags.stands_in(flag, "only by c@z.org")


def forms(name: str) -> set[str]:
    """The same name in other signs: as a screen shows it, nothing changes."""
    hidden = {f"{name[:4]}{sign}{name[4:]}" for sign in ("\u00ad", "\u200b", "\u2060", "\ufeff", "\u200d")}
    return {name, unicodedata.normalize("NFD", name), *hidden, f"{name[:-1]}\u200b{name[-1]}"}


@pytest.mark.parametrize("name", ["Žofia", "Radostina"])
def test_a_name_is_found_in_every_form_that_looks_the_same(db: Session, make: Make, name: str) -> None:
    pair = make.pair()
    her = make.subject(pair.vss_file)

    for kept in forms(name):
        her.name = f"{kept} Kráľ"
        db.flush()
        for typed in forms(name):
            assert identifying.tells(db, pair.vss, pair.case.id, f"He saw {typed} there")
            assert identifying.tells_so_far(db, pair.vss, pair.case.id, f"He saw {typed[:-1]}")
        assert identifying.tells(db, pair.vss, pair.case.id, f"He saw\u200b{name}\u200bthere")
    assert not identifying.tells(db, pair.vss, pair.case.id, "He saw her there")


def test_a_street_a_register_and_a_name_of_the_other_side_are_known_in_every_form(make: Make) -> None:
    her = make.subject(make.pair().vss_file, address="7 Žabotova, Marlen")

    for typed in forms("Žabotova"):
        assert contact_flags.is_at(her.address, f"7 {typed}")
        assert registers.is_named("Žabotova", typed)
        assert copy_names.Names(["Žabotova"], []).hold_whole(f"near {typed} 7")
        assert [hit.field for hit in telling.alike(f"near {typed}", [her])] == ["address"]


def test_what_nobody_sees_in_words_keeps_none_of_them_from_being_struck(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    said = " and ".join(sorted(forms("Žofia")))
    tables.write_item(db, pair.pp, meeting.items[0].id, entry=Entry.FACTS, text=said, seen="")
    tables.close(db, pair.pp, meeting.id)

    found = {typed: strikes.preview(db, pair.pp, meeting.id, typed=typed).total for typed in forms("Žofia")}

    assert found == dict.fromkeys(forms("Žofia"), len(forms("Žofia")))
    strikes.strike(
        db,
        pair.pp,
        meeting.id,
        typed="Žofia",
        ground=StrikeGround.NAME_OR_PLACE,
        places=len(forms("Žofia")),
        mark="[struck]",
    )
    left = minutes.of_meeting(db, pair.pp, meeting.id).latest.content.items[0].texts["facts"]
    assert left == " and ".join(["[struck]"] * len(forms("Žofia")))


def test_what_was_copied_out_of_a_printed_page_is_struck_as_it_stands(db: Session, make: Make) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    tables.write_item(
        db, pair.pp, meeting.items[0].id, entry=Entry.FACTS, text="So\ufb01a was there", seen=""
    )
    tables.close(db, pair.pp, meeting.id)

    assert strikes.preview(db, pair.pp, meeting.id, typed="So\ufb01a").total == 1


def flagged(make: Make, pair: Pair, field: ContactField, value: str) -> ContactFlag:
    return ContactFlag(
        subject_id=make.subject(pair.vss_file).id,
        field=field,
        value=value,
        mark=ContactMark.UNSAFE,
        flagged_on=pair.case.opened_on,
        flagged_by=pair.vss.person_id,
    )


@pytest.mark.parametrize("typed", ["031 123 456", "31 123 456", "+386 31 123 456", "00386 31/123-456"])
def test_a_number_is_known_with_and_without_the_digits_of_its_country(
    db: Session, make: Make, typed: str
) -> None:
    pair = make.pair()
    her = make.subject(pair.vss_file)
    her.phone = "+386 31 123 456"
    db.flush()

    assert identifying.tells(db, pair.vss, pair.case.id, f"Call her on {typed} in the morning")
    assert not identifying.tells(db, pair.vss, pair.case.id, "Call her on 031 123 457 in the morning")


def test_a_name_of_two_short_words_is_found_as_a_whole(db: Session, make: Make) -> None:
    pair = make.pair()
    make.subject(pair.vss_file, name="Li Na")

    assert identifying.tells(db, pair.vss, pair.case.id, "She is called Li Na")
    assert not identifying.tells(db, pair.vss, pair.case.id, "She lives there, na also")


@pytest.mark.parametrize("sign", ["\u00ad", "\u200b", "\u2060", "\ufeff"])
def test_a_sign_that_nobody_sees_between_two_words_joins_them_nowhere(
    db: Session, make: Make, sign: str
) -> None:
    pair = make.pair()
    meeting = make.table(pair)
    her = make.subject(pair.vss_file, address="Žabotova 7")
    tables.write_item(
        db, pair.pp, meeting.items[0].id, entry=Entry.FACTS, text=f"at{sign}Ana {sign}Kovač", seen=""
    )
    tables.close(db, pair.pp, meeting.id)

    assert contact_flags.is_at(her.address, f"at{sign}Žabotova{sign}7")
    assert registers.is_named("Ivan Kostov", f"with{sign}Ivan{sign}Kostov")
    assert copy_names.Names(["Žabotova"], []).hold_whole(f"near{sign}Žabotova{sign}7")
    assert "phone" in {hit.field for hit in telling.alike(f"call{sign}0791234567", [her])}
    assert strikes.preview(db, pair.pp, meeting.id, typed="Ana Kovač").total == 1


@pytest.mark.parametrize("field", ["By e-mail to a@x.org.", "mailto:a@x.org", "a@x.org/b@y.org", '"a@x.org"'])
def test_an_address_of_e_mail_is_found_at_the_end_of_a_sentence_and_beside_other_signs(
    db: Session, make: Make, field: str
) -> None:
    pair = make.pair()
    make.subject(pair.vss_file).safe_channel = field
    db.flush()

    assert identifying.tells(db, pair.vss, pair.case.id, "Write to a@x.org today")
    assert contact_flags.stands_in(flagged(make, pair, ContactField.EMAIL, field), "only by a@x.org")


def test_a_day_beside_how_she_is_reached_is_no_number_of_hers(db: Session, make: Make) -> None:
    pair = make.pair()
    her = make.subject(pair.vss_file)
    her.safe_channel = "Tuesdays 14-16, since 01.09.2025 at work, 0888 123 456"
    db.flush()

    assert not identifying.tells(db, pair.vss, pair.case.id, "The talk was on 01.09.2025")
    assert identifying.tells(db, pair.vss, pair.case.id, "Ring 0888/123456")
