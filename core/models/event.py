"""What happened, by whom, to what: ids only."""

from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Record


class Event(Record):
    """One act of a person: the source, the kind of record, its id and the act; never a name or a text."""

    __tablename__ = "event"

    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), default=None, index=True)
    service_id: Mapped[UUID | None] = mapped_column(ForeignKey("service.id"), default=None)
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("case.id"), default=None, index=True)
    subject: Mapped[str]
    subject_id: Mapped[UUID]
    act: Mapped[str]
