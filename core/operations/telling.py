"""What in a text may say where somebody is, though it stands in no field of the file word for word.

Only what leaves the victim support service's file is looked at so: whoever shares says for each hit that it is meant.
"""

import re
from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.orm import Session

from core.access import Actor
from core.content import telling
from core.models import ServiceKind, Subject
from core.operations.identifying import Found, found, subjects_of

SHORTEST_WORD = 4


def found_or_alike(db: Session, actor: Actor, case_id: UUID, typed: str) -> list[Found]:
    """The names and contacts of the own file in the text; on her side also what looks like one."""
    people = subjects_of(db, actor, case_id)
    exact = found(typed, people)
    if actor.kind is not ServiceKind.VSS:
        return exact
    known = " ".join(hit.value for hit in exact).casefold()
    return exact + [hit for hit in alike(typed, people) if hit.value.casefold() not in known]


def alike(typed: str, people: Iterable[Subject]) -> list[Found]:
    """What looks like a contact, and words of an address of the file, however it is put; each once."""
    content = telling.load()
    hits = [
        Found(pattern.field, match[0].strip(), "")
        for pattern in content.patterns
        for match in pattern.compiled.finditer(typed)
    ]
    words = {word.casefold(): word for word in re.findall(r"\w+", typed)}
    hits += [
        Found("address", words[part], person.code)
        for person in people
        for part in sorted(_parts(person.address, content.street_words))
        if part in words
    ]
    once = list(dict.fromkeys(hits))
    return [hit for hit in once if not any(hit.value in one.value for one in once if one.value != hit.value)]


def _parts(address: str, street_words: Iterable[str]) -> set[str]:
    """The words of an address that say where it is."""
    parts = {word.casefold() for word in re.findall(r"[^\W\d_]+", address) if len(word) >= SHORTEST_WORD}
    return parts - {word.casefold() for word in street_words}
