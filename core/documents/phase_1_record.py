"""The record of the Phase 1 meeting: what each team said, what is agreed, which views stay different."""

from dataclasses import asdict, dataclass

from core.documents import kinds
from core.documents.frame import Printed, Words, facts, frame, labels, parts
from core.documents.kinds import DocumentKind, Recipient
from core.documents.word import render, template_path

_LABELS = (
    "attendance", "name", "service", "role", "attendance_empty", "points",
    "glossary", "term", "meaning", "glossary_empty", "training", "topic", "pp", "vss", "training_empty",
    "results", "chapter", "draft_text", "results_empty",
    "open_questions", "open_questions_empty", "next_meeting",
)  # fmt: skip


@dataclass(frozen=True)
class TeamMember:
    name: str
    service: str
    role: str


@dataclass(frozen=True)
class Phase1Point:
    title: str
    pp: str = ""
    vss: str = ""
    agreed: str = ""
    different_views: str = ""


@dataclass(frozen=True)
class GlossaryEntry:
    term: str
    meaning: str


@dataclass(frozen=True)
class TrainingTopic:
    """Who of each team has been trained on a topic, in words (names of functions, or a date)."""

    topic: str
    pp: str
    vss: str


@dataclass(frozen=True)
class DraftResult:
    chapter: str
    text: str


@dataclass(frozen=True)
class Phase1Record:
    services: str
    held_at_text: str
    place: str
    chair: str
    minute_taker: str
    status: str
    printed: Printed
    attendance: tuple[TeamMember, ...] = ()
    points: tuple[Phase1Point, ...] = ()
    glossary: tuple[GlossaryEntry, ...] = ()
    training: tuple[TrainingTopic, ...] = ()
    results: tuple[DraftResult, ...] = ()
    open_questions: tuple[str, ...] = ()
    next_meeting: str = ""
    language: str = "en"


def make(record: Phase1Record, recipient: Recipient, words: Words) -> bytes:
    """The record; different views stand beside what is agreed, in the words of each service."""
    kinds.check(DocumentKind.PHASE_1_RECORD, recipient)
    title = words("document.phase_1_record.title")
    context = {
        "doc": frame(
            DocumentKind.PHASE_1_RECORD,
            words,
            record.printed,
            title=title,
            subtitle=record.services,
            header=f"{title} · {record.held_at_text}",
            status=record.status,
        ),
        "w": labels(words, "phase_1_record", _LABELS),
        "facts": facts(
            words,
            "phase_1_record",
            services=record.services,
            held_at=record.held_at_text,
            place=record.place,
            chair=record.chair,
            minute_taker=record.minute_taker,
        ),
        "attendance": [asdict(person) for person in record.attendance],
        "points": [_point(point, words) for point in record.points],
        "glossary": [asdict(entry) for entry in record.glossary],
        "training": [asdict(topic) for topic in record.training],
        "results": [asdict(result) for result in record.results],
        "open_questions": record.open_questions,
        "next_meeting": record.next_meeting or words("document.phase_1_record.next_meeting_empty"),
    }
    return render(
        template_path("phase_1_record", record.language), context, title=title, language=record.language
    )


def _point(point: Phase1Point, words: Words) -> dict[str, object]:
    texts = {
        "pp_said": point.pp,
        "vss_said": point.vss,
        "agreed": point.agreed,
        "different_views": point.different_views,
    }
    return {"title": point.title, "parts": parts(words, "phase_1_record", **texts)}
