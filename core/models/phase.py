"""The protocol as it is walked: phases entered, steps done by hand, and the versions that administrators made."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Record, Versioned
from core.sealed import SealedText


class StepState(StrEnum):
    DONE = "done"
    NOT_APPLICABLE = "not_applicable"
    OPEN = "open"


class PhaseEntry(Record):
    """A case or a cooperation entered a phase; with open steps behind it, for a reason."""

    __tablename__ = "phase_entry"
    __table_args__ = (Index(None, "cooperation_id", "case_id"),)

    cooperation_id: Mapped[UUID] = mapped_column(ForeignKey("cooperation.id"))
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("case.id"), default=None, index=True)
    phase: Mapped[str]
    entered_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    open_steps: Mapped[list[str]] = mapped_column(JSON, default_factory=list)
    reason: Mapped[str] = mapped_column(SealedText(), default="")


class StepMark(Record):
    """Somebody marked a step by hand; the newest mark of a step counts, the older ones stay as its history."""

    __tablename__ = "step_mark"
    __table_args__ = (Index(None, "cooperation_id", "case_id"),)

    cooperation_id: Mapped[UUID] = mapped_column(ForeignKey("cooperation.id"))
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("case.id"), default=None, index=True)
    phase: Mapped[str]
    step: Mapped[str]
    state: Mapped[StepState]
    reason: Mapped[str] = mapped_column(SealedText(), default="")
    marked_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))


class ProtocolVersion(Versioned):
    """A version of the protocol that an administrator made from an earlier one; version 1 is the shipped file.

    Until it is released it is a draft, which holds for no case; afterwards it never changes.
    """

    __tablename__ = "protocol_version"

    number: Mapped[int] = mapped_column(unique=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    note: Mapped[str] = mapped_column(default="")
    released_at: Mapped[datetime | None] = mapped_column(default=None)
    released_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), default=None)
