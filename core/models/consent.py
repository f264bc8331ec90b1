"""What a person agreed to, for which purpose; and on what ground something left the file."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Record, Versioned
from core.models.case import JointItem, Known, Subject
from core.sealed import SealedText


class ConsentState(StrEnum):
    NOT_ASKED = "not_asked"
    GIVEN = "given"
    GIVEN_EXCEPT = "given_except"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Consent(Record):
    """What a person of the file said about one purpose on one day; the last one written down holds, none is changed."""

    __tablename__ = "consent"

    subject_id: Mapped[UUID] = mapped_column(ForeignKey("subject.id"), index=True)
    #: A key of the content: risk_assessment, meetings, action_plan …
    purpose: Mapped[str]
    state: Mapped[ConsentState]
    #: What must not be used, in words.
    exceptions: Mapped[str] = mapped_column(SealedText(), default="")
    how_asked: Mapped[str] = mapped_column(SealedText(), default="")
    #: Was it safe to ask?
    was_safe: Mapped[Known] = mapped_column(default=Known.UNKNOWN)
    asked_on: Mapped[date]
    language: Mapped[str] = mapped_column(SealedText(), default="")
    #: The last day on which it holds; None: until it is withdrawn.
    valid_until: Mapped[date | None] = mapped_column(default=None)
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))


class Basis(StrEnum):
    """On what ground something is shared."""

    CONSENT = "consent"
    DANGER = "danger"
    LEGAL_DUTY = "legal_duty"
    CHILD_PROTECTION = "child_protection"


class Release(Versioned):
    """On what ground a joint item left the file: read by the own service alone."""

    __tablename__ = "release"

    item_id: Mapped[UUID] = mapped_column(ForeignKey("joint_item.id"), unique=True)
    file_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    #: Whom it is about, and whose consent is asked for.
    about_id: Mapped[UUID] = mapped_column(ForeignKey("subject.id"), index=True)
    basis: Mapped[Basis]
    #: Why it could not wait for consent; empty where there is consent.
    reason: Mapped[str] = mapped_column(SealedText(), default="")
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    confirmed_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), default=None)
    confirmed_at: Mapped[datetime | None] = mapped_column(default=None)
    #: Of what left her file without her consent: the day on which she was told; or the day on which somebody last wrote
    #: down why she was not told yet, and why.
    told_on: Mapped[date | None] = mapped_column(default=None)
    not_told_on: Mapped[date | None] = mapped_column(default=None)
    not_told_why: Mapped[str] = mapped_column(SealedText(), default="")

    item: Mapped[JointItem] = relationship(lazy="raise", init=False)
    about: Mapped[Subject] = relationship(lazy="raise", init=False)
