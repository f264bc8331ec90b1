"""The closing report of a case: how it ended, what the records show, and what each service wrote.

It is joint, and nothing for clients. It says neither that he changed nor that she is safe.
"""

from dataclasses import asdict, dataclass

from core.documents import kinds
from core.documents.frame import Printed, Words, facts, frame, labels
from core.documents.kinds import DocumentKind, Recipient
from core.documents.word import render, template_path

_LABELS = (
    "says_nothing", "pp", "vss", "written_empty",
    "times", "time", "due_on", "times_empty",
    "meetings", "held_on", "kind", "meetings_empty",
    "actions", "need", "action", "responsible", "outcome", "actions_empty",
)  # fmt: skip


@dataclass(frozen=True)
class WrittenPart:
    """A part of the report, with what each service wrote to it."""

    title: str
    pp: str
    vss: str


@dataclass(frozen=True)
class AskedTime:
    time: str
    due_on: str
    pp: str
    vss: str


@dataclass(frozen=True)
class HeldMeeting:
    held_on: str
    kind: str


@dataclass(frozen=True)
class EndedAction:
    need: str
    action: str
    responsible: str
    outcome: str


@dataclass(frozen=True)
class ClosingReport:
    case_code: str
    status: str
    ground: str
    opened_text: str
    ended_text: str
    follow_up_text: str
    agreement_text: str
    proposed_text: str
    agreed_text: str
    lacking: str
    level: str
    printed: Printed
    written: tuple[WrittenPart, ...] = ()
    times: tuple[AskedTime, ...] = ()
    meetings: tuple[HeldMeeting, ...] = ()
    actions: tuple[EndedAction, ...] = ()
    language: str = "en"


def make(report: ClosingReport, recipient: Recipient, words: Words) -> bytes:
    """The report; what each service wrote stands under its own name."""
    kinds.check(DocumentKind.CLOSING_REPORT, recipient)
    title = words("document.closing_report.title")
    context = {
        "doc": frame(
            DocumentKind.CLOSING_REPORT,
            words,
            report.printed,
            title=title,
            header=f"{title} · {report.case_code}",
            status=report.status,
        ),
        "w": labels(words, "closing_report", _LABELS),
        "facts": facts(
            words,
            "closing_report",
            case=report.case_code,
            opened=report.opened_text,
            ended=report.ended_text,
            ground=report.ground,
            proposed=report.proposed_text,
            agreed=report.agreed_text,
            lacking=report.lacking,
            level=report.level,
            follow_up=report.follow_up_text,
            agreement=report.agreement_text,
        ),
        "written": [asdict(part) for part in report.written],
        "times": [asdict(one) for one in report.times],
        "meetings": [asdict(one) for one in report.meetings],
        "actions": [asdict(one) for one in report.actions],
    }
    return render(
        template_path("closing_report", report.language), context, title=title, language=report.language
    )
