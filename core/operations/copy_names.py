"""Names that a text of the own file may hold, whole or in part: of the other service and its people, and of others of the file."""

import re
from collections.abc import Collection, Iterable
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import spelling
from core.access import Actor
from core.content import telling
from core.models import Case, Cooperation, Person, Service, Subject
from core.operations.identifying import SHORTEST_NAME

#: Of a service's name shorter words than this say nothing.
_SHORTEST_OF_SERVICE = 4
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")


class Names:
    """Whole names, and parts of them by which somebody may be meant."""

    def __init__(self, whole: Iterable[str], parts: Iterable[str]) -> None:
        names = [name for name in whole if name]
        self._whole = [_pattern(name) for name in names]
        flat = {_squeezed(name).casefold() for name in names}
        self._within = {
            name
            for name in flat - telling.load().everyday_words
            if len(name) >= _SHORTEST_OF_SERVICE or not name.isascii()
        }
        self._parts = [_pattern(part) for part in parts]

    def hold_whole(self, text: str) -> bool:
        """Does the text hold one of them whole, however many blanks stand in it?"""
        return any(pattern.search(said) for said in _said(text) for pattern in self._whole)

    def hold_within(self, text: str) -> bool:
        """Does one stand whole in a longer word: inflected, compounded, or in a script without blanks?"""
        return any(name in said.casefold() for said in _said(text) for name in self._within)

    def hold_part(self, text: str) -> bool:
        """Does it hold a part of one, as a word of its own?"""
        return any(pattern.search(said) for said in _said(text) for pattern in self._parts)


def of_the_other(db: Session, actor: Actor, case: Case, subject: Subject) -> Names:
    """The other service and its people, those who left it among them."""
    own = db.get_one(Service, actor.service_id)
    other = db.get_one(Service, db.get_one(Cooperation, case.cooperation_id).other(actor.service_id))
    people = db.scalars(select(Person.name).where(Person.service_id == other.id)).all()
    # The town is both's, and of a word of one's own name nobody thinks of the other.
    known = f"{own.name} {own.address} {other.address}"
    parts = _parts_of_service(other.name, known) | _parts_of_people(people)
    return Names([other.name, *people], parts - _parts_of_people([subject.name]))


def of_others_in_file(db: Session, subject: Subject) -> Names:
    """Everybody of the file but the person themselves, whose family name is often the same."""
    others = select(Subject).where(Subject.file_id == subject.file_id, Subject.id != subject.id)
    names = [other.name for other in db.scalars(others)]
    return Names(names, _parts_of_people(names) - _parts_of_people([subject.name]))


def _parts_of_people(names: Iterable[str]) -> set[str]:
    """The words of their names; "von" and "de la" are no part of which somebody thinks of a person."""
    return {
        word
        for name in names
        for word in _capitals(_words(name))
        if len(word) >= SHORTEST_NAME and word.casefold() not in telling.load().titles
    }


def _parts_of_service(name: str, known: str) -> set[str]:
    """The words of the name that few others bear, and two of it in a row."""
    everywhere = telling.load().service_words | {word.casefold() for word in _words(known)}
    words = _words(name)
    rare = {
        word
        for word in words
        if (len(word) >= _SHORTEST_OF_SERVICE or (word.isupper() and len(word) >= SHORTEST_NAME))
        and word.casefold() not in everywhere
    }
    named = set(_capitals(words))
    pairs = {
        f"{first} {second}"
        for first, second in pairwise(words)
        if {first, second} <= named and min(len(first), len(second)) >= SHORTEST_NAME
    }
    own = _squeezed(known).casefold()
    return rare | {pair for pair in pairs if pair.casefold() not in own}


def _capitals(words: Collection[str]) -> list[str]:
    """Those with a capital; all of them where none has one, as in many scripts."""
    return [word for word in words if word[0].isupper()] or list(words)


def _words(text: str) -> list[str]:
    return _WORD.findall(_squeezed(text))


def _said(text: str) -> list[str]:
    return [_squeezed(said) for said in spelling.readings(text)]


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", spelling.plain(text)).strip().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")


def _pattern(name: str) -> re.Pattern[str]:
    """The name as words of their own, and in the genitive: the Bergers' call, Bergers Anruf."""
    flat = re.escape(_squeezed(name))
    if name.casefold() in telling.load().everyday_words:
        return re.compile(rf"(?<!\w)(?:{flat}|{flat.upper()})s?(?!\w)")
    return re.compile(rf"(?<!\w){flat}s?(?!\w)", re.IGNORECASE)
