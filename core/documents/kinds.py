"""The kinds of documents, and the check that refuses each pair of kind and recipient that the table does not name.

The table is content: `core/content/recipients/`. For the person whose violence the case is about it names three papers
of the programme's own file; for her one, her IT safety plan. What somebody of a file may get besides is the copy of their own
data, which their own service makes from its own file.
"""

from enum import StrEnum

from core.content import recipients
from core.content.recipients import Recipient
from core.errors import NotAllowed

__all__ = ["DocumentKind", "Recipient"]


class DocumentKind(StrEnum):
    INVITATION = "invitation"
    CALENDAR_ENTRY = "calendar_entry"
    MINUTES = "minutes"
    CONSULTATION_NOTE = "consultation_note"
    EMERGENCY_SHEET = "emergency_sheet"
    ACTION_PLAN = "action_plan"
    ACTION_PLAN_EXTRACT = "action_plan_extract"
    ORGANISATION_AGREEMENT = "organisation_agreement"
    CASE_AGREEMENT = "case_agreement"
    SIGNED_AGREEMENT = "signed_agreement"
    PHASE_1_RECORD = "phase_1_record"
    TALK_RECORD = "talk_record"
    RISK_RECORD = "risk_record"
    CLOSING_REPORT = "closing_report"
    SAFETY_PLAN = "safety_plan"
    NOTICE = "notice"
    EXIT_REPORT = "exit_report"
    PICTURE = "picture"
    PICTURE_VSS = "picture_vss"
    LIST = "list"
    LOG = "log"
    BREACH_REPORT = "breach_report"
    ATTENDANCE_CONFIRMATION = "attendance_confirmation"
    PARTICIPATION_AGREEMENT = "participation_agreement"
    HIS_CONSENT = "his_consent"
    PERSON_COPY = "person_copy"
    SERVICE_EXPORT = "service_export"


def may_receive(kind: DocumentKind, recipient: Recipient) -> bool:
    return recipients.load().may_receive(kind, recipient)


def check(kind: DocumentKind, recipient: Recipient) -> None:
    """Refuse a document for somebody whom the table does not name."""
    if not may_receive(kind, recipient):
        raise NotAllowed("error.document_recipient", kind=kind.value, recipient=recipient.value)
