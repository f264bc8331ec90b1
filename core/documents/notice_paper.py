"""Two papers of one layout: an immediate notice with what became of it, and the facts due to whoever ordered the programme."""

from dataclasses import dataclass

from core.documents import kinds
from core.documents.frame import Printed, Words, facts, frame
from core.documents.kinds import DocumentKind, Recipient
from core.documents.word import render, template_path


@dataclass(frozen=True)
class Part:
    """A heading with its lines."""

    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class NoticePaper:
    """What stands on one of the two, before it is laid out."""

    kind: DocumentKind
    #: What stands in the head of each page beside the title.
    header: str
    #: Values by the names of their labels.
    facts: dict[str, str]
    parts: tuple[Part, ...]
    closing: str
    printed: Printed
    status: str = ""
    language: str = "en"


def make(paper: NoticePaper, recipient: Recipient, words: Words) -> bytes:
    """The Word file."""
    kinds.check(paper.kind, recipient)
    title = words(f"document.{paper.kind}.title")
    context = {
        "doc": frame(
            paper.kind,
            words,
            paper.printed,
            title=title,
            header=f"{title} · {paper.header}",
            status=paper.status,
        ),
        "facts": facts(words, str(paper.kind), **paper.facts),
        "parts": [{"heading": part.heading, "lines": list(part.lines)} for part in paper.parts],
        "closing": paper.closing,
    }
    return render(template_path("notice", paper.language), context, title=title, language=paper.language)
