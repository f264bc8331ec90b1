"""The joint action plan, and the extract with the rows of one service or agency.

There is no extract for him, and none can be asked for: `kinds.Recipient` has no name for him.
"""

from dataclasses import dataclass

from core.documents import kinds
from core.documents.frame import Printed, Words, facts, frame, labels
from core.documents.kinds import DocumentKind, Recipient
from core.documents.word import render, template_path
from core.errors import NotAllowed

_LABELS = ("need", "action", "term", "responsible", "state", "actions_empty")


@dataclass(frozen=True)
class PlanRow:
    """`service` is the service or agency that the action belongs to, `state` its state in words."""

    need: str
    action: str
    term: str
    responsible: str
    service: str
    state: str


@dataclass(frozen=True)
class ActionPlanDocument:
    case_code: str
    as_of_text: str
    #: When, and by whom, one of the actions was changed last.
    changed_text: str
    #: Which actions were agreed in which meeting, and which outside one.
    agreed_text: str
    version_text: str
    printed: Printed
    rows: tuple[PlanRow, ...] = ()
    #: The service or agency whose rows these are; empty for the whole plan.
    extract_for: str = ""
    status: str = ""
    language: str = "en"

    @property
    def kind(self) -> DocumentKind:
        return DocumentKind.ACTION_PLAN_EXTRACT if self.extract_for else DocumentKind.ACTION_PLAN


def make(document: ActionPlanDocument, recipient: Recipient, words: Words) -> bytes:
    """The plan with its four columns and the state of each action.

    An extract with somebody else's row is refused, not shortened: it is a mistake to be seen.
    """
    kinds.check(document.kind, recipient)
    if document.extract_for and any(row.service != document.extract_for for row in document.rows):
        raise NotAllowed("error.document_extract")
    title = words(f"document.{document.kind.value}.title")
    context = {
        "doc": frame(
            document.kind,
            words,
            document.printed,
            title=title,
            subtitle=document.extract_for,
            header=f"{title} · {document.case_code} · {document.version_text}",
            status=document.status,
        ),
        "w": labels(words, "action_plan", _LABELS),
        "facts": facts(
            words,
            "action_plan",
            case=document.case_code,
            as_of=document.as_of_text,
            changed=document.changed_text,
            agreed=document.agreed_text,
        ),
        "actions": [_row(row) for row in document.rows],
    }
    return render(
        template_path("action_plan", document.language), context, title=title, language=document.language
    )


def _row(row: PlanRow) -> dict[str, str]:
    return {
        "need": row.need,
        "action": row.action,
        "term": row.term,
        "responsible": f"{row.service}\n{row.responsible}" if row.responsible else row.service,
        "state": row.state,
    }
