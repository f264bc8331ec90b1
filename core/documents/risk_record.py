"""The record of a joint risk assessment: what each service said, what both hold, the level and who chose it.

It is joint, and nothing for clients. There is no number in it: no count of items, no sum.
"""

from dataclasses import asdict, dataclass

from core.documents import kinds
from core.documents.frame import Printed, Words, facts, frame, labels
from core.documents.kinds import DocumentKind, Recipient
from core.documents.word import render, template_path

_LABELS = (
    "levels", "level", "reason", "chosen_by", "levels_empty",
    "item", "pp", "vss", "settled", "actions", "lines_empty",
    "gaps", "about", "gaps_empty",
    "results", "instrument", "done_on", "done_by", "result", "results_empty",
)  # fmt: skip


@dataclass(frozen=True)
class ChosenLevel:
    grade: str
    reason: str
    by: str


@dataclass(frozen=True)
class AssessedLine:
    item: str
    pp: str
    vss: str
    settled: str
    actions: str


@dataclass(frozen=True)
class AssessedPerson:
    title: str
    banner: str
    lines: tuple[AssessedLine, ...]


@dataclass(frozen=True)
class Gap:
    about: str
    item: str


@dataclass(frozen=True)
class ResultRow:
    instrument: str
    done_on: str
    done_by: str
    result: str


@dataclass(frozen=True)
class RiskRecord:
    case_code: str
    version_text: str
    occasion: str
    begun_text: str
    opened_text: str
    handed_in: str
    finished_text: str
    her_view: str
    sources: str
    status: str
    printed: Printed
    levels: tuple[ChosenLevel, ...] = ()
    persons: tuple[AssessedPerson, ...] = ()
    gaps: tuple[Gap, ...] = ()
    results: tuple[ResultRow, ...] = ()
    language: str = "en"


def make(record: RiskRecord, recipient: Recipient, words: Words) -> bytes:
    """The record; both answers stand beside what was settled."""
    kinds.check(DocumentKind.RISK_RECORD, recipient)
    title = words("document.risk_record.title")
    context = {
        "doc": frame(
            DocumentKind.RISK_RECORD,
            words,
            record.printed,
            title=title,
            subtitle=record.version_text,
            header=f"{title} · {record.case_code} · {record.version_text}",
            status=record.status,
        ),
        "w": labels(words, "risk_record", _LABELS),
        "facts": facts(
            words,
            "risk_record",
            case=record.case_code,
            occasion=record.occasion,
            begun=record.begun_text,
            opened=record.opened_text,
            handed_in=record.handed_in,
            finished=record.finished_text,
            her_view=record.her_view,
            sources=record.sources,
        ),
        "levels": [asdict(level) for level in record.levels],
        "persons": [
            {"title": one.title, "banner": one.banner, "lines": [asdict(line) for line in one.lines]}
            for one in record.persons
        ],
        "gaps": [asdict(gap) for gap in record.gaps],
        "results": [asdict(result) for result in record.results],
    }
    return render(
        template_path("risk_record", record.language), context, title=title, language=record.language
    )
