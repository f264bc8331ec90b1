"""What a person typed, checked before it is kept: nothing silently changed, nothing that a document would lose."""

import re
import unicodedata
from datetime import date
from uuid import UUID

from core.errors import Invalid

LONGEST_LINE = 300
LONGEST_TEXT = 20_000
#: Between these lies every day that people may give.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2200, 1, 1)
_ID = re.compile(r"[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}")


def _refuse_unprintable(text: str, *, field: str, allowed: str) -> None:
    for sign in text:
        if sign in allowed:
            continue
        kind = unicodedata.category(sign)
        if kind in {"Cc", "Cs"} or sign in "\ufffe\uffff":
            raise Invalid("error.unprintable", field=field)
        if kind == "Cf" and sign in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069":
            raise Invalid("error.direction_sign", field=field)


def line(text: str | None, *, field: str, required: bool = True, longest: int = LONGEST_LINE) -> str:
    """One line of text without outer blanks.

    Raises Invalid where it is empty though required, too long, or holds signs that cannot be printed.
    """
    stripped = (text or "").strip()
    if required and not stripped:
        raise Invalid("error.empty", field=field)
    if len(stripped) > longest:
        raise Invalid("error.too_long", field=field, longest=longest, length=len(stripped))
    _refuse_unprintable(stripped, field=field, allowed="")
    return stripped


def text(typed: str | None, *, field: str, required: bool = True, longest: int = LONGEST_TEXT) -> str:
    """Several lines of text without outer blanks; line ends become one kind.

    Raises Invalid like `line`.
    """
    stripped = (typed or "").replace("\r\n", "\n").replace("\r", "\n").strip()
    if required and not stripped:
        raise Invalid("error.empty", field=field)
    if len(stripped) > longest:
        raise Invalid("error.too_long", field=field, longest=longest, length=len(stripped))
    _refuse_unprintable(stripped, field=field, allowed="\n\t")
    return stripped


def day(value: date | None, *, field: str) -> date:
    """A day that must be given, and lies in a time that makes sense."""
    if value is None:
        raise Invalid("error.no_date", field=field)
    if not FIRST_DAY <= value <= LAST_DAY:
        raise Invalid("error.strange_date", field=field)
    return value


def in_order(first: date | None, second: date | None, *, field: str) -> None:
    """Raise Invalid where the second day lies before the first."""
    if first is not None and second is not None and second < first:
        raise Invalid("error.dates_out_of_order", field=field, first=first, second=second)


def holds(whole: str, part: str) -> bool:
    """Do these words stand in a text as they are, and not within other words? "No" is not said by "Nobody"."""
    return re.search(rf"(?<!\w){re.escape(part.strip())}(?!\w)", whole) is not None


def ids_in(name: str) -> list[UUID]:
    """The ids that the name of a place holds, written with dashes or without."""
    return [UUID(found) for found in _ID.findall(name)]
