"""The report after a breach: what the log says for a case or a person between two days, without a word of a case."""

from dataclasses import asdict, dataclass

from core.documents import kinds
from core.documents.frame import Printed, Words, facts, frame, labels
from core.documents.kinds import DocumentKind, Recipient
from core.documents.word import render, template_path

_LABELS = (
    "reached",
    "person",
    "service",
    "what",
    "times",
    "days",
    "classes",
    "empty",
    "limits",
    "limits_text",
)


@dataclass(frozen=True)
class ReachRow:
    """One person and what they did, how often, when, and of which classes it was."""

    person: str
    service: str
    what: str
    times: str
    days: str
    classes: str


@dataclass(frozen=True)
class BreachReport:
    service: str
    about: str
    days: str
    people: str
    cases: str
    classes: str
    printed: Printed
    rows: tuple[ReachRow, ...] = ()
    language: str = "en"


def make(report: BreachReport, recipient: Recipient, words: Words) -> bytes:
    """The report; it says what the log does not know."""
    kinds.check(DocumentKind.BREACH_REPORT, recipient)
    title = words("document.breach_report.title")
    context = {
        "doc": frame(
            DocumentKind.BREACH_REPORT,
            words,
            report.printed,
            title=title,
            subtitle=report.service,
            header=title,
        ),
        "w": labels(words, "breach_report", _LABELS),
        "facts": facts(
            words,
            "breach_report",
            about=report.about,
            asked_days=report.days,
            people=report.people,
            cases=report.cases,
            all_classes=report.classes,
        ),
        "rows": [asdict(row) for row in report.rows],
    }
    return render(
        template_path("breach_report", report.language), context, title=title, language=report.language
    )
