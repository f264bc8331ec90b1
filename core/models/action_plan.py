"""The joint action plan of a case: its rows, and how each changed."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core import clock
from core.db import Record, Versioned
from core.models.case import Case
from core.models.person import Person
from core.models.service import Service


class ActionState(StrEnum):
    OPEN = "open"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    NOT_POSSIBLE = "not_possible"
    NOT_DONE = "not_done"
    HANDED_ON = "handed_on"

    @property
    def is_open(self) -> bool:
        return self in {ActionState.OPEN, ActionState.IN_PROGRESS}

    @property
    def needs_reason(self) -> bool:
        """Circumstances changed, or nobody acted: the difference is the point (domain 6.1); or to whom it went."""
        return self in {ActionState.NOT_POSSIBLE, ActionState.NOT_DONE, ActionState.HANDED_ON}


class Action(Versioned):
    """A row of the joint action plan: need, action, term, person or agency responsible."""

    __tablename__ = "action"
    #: What waits for a person or their service, without reading what is settled long ago.
    __table_args__ = (
        Index(None, "person_id", "state", "due_on"),
        Index(None, "service_id", "state", "due_on"),
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"), index=True)
    need: Mapped[str]
    text: Mapped[str]
    due_on: Mapped[date] = mapped_column(index=True)
    #: The service whose people alone may tick it.
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id"))
    #: The person of that service who answers for it, where one is named.
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), default=None)
    state: Mapped[ActionState] = mapped_column(default=ActionState.OPEN)
    reason: Mapped[str] = mapped_column(default="")
    done_on: Mapped[date | None] = mapped_column(default=None)
    #: The meeting that decided it.
    meeting_id: Mapped[UUID | None] = mapped_column(ForeignKey("meeting.id"), default=None, index=True)
    created_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))

    case: Mapped[Case] = relationship(lazy="raise", init=False)
    service: Mapped[Service] = relationship(lazy="raise", init=False)
    person: Mapped[Person | None] = relationship(foreign_keys=[person_id], lazy="raise", init=False)

    @property
    def is_overdue(self) -> bool:
        return self.state.is_open and self.due_on < clock.today()


class ActionChange(Record):
    """One change of an action: who, when, what it became and why."""

    __tablename__ = "action_change"

    action_id: Mapped[UUID] = mapped_column(ForeignKey("action.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    state: Mapped[ActionState]
    due_on: Mapped[date]
    #: What the row said after the change.
    need: Mapped[str]
    text: Mapped[str]
    #: Who was responsible after the change.
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id"))
    responsible_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), default=None)
    reason: Mapped[str] = mapped_column(default="")
    meeting_id: Mapped[UUID | None] = mapped_column(ForeignKey("meeting.id"), default=None, index=True)

    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="raise", init=False)
    service: Mapped[Service] = relationship(lazy="raise", init=False)
    responsible: Mapped[Person | None] = relationship(foreign_keys=[responsible_id], lazy="raise", init=False)
