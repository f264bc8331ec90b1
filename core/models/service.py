"""Services, the cooperations that join two of them, and who is on duty."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core import clock
from core.db import Record, Versioned


class ServiceKind(StrEnum):
    PP = "pp"
    VSS = "vss"
    POLICE = "police"
    PROSECUTOR = "prosecutor"
    COURT = "court"
    CHILD_PROTECTION = "child_protection"
    SOCIAL_SERVICES = "social_services"
    HEALTH = "health"
    EDUCATION = "education"

    @property
    def is_side(self) -> bool:
        """The two kinds that hold files; the others are other agencies (seed 003 L738)."""
        return self in {ServiceKind.PP, ServiceKind.VSS}


class Service(Versioned):
    """A perpetrator programme, a victim support service or another agency."""

    __tablename__ = "service"

    name: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[ServiceKind]
    legal_form: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    contact_point: Mapped[str] = mapped_column(default="")
    duty_phone: Mapped[str] = mapped_column(default="")
    is_active: Mapped[bool] = mapped_column(default=True)


class Cooperation(Versioned):
    """One perpetrator programme and one victim support service that work together."""

    __tablename__ = "cooperation"
    __table_args__ = (UniqueConstraint("pp_id", "vss_id"),)

    pp_id: Mapped[UUID] = mapped_column(ForeignKey("service.id"), index=True)
    vss_id: Mapped[UUID] = mapped_column(ForeignKey("service.id"), index=True)
    #: What a blind request may say about a person, agreed by both (annex of the agreement).
    identification: Mapped[str] = mapped_column(default="")
    #: The protocol version that Phase 1 is walked in.
    protocol_version: Mapped[int] = mapped_column(default=1)

    pp: Mapped[Service] = relationship(foreign_keys=[pp_id], lazy="raise", init=False)
    vss: Mapped[Service] = relationship(foreign_keys=[vss_id], lazy="raise", init=False)

    def other(self, service_id: UUID) -> UUID:
        """The service at the opposite end."""
        return self.vss_id if service_id == self.pp_id else self.pp_id


class Duty(Record):
    """Who answers for a service in an emergency, and how, until when."""

    __tablename__ = "duty"

    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    phone: Mapped[str]
    from_at: Mapped[datetime]
    until_at: Mapped[datetime]


class GlossaryTerm(Versioned):
    """A word that both services use in one meaning."""

    __tablename__ = "glossary_term"

    cooperation_id: Mapped[UUID] = mapped_column(ForeignKey("cooperation.id"), index=True)
    term: Mapped[str]
    meaning: Mapped[str]
    #: What the two services understand differently, kept beside the agreed meaning.
    difference: Mapped[str] = mapped_column(default="")


class PhasePoint(Versioned):
    """What both teams said about one aim of Phase 1, what they agreed, and which views stay different."""

    __tablename__ = "phase_point"
    __table_args__ = (UniqueConstraint("cooperation_id", "point"),)

    cooperation_id: Mapped[UUID] = mapped_column(ForeignKey("cooperation.id"), index=True)
    point: Mapped[str]
    pp_said: Mapped[str] = mapped_column(default="")
    vss_said: Mapped[str] = mapped_column(default="")
    agreed: Mapped[str] = mapped_column(default="")
    views_kept: Mapped[str] = mapped_column(default="")
    #: When something was last written to it: a second Phase 1 begins with what the first one left.
    written_at: Mapped[datetime] = mapped_column(default_factory=clock.now)


class Proposal(Versioned):
    """A draft of a principle, an objective or a commitment, on its way to the organisation-level agreement."""

    __tablename__ = "proposal"

    cooperation_id: Mapped[UUID] = mapped_column(ForeignKey("cooperation.id"), index=True)
    chapter: Mapped[str]
    text: Mapped[str]
    #: "pp", "vss" or "both": who commits.
    side: Mapped[str] = mapped_column(default="both")
    #: The point of Phase 1, or the topic of the managements' talk, that it comes from.
    point: Mapped[str] = mapped_column(default="")
    #: By when; None where it holds from the start.
    due_on: Mapped[date | None] = mapped_column(default=None)


class TrainingMark(Record):
    """A person took part in a training session on the protocol."""

    __tablename__ = "training_mark"
    __table_args__ = (UniqueConstraint("cooperation_id", "person_id", "training"),)

    cooperation_id: Mapped[UUID] = mapped_column(ForeignKey("cooperation.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    training: Mapped[str]
    done_on: Mapped[date]
    marked_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
