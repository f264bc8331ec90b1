"""Who somebody is at the identity provider of their service."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Record


class Identity(Record):
    """A subject of the identity provider that signs in as a person; only its digest is kept."""

    __tablename__ = "identity"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), unique=True)
    digest: Mapped[str] = mapped_column(unique=True)
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    #: When its owner first came in by it with the second step of their own; before that the provider's does not count.
    confirmed_at: Mapped[datetime | None] = mapped_column(default=None)


class IdentityProof(Record):
    """A token of the provider that somebody came in with; it counts once."""

    __tablename__ = "identity_proof"

    identity_id: Mapped[UUID] = mapped_column(ForeignKey("identity.id", ondelete="CASCADE"), index=True)
    digest: Mapped[str] = mapped_column(unique=True)
    #: The way in that it began.
    arrival_digest: Mapped[str] = mapped_column(index=True)
