"""The keys that sealed columns are opened with, each wrapped by the one above it."""

from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Record


class KeyState(StrEnum):
    """Only a current key seals; an old one opens what a rotation has not reached yet."""

    CURRENT = "current"
    OLD = "old"


class DataKey(Record):
    """The key of a service, of one file of that service, or of what both services read of a case or a cooperation.

    A file's key is wrapped by that of its service, and so opens for nobody else; the others by the key of the fields.
    """

    __tablename__ = "data_key"
    __table_args__ = (UniqueConstraint("space_id", "number"),)

    #: None: for both services.
    service_id: Mapped[UUID | None] = mapped_column(ForeignKey("service.id"), index=True)
    #: The service, file, case or cooperation that it is for.
    space_id: Mapped[UUID]
    number: Mapped[int] = mapped_column(default=1)
    state: Mapped[KeyState] = mapped_column(default=KeyState.CURRENT)
    wrapped: Mapped[str] = mapped_column(default="")
