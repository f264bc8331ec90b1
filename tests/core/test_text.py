"""What a person typed is kept as typed, or refused with a reason."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from core import text
from core.errors import Invalid

PRINTABLE = some.text(some.characters(exclude_categories=("Cc", "Cs", "Cf", "Cn")), min_size=1).filter(
    lambda typed: bool(typed.strip())
)


@pytest.mark.parametrize(
    "typed", ["PP & VSS", "<b>", "{{ x }}", "score <10", "👩‍👧‍👦", "שלום", "مرحبا", "O'Brien & Sons <x>"]
)
def test_every_sign_that_can_be_printed_is_kept(typed: str) -> None:
    assert text.line(typed, field="f") == typed
    assert text.text(typed, field="f") == typed


@given(PRINTABLE)
def test_a_line_is_what_was_typed_without_outer_blanks(typed: str) -> None:
    if len(typed) <= text.LONGEST_LINE:
        assert text.line(typed, field="f") == typed.strip()


@pytest.mark.parametrize("sign", ["\x00", "\x07", "\x1b", "\ud800", "\uffff", "\x0b"])
def test_a_sign_that_cannot_be_printed_is_refused(sign: str) -> None:
    with pytest.raises(Invalid, match="unprintable"):
        text.text(f"before{sign}after", field="f")


def test_a_hidden_turn_of_direction_is_refused() -> None:
    with pytest.raises(Invalid, match="direction_sign"):
        text.line("abc\u202edef", field="f")


def test_a_line_has_no_line_end_and_a_text_may() -> None:
    with pytest.raises(Invalid, match="unprintable"):
        text.line("one\ntwo", field="f")
    assert text.text("one\r\ntwo\rthree", field="f") == "one\ntwo\nthree"


@pytest.mark.parametrize("check", [text.line, text.text])
def test_empty_and_over_long_texts_are_refused(check) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    with pytest.raises(Invalid, match=r"error\.empty"):
        check("  \n ", field="f")
    with pytest.raises(Invalid, match="too_long"):
        check("x" * 30_000, field="f")
    assert check(None, field="f", required=False) == ""


def test_dates_must_be_given_sensible_and_in_order() -> None:
    with pytest.raises(Invalid, match="no_date"):
        text.day(None, field="f")
    with pytest.raises(Invalid, match="strange_date"):
        text.day(date(1066, 1, 1), field="f")
    with pytest.raises(Invalid, match="dates_out_of_order"):
        text.in_order(date(2027, 2, 1), date(2027, 1, 31), field="f")
    text.in_order(date(2027, 2, 1), date(2027, 2, 1), field="f")
    text.in_order(None, date(2027, 2, 1), field="f")
    assert text.day(date(2027, 2, 1), field="f") == date(2027, 2, 1)


@pytest.mark.parametrize(
    ("whole", "part", "is_there"),
    [
        ("Called by both.\n\nShe sleeps there (again).", " She sleeps there (again). \n", True),
        ("No", "No", True),
        ("Nobody came", "No", False),
        ("She knows", "now", False),
        ("", "No", False),
    ],
)
def test_a_text_holds_words_that_stand_in_it_and_no_part_of_a_word(
    whole: str, part: str, is_there: bool
) -> None:
    assert text.holds(whole, part) is is_there
