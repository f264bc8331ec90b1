"""New violence as one source tells it: what stands in the own file, what was released of it, and which tell of one event."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Record, Versioned
from core.models.case import Known, PathEntry
from core.sealed import SealedText


class EpisodeSource(StrEnum):
    """Who told of it."""

    HIM = "him"
    HER = "her"
    OTHER = "other"


class Episode(Versioned):
    """What one source told of new violence, in the file of the service that heard it.

    Its day stands on the path, where it calls for a meeting; what it says stands here.
    """

    __tablename__ = "episode"

    entry_id: Mapped[UUID] = mapped_column(ForeignKey("path_entry.id"), unique=True)
    source: Mapped[EpisodeSource]
    #: The last day of a time that began on the day of the path entry; None: one day.
    until_on: Mapped[date | None] = mapped_column(default=None)
    told_on: Mapped[date]
    #: Which agency or person, as the own service knows them; never released.
    told_by: Mapped[str] = mapped_column(SealedText(), default="")
    #: Keys of the content, one a line.
    kinds: Mapped[str] = mapped_column(SealedText(), default="")
    severity: Mapped[str] = mapped_column(SealedText(), default="")
    is_injured: Mapped[Known] = mapped_column(default=Known.UNKNOWN)
    injuries: Mapped[str] = mapped_column(SealedText(), default="")
    with_children: Mapped[Known] = mapped_column(default=Known.UNKNOWN)
    #: The codes of the children who were there, one a line.
    children: Mapped[str] = mapped_column(SealedText(), default="")
    action_taken: Mapped[str] = mapped_column(SealedText(), default="")
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))

    entry: Mapped[PathEntry] = relationship(lazy="raise", init=False)


class ReleasedEpisode(Record):
    """What the other service reads of an episode; its words, its ground and its end are those of the joint item.

    What was not released, is not known or was never asked is the same here.
    """

    __tablename__ = "released_episode"

    item_id: Mapped[UUID] = mapped_column(ForeignKey("joint_item.id"), unique=True)
    #: None where its own service has erased it.
    entry_id: Mapped[UUID | None] = mapped_column(ForeignKey("path_entry.id"), index=True)
    happened_on: Mapped[date]
    until_on: Mapped[date | None] = mapped_column(default=None)
    #: None: protected.
    source: Mapped[EpisodeSource | None] = mapped_column(default=None)
    kinds: Mapped[str] = mapped_column(SealedText(), default="")
    is_injured: Mapped[Known] = mapped_column(default=Known.UNKNOWN)
    with_children: Mapped[Known] = mapped_column(default=Known.UNKNOWN)
    children: Mapped[str] = mapped_column(SealedText(), default="")


class EpisodeJoin(Record):
    """Two episodes tell of one event, says one service. They stay two: who did not tell of it stays visible."""

    __tablename__ = "episode_join"
    __table_args__ = (UniqueConstraint("first_id", "second_id", "service_id"),)

    #: Of two path entries the one with the lower id first.
    first_id: Mapped[UUID] = mapped_column(ForeignKey("path_entry.id"), index=True)
    second_id: Mapped[UUID] = mapped_column(ForeignKey("path_entry.id"), index=True)
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id"))
    joined_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
