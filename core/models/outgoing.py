"""What leaves the house: flags on contacts, who must not receive, what left for whom, and the days that are confirmed."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Record, Versioned
from core.models.case import Subject
from core.sealed import SealedText


class ContactField(StrEnum):
    """A contact of a person that can carry a flag; each is a column of the person."""

    SAFE_CHANNEL = "safe_channel"
    ADDRESS = "address"
    PHONE = "phone"
    EMAIL = "email"


class ContactMark(StrEnum):
    """What is wrong with a contact."""

    UNSAFE = "unsafe"
    SHARED = "shared"
    OLD = "old"


class ContactFlag(Versioned):
    """A contact of a person in the own file that must not be used as it stands; the value stays with its flag."""

    __tablename__ = "contact_flag"

    subject_id: Mapped[UUID] = mapped_column(ForeignKey("subject.id"), index=True)
    field: Mapped[ContactField]
    value: Mapped[str] = mapped_column(SealedText())
    mark: Mapped[ContactMark]
    flagged_on: Mapped[date]
    flagged_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    #: From this day the flag holds no longer.
    ended_on: Mapped[date | None] = mapped_column(default=None)
    #: Somebody of the file has read that this contact was changed, or that a colleague flagged it.
    seen_at: Mapped[datetime | None] = mapped_column(default=None)

    subject: Mapped[Subject] = relationship(lazy="raise", init=False)

    @property
    def contact(self) -> str:
        """The contact that it is on; where an older copy that was put back had no such flag, as it stands in the file."""
        return self.value or str(getattr(self.subject, self.field))


class Barred(StrEnum):
    """What kind of recipient must not receive."""

    HIM = "him"
    CONTACT = "contact"
    ADDRESS = "address"
    AGENCY = "agency"


class MustNotReceive(Versioned):
    """Who must not be written to, called or told about a person of the own file; read by the own service alone."""

    __tablename__ = "must_not_receive"

    file_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    about_id: Mapped[UUID] = mapped_column(ForeignKey("subject.id"), index=True)
    kind: Mapped[Barred]
    #: Name and relation of a contact, an address, or an agency that is no record here.
    whom: Mapped[str] = mapped_column(SealedText(), default="")
    service_id: Mapped[UUID | None] = mapped_column(ForeignKey("service.id"), default=None)
    is_written: Mapped[bool] = mapped_column(default=True)
    is_called: Mapped[bool] = mapped_column(default=True)
    is_told: Mapped[bool] = mapped_column(default=True)
    why: Mapped[str] = mapped_column(SealedText())
    since: Mapped[date]
    #: The last day on which it holds; None: until it is ended.
    until: Mapped[date | None] = mapped_column(default=None)
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))

    about: Mapped[Subject] = relationship(lazy="raise", init=False)

    @property
    def is_anybody(self) -> bool:
        """Whom it named is lost with an older copy that was put back: until somebody ends it, it may be anybody."""
        return self.kind is not Barred.HIM and self.service_id is None and not self.whom


class Departure(Record):
    """A document left the house: which kind, for whom by role, locked or open, and why though a register stopped it."""

    __tablename__ = "departure"

    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("case.id"), index=True)
    #: Keys of the table of recipients.
    kind: Mapped[str]
    recipient: Mapped[str]
    is_locked: Mapped[bool] = mapped_column(default=False)
    anyway: Mapped[str] = mapped_column(SealedText(), default="")


class AttendedDay(Record):
    """A day on which he was there: what a confirmation of attendance is made from."""

    __tablename__ = "attended_day"
    __table_args__ = (UniqueConstraint("file_id", "attended_on"),)

    file_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    attended_on: Mapped[date]
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
