"""The first pass of a risk assessment: what each service answers on its own, in its own file."""

from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Record, Versioned
from core.sealed import SealedText

#: Whom an item is about where it is about no child.
HER: Final = "her"


class Seen(StrEnum):
    """What is known of an item; not known is not the same as not present."""

    PRESENT = "present"
    NOT_PRESENT = "not_present"
    PAST = "past"
    NOT_KNOWN = "not_known"


class How(StrEnum):
    """How a service knows it."""

    OBSERVED = "observed"
    TOLD = "told"


class RiskGrade(StrEnum):
    """The three grades of risk, from least to most. People choose one; nothing is counted."""

    LOW = "low"
    INTERMEDIATE = "intermediate"
    HIGH = "high"

    @property
    def place(self) -> int:
        return list(RiskGrade).index(self)


class FirstPass(Versioned):
    """One service's own answers in one assessment; of its own file, and unreadable for the other."""

    __tablename__ = "first_pass"
    __table_args__ = (UniqueConstraint("assessment_id", "file_id"),)

    assessment_id: Mapped[UUID] = mapped_column(ForeignKey("risk_assessment.id"), index=True)
    file_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    #: How high she herself says that the risk is; None: not asked, or she did not say.
    her_grade: Mapped[RiskGrade | None] = mapped_column(default=None)
    her_words: Mapped[str] = mapped_column(SealedText(), default="")
    #: Her own assessment stays in the file.
    her_view_stays: Mapped[bool] = mapped_column(default=False)


class FirstAnswer(Versioned):
    """What a service answers to one item on its own."""

    __tablename__ = "first_answer"
    __table_args__ = (UniqueConstraint("pass_id", "about", "item"),)

    pass_id: Mapped[UUID] = mapped_column(ForeignKey("first_pass.id"), index=True)
    #: Whom it is about: HER, or a child by its code.
    about: Mapped[str]
    item: Mapped[str]
    seen: Mapped[Seen]
    past_on: Mapped[date | None] = mapped_column(default=None)
    how: Mapped[How | None] = mapped_column(default=None)
    told_by: Mapped[str] = mapped_column(SealedText(), default="")
    note: Mapped[str] = mapped_column(SealedText(), default="")
    #: Never handed to the other service.
    stays: Mapped[bool] = mapped_column(default=False)


class ChildPart(Versioned):
    """Whether a child itself takes part in the assessment; where it does, the four principles were confirmed first."""

    __tablename__ = "child_part"
    __table_args__ = (UniqueConstraint("pass_id", "about"),)

    pass_id: Mapped[UUID] = mapped_column(ForeignKey("first_pass.id"), index=True)
    about: Mapped[str]
    takes_part: Mapped[bool]
    confirmed_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), default=None)
    confirmed_at: Mapped[datetime | None] = mapped_column(default=None)


class HandedIn(Record):
    """That a service handed its first pass in: the joint item carries on what ground, until when, and whether it was taken back."""

    __tablename__ = "handed_in"

    assessment_id: Mapped[UUID] = mapped_column(ForeignKey("risk_assessment.id"), index=True)
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id"))
    item_id: Mapped[UUID] = mapped_column(ForeignKey("joint_item.id"), unique=True)
    her_grade: Mapped[RiskGrade | None] = mapped_column(default=None)
    her_words: Mapped[str] = mapped_column(SealedText(), default="")


class HandedAnswer(Record):
    """What the other service reads of one item once both first passes are open.

    There is one for every item: nothing answered, not known and kept back are the same row.
    """

    __tablename__ = "handed_answer"
    __table_args__ = (UniqueConstraint("handed_in_id", "about", "item"),)

    handed_in_id: Mapped[UUID] = mapped_column(ForeignKey("handed_in.id"), index=True)
    about: Mapped[str]
    item: Mapped[str]
    seen: Mapped[Seen] = mapped_column(default=Seen.NOT_KNOWN)
    past_on: Mapped[date | None] = mapped_column(default=None)
    how: Mapped[How | None] = mapped_column(default=None)
    told_by: Mapped[str] = mapped_column(SealedText(), default="")
    note: Mapped[str] = mapped_column(SealedText(), default="")
