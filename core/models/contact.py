"""That her contact card was used, and what was said each time to the question whether it is still safe."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Versioned
from core.sealed import SealedText


class StillSafe(StrEnum):
    """What was said to the question whether the way to reach her is still safe."""

    YES = "yes"
    CHANGED = "changed"
    NOT_ASKED = "not_asked"
    #: Said by nobody who used the card: her entry was corrected after somebody had said that it has changed.
    CORRECTED = "corrected"


class ContactUse(Versioned):
    """Somebody opened her contact card to reach her, and is asked each time whether it is still safe; or corrected it."""

    __tablename__ = "contact_use"

    subject_id: Mapped[UUID] = mapped_column(ForeignKey("subject.id"), index=True)
    used_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    #: None: nobody has said yet.
    answer: Mapped[StillSafe | None] = mapped_column(default=None)
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), default=None)
    answered_at: Mapped[datetime | None] = mapped_column(default=None)
    #: What has changed.
    note: Mapped[str] = mapped_column(SealedText(), default="")
