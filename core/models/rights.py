"""How long records are kept, what was erased, what people asked for, and who opened a file without an assignment."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core import clock
from core.db import Record, Versioned
from core.models.case import SubjectKind
from core.sealed import SealedText


class RetentionPeriod(Versioned):
    """How long a service keeps a part of its own records, where it is not the time of the content."""

    __tablename__ = "retention_period"
    __table_args__ = (UniqueConstraint("service_id", "part"),)

    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id"))
    #: A key of the content: own_file, meetings …
    part: Mapped[str]
    months: Mapped[int]
    set_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))


class HoldGround(StrEnum):
    """Why records are kept though their time is over (fixed list)."""

    COURT = "court"
    AUTHORITY = "authority"
    CLAIM = "claim"
    STILL_NEEDED = "still_needed"


class Hold(Versioned):
    """A service keeps a part of a case, or all of it, until a day or until it is lifted; the reason is its own."""

    __tablename__ = "hold"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"), index=True)
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id"))
    #: Empty: everything of the case.
    part: Mapped[str]
    ground: Mapped[HoldGround]
    reason: Mapped[str] = mapped_column(SealedText())
    until: Mapped[date | None]
    set_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    lifted_at: Mapped[datetime | None] = mapped_column(default=None)
    lifted_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), default=None)


class ErasureGround(StrEnum):
    """Why something is erased (fixed list)."""

    TIME_IS_OVER = "time_is_over"
    REQUEST = "request"
    OPENED_IN_ERROR = "opened_in_error"


class Erasure(Versioned):
    """Records of a case that somebody asks to erase, and who confirmed or refused it.

    It points at nothing: it stays when what it was about is gone, without a word of it.
    """

    __tablename__ = "erasure"

    case_id: Mapped[UUID] = mapped_column(index=True)
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id"), index=True)
    #: Keys of the content.
    parts: Mapped[list[str]] = mapped_column(JSON)
    #: Both services hold it together: one person of each confirms.
    is_joint: Mapped[bool] = mapped_column(default=False)
    #: One person of the file alone; None: the parts as a whole.
    subject_id: Mapped[UUID | None] = mapped_column(default=None)
    ground: Mapped[ErasureGround]
    #: Gone as soon as it is done.
    reason: Mapped[str] = mapped_column(SealedText(), default="")
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    #: Of the service that asked, and where both hold it together of the other one.
    own_confirmed_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), default=None)
    other_confirmed_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), default=None)
    refused_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), default=None)
    refused_at: Mapped[datetime | None] = mapped_column(default=None)
    refusal: Mapped[str] = mapped_column(SealedText(), default="")
    done_at: Mapped[datetime | None] = mapped_column(default=None)
    #: What went, by table: ids alone. A copy that is put back is erased by them again.
    gone: Mapped[dict[str, list[str]]] = mapped_column(JSON, default_factory=dict)

    @property
    def is_open(self) -> bool:
        return self.done_at is None and self.refused_at is None


class RequestKind(StrEnum):
    """What a person may ask for (General Data Protection Regulation, Articles 15 to 21)."""

    ACCESS = "access"
    CORRECTION = "correction"
    ERASURE = "erasure"
    RESTRICTION = "restriction"
    OBJECTION = "objection"


class RefusalGround(StrEnum):
    """Why a request is refused, in whole or in part (fixed list)."""

    RIGHTS_OF_OTHERS = "rights_of_others"
    SAFETY = "safety"
    LEGAL_CLAIM = "legal_claim"
    LEGAL_DUTY = "legal_duty"
    NOT_IDENTIFIED = "not_identified"
    UNFOUNDED = "unfounded"


class PersonRequest(Versioned):
    """What a person of a file asked for, by when it is answered, and how it was; it stays when the file is erased."""

    __tablename__ = "person_request"

    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id"), index=True)
    case_id: Mapped[UUID] = mapped_column(index=True)
    subject_id: Mapped[UUID]
    subject_kind: Mapped[SubjectKind]
    kind: Mapped[RequestKind]
    asked_on: Mapped[date]
    due_on: Mapped[date]
    #: Why the time was made longer; empty where it was not.
    extended_reason: Mapped[str] = mapped_column(SealedText(), default="")
    is_identified: Mapped[bool] = mapped_column(default=False)
    #: What was asked in words; gone with the person's data, as what was answered is.
    note: Mapped[str] = mapped_column(SealedText(), default="")
    #: How it was answered, or why it was refused.
    answer: Mapped[str] = mapped_column(SealedText(), default="")
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    #: Which texts go into the copy and which do not, as they were read, and who looked at it as a second person.
    choice: Mapped[str] = mapped_column(SealedText(), default="")
    chosen_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), default=None)
    checked_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), default=None)
    answered_on: Mapped[date | None] = mapped_column(default=None)
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), default=None)
    refused_for: Mapped[RefusalGround | None] = mapped_column(default=None)

    @property
    def is_late(self) -> bool:
        return self.answered_on is None and self.due_on < clock.today()


class BreakGlassGround(StrEnum):
    """Why somebody opens a file on which they do not work (domain 8.3, and a colleague who is away)."""

    COLLEAGUE_AWAY = "colleague_away"
    CHILD = "child"
    ADULT = "adult"
    DEADLINE = "deadline"
    OTHER = "other"


class BreakGlass(Versioned):
    """Somebody opened a file of their service without working on it, for some hours; another person looks at it."""

    __tablename__ = "break_glass"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"), index=True)
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    assignment_id: Mapped[UUID] = mapped_column(ForeignKey("assignment.id"))
    ground: Mapped[BreakGlassGround]
    reason: Mapped[str] = mapped_column(SealedText())
    until_at: Mapped[datetime]
    reviewed_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), default=None)
    reviewed_at: Mapped[datetime | None] = mapped_column(default=None)
    was_right: Mapped[bool | None] = mapped_column(default=None)
    #: What the second person found; the own service reads it.
    finding: Mapped[str] = mapped_column(SealedText(), default="")


class Seal(Record):
    """A file in which one of the service's own people, or somebody close to them, is a party: named people alone."""

    __tablename__ = "seal"

    file_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), unique=True)
    reason: Mapped[str] = mapped_column(SealedText())
    sealed_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
