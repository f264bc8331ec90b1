"""The invitation to a meeting: case code, date, place, length, what to bring; nobody in the case is named."""

from dataclasses import asdict, dataclass

from core.documents import kinds
from core.documents.frame import Printed, Words, facts, frame, labels
from core.documents.kinds import DocumentKind, Recipient
from core.documents.word import render, template_path

_LABELS = (
    "agenda", "number", "item", "length", "agenda_empty",
    "bring", "bring_empty", "remote", "remote_empty", "reminder", "reminder_text",
)  # fmt: skip


@dataclass(frozen=True)
class AgendaLine:
    title: str
    length: str


@dataclass(frozen=True)
class InvitationDocument:
    case_code: str
    meeting_kind: str
    held_at_text: str
    place: str
    length: str
    printed: Printed
    link: str = ""
    agenda: tuple[AgendaLine, ...] = ()
    bring: tuple[str, ...] = ()
    is_remote: bool = False
    language: str = "en"


def make(document: InvitationDocument, recipient: Recipient, words: Words) -> bytes:
    """The invitation; a meeting at a distance adds what each person checks before joining."""
    kinds.check(DocumentKind.INVITATION, recipient)
    title = words("document.invitation.title")
    context = {
        "doc": frame(
            DocumentKind.INVITATION,
            words,
            document.printed,
            title=title,
            subtitle=document.meeting_kind,
            header=f"{title} · {document.case_code}",
        ),
        "w": labels(words, "invitation", _LABELS),
        "facts": facts(
            words,
            "invitation",
            case=document.case_code,
            held_at=document.held_at_text,
            place=document.place,
            link=document.link,
            duration=document.length,
        ),
        "agenda": [asdict(line) for line in document.agenda],
        "bring": document.bring,
        "remote": _checks(words) if document.is_remote else [],
    }
    return render(
        template_path("invitation", document.language), context, title=title, language=document.language
    )


def _checks(words: Words) -> list[str]:
    names = ("room", "device", "identify", "break_off", "no_recording")
    return [words(f"document.remote_check.{name}") for name in names]
