"""How the work of two services on a case ends: proposed by one, agreed to by the other, followed up; and what was learned."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Record, Versioned
from core.sealed import SealedText


class CloseReason(StrEnum):
    """Why a case ends; none of them says that he changed, or that she is safe."""

    COMPLETED = "completed"
    LEFT = "left"
    EXCLUDED = "excluded"
    REFERRED = "referred"
    SHE_ENDED = "she_ended"
    MOVED = "moved"
    COOPERATION_ENDED = "cooperation_ended"
    OPENED_IN_ERROR = "opened_in_error"
    OTHER = "other"


class ReopenReason(StrEnum):
    """Why a closed case is opened again."""

    RETURNED = "returned"
    VIOLENCE = "violence"
    NEEDED = "needed"
    IN_ERROR = "in_error"


class Settled(StrEnum):
    """What became of something that a service does before a case ends."""

    DONE = "done"
    NOT_NEEDED = "not_needed"


class Closing(Versioned):
    """The end of a case, once: begun, proposed by one service, agreed to by the other, followed up by both."""

    __tablename__ = "closing"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"), index=True)
    begun_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    ground: Mapped[CloseReason | None] = mapped_column(default=None)
    #: The day on which his programme, or the work on the case, ended.
    ended_on: Mapped[date | None] = mapped_column(default=None)
    has_follow_up: Mapped[bool] = mapped_column(default=True)
    #: The last day of the case agreement; after it nobody reads the joint space.
    agreement_until: Mapped[date | None] = mapped_column(default=None)
    #: Why it ends though something is lacking that belongs before it.
    lacking: Mapped[str] = mapped_column(default="")
    service_id: Mapped[UUID | None] = mapped_column(ForeignKey("service.id"), default=None)
    proposed_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), default=None)
    proposed_at: Mapped[datetime | None] = mapped_column(default=None)
    agreed_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), default=None)
    agreed_at: Mapped[datetime | None] = mapped_column(default=None)
    #: Each service says for itself that its follow-up is over.
    pp_finished_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), default=None)
    vss_finished_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), default=None)
    reopened_at: Mapped[datetime | None] = mapped_column(default=None)
    reopened_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), default=None)
    reopened_for: Mapped[ReopenReason | None] = mapped_column(default=None)

    @property
    def is_proposed(self) -> bool:
        """Does it wait for the other service?"""
        return self.proposed_at is not None and self.agreed_at is None

    @property
    def is_agreed(self) -> bool:
        return self.agreed_at is not None


class ClosingText(Versioned):
    """What one service wrote to a part of the closing report, or to a question of the review of the cooperation."""

    __tablename__ = "closing_text"
    __table_args__ = (UniqueConstraint("closing_id", "service_id", "key"),)

    closing_id: Mapped[UUID] = mapped_column(ForeignKey("closing.id"), index=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"), index=True)
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id"))
    #: A key of the content.
    key: Mapped[str]
    text: Mapped[str] = mapped_column(default="")
    written_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    #: Since when the managements read it, without the case.
    given_at: Mapped[datetime | None] = mapped_column(default=None)


class ClosingStep(Versioned):
    """What a service does for its own person before a case ends; unreadable for the other."""

    __tablename__ = "closing_step"
    __table_args__ = (UniqueConstraint("closing_id", "file_id", "step"),)

    closing_id: Mapped[UUID] = mapped_column(ForeignKey("closing.id"), index=True)
    file_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    #: A key of the content.
    step: Mapped[str]
    settled: Mapped[Settled]
    text: Mapped[str] = mapped_column(SealedText())
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))


class Lesson(Record):
    """What one service learned from working together, about no case: it says neither which nor when, only the year."""

    __tablename__ = "lesson"

    cooperation_id: Mapped[UUID] = mapped_column(ForeignKey("cooperation.id"), index=True)
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id"))
    question: Mapped[str]
    text: Mapped[str]
    year: Mapped[int]
