"""What happened, by whom, to what: ids and keys only, chained, and never changed once it is written."""

from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Record


class EventKind(StrEnum):
    """What sort of act it was; the log is read by it."""

    CHANGE = "change"
    READ = "read"
    EXPORT = "export"
    SIGN_IN = "sign_in"
    ADMINISTRATION = "administration"
    DENIED = "denied"


class Event(Record):
    """One act of a person: the source, the kind of record, its id and the act; never a name or a text.

    It points at nothing with a foreign key: a record that is erased leaves its events, and the chain stays whole.
    `seq` and `mac` are given at the flush, by core.chain.
    """

    __tablename__ = "event"
    #: None on the service: a service has so many events that SQLite, which keeps no count, would take the wrong way.
    __table_args__ = (
        Index("ix_event_person_id_subject_id", "person_id", "subject_id"),
        Index("ix_event_created_at", "created_at"),
    )

    person_id: Mapped[UUID | None] = mapped_column(default=None)
    service_id: Mapped[UUID | None] = mapped_column(default=None)
    case_id: Mapped[UUID | None] = mapped_column(default=None, index=True)
    kind: Mapped[EventKind] = mapped_column(default=EventKind.CHANGE)
    subject: Mapped[str]
    subject_id: Mapped[UUID]
    act: Mapped[str]
    #: In which session they did it; None for what nobody did in front of a screen.
    sign_in_id: Mapped[UUID | None] = mapped_column(default=None)
    #: The place in the chain, without gaps, and the code that binds this row to the one before it.
    seq: Mapped[int] = mapped_column(unique=True, init=False)
    mac: Mapped[str] = mapped_column(init=False)


class LogCut(Record):
    """Where the log begins since its oldest rows were taken off: the place and the code of the last of them, signed."""

    __tablename__ = "log_cut"

    seq: Mapped[int] = mapped_column(unique=True)
    mac: Mapped[str]
    #: Made with the key of the log, so that nobody who can write the database alone begins it elsewhere.
    code: Mapped[str]
