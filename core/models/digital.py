"""Digital violence, as each service knows it, and the IT safety plan, which is the victim support service's alone."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Versioned
from core.models.first_pass import Seen
from core.sealed import SealedText


class Whose(StrEnum):
    """Whose a device or an account is."""

    HERS = "hers"
    HIS = "his"
    SHARED = "shared"
    CHILDRENS = "childrens"


class DigitalStep(Versioned):
    """What one service knows of one of the identification steps; of its own file, and unreadable for the other."""

    __tablename__ = "digital_step"
    __table_args__ = (UniqueConstraint("file_id", "step"),)

    file_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    step: Mapped[str]
    seen: Mapped[Seen]
    note: Mapped[str] = mapped_column(SealedText(), default="")


class DigitalMedium(Versioned):
    """A device or an account on the map: what it is connected to, what it holds, who gets in."""

    __tablename__ = "digital_medium"

    file_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    whose: Mapped[Whose]
    #: A key of the content; what is hers lies sealed to the last key.
    kind: Mapped[str] = mapped_column(SealedText())
    #: What she calls it.
    name: Mapped[str] = mapped_column(SealedText(), default="")
    #: Keys of the content, as `aspect.option`, with blanks between them.
    marks: Mapped[str] = mapped_column(SealedText(), default="")
    note: Mapped[str] = mapped_column(SealedText(), default="")
    #: Since when it is not in use any more.
    gone_on: Mapped[date | None] = mapped_column(default=None)

    @property
    def marked(self) -> frozenset[str]:
        return frozenset(self.marks.split())


class DigitalFinding(Versioned):
    """What is known of one form of digital violence."""

    __tablename__ = "digital_finding"

    file_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    form: Mapped[str] = mapped_column(SealedText())
    seen: Mapped[Seen]
    note: Mapped[str] = mapped_column(SealedText(), default="")


class SafetyPlan(Versioned):
    """The IT safety plan: the safety measures, and when it is looked at again. How she is reached stands in her entry."""

    __tablename__ = "safety_plan"

    file_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), unique=True)
    safe_device: Mapped[str] = mapped_column(SealedText(), default="")
    account_use: Mapped[str] = mapped_column(SealedText(), default="")
    escalation: Mapped[str] = mapped_column(SealedText(), default="")
    #: The reporting route that holds here.
    route: Mapped[str] = mapped_column(default="")
    review_on: Mapped[date | None] = mapped_column(default=None)


class SafetyState(StrEnum):
    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class SafetyAction(Versioned):
    """An action in a key area of the plan; in the file of the programme, what he does about his devices and accounts."""

    __tablename__ = "safety_action"

    file_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    area: Mapped[str]
    text: Mapped[str] = mapped_column(SealedText())
    who: Mapped[str] = mapped_column(SealedText())
    until: Mapped[date | None] = mapped_column(default=None)
    #: A key of the content where it is a change that may make it worse; then what is in place first, and not before when.
    change: Mapped[str] = mapped_column(SealedText(), default="")
    first: Mapped[str] = mapped_column(SealedText(), default="")
    not_before: Mapped[date | None] = mapped_column(default=None)
    state: Mapped[SafetyState] = mapped_column(default=SafetyState.OPEN)


class Evidence(Versioned):
    """That something is kept as evidence, where and how, and to whom it was reported; never the thing itself."""

    __tablename__ = "evidence"

    file_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    what: Mapped[str] = mapped_column(SealedText())
    happened_on: Mapped[date | None] = mapped_column(default=None)
    kept_where: Mapped[str] = mapped_column(SealedText(), default="")
    #: Keys of the content with blanks between them: how it was kept, and to which stations it was reported.
    kept_how: Mapped[str] = mapped_column(SealedText(), default="")
    reported_to: Mapped[str] = mapped_column(SealedText(), default="")
    reported_on: Mapped[date | None] = mapped_column(default=None)
