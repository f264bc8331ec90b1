"""The same telephone, address and name is found, with whatever signs and beside whatever else it was typed."""

import pytest
from sqlalchemy.orm import Session

from core import spelling
from core.operations import contact_flags, identifying
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


def flagged(make: Make, pair: Pair, field: ContactField, value: str) -> ContactFlag:
    return ContactFlag(
        subject_id=make.subject(pair.vss_file).id,
        field=field,
        value=value,
        mark=ContactMark.UNSAFE,
        flagged_on=pair.case.opened_on,
        flagged_by=pair.vss.person_id,
    )
