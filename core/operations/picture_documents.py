"""The picture of a case in Word: what both services read, for both; or as the victim support service reads it, for it alone.

The lanes are a table: text that can be read aloud, corrected and printed, and nothing that needs a browser to draw.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
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

#: More columns than these do not fit on a lying page.
MOST_COLUMNS: Final = 21
#: In months; a column begins with a month that its step divides a year by.
_STEPS: Final = (1, 2, 3, 6, 12)
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


def columns(first: date, last: date) -> tuple[int, list[Column]]:
    """The time cut into equal pieces of whole months, as few months each as a page takes; and how many that are."""
    step = 0
    found: list[Column] = []
    while not found or len(found) > MOST_COLUMNS:
        step = next((one for one in _STEPS if one > step), step + YEAR)
        begin = first.replace(month=(first.month - 1) // step * step + 1, day=1)
        found = []
        while begin <= last:
            after = months_later(begin, step)
            found.append(Column(begin, after - timedelta(days=1)))
            begin = after
    return step, found


def _printed(picture: Picture, actor: Actor, words: Words) -> word.CasePicture:
    last = max(picture.last, picture.today)
    step, pieces = columns(picture.first, last)
    return word.CasePicture(
        case_code=picture.case.code,
        as_of_text=words.moment(clock.now()),
        span_text=words("recidivism.span", first=words.day(picture.first), last=words.day(last)),
        printed=Printed(by=actor.name, at_text=words.moment(clock.now())),
        heads=tuple(f"{words.month(piece.first)} {piece.first.year}" for piece in pieces),
        lanes=tuple(_row(picture, lane, kind, pieces, words) for lane, kind in ROWS),
        signs=f"{words.count('picture.paper.step', step)} {words('picture.paper.signs')}",
        differences=tuple(picture_words.difference(words, one) for one in picture.differences),
        months=tuple(_months(picture, words)),
        language=settings().language,
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
        case Kind.MEETING:
            if mark.state in {"held", "consultation", "in_progress"}:
                return "held"
            return "missed" if mark.state == "missed" else "planned"
        case _:
            return "result"


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
    more = " · ".join(picture_words.details(words, mark))
    head = f"{picture_words.short_days(words, mark)}: {picture_words.title(words, mark)}"
    return " ".join(filter(None, (f"{head}." if more else head, more, differs)))
