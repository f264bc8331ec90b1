"""The minutes of a meeting; without an authorised person of both services, a consultation note."""

from dataclasses import asdict, dataclass

from core.documents import kinds
from core.documents.frame import Printed, Words, facts, frame, labels, parts
from core.documents.kinds import DocumentKind, Recipient
from core.documents.word import render, template_path

_LABELS = (
    "attendance", "name", "service", "role", "mode", "declaration", "attendance_empty",
    "last_actions", "need", "action", "term", "responsible", "outcome", "state", "last_actions_empty",
    "reminder", "discussed", "item_empty", "items_empty", "new_actions", "new_actions_empty",
    "next_meeting", "corrections", "addenda", "approvals", "approvals_empty",
)  # fmt: skip


@dataclass(frozen=True)
class Attendee:
    name: str
    service: str
    role: str
    mode: str
    declaration_confirmed: bool


@dataclass(frozen=True)
class MinutesItem:
    title: str
    facts: str = ""
    views: str = ""
    decisions: str = ""


@dataclass(frozen=True)
class PlannedAction:
    """One row of the plan; `state` is already in words, with its reason where there is one."""

    need: str
    action: str
    term: str
    responsible: str
    state: str = ""


@dataclass(frozen=True)
class MinutesDocument:
    case_code: str
    meeting_kind: str
    held_at_text: str
    place: str
    chair: str
    minute_taker: str
    version_text: str
    status: str
    printed: Printed
    #: The purpose line of this meeting, as its screen shows it.
    purpose: str = ""
    attendance: tuple[Attendee, ...] = ()
    apologies: str = ""
    not_there: str = ""
    #: The level of risk in force at the closing, and what was settled, a line for each person.
    risk_level: str = ""
    risk_settled: str = ""
    last_actions: tuple[PlannedAction, ...] = ()
    items: tuple[MinutesItem, ...] = ()
    #: The items that were opened and left no note, in one line.
    silent: str = ""
    #: The items that nobody came to, in one line.
    not_reached: str = ""
    new_actions: tuple[PlannedAction, ...] = ()
    next_meeting: str = ""
    corrections: tuple[str, ...] = ()
    addenda: tuple[str, ...] = ()
    approvals: tuple[str, ...] = ()
    is_consultation_note: bool = False
    language: str = "en"

    @property
    def kind(self) -> DocumentKind:
        return DocumentKind.CONSULTATION_NOTE if self.is_consultation_note else DocumentKind.MINUTES


def make(document: MinutesDocument, recipient: Recipient, words: Words) -> bytes:
    """The minutes, complete; a consultation note says on its first page that it decides nothing."""
    kinds.check(document.kind, recipient)
    title = words(f"document.{document.kind.value}.title")
    context = {
        "doc": frame(
            document.kind,
            words,
            document.printed,
            title=title,
            subtitle=f"{document.meeting_kind} · {document.held_at_text}",
            header=f"{title} · {document.case_code} · {document.version_text}",
            status=document.status,
            purpose=document.purpose,
        ),
        "w": labels(words, "minutes", _LABELS),
        "notice": words("document.consultation_note.notice") if document.is_consultation_note else "",
        "facts": _facts(document, words),
        "attendance": [_attendee(person, words) for person in document.attendance],
        "last_actions": [asdict(action) for action in document.last_actions],
        "items": [_item(item, words) for item in document.items],
        "silent": document.silent,
        "not_reached": document.not_reached,
        "new_actions": [asdict(action) for action in document.new_actions],
        "next_meeting": document.next_meeting or words("document.minutes.next_meeting_empty"),
        "corrections": document.corrections,
        "addenda": document.addenda,
        "approvals": document.approvals,
    }
    return render(
        template_path("minutes", document.language), context, title=title, language=document.language
    )


def _facts(document: MinutesDocument, words: Words) -> list[dict[str, str]]:
    return facts(
        words,
        "minutes",
        case=document.case_code,
        held_at=document.held_at_text,
        place=document.place,
        chair=document.chair,
        minute_taker=document.minute_taker,
        apologies=document.apologies,
        not_there=document.not_there,
        risk_level=document.risk_level,
        risk_settled=document.risk_settled,
    )


def _attendee(person: Attendee, words: Words) -> dict[str, str]:
    answer = "declaration_yes" if person.declaration_confirmed else "declaration_no"
    return {
        "name": person.name,
        "service": person.service,
        "role": person.role,
        "mode": person.mode,
        "declaration": words(f"document.minutes.{answer}"),
    }


def _item(item: MinutesItem, words: Words) -> dict[str, object]:
    texts = parts(words, "minutes", facts=item.facts, views=item.views, decisions=item.decisions)
    return {"title": item.title, "parts": texts}
