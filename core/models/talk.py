"""What two managements said to each other before they wrote a clause."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Versioned


class Weight(StrEnum):
    """How much a challenge weighs for one service, from least to most."""

    NOT_AN_ISSUE = "not_an_issue"
    SOME = "some"
    SERIOUS = "serious"


class Talk(Versioned):
    """When two managements talked, and who took part, by function."""

    __tablename__ = "talk"

    cooperation_id: Mapped[UUID] = mapped_column(ForeignKey("cooperation.id"), unique=True)
    held_on: Mapped[date | None] = mapped_column(default=None)
    pp_present: Mapped[str] = mapped_column(default="")
    vss_present: Mapped[str] = mapped_column(default="")


class ChallengeRating(Versioned):
    """How much one service says that a challenge to the cooperation weighs, and why."""

    __tablename__ = "challenge_rating"
    __table_args__ = (UniqueConstraint("cooperation_id", "service_id", "challenge"),)

    cooperation_id: Mapped[UUID] = mapped_column(ForeignKey("cooperation.id"), index=True)
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id"))
    challenge: Mapped[str]
    weight: Mapped[Weight | None] = mapped_column(default=None)
    note: Mapped[str] = mapped_column(default="")


class KeyAspect(Versioned):
    """What two services mean by a key aspect of their cooperation."""

    __tablename__ = "key_aspect"
    __table_args__ = (UniqueConstraint("cooperation_id", "aspect"),)

    cooperation_id: Mapped[UUID] = mapped_column(ForeignKey("cooperation.id"), index=True)
    aspect: Mapped[str]
    text: Mapped[str] = mapped_column(default="")
