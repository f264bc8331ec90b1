"""The record of the managements' talk, one page: what each side rated, what both commit to, what both mean."""

from dataclasses import asdict, dataclass

from core.documents import kinds
from core.documents.frame import Printed, Words, facts, frame, labels
from core.documents.kinds import DocumentKind, Recipient
from core.documents.word import render, template_path

_LABELS = (
    "challenges", "challenge", "pp", "vss", "apart", "challenges_empty",
    "commitments", "solution", "commitment", "side", "due", "commitments_empty",
    "aspects", "aspect", "meaning", "aspects_empty",
)  # fmt: skip


@dataclass(frozen=True)
class RatedChallenge:
    """A challenge with what each side says, in words, and how far apart they are."""

    title: str
    pp: str
    vss: str
    apart: str


@dataclass(frozen=True)
class Commitment:
    solution: str
    text: str
    side: str
    due: str


@dataclass(frozen=True)
class MeantAspect:
    title: str
    text: str


@dataclass(frozen=True)
class TalkRecord:
    services: str
    held_on_text: str
    pp_present: str
    vss_present: str
    status: str
    printed: Printed
    challenges: tuple[RatedChallenge, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    aspects: tuple[MeantAspect, ...] = ()
    language: str = "en"


def make(record: TalkRecord, recipient: Recipient, words: Words) -> bytes:
    """The record; each rating stands under the name of its side, and where they differ it says so."""
    kinds.check(DocumentKind.TALK_RECORD, recipient)
    title = words("document.talk_record.title")
    context = {
        "doc": frame(
            DocumentKind.TALK_RECORD,
            words,
            record.printed,
            title=title,
            subtitle=record.services,
            header=title,
            status=record.status,
        ),
        "w": labels(words, "talk_record", _LABELS),
        "facts": facts(
            words,
            "talk_record",
            held_on=record.held_on_text,
            pp_present=record.pp_present,
            vss_present=record.vss_present,
        ),
        "challenges": [asdict(one) for one in record.challenges],
        "commitments": [asdict(one) for one in record.commitments],
        "aspects": [asdict(one) for one in record.aspects],
    }
    return render(
        template_path("talk_record", record.language), context, title=title, language=record.language
    )
