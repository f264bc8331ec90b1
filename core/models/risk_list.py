"""A list for the woman that the services hold themselves, in place of the one that the product ships."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Versioned


class RiskList(Versioned):
    """A version of the organisation's own list: changed while it is a draft, frozen from its release on."""

    __tablename__ = "risk_list"

    #: The list that the product ships is number 1.
    number: Mapped[int] = mapped_column(unique=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    released_at: Mapped[datetime | None] = mapped_column(default=None)
