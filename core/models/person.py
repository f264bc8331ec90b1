"""The people who use Concord and their roles. Never the people whom cases are about."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Record, Versioned
from core.models.service import Service


class Role(StrEnum):
    CASE_MANAGER = "case_manager"
    PARTNER_CONTACT = "partner_contact"
    CHILD_PROTECTION = "child_protection"
    CHAIR = "chair"
    MINUTE_TAKER = "minute_taker"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"
    DATA_PROTECTION = "data_protection"
    GUEST = "guest"


class Person(Versioned):
    """Somebody who works at a service."""

    __tablename__ = "person"

    name: Mapped[str]
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id"), index=True)
    job: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    is_active: Mapped[bool] = mapped_column(default=True)
    #: When an administrator said that they left; None for who works here.
    left_at: Mapped[datetime | None] = mapped_column(default=None)
    #: Since when only a pseudonym stands for them.
    reduced_at: Mapped[datetime | None] = mapped_column(default=None)

    service: Mapped[Service] = relationship(lazy="raise", init=False)
    roles: Mapped[list["PersonRole"]] = relationship(
        lazy="raise", cascade="all, delete-orphan", default_factory=list
    )

    @property
    def role_names(self) -> frozenset[Role]:
        return frozenset(held.role for held in self.roles)


class PersonRole(Record):
    """A role that a person holds."""

    __tablename__ = "person_role"
    __table_args__ = (UniqueConstraint("person_id", "role"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True, init=False)
    role: Mapped[Role]


class Assignment(Record):
    """A person works on a case, from a day, perhaps until a day; without it the case does not exist for them."""

    __tablename__ = "assignment"
    #: Every statement asks first which cases are this person's: answered from the index alone.
    __table_args__ = (Index("ix_assignment_mine", "person_id", "case_id", "since", "until", "ends_at"),)

    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    since: Mapped[date]
    until: Mapped[date | None] = mapped_column(default=None)
    #: The moment at which it ends, where somebody opened a file without working on the case.
    ends_at: Mapped[datetime | None] = mapped_column(default=None)

    person: Mapped[Person] = relationship(lazy="raise", init=False)


class Guest(Record):
    """A person of another agency may see one meeting or the frame of one case, until a day."""

    __tablename__ = "guest"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"), index=True)
    #: None: all meetings of the case.
    meeting_id: Mapped[UUID | None] = mapped_column(ForeignKey("meeting.id"), default=None, index=True)
    until: Mapped[date]
    granted_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))

    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="raise", init=False)
