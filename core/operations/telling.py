"""What in a text may say where somebody is, though it stands in no field of the file word for word.

Only what leaves the victim support service's file is looked at so: whoever shares says for each hit that it is meant.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from sqlalchemy.orm import Session

from core import spelling
from core.access import Actor
from core.content import telling
from core.errors import LooksTelling
from core.models import ServiceKind, Subject
from core.operations.identifying import Found, found_in, subjects_of

SHORTEST_WORD = 4


def found_or_alike(db: Session, actor: Actor, case_id: UUID, typed: str) -> list[Found]:
    """The names and contacts of the own file in the text; on her side also what looks like one."""
    exact = found_in(db, actor, case_id, typed)
    if actor.kind is not ServiceKind.VSS:
        return exact
    known = " ".join(hit.value for hit in exact).casefold()
    people = subjects_of(db, actor, case_id)
    return exact + [hit for hit in alike(typed, people) if hit.value.casefold() not in known]


def require_meant(
    db: Session, actor: Actor, case_id: UUID | None, meant: Collection[str] | None, **typed: tuple[str, str]
) -> bool:
    """Raise LooksTelling, beside its field, where a new text looks telling and nobody has said yet that it is meant.

    At the victim support service alone, and once: `meant` is what its author was shown; None: nobody is stopped, as on
    a shared screen. Each text comes with what stood there before, of which nobody is asked. Says whether something was found.
    """
    if case_id is None or meant is None or actor.kind is not ServiceKind.VSS:
        return False
    people, is_found = subjects_of(db, actor, case_id), False
    for field, (words, before) in typed.items():
        known = {hit.value for hit in alike(before, people)}
        values = [hit.value for hit in alike(words, people) if hit.value not in known]
        if not set(values) <= set(meant):
            raise LooksTelling(values, field=field)
        is_found |= bool(values)
    return is_found


def looks_in(
    db: Session, actor: Actor, case_id: UUID | None, texts: Mapping[str, str]
) -> dict[str, list[str]]:
    """Of many texts those that look so, with what was found; for who works with her alone."""
    if case_id is None or actor.kind is not ServiceKind.VSS:
        return {}
    people = subjects_of(db, actor, case_id)
    hits = {name: [hit.value for hit in alike(words, people)] for name, words in texts.items() if words}
    return {name: values for name, values in hits.items() if values}


def alike(typed: str, people: Iterable[Subject]) -> list[Found]:
    """What looks like a contact, and words of an address of the file, however it is put; each once."""
    content, readings = telling.load(), spelling.readings(typed)
    hits = [
        Found(pattern.field, match[0].strip(), "")
        for said in readings
        for pattern in content.patterns
        for match in pattern.compiled.finditer(said)
    ]
    words = {word.casefold(): word for said in readings for word in re.findall(r"\w+", said)}
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
    parts = {
        word.casefold()
        for word in re.findall(r"[^\W\d_]+", spelling.plain(address))
        if len(word) >= SHORTEST_WORD
    }
    return parts - {word.casefold() for word in street_words}
