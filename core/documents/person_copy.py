"""The copy of one person's own data, for that person: no case code, no other service, nothing about anybody else."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from core.documents import kinds
from core.documents.frame import Printed, Words, frame, labels
from core.documents.kinds import DocumentKind, Recipient
from core.documents.word import render, template_path

_LABELS = ("data", "rights", "rights_text")


@dataclass(frozen=True)
class Entry:
    """One text of the file: under which heading, of which day."""

    section: str
    heading: str
    on_text: str
    text: str


@dataclass(frozen=True)
class PersonCopy:
    service: str
    made_on: str
    data: tuple[tuple[str, str], ...] = ()
    entries: tuple[Entry, ...] = ()
    language: str = "en"


def make(copy: PersonCopy, recipient: Recipient, words: Words) -> bytes:
    """The copy; who printed it is not in it, and its properties and its name say nothing of what it is about."""
    kinds.check(DocumentKind.PERSON_COPY, recipient)
    title = words("document.person_copy.title")
    context = {
        "doc": frame(
            DocumentKind.PERSON_COPY,
            words,
            Printed(by="", at_text=copy.made_on),
            title=title,
            subtitle=copy.service,
            header=title,
            purpose=words("document.person_copy.purpose"),
        ),
        "w": labels(words, "person_copy", _LABELS),
        "intro": words("document.person_copy.intro", service=copy.service, day=copy.made_on),
        "facts": [{"label": label, "value": value} for label, value in copy.data],
        "sections": [
            {"title": title, "entries": [_entry(one) for one in entries]}
            for title, entries in _by_section(copy.entries)
        ],
    }
    return render(template_path("person_copy", copy.language), context, title=title, language=copy.language)


def _by_section(entries: Iterable[Entry]) -> Iterable[tuple[str, list[Entry]]]:
    return [(title, list(found)) for title, found in groupby(entries, key=lambda one: one.section)]


def _entry(one: Entry) -> dict[str, str]:
    return {"heading": f"{one.on_text} · {one.heading}", "text": one.text or "-"}
