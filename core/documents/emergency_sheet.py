"""One page for the hour in which the network may fail: what is known, who is on duty, what is done now."""

from dataclasses import asdict, dataclass

from core.documents import kinds
from core.documents.frame import Printed, Words, facts, frame, labels
from core.documents.kinds import DocumentKind, Recipient
from core.documents.minutes import PlannedAction
from core.documents.word import render, template_path
from core.errors import NotAllowed

_LABELS = (
    "on_duty", "service", "name", "telephone", "on_duty_empty", "vss_only", "risk_note",
    "actions", "need", "action", "term", "responsible", "actions_empty", "checks", "checks_empty",
)  # fmt: skip
_CHECKS = ("alone", "device", "stop_word", "line_breaks")


@dataclass(frozen=True)
class OnDuty:
    service: str
    name: str
    telephone: str


@dataclass(frozen=True)
class SafeContact:
    """From the contact card of the VSS: it is printed on no sheet but the VSS's own."""

    channel: str
    times: str = ""
    code_phrase_known: str = ""
    #: Whether a message may be left with her.
    messages: str = ""
    #: What is wrong with the channel.
    warning: str = ""


@dataclass(frozen=True)
class EmergencySheet:
    case_code: str
    reason: str
    risk_level: str
    in_household: str
    printed: Printed
    open_notices: str = ""
    risk_note: str = ""
    on_duty: tuple[OnDuty, ...] = ()
    actions: tuple[PlannedAction, ...] = ()
    safe_contact: SafeContact | None = None
    language: str = "en"


def make(sheet: EmergencySheet, recipient: Recipient, words: Words) -> bytes:
    """The sheet; her safe channel is refused on any copy that is not the VSS's own."""
    kinds.check(DocumentKind.EMERGENCY_SHEET, recipient)
    if sheet.safe_contact is not None and recipient is not Recipient.VSS:
        raise NotAllowed("error.document_safe_contact")
    title = words("document.emergency_sheet.title")
    context = {
        "doc": frame(
            DocumentKind.EMERGENCY_SHEET,
            words,
            sheet.printed,
            title=title,
            subtitle=sheet.reason,
            header=f"{title} · {sheet.case_code}",
        ),
        "w": labels(words, "emergency_sheet", _LABELS),
        "snapshot": _snapshot(sheet, words),
        "on_duty": [asdict(person) for person in sheet.on_duty],
        "vss_only": _safe_contact(sheet.safe_contact, words),
        "risk_note": sheet.risk_note or words("document.emergency_sheet.risk_note_empty"),
        "actions": [asdict(action) for action in sheet.actions],
        "checks": [
            words(f"document.contact_check.{name}")
            for name in ("alone", "device", "stop_word", "line_breaks")
        ],
    }
    return render(
        template_path("emergency_sheet", sheet.language), context, title=title, language=sheet.language
    )


def _snapshot(sheet: EmergencySheet, words: Words) -> list[dict[str, str]]:
    return facts(
        words,
        "emergency_sheet",
        case=sheet.case_code,
        risk_level=sheet.risk_level,
        in_household=sheet.in_household,
        open_notices=sheet.open_notices,
    )


def _safe_contact(contact: SafeContact | None, words: Words) -> list[dict[str, str]]:
    if contact is None:
        return []
    return facts(
        words,
        "emergency_sheet",
        channel=contact.channel,
        warning=contact.warning,
        messages=contact.messages,
        times=contact.times,
        code_phrase_known=contact.code_phrase_known,
    )
