"""The records. Importing this package imports every table."""

from core.models.account import (
    Account,
    Arrival,
    Device,
    EntryCode,
    FactorRemoval,
    Notice,
    NoticeKind,
    RecoveryCode,
    SetUpCode,
    SignIn,
    SignInFailure,
    Ticket,
)
from core.models.action_plan import Action, ActionChange, ActionState
from core.models.agreement import (
    Agreement,
    AgreementClause,
    AgreementLevel,
    AgreementState,
    AgreementVersion,
    Approval,
    ClauseState,
    SignedCopy,
)
from core.models.case import (
    Answer,
    Case,
    CaseFile,
    FileNote,
    FileRequest,
    JointItem,
    Known,
    PathEntry,
    Subject,
    SubjectKind,
    TPoint,
    TPointMove,
)
from core.models.event import Event
from core.models.meeting import (
    Addendum,
    AgendaItem,
    Attendance,
    Meeting,
    MeetingMove,
    MeetingState,
    Minutes,
    MinutesApproval,
    UnsentText,
)
from core.models.person import Assignment, Guest, Person, PersonRole, Role
from core.models.phase import PhaseEntry, ProtocolVersion, StepMark, StepState
from core.models.service import (
    Cooperation,
    Duty,
    GlossaryTerm,
    PhasePoint,
    Proposal,
    Service,
    ServiceKind,
    TrainingMark,
)

__all__ = [
    "Account", "Action", "ActionChange", "ActionState", "Addendum", "AgendaItem", "Agreement",
    "AgreementClause", "AgreementLevel", "AgreementState", "AgreementVersion", "Answer", "Approval", "Arrival",
    "Assignment", "Attendance", "Case", "CaseFile", "ClauseState", "Cooperation", "Device", "Duty", "EntryCode",
    "Event", "FactorRemoval", "FileNote", "FileRequest", "GlossaryTerm", "Guest", "JointItem", "Known",
    "Meeting", "MeetingMove", "MeetingState", "Minutes", "MinutesApproval", "Notice", "NoticeKind", "PathEntry",
    "Person", "PersonRole", "PhaseEntry", "PhasePoint", "Proposal", "ProtocolVersion", "RecoveryCode", "Role",
    "Service", "ServiceKind", "SetUpCode", "SignIn", "SignInFailure", "SignedCopy", "StepMark", "StepState",
    "Subject", "SubjectKind", "TPoint", "TPointMove", "Ticket", "TrainingMark", "UnsentText",
]  # fmt: skip
