"""Meetings of two services: planned, held on a shared screen, and written down."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, UniqueConstraint, func
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Record, Versioned
from core.models.case import Case
from core.models.person import Person
from core.sealed import SealedText


class MeetingState(StrEnum):
    PLANNED = "planned"
    INVITED = "invited"
    IN_PROGRESS = "in_progress"
    CLOSED = "closed"
    AGREED = "agreed"
    MISSED = "missed"
    CANCELLED = "cancelled"


class Meeting(Versioned):
    """A meeting of the two services, on a case or on their cooperation (Phase 1)."""

    __tablename__ = "meeting"
    #: What comes, runs or waits to be agreed, without reading all that was held.
    __table_args__ = (Index(None, "state", "planned_at"), Index(None, "cooperation_id", "case_id"))

    cooperation_id: Mapped[UUID] = mapped_column(ForeignKey("cooperation.id"))
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("case.id"), default=None, index=True)
    #: A key of the content: phase_1, case_opening, first_joint, periodic, emergency, closing, follow_up.
    kind: Mapped[str]
    state: Mapped[MeetingState] = mapped_column(default=MeetingState.PLANNED)
    planned_at: Mapped[datetime] = mapped_column(index=True)
    duration: Mapped[timedelta]
    is_remote: Mapped[bool] = mapped_column(default=False)
    place: Mapped[str] = mapped_column(default="")
    link: Mapped[str] = mapped_column(default="")
    bring: Mapped[str] = mapped_column(default="")
    chair_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), default=None)
    minute_taker_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), default=None)
    created_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    #: How often the invitation changed: the SEQUENCE of its calendar entry.
    sequence: Mapped[int] = mapped_column(default=0)
    invited_at: Mapped[datetime | None] = mapped_column(default=None)
    started_at: Mapped[datetime | None] = mapped_column(default=None)
    #: What it was when it was begun: to this it returns where that was a mistake.
    begun_from: Mapped[MeetingState | None] = mapped_column(default=None)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    #: When it was said that it did not take place, or called off: since then it is known what it left over.
    missed_at: Mapped[datetime | None] = mapped_column(default=None)
    #: Where the table stands: the position of the agenda item on the screen, and since when.
    item_position: Mapped[int] = mapped_column(default=0)
    item_since: Mapped[datetime | None] = mapped_column(default=None)
    #: Ended without an authorised person of both sides: its record is a note, not minutes.
    is_consultation: Mapped[bool] = mapped_column(default=False)
    #: Ids of items of earlier meetings that people took off this agenda: they come back by themselves no more.
    taken_off: Mapped[list[str]] = mapped_column(JSON, default_factory=list)
    #: Why it was missed or cancelled.
    reason: Mapped[str] = mapped_column(default="")

    case: Mapped[Case | None] = relationship(lazy="raise", init=False)
    items: Mapped[list["AgendaItem"]] = relationship(
        lazy="raise", order_by="AgendaItem.position", cascade="all, delete-orphan", default_factory=list
    )
    attendances: Mapped[list["Attendance"]] = relationship(
        lazy="raise", order_by="Attendance.created_at", cascade="all, delete-orphan", default_factory=list
    )

    @hybrid_property
    def takes_place_at(self) -> datetime:
        """When it was begun; before that, when it is planned."""
        return self.started_at or self.planned_at

    @takes_place_at.inplace.expression
    @classmethod
    def _takes_place_at(cls) -> ColumnElement[datetime]:
        return func.coalesce(cls.started_at, cls.planned_at)

    @property
    def is_over(self) -> bool:
        return self.state in {
            MeetingState.CLOSED,
            MeetingState.AGREED,
            MeetingState.MISSED,
            MeetingState.CANCELLED,
        }

    @property
    def is_held(self) -> bool:
        return self.state in {MeetingState.CLOSED, MeetingState.AGREED}


class MeetingMove(Record):
    """A meeting was moved to another time, for a reason."""

    __tablename__ = "meeting_move"

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), index=True)
    from_at: Mapped[datetime]
    to_at: Mapped[datetime]
    reason: Mapped[str]
    moved_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))


class AgendaItem(Versioned):
    """One item of a meeting's agenda and what was written to it: facts, views and decisions apart."""

    __tablename__ = "agenda_item"

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), index=True, init=False)
    position: Mapped[int]
    #: The item of the content it was made from; empty for one that people added.
    key: Mapped[str] = mapped_column(default="")
    title: Mapped[str]
    minutes: Mapped[int]
    is_recurring: Mapped[bool] = mapped_column(default=False)
    #: An item that the meeting before did not reach.
    carried_from: Mapped[UUID | None] = mapped_column(ForeignKey("agenda_item.id"), default=None)
    #: It came from the agenda of another meeting, and nobody has put it onto this one or worded it anew here.
    is_by_itself: Mapped[bool] = mapped_column(default=False)
    is_reached: Mapped[bool] = mapped_column(default=False)
    facts: Mapped[str] = mapped_column(default="")
    pp_view: Mapped[str] = mapped_column(default="")
    vss_view: Mapped[str] = mapped_column(default="")
    decisions: Mapped[str] = mapped_column(default="")


class Attendance(Versioned):
    """A person invited to a meeting: were they there, how, and did they confirm the confidentiality declaration?"""

    __tablename__ = "attendance"
    __table_args__ = (UniqueConstraint("meeting_id", "person_id"),)

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), index=True, init=False)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id"))
    is_present: Mapped[bool] = mapped_column(default=False)
    #: "in_person", "remote" or "written".
    mode: Mapped[str] = mapped_column(default="in_person")
    declared_at: Mapped[datetime | None] = mapped_column(default=None)
    #: Alone in a room where nobody hears: asked at a distance.
    is_room_private: Mapped[bool | None] = mapped_column(default=None)
    conflict_of_interest: Mapped[str] = mapped_column(default="")
    left_early: Mapped[bool] = mapped_column(default=False)
    apology: Mapped[str] = mapped_column(default="")

    person: Mapped[Person] = relationship(lazy="raise", init=False)


class UnsentText(Record):
    """What a person has typed and not saved; offered to them alone, after a reload or a time-out."""

    __tablename__ = "unsent_text"
    __table_args__ = (UniqueConstraint("person_id", "slot"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    #: <what>:<record id>:<field>
    slot: Mapped[str]
    text: Mapped[str] = mapped_column(SealedText())
    #: The version of the record that the person had before them.
    seen_version: Mapped[int]
    kept_at: Mapped[datetime]
    #: Who leaves this case is not offered the text any more.
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("case.id"), default=None, index=True)


class Minutes(Record):
    """A version of a meeting's minutes: whole, as it stood at a moment; only followed, but for words struck out."""

    __tablename__ = "minutes"
    __table_args__ = (UniqueConstraint("meeting_id", "number"),)

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), index=True)
    number: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    digest: Mapped[str]
    made_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))


class MinutesApproval(Record):
    """A person agrees to a version of the minutes for their service."""

    __tablename__ = "minutes_approval"
    __table_args__ = (UniqueConstraint("minutes_id", "service_id"),)

    minutes_id: Mapped[UUID] = mapped_column(ForeignKey("minutes.id"), index=True)
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))


class Addendum(Record):
    """A later remark to minutes that are agreed and locked."""

    __tablename__ = "addendum"

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), index=True)
    text: Mapped[str]
    author_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))


class StrikeGround(StrEnum):
    """Why words were struck out of a record (fixed list)."""

    NAME_OR_PLACE = "name_or_place"
    MUST_NOT_BE_HERE = "must_not_be_here"


class Strike(Record):
    """Words were struck out of the record of a meeting: when, by whom, why and in which parts; never which."""

    __tablename__ = "strike"

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("meeting.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id"))
    ground: Mapped[StrikeGround]
    #: The parts of the record in which they stood: keys, one blank between them.
    sections: Mapped[str] = mapped_column(default="")
    #: Who of the other service has seen that words went, and when.
    seen_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), default=None)
    seen_at: Mapped[datetime | None] = mapped_column(default=None)
    #: An older copy was put back, in which the words may stand again; None once they were looked for.
    back_at: Mapped[datetime | None] = mapped_column(default=None)
