"""Finds in a text what would say who somebody is, or where: the exact values of a file's names and contacts.

Beside the people of the file as they stand: their flagged and earlier contacts, and whom the register names.

Every text that both services read is looked at before it is kept; `require_nameless` refuses it for its author alone.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from core import spelling
from core.access import Actor
from core.errors import Invalid
from core.models import Barred, CaseFile, ContactFlag, MustNotReceive, Subject

#: Shorter parts of a name are found in too many words to be a warning.
SHORTEST_NAME = 3
#: So many digits at the end of a text may be a number that is being typed.
SHORTEST_BEGINNING = 4
_LAST_WORD = re.compile(r"\w+$")
_LAST_DIGITS = re.compile(r"[\d\s()+/.-]+$")
_NUMBERED = ("phone", "safe_channel")
_MAILED = ("email", "safe_channel")
TYPED = ("address", "email", "safe_channel", "safe_times", "who_may_know")
#: What says who or where somebody is, or opens the way to her, whatever else the text speaks of; "mornings" does not, and
#: "her mother", who may know, stands in too many harmless sentences.
TELLING = frozenset({"name", "born_on", "address", "phone", "email", "code_phrase", "whom"})
#: A safe channel says how she is reached where it is more than "phone" or "her colleague": so many words, or a number.
TELLING_WORDS = 3
DATE_FORMS = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y")


@dataclass(frozen=True)
class Found:
    """A value of the file that stands in the text."""

    field: str
    value: str
    code: str


def found(typed: str, subjects: Iterable[Subject]) -> list[Found]:
    """What of these people's names and contacts the text holds, each once."""
    words = spelling.searched(typed)
    hits = [
        Found(field, value, subject.code)
        for subject in subjects
        for field, value in _in(words, typed, subject)
    ]
    return list(dict.fromkeys(hits))


def found_in(db: Session, actor: Actor, case_id: UUID, typed: str) -> list[Found]:
    """Which names and contacts of the actor's own file stand in a text that is about to leave it.

    Asks nobody's permission to read the file: a person who may not read it must not carry its names out either.
    """
    words = spelling.searched(typed)
    hits = found(typed, subjects_of(db, actor, case_id))
    hits += _flagged(db, actor, case_id, words, typed)
    hits += _barred(db, actor, case_id, words)
    return list(dict.fromkeys(hits))


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
    told = [hit for hit in found_in(db, actor, case_id, words) if _is_telling(hit)]
    return bool(told) and not set(told) <= set(found_in(db, actor, case_id, known))


def _is_telling(hit: Found) -> bool:
    return is_telling_channel(hit.value) if hit.field == "safe_channel" else hit.field in TELLING


def is_telling_channel(value: str) -> bool:
    """Does it say how she is reached, and not just "by telephone"?"""
    return len(value.split()) >= TELLING_WORDS or any(sign.isdigit() or sign == "@" for sign in value)


def tells_so_far(db: Session, actor: Actor, case_id: UUID | None, words: str, *, known: str = "") -> bool:
    """The same for a text that is saved while it is typed: does it tell, or end in the beginning of a name or number?"""
    if tells(db, actor, case_id, words, known=known):
        return True
    if case_id is None or spelling.flat(known).endswith(spelling.flat(words)):
        return False
    return any(_ends_in(words, subject) for subject in subjects_of(db, actor, case_id))


def _ends_in(words: str, subject: Subject) -> bool:
    """Is the last word, or the last digits, how a name or a telephone number of this person begins?"""
    said = spelling.plain(words)
    word, digits = _LAST_WORD.search(said), _LAST_DIGITS.search(said)
    if word and len(word[0]) >= SHORTEST_NAME:
        begun = spelling.flat(word[0])
        if any(spelling.flat(part).startswith(begun) for part in re.split(r"[\s,]+", subject.name)):
            return True
    typed = spelling.digits(digits[0]) if digits else ""
    return len(typed) >= SHORTEST_BEGINNING and any(
        spelling.begins_number(getattr(subject, field), typed) for field in _NUMBERED
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


def _in(words: str, typed: str, subject: Subject) -> Iterator[tuple[str, str]]:
    # Of "Li Na" no part is long enough to be looked for alone: the whole name is.
    parts = [part for part in re.split(r"[\s,]+", subject.name) if len(part) >= SHORTEST_NAME]
    for part in parts or [subject.name]:
        if len(part) >= SHORTEST_NAME and re.search(rf"\b{re.escape(spelling.flat(part))}\b", words):
            yield "name", part
    yield from _reached(words, typed, subject)
    if _stands_in(subject.code_phrase, words):
        yield "code_phrase", subject.code_phrase
    for field in TYPED:
        value: str = getattr(subject, field)
        if _holds(value, words):
            yield field, value
    if subject.born_on is not None:
        yield from (("born_on", said) for said in _said(subject.born_on) if said in words)


def _reached(words: str, typed: str, subject: Subject) -> Iterator[tuple[str, str]]:
    """A number or an address in the middle of how she is reached is hers too, whatever else stands there."""
    for field in _NUMBERED:
        value: str = getattr(subject, field)
        if spelling.holds_number(value, typed):
            yield field, value
    for field in _MAILED:
        value = getattr(subject, field)
        if any(_holds(one, words) for one in spelling.emails(value)):
            yield field, value


def _flagged(db: Session, actor: Actor, case_id: UUID, words: str, typed: str) -> Iterator[Found]:
    """Contacts of the people of the own file that carry a flag, those that they have no longer among them."""
    statement = (
        select(ContactFlag, Subject.code)
        .join(Subject, Subject.id == ContactFlag.subject_id)
        .join(CaseFile, CaseFile.id == Subject.file_id)
        .where(CaseFile.case_id == case_id, CaseFile.service_id == actor.service_id)
        .options(joinedload(ContactFlag.subject))
    )
    for flag, code in db.execute(statement):
        is_number = flag.field in _NUMBERED and spelling.holds_number(flag.contact, typed)
        parts = spelling.emails(flag.contact) if flag.field in _MAILED else []
        if is_number or any(_stands_in(value, words) for value in (flag.contact, *parts)):
            yield Found(flag.field.value, flag.contact, code)


def _barred(db: Session, actor: Actor, case_id: UUID, words: str) -> Iterator[Found]:
    """People and addresses that the own register names; of agencies both services may speak."""
    statement = (
        select(MustNotReceive, Subject.code)
        .join(Subject, Subject.id == MustNotReceive.about_id)
        .join(CaseFile, CaseFile.id == MustNotReceive.file_id)
        .where(
            CaseFile.case_id == case_id,
            CaseFile.service_id == actor.service_id,
            MustNotReceive.kind.in_([Barred.CONTACT, Barred.ADDRESS]),
        )
    )
    for entry, code in db.execute(statement):
        named = _names(entry.whom) if entry.kind is Barred.CONTACT else []
        yield from (Found("whom", said, code) for said in [entry.whom, *named] if _stands_in(said, words))


def _names(whom: str) -> list[str]:
    """Of "his brother Ivan Kostov" the words that are names: the first word of a sentence is none by its capital."""
    typed = re.findall(r"\w+", spelling.plain(whom))
    names = [word for word in typed if word[0].isupper()]
    return [word for word in (names if names == typed else typed[1:]) if word[0].isupper()]


def _holds(value: str, words: str) -> bool:
    """Does a value stand in the text, within a word too?"""
    said = spelling.flat(value)
    return len(said) >= SHORTEST_NAME and said in words


def _stands_in(value: str, words: str) -> bool:
    """Does a value stand in the text, as words of their own?"""
    said = spelling.flat(value)
    return len(said) >= SHORTEST_NAME and re.search(rf"(?<!\w){re.escape(said)}(?!\w)", words) is not None


def _said(born_on: date) -> list[str]:
    without_zeros = f"{born_on.day}.{born_on.month}.{born_on.year}"
    forms = [born_on.strftime(form) for form in DATE_FORMS]
    return list(dict.fromkeys([*forms, without_zeros, without_zeros.replace(".", "/")]))
