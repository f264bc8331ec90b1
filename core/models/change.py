"""Change over the times T0 to T4: questionnaires that the services hold, and what he and she answer, each in their own file."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Versioned
from core.sealed import SealedText


class Mode(StrEnum):
    """How somebody was asked."""

    IN_PERSON = "in_person"
    TELEPHONE = "telephone"
    VIDEO = "video"
    ON_PAPER = "on_paper"


class NotDone(StrEnum):
    """Why somebody was not asked, or did not answer, at a time; for their own service alone."""

    NOT_SAFE = "not_safe"
    REFUSED = "refused"
    NOT_REACHED = "not_reached"
    NOT_ASKED = "not_asked"


class Questionnaire(Versioned):
    """A questionnaire that the services hold themselves: changed by nobody, and frozen from its release on."""

    __tablename__ = "questionnaire"
    __table_args__ = (UniqueConstraint("key", "number"),)

    #: What its file calls it, and how often it was entered.
    key: Mapped[str]
    number: Mapped[int]
    #: Structure and words apart, as its files have them.
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    released_at: Mapped[datetime | None] = mapped_column(default=None)
    #: Not asked any more; what was answered on it is read on.
    ended_at: Mapped[datetime | None] = mapped_column(default=None)


def is_still_settled(settled_on: date, was_due_on: date | None, on: date | None) -> bool:
    """Does it hold at a time that is due on such a day now what was settled when it was due on another?

    A time that comes again afterwards, as when he came back, is another one. A day that nobody knows is no other, and
    neither is one that was over when it was settled: his side may move what lies behind, and she is not asked again for it.
    """
    return was_due_on is None or on is None or was_due_on == on or on < settled_on


class QuestionnaireResponse(Versioned):
    """What the person of a file is asked at one time of the case; unreadable for the other service.

    That it is done stands on the time itself; only where the time is due no more, here.
    """

    __tablename__ = "questionnaire_response"
    __table_args__ = (UniqueConstraint("file_id", "label"),)

    file_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    #: Which time: T0, T1, T2.1 …
    label: Mapped[str]
    #: By which questionnaire, once somebody has begun to ask.
    questionnaire: Mapped[str] = mapped_column(default="")
    number: Mapped[int] = mapped_column(default=0)
    asked_on: Mapped[date | None] = mapped_column(default=None)
    asked_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), default=None)
    mode: Mapped[Mode | None] = mapped_column(default=None)
    #: It is done at a time that is due no more: on the time the other service would read that somebody was asked.
    is_finished: Mapped[bool] = mapped_column(default=False)
    #: Where the answers on paper lie.
    kept_at: Mapped[str] = mapped_column(SealedText(), default="")
    #: The day on which it was settled that it is not done, and a NotDone.
    not_done_on: Mapped[date | None] = mapped_column(default=None)
    not_done_reason: Mapped[str] = mapped_column(SealedText(), default="")
    #: On which day the time was due then; here, for on the time itself the other service would read that it was settled.
    was_due_on: Mapped[date | None] = mapped_column(default=None)

    @property
    def is_begun(self) -> bool:
        return bool(self.questionnaire)

    def is_not_done(self, on: date | None) -> bool:
        """Is it settled that nobody is asked at this time, which is due on such a day?"""
        return self.not_done_on is not None and is_still_settled(self.not_done_on, self.was_due_on, on)


class QuestionnaireAnswer(Versioned):
    """The answer to one question."""

    __tablename__ = "questionnaire_answer"
    __table_args__ = (UniqueConstraint("response_id", "question"),)

    response_id: Mapped[UUID] = mapped_column(ForeignKey("questionnaire_response.id"), index=True)
    question: Mapped[str]
    #: An option, a number or a text, as the question takes it.
    value: Mapped[str] = mapped_column(SealedText())
    answered_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
