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
    TotpHash,
)
from core.models.action_plan import Action, ActionChange, ActionState
from core.models.agreement import (
    Agreement,
    AgreementClause,
    AgreementLevel,
    AgreementRole,
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
    EmergencyGround,
    EmergencyOpening,
    FileNote,
    FileRequest,
    JointItem,
    Known,
    PathEntry,
    ReleasedEntry,
    Subject,
    SubjectKind,
    TPoint,
    TPointMove,
)
from core.models.change import Mode, NotDone, Questionnaire, QuestionnaireAnswer, QuestionnaireResponse
from core.models.closing import CloseReason, Closing, ClosingStep, ClosingText, Lesson, ReopenReason, Settled
from core.models.consent import Basis, Consent, ConsentState, Release
from core.models.contact import ContactUse, StillSafe
from core.models.data_key import DataKey, KeyState
from core.models.digital import (
    DigitalFinding,
    DigitalMedium,
    DigitalStep,
    Evidence,
    SafetyAction,
    SafetyPlan,
    SafetyState,
    Whose,
)
from core.models.episode import Episode, EpisodeJoin, EpisodeSource, ReleasedEpisode
from core.models.event import Event, EventKind, LogCut
from core.models.first_pass import (
    ChildPart,
    FirstAnswer,
    FirstPass,
    HandedAnswer,
    HandedIn,
    How,
    RiskGrade,
    Seen,
)
from core.models.identity import Identity, IdentityProof
from core.models.immediate_notice import (
    ImmediateNotice,
    NoticeAnswer,
    NoticeCall,
    NoticeReceipt,
    NoticeTalk,
    Reentry,
)
from core.models.meeting import (
    Addendum,
    AgendaItem,
    Attendance,
    Meeting,
    MeetingMove,
    MeetingState,
    Minutes,
    MinutesApproval,
    Strike,
    StrikeGround,
    UnsentText,
)
from core.models.outgoing import (
    AttendedDay,
    Barred,
    ContactField,
    ContactFlag,
    ContactMark,
    Departure,
    MustNotReceive,
)
from core.models.person import Assignment, Guest, Person, PersonRole, Role
from core.models.phase import PhaseEntry, ProtocolVersion, StepMark, StepState
from core.models.rights import (
    BreakGlass,
    BreakGlassGround,
    Erasure,
    ErasureGround,
    Hold,
    HoldGround,
    PersonRequest,
    RefusalGround,
    RequestKind,
    RetentionPeriod,
    Seal,
)
from core.models.risk_assessment import (
    Occasion,
    OutsideResult,
    RiskAction,
    RiskAssessment,
    RiskChild,
    RiskLevel,
    Settlement,
)
from core.models.risk_list import RiskList
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
from core.models.service_export import ExportGround, ServiceExport
from core.models.talk import ChallengeRating, KeyAspect, Talk, Weight

__all__ = [
    "Account", "Action", "ActionChange", "ActionState", "Addendum", "AgendaItem", "Agreement", "AgreementClause",
    "AgreementLevel", "AgreementRole", "AgreementState", "AgreementVersion", "Answer", "Approval", "Arrival",
    "Assignment", "Attendance", "AttendedDay", "Barred", "Basis", "BreakGlass", "BreakGlassGround", "Case",
    "CaseFile", "ChallengeRating", "ChildPart", "ClauseState", "CloseReason", "Closing", "ClosingStep",
    "ClosingText", "Consent", "ConsentState", "ContactField", "ContactFlag", "ContactMark", "ContactUse",
    "Cooperation", "DataKey", "Departure", "Device", "DigitalFinding", "DigitalMedium", "DigitalStep", "Duty",
    "EmergencyGround", "EmergencyOpening", "EntryCode", "Episode", "EpisodeJoin", "EpisodeSource", "Erasure",
    "ErasureGround", "Event", "EventKind", "Evidence", "ExportGround", "FactorRemoval", "FileNote", "FileRequest",
    "FirstAnswer", "FirstPass", "GlossaryTerm", "Guest", "HandedAnswer", "HandedIn", "Hold", "HoldGround", "How",
    "Identity", "IdentityProof", "ImmediateNotice", "JointItem", "KeyAspect", "KeyState", "Known", "Lesson",
    "LogCut", "Meeting", "MeetingMove", "MeetingState", "Minutes", "MinutesApproval", "Mode", "MustNotReceive",
    "NotDone", "Notice", "NoticeAnswer", "NoticeCall", "NoticeKind", "NoticeReceipt", "NoticeTalk", "Occasion",
    "OutsideResult", "PathEntry", "Person", "PersonRequest", "PersonRole", "PhaseEntry", "PhasePoint", "Proposal",
    "ProtocolVersion", "Questionnaire", "QuestionnaireAnswer", "QuestionnaireResponse", "RecoveryCode", "Reentry",
    "RefusalGround", "Release", "ReleasedEntry", "ReleasedEpisode", "ReopenReason", "RequestKind", "RetentionPeriod", "RiskAction",
    "RiskAssessment", "RiskChild", "RiskGrade", "RiskLevel", "RiskList", "Role", "SafetyAction", "SafetyPlan",
    "SafetyState", "Seal", "Seen", "Service", "ServiceExport", "ServiceKind", "SetUpCode", "Settled", "Settlement",
    "SignIn", "SignInFailure", "SignedCopy", "StepMark", "StepState", "StillSafe", "Strike", "StrikeGround",
    "Subject", "SubjectKind", "TPoint", "TPointMove", "Talk", "Ticket", "TotpHash", "TrainingMark", "UnsentText", "Weight",
    "Whose",
]  # fmt: skip
