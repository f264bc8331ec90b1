"""Finds in a text what would say who somebody is, or where: the exact values of a file's names and contacts.

Every text that both services read is looked at before it is kept; `require_nameless` refuses it for its author alone.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Actor
from core.errors import Invalid
from core.models import CaseFile, Subject

#: Shorter parts of a name are found in too many words to be a warning.
SHORTEST_NAME = 3
SHORTEST_DIGITS = 6
#: So many digits at the end of a text may be a number that is being typed.
SHORTEST_BEGINNING = 4
_LAST_WORD = re.compile(r"\w+$")
_LAST_DIGITS = re.compile(r"[\d\s()+/.-]+$")
TYPED = ("address", "email", "safe_channel", "safe_times", "code_phrase", "who_may_know")
#: What says who or where somebody is, whatever else the text speaks of; "mornings" or "phone" does not.
TELLING = frozenset({"name", "born_on", "address", "phone", "email"})
DATE_FORMS = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y")


@dataclass(frozen=True)
class Found:
    """A value of the file that stands in the text."""

    field: str
    value: str
    code: str


def found(typed: str, subjects: Iterable[Subject]) -> list[Found]:
    """What of these people's names and contacts the text holds, each once."""
    words = _flat(typed)
    digits = re.sub(r"\D", "", typed)
    hits = [
        Found(field, value, subject.code)
        for subject in subjects
        for field, value in _in(words, digits, subject)
    ]
    return list(dict.fromkeys(hits))


def found_in(db: Session, actor: Actor, case_id: UUID, typed: str) -> list[Found]:
    """Which names and contacts of the actor's own file stand in a text that is about to leave it.

    Asks nobody's permission to read the file: a person who may not read it must not carry its names out either.
    """
    return found(typed, subjects_of(db, actor, case_id))


def subjects_of(db: Session, actor: Actor, case_id: UUID) -> Sequence[Subject]:
    """The people of the actor's own file of a case."""
    own = select(CaseFile.id).where(CaseFile.case_id == case_id, CaseFile.service_id == actor.service_id)
    return db.scalars(select(Subject).where(Subject.file_id.in_(own))).all()


def tells(db: Session, actor: Actor, case_id: UUID | None, words: str, *, known: str = "") -> bool:
    """Do these words hold a name or a contact of the actor's own file, and not just a word of how she is reached?

    `known` is what stands there already: nobody is stopped at what others wrote. What belongs to no case has no file.
    """
    if case_id is None or not words:
        return False
    told = [hit for hit in found_in(db, actor, case_id, words) if hit.field in TELLING]
    return bool(told) and not set(told) <= set(found_in(db, actor, case_id, known))


def tells_so_far(db: Session, actor: Actor, case_id: UUID | None, words: str, *, known: str = "") -> bool:
    """The same for a text that is saved while it is typed: does it tell, or end in the beginning of a name or number?"""
    if tells(db, actor, case_id, words, known=known):
        return True
    if case_id is None or _flat(known).endswith(_flat(words)):
        return False
    return any(_ends_in(words, subject) for subject in subjects_of(db, actor, case_id))


def _ends_in(words: str, subject: Subject) -> bool:
    """Is the last word, or the last digits, how a name or the telephone number of this person begins?"""
    word, digits = _LAST_WORD.search(words), _LAST_DIGITS.search(words)
    if word and len(word[0]) >= SHORTEST_NAME:
        begun = _flat(word[0])
        if any(_flat(part).startswith(begun) for part in re.split(r"[\s,]+", subject.name)):
            return True
    typed, phone = re.sub(r"\D", "", digits[0] if digits else ""), re.sub(r"\D", "", subject.phone)
    return len(typed) >= SHORTEST_BEGINNING and any(
        whole.startswith(typed) for whole in (phone, phone.lstrip("0"))
    )


def require_nameless(db: Session, actor: Actor, case_id: UUID | None, **typed: str) -> None:
    """Raise Invalid, beside its field, where a text that both services will read says who or where somebody is."""
    for field, words in typed.items():
        require_nothing_told(db, actor, case_id, words, field=field)


def require_nothing_told(
    db: Session, actor: Actor, case_id: UUID | None, words: str, *, field: str, known: str = ""
) -> None:
    """The same for one text that is changed: only what it says beyond what both services read already is looked at."""
    if tells(db, actor, case_id, words, known=known):
        raise Invalid("error.names_in_joint", field=field)


def _in(words: str, digits: str, subject: Subject) -> Iterator[tuple[str, str]]:
    for part in re.split(r"[\s,]+", subject.name):
        if len(part) >= SHORTEST_NAME and re.search(rf"\b{re.escape(_flat(part))}\b", words):
            yield "name", part
    phone = re.sub(r"\D", "", subject.phone)
    # Without the country's or the long-distance digits it is the same telephone.
    if len(phone) >= SHORTEST_DIGITS and phone.lstrip("0")[-9:] in digits:
        yield "phone", subject.phone
    for field in TYPED:
        value: str = getattr(subject, field)
        if len(value) >= SHORTEST_NAME and _flat(value) in words:
            yield field, value
    if subject.born_on is not None:
        yield from (("born_on", said) for said in _said(subject.born_on) if said in words)


def _said(born_on: date) -> list[str]:
    without_zeros = f"{born_on.day}.{born_on.month}.{born_on.year}"
    forms = [born_on.strftime(form) for form in DATE_FORMS]
    return list(dict.fromkeys([*forms, without_zeros, without_zeros.replace(".", "/")]))


def _flat(typed: str) -> str:
    return re.sub(r"\s+", " ", typed).strip().casefold()
