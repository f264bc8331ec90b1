"""The kinds of documents, and who may receive each: one table, and a check that refuses every other pair.

The person whose violence the case is about is no recipient of anything of the joint work in this table. The one
document that somebody of a file may get is the copy of their own data, which their own service makes from its own file.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from core.errors import NotAllowed


class DocumentKind(StrEnum):
    INVITATION = "invitation"
    MINUTES = "minutes"
    CONSULTATION_NOTE = "consultation_note"
    EMERGENCY_SHEET = "emergency_sheet"
    ACTION_PLAN = "action_plan"
    ACTION_PLAN_EXTRACT = "action_plan_extract"
    ORGANISATION_AGREEMENT = "organisation_agreement"
    CASE_AGREEMENT = "case_agreement"
    PHASE_1_RECORD = "phase_1_record"
    TALK_RECORD = "talk_record"
    RISK_RECORD = "risk_record"
    PERSON_COPY = "person_copy"


class Recipient(StrEnum):
    JOINT = "joint"
    PP = "pp"
    VSS = "vss"
    MANAGEMENT = "management"
    AGENCY = "agency"
    #: A person of the own file, who asked for a copy of their own data; no other document has this recipient.
    PERSON = "person"


_BOTH_SERVICES = frozenset({Recipient.JOINT, Recipient.PP, Recipient.VSS})

#: A guest agency gets the invitation, its own rows of the plan, and the agreement it may join; no minutes.
RECIPIENTS: Mapping[DocumentKind, frozenset[Recipient]] = MappingProxyType(
    {
        DocumentKind.INVITATION: _BOTH_SERVICES | {Recipient.AGENCY},
        DocumentKind.MINUTES: _BOTH_SERVICES,
        DocumentKind.CONSULTATION_NOTE: _BOTH_SERVICES,
        DocumentKind.EMERGENCY_SHEET: _BOTH_SERVICES,
        DocumentKind.ACTION_PLAN: _BOTH_SERVICES,
        DocumentKind.ACTION_PLAN_EXTRACT: frozenset({Recipient.PP, Recipient.VSS, Recipient.AGENCY}),
        DocumentKind.ORGANISATION_AGREEMENT: _BOTH_SERVICES | {Recipient.MANAGEMENT, Recipient.AGENCY},
        DocumentKind.CASE_AGREEMENT: _BOTH_SERVICES,
        DocumentKind.PHASE_1_RECORD: _BOTH_SERVICES | {Recipient.MANAGEMENT},
        DocumentKind.TALK_RECORD: _BOTH_SERVICES | {Recipient.MANAGEMENT},
        DocumentKind.RISK_RECORD: _BOTH_SERVICES,
        DocumentKind.PERSON_COPY: frozenset({Recipient.PERSON}),
    }
)


def may_receive(kind: DocumentKind, recipient: Recipient) -> bool:
    return recipient in RECIPIENTS[kind]


def check(kind: DocumentKind, recipient: Recipient) -> None:
    """Refuse a document for somebody whom the table does not name."""
    if not may_receive(kind, recipient):
        raise NotAllowed("error.document_recipient", kind=kind.value, recipient=recipient.value)
