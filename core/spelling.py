"""How what people typed is compared: the same words and numbers are the same, with whatever signs they were typed.

What is kept stays as it was typed (core.text); this is for looking alone.
"""

import re
import unicodedata
from typing import Final

#: So many digits may be a telephone; so many at the end of two are the same one, without the country's or the
#: long-distance digits.
SHORTEST_NUMBER: Final = 6
LAST_DIGITS: Final = 9
#: Signs that nobody sees: soft hyphens, blanks of no width, marks of direction, choices of a glyph.
INVISIBLE: Final = (
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    r"\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_INVISIBLE = re.compile(INVISIBLE)
#: A number with whatever people put between its digits, and one that ends at a line, a bracket, a stroke or a comma.
_LONG_RUN = re.compile(r"\+?\d[\d\s()/.\u2010-\u2015-]*")
_SHORT_RUN = re.compile(r"\d(?:[^\S\n]|[\d.+\u2010-\u2015-])*")
#: A day beside a number is no number.
_DAY = re.compile(
    r"(?<!\d)(?:0?[1-9]|[12]\d|3[01])([./-])(?:0?[1-9]|1[0-2])\1(?:19|20)\d\d(?!\d)"
    r"|(?<!\d)(?:19|20)\d\d-\d\d-\d\d(?!\d)"
)
_GROUP = re.compile(r"\d+")
_EMAIL = re.compile(r"[\w.%+-]+@[\w-]+(?:\.[\w-]+)*")


def plain(typed: str) -> str:
    """Without signs that nobody sees, and each letter in its one form."""
    return typed if typed.isascii() else unicodedata.normalize("NFKC", _INVISIBLE.sub("", typed))


def flat(typed: str) -> str:
    """The same whatever the capitals, and the blanks between the words."""
    return re.sub(r"\s+", " ", plain(typed)).strip().casefold()


def readings(typed: str) -> tuple[str, ...]:
    """Without signs that nobody sees, and with a blank for each: they may stand within a word, or between two."""
    parted = _INVISIBLE.sub(" ", typed)
    return (plain(typed),) if parted == typed else (plain(typed), plain(parted))


def searched(typed: str) -> str:
    """A text to look for values in, in each of its readings."""
    return " ".join(map(flat, readings(typed)))


def words(typed: str) -> list[str]:
    """The words, whatever their capitals."""
    return re.findall(r"\w+", plain(typed).casefold())


def pattern(word: str) -> str:
    """A word as an expression: each letter in its one form or with its accents apart, and what nobody sees between them."""
    forms = (dict.fromkeys((sign, unicodedata.normalize("NFD", sign))) for sign in word)
    return f"{INVISIBLE}*".join(f"(?:{'|'.join(map(re.escape, form))})" for form in forms)


def digits(typed: str) -> str:
    """All digits, of whatever script."""
    return "".join(str(unicodedata.decimal(sign)) for sign in plain(typed) if sign.isdecimal())


def numbers(typed: str) -> set[str]:
    """The digits of whatever may be a telephone in a field, which may hold two of them, and the hours beside."""
    said = _DAY.sub("", plain(typed))
    found = {digits(run) for run in (said, *_LONG_RUN.findall(said), *_SHORT_RUN.findall(said))}
    return {number for number in found if len(number) >= SHORTEST_NUMBER}


def holds_number(value: str, typed: str) -> bool:
    """Does a text hold a telephone of a field, whatever stands beside it in the one or in the other?"""
    said, held = digits(typed), digits(value)
    ends = {_end(number) for number in numbers(value)} - {""}
    others = {_end(number) for number in numbers(typed)}
    return any(end in said for end in ends) or any(
        len(end) >= SHORTEST_NUMBER and end in held for end in others
    )


def begins_number(value: str, typed: str) -> bool:
    """Are these digits how a telephone of a field begins, wherever it stands there?"""
    said = plain(value)
    numbers = (digits(said[group.start() :]) for group in _GROUP.finditer(said))
    return any(whole.startswith(typed) for number in numbers for whole in (number, number.lstrip("0")))


def _end(number: str) -> str:
    return number.lstrip("0")[-LAST_DIGITS:]


def emails(value: str) -> list[str]:
    """The addresses of e-mail in a field, which may hold two of them."""
    return list(dict.fromkeys(one for said in readings(value) for one in _EMAIL.findall(said)))
