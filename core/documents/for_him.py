"""The three papers that he may get: days on which he was there, his agreement on taking part, what he agreed to.

Their audience is he himself. They are made of dates, of content and of what he said about his own data; a part whose rule
is not that it may be said to him is refused. No code of a case and no person's name but his stands in them.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from core.content.participation import Participation
from core.documents import kinds
from core.documents.frame import Printed, Words, facts, frame, labels
from core.documents.kinds import DocumentKind, Recipient
from core.documents.text import clean, one_line
from core.documents.word import render, template_path
from core.errors import NotAllowed

MAY_BE_SAID: Final = "may_be_said"


@dataclass(frozen=True)
class Part:
    """A heading with its lines, and the rule for its use."""

    heading: str
    lines: tuple[str, ...]
    use_rule: str = MAY_BE_SAID


@dataclass(frozen=True)
class Paper:
    """What stands on one of the papers, before it is laid out."""

    kind: DocumentKind
    programme: str
    name: str
    parts: tuple[Part, ...]
    closing: tuple[str, ...] = ()
    #: Does he sign it, too?
    is_signed_by_both: bool = True
    language: str = "en"


@dataclass(frozen=True)
class Answer:
    """What he said to one purpose."""

    title: str
    asked: str
    state: str
    day: str
    excepted: str = ""
    until: str = ""


def attendance(programme: str, name: str, days: Sequence[str], words: Words, language: str) -> Paper:
    """The days on which he was there."""
    kind = DocumentKind.ATTENDANCE_CONFIRMATION
    return Paper(
        kind=kind,
        programme=programme,
        name=name,
        parts=(Part(words(f"document.{kind}.days"), tuple(days)),),
        closing=(words(f"document.{kind}.limits"),),
        is_signed_by_both=False,
        language=language,
    )


def participation(programme: str, name: str, content: Participation, words: Words, language: str) -> Paper:
    """The rules of the programme and the limits of confidentiality."""
    kind = DocumentKind.PARTICIPATION_AGREEMENT
    return Paper(
        kind=kind,
        programme=programme,
        name=name,
        parts=tuple(Part(clause.heading, clause.text) for clause in content.clauses),
        closing=(words(f"document.{kind}.closing"),),
        language=language,
    )


def consent(programme: str, name: str, answers: Iterable[Answer], words: Words, language: str) -> Paper:
    """What he said to each purpose that he was asked about."""
    kind = DocumentKind.HIS_CONSENT
    return Paper(
        kind=kind,
        programme=programme,
        name=name,
        parts=tuple(Part(answer.title, _said(answer, words)) for answer in answers),
        closing=(words(f"document.{kind}.closing"),),
        language=language,
    )


def _said(answer: Answer, words: Words) -> tuple[str, ...]:
    lines = [answer.asked, words("document.his_consent.said", state=answer.state, day=answer.day)]
    if answer.excepted:
        lines.append(words("document.his_consent.excepted", what=answer.excepted))
    if answer.until:
        lines.append(words("document.his_consent.until", day=answer.until))
    return tuple(lines)


def printed_lines(paper: Paper, words: Words) -> list[str]:
    """Every line of the paper in its order: what the preview shows, and what the Word file has."""
    lines = [words(f"document.{paper.kind}.title"), words(f"document.{paper.kind}.intro")]
    lines += [cell for fact in _facts(paper, words) for cell in (fact["label"], fact["value"])]
    for part in paper.parts:
        lines += [part.heading, *part.lines]
    lines += [*paper.closing, words("document.for_him.signatures")]
    lines += [cell for row in _signatures(paper, words) for cell in (row["label"], row["value"])]
    return [clean(line) for line in lines]


def markdown(paper: Paper, words: Words, escape: Callable[[str], str]) -> str:
    """The preview with its headings marked; the same lines, and whatever was typed shows as typed."""
    blocks = [
        f"### {escape(words(f'document.{paper.kind}.title'))}",
        escape(words(f"document.{paper.kind}.intro")),
    ]
    blocks += [
        "  \n".join(f"{escape(fact['label'])}: **{escape(fact['value'])}**" for fact in _facts(paper, words))
    ]
    for part in paper.parts:
        blocks += [f"**{escape(part.heading)}**", "\n".join(f"- {escape(line)}" for line in part.lines)]
    blocks += [escape(line) for line in paper.closing]
    rows = [" · ".join(filter(None, (row["label"], row["value"]))) for row in _signatures(paper, words)]
    blocks += [f"**{escape(words('document.for_him.signatures'))}**", "  \n".join(map(escape, rows))]
    return "\n\n".join(blocks)


def make(paper: Paper, recipient: Recipient, words: Words, printed: Printed) -> bytes:
    """The Word file. Raises NotAllowed where a part of it must not be said to him."""
    kinds.check(paper.kind, recipient)
    if any(part.use_rule != MAY_BE_SAID for part in paper.parts):
        raise NotAllowed("error.document_for_him")
    title = words(f"document.{paper.kind}.title")
    context = {
        "doc": frame(
            paper.kind,
            words,
            printed,
            title=title,
            header=title,
            purpose=words(f"document.{paper.kind}.intro"),
        ),
        "w": labels(words, "for_him", ("signatures",)),
        "facts": _facts(paper, words),
        "parts": [{"heading": part.heading, "lines": list(part.lines)} for part in paper.parts],
        "closing": list(paper.closing),
        "signatures": _signatures(paper, words),
    }
    path = template_path("paper_for_him", paper.language)
    return render(path, context, title=title, language=paper.language)


def _facts(paper: Paper, words: Words) -> list[dict[str, str]]:
    return facts(words, "for_him", programme=one_line(paper.programme), name=one_line(paper.name))


def _signatures(paper: Paper, words: Words) -> list[dict[str, str]]:
    names = (words("document.for_him.of_programme"), words("document.for_him.place_and_date"))
    left = [*names, words("document.for_him.signature")]
    right = [one_line(paper.name), *left[1:]] if paper.is_signed_by_both else [""] * len(left)
    return [{"label": mine, "value": his} for mine, his in zip(left, right, strict=True)]
