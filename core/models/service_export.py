"""That two people of a service asked for all that it keeps, to take it to another installation."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core import clock
from core.db import Versioned
from core.sealed import SealedText


class ExportGround(StrEnum):
    """Why a service takes all that it keeps along (fixed list)."""

    LEAVES = "leaves"
    MOVES = "moves"


class ServiceExport(Versioned):
    """All that a service may read, asked for by one of its people and confirmed by another one.

    The file opens with both halves of the passphrase. Each of the two knows one; when it ends, both are gone.
    """

    __tablename__ = "service_export"

    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id"), index=True)
    ground: Mapped[ExportGround]
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    asked_half: Mapped[str] = mapped_column(SealedText())
    confirmed_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), default=None)
    confirmed_half: Mapped[str] = mapped_column(SealedText(), default="")
    #: Until then it can be confirmed, made and taken.
    until_at: Mapped[datetime]
    #: One of the two took it back, or its time was over.
    ended_at: Mapped[datetime | None] = mapped_column(default=None)

    @property
    def is_open(self) -> bool:
        return self.ended_at is None and self.until_at > clock.now()

    @property
    def is_signed(self) -> bool:
        """Have two people asked for it?"""
        return self.is_open and self.confirmed_by is not None
