"""The picture of a case in Word: what both services read, for both; or as the victim support service reads it, for it alone.

The lanes are a table: text that can be read aloud, corrected and printed, and nothing that needs a browser to draw.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import chain, count
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from core import clock
from core.access import Actor, Permission, require
from core.documents import picture as word
from core.documents.frame import Printed
from core.documents.kinds import DocumentKind, Recipient
from core.errors import NotAllowed
from core.locale import Words
from core.models import ServiceKind
from core.operations import cases, outgoing, picture_words, pictures
from core.operations.papers import USUAL, Paper, Sending
from core.operations.picture_parts import ROWS, Kind, Lane, Mark
from core.operations.pictures import Picture
from core.operations.t_dates import months_later
from core.settings import settings

#: How much time a column can be, from the least on.
_STEPS: Final = (
    ("week", 1), ("week", 2), ("month", 1), ("month", 2), ("month", 3), ("month", 6), ("month", 12),
)  # fmt: skip
YEAR: Final = 12


class Edition(StrEnum):
    """For whom the picture is printed."""

    JOINT = "joint"
    VSS = "vss"


@dataclass(frozen=True)
class Column:
    first: date
    last: date


@outgoing.document
def document(
    db: Session, actor: Actor, case_id: UUID, *, words: Words, form: Edition, sending: Sending = USUAL
) -> Paper:
    """The picture in one of its editions. Raises NotAllowed where somebody else than her service asks for hers."""
    is_joint = form is Edition.JOINT
    if not is_joint:
        require(actor, Permission.READ_FILE)
        if actor.kind is not ServiceKind.VSS:
            raise NotAllowed
    picture = pictures.of_case(db, actor, case_id, joint_only=is_joint)
    kind = DocumentKind.PICTURE if is_joint else DocumentKind.PICTURE_VSS
    recipient, choices = outgoing.to_whom(kind, sending, Recipient.JOINT if is_joint else Recipient.VSS)
    return Paper(
        kind=kind,
        recipient=recipient,
        content=word.make(_printed(picture, actor, words), recipient, words, kind=kind),
        # Of what stands in her edition the other service learns nothing, not even that somebody took it.
        record=picture.case if is_joint else cases.own_file(db, actor, picture.case),
        act="export_picture",
        case_id=picture.case.id,
        choices=choices,
    )


def columns(first: date, last: date) -> tuple[str, int, list[Column]]:
    """The time cut into equal pieces, as short as a page takes: weeks or months, and of how many each is."""
    for unit, number in chain(_STEPS, (("month", years * YEAR) for years in count(2))):
        found = list(_pieces(unit, number, first, last))
        if len(found) <= word.COLUMNS:
            break
    return unit, number, found


def _pieces(unit: str, number: int, first: date, last: date) -> Iterator[Column]:
    """From the Monday before the first day on, or from a month by whose number the year is cut."""
    is_week = unit == "week"
    begin = first - timedelta(days=first.weekday())
    if not is_week:
        begin = first.replace(month=(first.month - 1) // number * number + 1, day=1)
    while begin <= last:
        after = begin + timedelta(weeks=number) if is_week else months_later(begin, number)
        yield Column(begin, after - timedelta(days=1))
        begin = after


def _printed(picture: Picture, actor: Actor, words: Words) -> word.CasePicture:
    last = max(picture.last, picture.today)
    unit, number, pieces = columns(picture.first, last)
    return word.CasePicture(
        case_code=picture.case.code,
        as_of_text=words.moment(clock.now()),
        span_text=words("recidivism.span", first=words.day(picture.first), last=words.day(last)),
        printed=Printed(by=actor.name, at_text=words.moment(clock.now())),
        heads=tuple(_head(piece, unit, words) for piece in pieces),
        lanes=(
            _differing(picture, pieces, words),
            *(_row(picture, lane, kind, pieces, words) for lane, kind in ROWS),
        ),
        signs=f"{words.count(f'picture.paper.{unit}', number)} {words('picture.paper.signs')}",
        differences=tuple(picture_words.difference(words, one) for one in picture.differences),
        months=tuple(_months(picture, words)),
        language=settings().language,
    )


def _head(piece: Column, unit: str, words: Words) -> str:
    name = words.short_day(piece.first) if unit == "week" else words.month(piece.first)
    return f"{name} {piece.first.year}"


def _differing(picture: Picture, pieces: Sequence[Column], words: Words) -> word.GridRow:
    """Above the lanes, the numbers of the differences over the time in which they show."""
    found = list(enumerate(picture.differences, start=1))
    return word.GridRow(
        words("picture.differ_row"),
        tuple(
            " ".join(
                str(number)
                for number, one in found
                if one.since <= piece.last and picture.end(one) >= piece.first
            )
            for piece in pieces
        ),
    )


def _row(picture: Picture, lane: Lane, kind: Kind, pieces: Sequence[Column], words: Words) -> word.GridRow:
    marks = picture.of(lane, kind)
    whose = words(f"picture.lane.{lane}")
    name = words("picture.paper.row", lane=whose, row=picture_words.row(words, kind))
    return word.GridRow(name, tuple(_cell(picture, marks, kind, piece, words) for piece in pieces))


def _cell(picture: Picture, marks: Iterable[Mark], kind: Kind, piece: Column, words: Words) -> str:
    """A sign for each mark of a piece of time; of what lasts, what held in it, one after the other."""
    if kind is Kind.AGREEMENT:
        held = any(one.on <= piece.last and picture.end(one) >= piece.first for one in marks)
        return words("picture.paper.sign_agreement") if held and piece.first <= picture.today else ""
    if kind is Kind.LEVEL:
        held_here = [
            one
            for one in marks
            if one.state == "holds" and one.on <= piece.last and picture.end(one) >= piece.first
        ]
        letters = [words(f"picture.paper.sign_{one.what}") for one in held_here]
        return " ".join(letters) if piece.first <= picture.today else ""
    return " ".join(
        words(f"picture.paper.sign_{_sign(one)}") for one in marks if piece.first <= one.on <= piece.last
    )


def _sign(mark: Mark) -> str:
    match mark.kind:
        case Kind.EPISODE:
            return "episode_own" if mark.is_ours_only else "episode"
        case Kind.CHANGE | Kind.HER_RISK:
            return mark.what
        case Kind.END:
            return mark.state
        case Kind.MEETING:
            return "held" if mark.is_held else "missed" if mark.is_missed else "planned"
        case _:
            return str(mark.kind)


def _months(picture: Picture, words: Words) -> Iterator[word.Month]:
    """What began in each month that holds something, by whose account it is."""
    found: dict[date, dict[Lane, list[str]]] = {}
    for mark in picture.marks:
        cells = found.setdefault(mark.on.replace(day=1), {})
        cells.setdefault(mark.lane, []).append(_told(mark, words, picture))
    for month, cells in sorted(found.items()):
        said = {lane: "\n".join(cells.get(lane, ())) for lane in Lane}
        yield word.Month(
            picture_words.month(words, month),
            him=said[Lane.HIM],
            her=said[Lane.HER],
            others=said[Lane.OTHERS],
            both=said[Lane.BOTH],
        )


def _told(mark: Mark, words: Words, picture: Picture) -> str:
    numbers = [str(number) for number in picture.numbers(mark)]
    differs = words("picture.paper.differs", numbers=", ".join(numbers)) if numbers else ""
    head = f"{picture_words.short_days(words, mark)}: {picture_words.title(words, mark)}"
    said = " · ".join([head, *picture_words.details(words, mark)])
    return f"{said} {differs}".strip()
