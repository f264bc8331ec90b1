"""The joint risk assessment of a case: versions that stay, what was settled in the meeting, and the level that people chose."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, UniqueConstraint, or_
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Record, Versioned
from core.models.first_pass import RiskGrade, Seen


class Occasion(StrEnum):
    """Why an assessment is made."""

    FIRST = "first"
    PERIODIC = "periodic"
    EPISODE = "episode"
    CLOSING = "closing"
    OTHER = "other"


class RiskAssessment(Versioned):
    """One version of the joint risk assessment; what was finished is never changed."""

    __tablename__ = "risk_assessment"
    __table_args__ = (UniqueConstraint("case_id", "number"),)

    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"), index=True)
    number: Mapped[int]
    occasion: Mapped[Occasion]
    #: Which list for the woman, and which for the children.
    woman_list: Mapped[int]
    children_list: Mapped[int]
    begun_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    #: Since when the two first passes lie side by side.
    opened_at: Mapped[datetime | None] = mapped_column(default=None)
    opened_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), default=None)
    finished_at: Mapped[datetime | None] = mapped_column(default=None)
    finished_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), default=None)

    @property
    def is_open(self) -> bool:
        """Do the two first passes lie side by side?"""
        return self.opened_at is not None

    @property
    def is_finished(self) -> bool:
        return self.finished_at is not None


class RiskChild(Record):
    """A child that the assessment looks at on its own, by its code."""

    __tablename__ = "risk_child"
    __table_args__ = (UniqueConstraint("assessment_id", "code"),)

    assessment_id: Mapped[UUID] = mapped_column(ForeignKey("risk_assessment.id"), index=True)
    code: Mapped[str]
    position: Mapped[int]


class Settlement(Record):
    """What both services hold of an item after they talked; the newest holds, and none is ever changed."""

    __tablename__ = "settlement"
    __table_args__ = (UniqueConstraint("assessment_id", "about", "item", "number"),)

    assessment_id: Mapped[UUID] = mapped_column(ForeignKey("risk_assessment.id"), index=True)
    about: Mapped[str]
    item: Mapped[str]
    #: Counts what was settled on this item.
    number: Mapped[int]
    seen: Mapped[Seen]
    past_on: Mapped[date | None] = mapped_column(default=None)
    note: Mapped[str] = mapped_column(default="")
    settled_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))


class RiskLevel(Versioned):
    """The level that somebody chose, and why; what lowers it holds when the other service has agreed."""

    __tablename__ = "risk_level"
    __table_args__ = (UniqueConstraint("assessment_id", "number"),)

    assessment_id: Mapped[UUID] = mapped_column(ForeignKey("risk_assessment.id"), index=True)
    number: Mapped[int]
    grade: Mapped[RiskGrade]
    reason: Mapped[str]
    #: Why it lies below high, or below what she says, though something speaks for more.
    below_reason: Mapped[str] = mapped_column(default="")
    chosen_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id"))
    needs_both: Mapped[bool] = mapped_column(default=False)
    agreed_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), default=None)
    agreed_at: Mapped[datetime | None] = mapped_column(default=None)

    @hybrid_property
    def holds(self) -> bool:
        """It needs nobody's agreement, or has it."""
        return not self.needs_both or self.agreed_by is not None

    @holds.inplace.expression
    @classmethod
    def _holds_expression(cls) -> ColumnElement[bool]:
        return or_(cls.needs_both.is_(False), cls.agreed_by.is_not(None))


class RiskAction(Record):
    """An action of the joint plan that answers to an item of the assessment."""

    __tablename__ = "risk_action"
    __table_args__ = (UniqueConstraint("assessment_id", "about", "item", "action_id"),)

    assessment_id: Mapped[UUID] = mapped_column(ForeignKey("risk_assessment.id"), index=True)
    about: Mapped[str]
    item: Mapped[str]
    action_id: Mapped[UUID] = mapped_column(ForeignKey("action.id"), index=True)
    linked_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))


class OutsideResult(Record):
    """The result of an instrument that is not part of this product: its name, the day, by whom, what came out."""

    __tablename__ = "outside_result"

    assessment_id: Mapped[UUID] = mapped_column(ForeignKey("risk_assessment.id"), index=True)
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id"))
    instrument: Mapped[str]
    done_on: Mapped[date]
    done_by: Mapped[str]
    result: Mapped[str]
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
