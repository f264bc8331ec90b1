"""The IT safety plan: for the workers of the victim support service, and for her as a paper that she can carry.

Hers says nothing of where it comes from: no code, no service, no name of a worker, no way in which she is reached. He may
find it.
"""

from dataclasses import asdict, dataclass

from core.documents import kinds
from core.documents.frame import Printed, Words, facts, frame, labels, parts
from core.documents.kinds import DocumentKind, Recipient
from core.documents.word import AUTHOR, render, template_path

_LABELS = (
    "reach", "measures", "actions", "action", "who", "until", "first", "state", "actions_empty",
    "before", "map", "map_help", "medium", "connection", "information", "access", "map_empty",
    "found", "form", "when", "note", "found_empty",
    "evidence", "evidence_help", "what", "happened_on", "kept", "reported", "evidence_empty",
    "route", "steps", "step", "answer", "shared", "cares",
)  # fmt: skip


@dataclass(frozen=True)
class MappedMedium:
    medium: str
    connection: str = ""
    information: str = ""
    access: str = ""


@dataclass(frozen=True)
class FoundForm:
    form: str
    when: str
    note: str = ""


@dataclass(frozen=True)
class PlannedAction:
    text: str
    who: str
    #: One of the service's own people does it: on hers it says "we".
    is_ours: bool = False
    until: str = ""
    first: str = ""
    state: str = ""


@dataclass(frozen=True)
class PlannedArea:
    title: str
    actions: tuple[PlannedAction, ...] = ()


@dataclass(frozen=True)
class KeptEvidence:
    what: str
    happened_on: str = ""
    kept: str = ""
    reported: str = ""


@dataclass(frozen=True)
class Route:
    title: str
    note: str
    source: str
    stations: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reached:
    """From her entry in the file: on no copy but that of the victim support service."""

    channel: str = ""
    times: str = ""
    code_phrase_known: str = ""
    #: Whether a message may be left with her.
    messages: str = ""
    #: What is wrong with the channel.
    warning: str = ""


@dataclass(frozen=True)
class AnsweredStep:
    step: str
    answer: str


@dataclass(frozen=True)
class SafetyPlan:
    case_code: str
    approach: str
    review_on: str
    printed: Printed
    route: Route
    safe_device: str = ""
    account_use: str = ""
    escalation: str = ""
    areas: tuple[PlannedArea, ...] = ()
    #: What to think of before the changes that stand in the plan.
    warnings: tuple[str, ...] = ()
    media: tuple[MappedMedium, ...] = ()
    forms: tuple[FoundForm, ...] = ()
    evidence: tuple[KeptEvidence, ...] = ()
    cares: tuple[str, ...] = ()
    #: For the workers alone.
    reached: Reached | None = None
    steps: tuple[AnsweredStep, ...] = ()
    shared: str = ""
    language: str = "en"


def make(plan: SafetyPlan, recipient: Recipient, words: Words) -> bytes:
    """The plan for one of the two; what is for the workers alone is on no paper of hers, whatever is given."""
    kinds.check(DocumentKind.SAFETY_PLAN, recipient)
    is_hers = recipient is Recipient.HER
    title = words(f"document.safety_plan.{'title_hers' if is_hers else 'title'}")
    purpose = words("document.safety_plan.purpose_hers") if is_hers else ""
    context = {
        "doc": frame(
            DocumentKind.SAFETY_PLAN,
            words,
            Printed(by="", at_text=plan.printed.at_text) if is_hers else plan.printed,
            title=title,
            header=title if is_hers else f"{title} · {plan.case_code}",
            purpose=purpose,
            level="hers" if is_hers else "",
        ),
        "w": labels(words, "safety_plan", _LABELS),
        "facts": facts(
            words,
            "safety_plan",
            case="" if is_hers else plan.case_code,
            review_on=plan.review_on,
            approach="" if is_hers else plan.approach,
        ),
        "reached": [] if is_hers or plan.reached is None else _reached(plan.reached, words),
        "measures": parts(
            words,
            "safety_plan",
            safe_device=plan.safe_device,
            account_use=plan.account_use,
            escalation=plan.escalation,
        ),
        "areas": [
            {"title": area.title, "actions": [_action(one, words, is_hers) for one in area.actions]}
            for area in plan.areas
        ],
        "warnings": list(plan.warnings),
        "media": [asdict(one) for one in plan.media],
        "forms": [asdict(one) for one in plan.forms],
        "evidence": [asdict(one) for one in plan.evidence],
        "route": {
            "title": plan.route.title,
            "note": plan.route.note,
            "source": "" if is_hers else plan.route.source,
            "stations": list(plan.route.stations),
        },
        "steps": [] if is_hers else [asdict(one) for one in plan.steps],
        "shared": "" if is_hers else plan.shared,
        "cares": list(plan.cares),
    }
    template = template_path("safety_plan", plan.language)
    made_by = "" if is_hers else AUTHOR
    return render(template, context, title=title, language=plan.language, author=made_by)


def _action(one: PlannedAction, words: Words, is_hers: bool) -> dict[str, object]:
    row = asdict(one)
    if is_hers and one.is_ours:
        row["who"] = words("document.safety_plan.us")
    return row


def _reached(reached: Reached, words: Words) -> list[dict[str, str]]:
    return facts(
        words,
        "safety_plan",
        channel=reached.channel,
        warning=reached.warning,
        messages=reached.messages,
        times=reached.times,
        code_phrase_known=reached.code_phrase_known,
    )
