"""The case: a code, two parallel files that stay apart, and the joint space between them."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import JSON, ColumnElement, ForeignKey, UniqueConstraint, and_
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core import clock
from core.db import Record, Versioned
from core.models.service import Cooperation
from core.sealed import SealedDay, SealedText


class Known(StrEnum):
    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Case(Versioned):
    """The joint space of two services about one couple; it has a code and no names."""

    __tablename__ = "case"
    __table_args__ = (UniqueConstraint("cooperation_id", "code"),)

    cooperation_id: Mapped[UUID] = mapped_column(ForeignKey("cooperation.id"), index=True)
    code: Mapped[str] = mapped_column(index=True)
    opened_on: Mapped[date]
    opened_by: Mapped[UUID] = mapped_column(ForeignKey("service.id"))
    #: Open cases stay on the protocol version that they were opened with.
    protocol_version: Mapped[int] = mapped_column(default=1)
    #: The current phase: the last entry of its history, kept here so that lists need no second look.
    phase: Mapped[str] = mapped_column(default="")
    living_together: Mapped[Known] = mapped_column(default=Known.UNKNOWN)
    children_count: Mapped[int | None] = mapped_column(default=None)
    #: Is the case within the protocol's target (domain: a man violent against his woman partner)? Recorded, not blocking.
    is_in_target: Mapped[bool | None] = mapped_column(default=None)
    target_reason: Mapped[str] = mapped_column(SealedText(), default="")
    #: Exclusion grounds that were found, keys of the content, with the reason for going on.
    exclusions: Mapped[list[str]] = mapped_column(JSON, default_factory=list)
    exclusions_reason: Mapped[str] = mapped_column(SealedText(), default="")
    #: When the grounds were last gone through; without it an empty list only means that nobody has looked.
    exclusions_checked_on: Mapped[date | None] = mapped_column(default=None)
    #: Both case managers have confirmed that the two files belong together: the joint space is open.
    paired_at: Mapped[datetime | None] = mapped_column(default=None, index=True)
    closed_on: Mapped[date | None] = mapped_column(default=None)

    cooperation: Mapped[Cooperation] = relationship(lazy="raise", init=False)
    files: Mapped[list["CaseFile"]] = relationship(lazy="raise", init=False, back_populates="case")

    @property
    def is_paired(self) -> bool:
        return self.paired_at is not None


class CaseFile(Versioned):
    """What one service keeps about its side of a case; unreadable for the other."""

    __tablename__ = "case_file"
    __table_args__ = (UniqueConstraint("case_id", "service_id"),)

    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"), index=True)
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id"), index=True)
    #: The file's number in the service's own system.
    reference: Mapped[str] = mapped_column(SealedText(), default="")
    #: Exclusion grounds that only this service is shown; on the case they would tell the other that she is a client.
    exclusions: Mapped[list[str]] = mapped_column(JSON, default_factory=list)
    confirmed_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), default=None)
    confirmed_at: Mapped[datetime | None] = mapped_column(default=None)
    #: When another file was parted from this one, of which this service knew: it had confirmed the pair, or parts it.
    parted_at: Mapped[datetime | None] = mapped_column(default=None)

    case: Mapped[Case] = relationship(lazy="raise", init=False, back_populates="files")


class EmergencyGround(StrEnum):
    """Why the joint space of a case is opened without an agreement (domain 8.3, fixed list)."""

    CHILD = "child"
    ADULT = "adult"
    DEADLINE = "deadline"
    REQUEST = "request"
    OTHER = "other"


class EmergencyOpening(Versioned):
    """The joint space of a case, opened for some hours in an emergency though no agreement holds.

    Where an agreement has ended, it is asked for first: until somebody of the other service has confirmed it, it opens
    nothing, and it lapses by itself.
    """

    __tablename__ = "emergency_opening"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"), index=True)
    opened_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id"))
    ground: Mapped[EmergencyGround]
    reason: Mapped[str]
    #: It ends then, asked for or open.
    until_at: Mapped[datetime]
    #: It is asked for, and nobody of the other service has confirmed it.
    is_asked: Mapped[bool] = mapped_column(default=False)
    confirmed_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), default=None)
    #: Why the other service opened it too.
    confirmed_reason: Mapped[str] = mapped_column(default="")
    #: Somebody answerable at each service has looked at it afterwards.
    pp_seen_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), default=None)
    vss_seen_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), default=None)


class SubjectKind(StrEnum):
    HIM = "him"
    HER = "her"
    CHILD = "child"


class Subject(Versioned):
    """A person whom the case is about, as one service knows them."""

    __tablename__ = "subject"

    file_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    kind: Mapped[SubjectKind]
    #: The code that the joint space may use (M-07, W-07, C-07a).
    code: Mapped[str]
    name: Mapped[str] = mapped_column(SealedText(), default="")
    born_on: Mapped[date | None] = mapped_column(SealedDay(), default=None)
    address: Mapped[str] = mapped_column(SealedText(), default="")
    phone: Mapped[str] = mapped_column(SealedText(), default="")
    email: Mapped[str] = mapped_column(SealedText(), default="")
    safe_channel: Mapped[str] = mapped_column(SealedText(), default="")
    safe_times: Mapped[str] = mapped_column(SealedText(), default="")
    code_phrase: Mapped[str] = mapped_column(SealedText(), default="")
    #: A message may be left for her, without saying who it is; nobody leaves one before that was asked.
    messages_allowed: Mapped[bool] = mapped_column(default=False)
    #: Who knows, or may know, that she is in touch with the service.
    who_may_know: Mapped[str] = mapped_column(SealedText(), default="")
    language: Mapped[str] = mapped_column(SealedText(), default="")


class FileNote(Versioned):
    """A note in a service's own file."""

    __tablename__ = "file_note"

    file_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    author_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    #: A key of the content: account, wishes, consent, attendance …
    topic: Mapped[str]
    text: Mapped[str] = mapped_column(SealedText())
    #: Who said or saw it.
    source: Mapped[str] = mapped_column(SealedText(), default="")
    written_on: Mapped[date]


class JointItem(Versioned):
    """Something that one service put into the joint space, with the rule for its use; the note stays where it was."""

    __tablename__ = "joint_item"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"), index=True)
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id"))
    author_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    topic: Mapped[str]
    text: Mapped[str] = mapped_column(SealedText())
    source: Mapped[str] = mapped_column(SealedText(), default="")
    #: A key of the words: use.risk_only, use.joint_work, use.may_be_said.
    use_rule: Mapped[str] = mapped_column(default="risk_only")
    #: A key of the consent purposes: what it is shared for.
    purpose: Mapped[str] = mapped_column(default="")
    #: The roles to which the agreement opened the joint space when it left; empty: an emergency opened it to all on the
    #: case. It stands here, and not with the ground, which its service may erase: nobody else must read it for that.
    recipients: Mapped[list[str]] = mapped_column(JSON, default_factory=list)
    #: The last day on which it is read; None: as long as the joint space is open.
    ends_on: Mapped[date | None] = mapped_column(default=None)
    #: Since when both services read it; None while a second person has not confirmed it.
    released_at: Mapped[datetime | None] = mapped_column(default=None)
    #: Taken back by the service that shared it.
    withdrawn_at: Mapped[datetime | None] = mapped_column(default=None)

    @hybrid_property
    def has_ended(self) -> bool:
        """Its last day is over: nobody else reads it any more."""
        return self.ends_on is not None and self.ends_on < clock.today()

    @has_ended.inplace.expression
    @classmethod
    def _has_ended(cls) -> ColumnElement[bool]:
        return and_(cls.ends_on.is_not(None), cls.ends_on < clock.today())


class Answer(StrEnum):
    PARALLEL_FILE = "parallel_file"
    NONE = "none"
    CANNOT_SAY = "cannot_say"


class FileRequest(Versioned):
    """A blind question to the other service: do you hold the parallel file?

    Until somebody has answered, the asker reads "cannot say", so that silence says nothing.
    """

    __tablename__ = "file_request"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"), index=True)
    from_service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id"))
    to_service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id"), index=True)
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    #: The agreed minimum only, for example initials and year of birth.
    identification: Mapped[str] = mapped_column(SealedText())
    answer: Mapped[Answer] = mapped_column(default=Answer.CANNOT_SAY)
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), default=None)
    answered_at: Mapped[datetime | None] = mapped_column(default=None)

    case: Mapped[Case] = relationship(lazy="raise", init=False)


class PathEntry(Versioned):
    """Something that happened on one of the two parallel paths, with a note that its own service alone reads.

    The other side sees the bare entry where the programme shares it, and what was released of it (ReleasedEntry).
    """

    __tablename__ = "path_entry"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"), index=True)
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id"))
    #: A key of the content: intake, started, missed, suspended, left, completed, episode …
    kind: Mapped[str]
    happened_on: Mapped[date]
    note: Mapped[str] = mapped_column(SealedText(), default="")
    #: What happened and when, without the note; of his path alone. Hers leaves by a release.
    is_shared: Mapped[bool] = mapped_column(default=False)
    #: When that was decided by hand, later than it was written down; None: it was shared from the beginning.
    shared_at: Mapped[datetime | None] = mapped_column(default=None)
    #: Taken out by the service that wrote it, for a reason; the row stays.
    removed_at: Mapped[datetime | None] = mapped_column(default=None)
    removed_reason: Mapped[str] = mapped_column(SealedText(), default="")


class ReleasedEntry(Record):
    """What the other service reads of an entry of a path; its words, its ground and its end are those of the joint item."""

    __tablename__ = "released_entry"

    item_id: Mapped[UUID] = mapped_column(ForeignKey("joint_item.id"), unique=True)
    #: None where its own service has erased it.
    entry_id: Mapped[UUID | None] = mapped_column(ForeignKey("path_entry.id"), index=True)
    kind: Mapped[str]
    happened_on: Mapped[date]


class TPoint(Versioned):
    """One of the times T0 to T4 of a case: when it is due, and which side has done it."""

    __tablename__ = "t_point"
    __table_args__ = (UniqueConstraint("case_id", "label"),)

    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"), index=True)
    label: Mapped[str]
    #: Set by hand; otherwise the protocol's rule computes it.
    due_on: Mapped[date | None] = mapped_column(default=None)
    moved_reason: Mapped[str] = mapped_column(SealedText(), default="")
    pp_done_on: Mapped[date | None] = mapped_column(default=None)
    vss_done_on: Mapped[date | None] = mapped_column(default=None)


class TPointMove(Record):
    """A time was moved by hand from one day to another, for a reason; None: not known, or as the rule has it."""

    __tablename__ = "t_point_move"

    t_point_id: Mapped[UUID] = mapped_column(ForeignKey("t_point.id"), index=True)
    from_on: Mapped[date | None]
    to_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(SealedText())
    moved_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
