"""Agreements between the two services: drafted clause by clause, approved, signed, in force."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, UniqueConstraint, and_, or_
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core import clock
from core.db import Record, Versioned
from core.models.case import Case
from core.models.person import Role
from core.models.service import Cooperation
from core.sealed import SealedData


class AgreementLevel(StrEnum):
    """Between the managements, unlimited; or between the case managers, limited in time and to one case."""

    ORGANISATION = "organisation"
    CASE = "case"


class AgreementState(StrEnum):
    DRAFT = "draft"
    APPROVED = "approved"
    IN_FORCE = "in_force"
    TERMINATED = "terminated"
    WITHDRAWN = "withdrawn"


class ClauseState(StrEnum):
    OPEN = "open"
    AGREED = "agreed"
    CONTESTED = "contested"


class Agreement(Versioned):
    """An agreement of one of the two levels."""

    __tablename__ = "agreement"
    __table_args__ = (
        Index(None, "cooperation_id", "case_id"),
        #: Whether an agreement opens a case is asked inside almost every statement: with the case alone, SQLite may look
        #: through all that are in force instead, which takes a page of a large store seconds.
        Index(None, "case_id", "state"),
    )

    level: Mapped[AgreementLevel]
    cooperation_id: Mapped[UUID] = mapped_column(ForeignKey("cooperation.id"))
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("case.id"), default=None)
    state: Mapped[AgreementState] = mapped_column(default=AgreementState.DRAFT, index=True)
    #: The version of the clause library it is drafted from.
    content_version: Mapped[int] = mapped_column(default=1)
    language: Mapped[str] = mapped_column(default="en")
    answers: Mapped[dict[str, Any]] = mapped_column(JSON, default_factory=dict)
    starts_on: Mapped[date | None] = mapped_column(default=None)
    ends_on: Mapped[date | None] = mapped_column(default=None)
    review_on: Mapped[date | None] = mapped_column(default=None)
    in_force_from: Mapped[date | None] = mapped_column(default=None)
    terminated_on: Mapped[date | None] = mapped_column(default=None)
    termination_reason: Mapped[str] = mapped_column(default="")
    #: Who said so; both services read it.
    terminated_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), default=None)
    #: Who gave up the draft; both services read it.
    given_up_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), default=None)
    given_up_at: Mapped[datetime | None] = mapped_column(default=None)
    created_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))

    case: Mapped[Case | None] = relationship(lazy="raise", init=False)
    cooperation: Mapped[Cooperation] = relationship(lazy="raise", init=False)
    clauses: Mapped[list["AgreementClause"]] = relationship(
        lazy="raise", order_by="AgreementClause.position", cascade="all, delete-orphan", default_factory=list
    )

    def is_in_force(self, on: date | None = None) -> bool:
        """Signed, begun, not terminated, and (case level) not past its end date."""
        day = on or clock.today()
        if (
            self.state is not AgreementState.IN_FORCE
            or self.in_force_from is None
            or self.in_force_from > day
        ):
            return False
        return self.ends_on is None or day <= self.ends_on

    @classmethod
    def holds_today(cls) -> ColumnElement[bool]:
        """The same, for a statement and today."""
        today = clock.today()
        return and_(
            cls.state == AgreementState.IN_FORCE,
            cls.in_force_from <= today,
            or_(cls.ends_on.is_(None), cls.ends_on >= today),
        )


class AgreementRole(Record):
    """A role to which an agreement that is in force opens the joint space of its case."""

    __tablename__ = "agreement_role"
    __table_args__ = (UniqueConstraint("agreement_id", "role"),)

    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("agreement.id"), index=True)
    role: Mapped[Role]


class AgreementClause(Versioned):
    """The choice of a clause in one agreement, and its wording where it was adapted here."""

    __tablename__ = "agreement_clause"
    __table_args__ = (UniqueConstraint("agreement_id", "key"),)

    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("agreement.id"), index=True, init=False)
    #: The clause of the library; "own-…" for one that the parties added.
    key: Mapped[str]
    chapter: Mapped[str]
    position: Mapped[int]
    is_included: Mapped[bool] = mapped_column(default=True)
    #: Markdown; None: as the library has it.
    adapted: Mapped[str | None] = mapped_column(default=None)
    state: Mapped[ClauseState] = mapped_column(default=ClauseState.OPEN)
    #: Open again, as its words or an answer in them were changed after it was agreed.
    was_agreed: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(default="")
    #: Why it is left out; its note stays for when it is put in again.
    left_out_why: Mapped[str] = mapped_column(default="")


class AgreementVersion(Record):
    """The whole text of an agreement as it stood after a save that changed it."""

    __tablename__ = "agreement_version"
    __table_args__ = (UniqueConstraint("agreement_id", "number"),)

    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("agreement.id"), index=True)
    number: Mapped[int]
    #: What the preview shows, and its SHA-256.
    text: Mapped[str] = mapped_column(deferred=True)
    digest: Mapped[str]
    #: The same as laid out, so that what was approved prints as it was, whatever becomes of library and words.
    layout: Mapped[list[dict[str, Any]]] = mapped_column(JSON, deferred=True, default_factory=list)
    made_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))


class Approval(Record):
    """One service approves one version; a later version makes it lapse."""

    __tablename__ = "approval"

    version_id: Mapped[UUID] = mapped_column(ForeignKey("agreement_version.id"), index=True)
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    lapsed_at: Mapped[datetime | None] = mapped_column(default=None)


class SignedCopy(Record):
    """The signed paper, scanned."""

    __tablename__ = "signed_copy"

    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("agreement.id"), index=True)
    version_id: Mapped[UUID] = mapped_column(ForeignKey("agreement_version.id"))
    digest: Mapped[str]
    uploaded_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    data: Mapped[bytes] = mapped_column(SealedData(), deferred=True)
