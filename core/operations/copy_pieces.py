"""One thing of the own file that could go into the copy of a person's own data, and what somebody chose of them."""

import hashlib
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from core.models import PersonRequest


@dataclass(frozen=True)
class Piece:
    """Something that could go into the copy."""

    id: str
    section: str
    heading: str
    on: date
    text: str
    #: A key of the words that stands before the text: what somebody answered.
    said: str = ""
    #: A key of the words: why it is left out unless somebody says that it may go; empty: it goes.
    doubt: str = ""
    #: It cannot go, whatever somebody says.
    never: bool = False
    #: When it was written, where `on` is another day.
    written_on: date | None = None
    #: What people typed of the text, where words of the content stand in it too.
    typed: str | None = None

    @cached_property
    def mark(self) -> str:
        """What it says and what speaks against it, as one word: it is another as soon as either changes."""
        said = (self.id, self.section, self.heading, self.on, self.text, self.said, self.doubt, self.never)
        return hashlib.sha256(repr(said).encode()).hexdigest()[:32]


def mark_of_all(pieces: Iterable[Piece]) -> str:
    return hashlib.sha256(" ".join(one.mark for one in pieces).encode()).hexdigest()[:32]


class Choice:
    """What somebody read and chose; what was written or changed since nobody has read, and it does not go."""

    def __init__(self, request: PersonRequest) -> None:
        self.is_made = request.chosen_by is not None
        self._marks: dict[str, bool] = json.loads(request.choice or "{}")

    def goes(self, piece: Piece) -> bool:
        return not piece.never and self._marks.get(piece.mark, False)

    def is_offered(self, piece: Piece) -> bool:
        """Is it ticked when somebody begins to choose: as chosen before, and else where there is no doubt?"""
        return not piece.never and self._marks.get(piece.mark, not piece.doubt)

    def is_unread(self, piece: Piece) -> bool:
        """Was it written, or has it changed, since somebody chose?"""
        return self.is_made and not piece.never and piece.mark not in self._marks


def chosen(pieces: Iterable[Piece], *, read: Collection[str], goes: Collection[str]) -> str:
    """The choice as it is kept: of each piece that was read as it is now, whether it goes. Both are marks."""
    return json.dumps({one.mark: one.mark in goes and not one.never for one in pieces if one.mark in read})
