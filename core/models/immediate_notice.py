"""An immediate notice of one service to the other: when it has to be answered, who read it, what they do, who telephoned."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Record
from core.models.case import JointItem, PathEntry
from core.sealed import SealedText


class ImmediateNotice(Record):
    """What one service tells the other at once. Its words, its ground and its end are those of the joint item."""

    __tablename__ = "immediate_notice"

    item_id: Mapped[UUID] = mapped_column(ForeignKey("joint_item.id"), unique=True)
    #: What on the own path it tells of; None for anything else, and where that was erased.
    entry_id: Mapped[UUID | None] = mapped_column(ForeignKey("path_entry.id"), index=True)
    #: The time for the answer, as it was agreed on the day of the notice.
    answer_hours: Mapped[int]
    author_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))

    item: Mapped[JointItem] = relationship(lazy="raise", init=False)


class NoticeReceipt(Record):
    """Somebody of the other service said that they have read it."""

    __tablename__ = "notice_receipt"
    __table_args__ = (UniqueConstraint("notice_id", "person_id"),)

    notice_id: Mapped[UUID] = mapped_column(ForeignKey("immediate_notice.id"), index=True)
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))


class NoticeAnswer(Record):
    """What the other service does now; a later one is added and changes none."""

    __tablename__ = "notice_answer"

    notice_id: Mapped[UUID] = mapped_column(ForeignKey("immediate_notice.id"), index=True)
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    #: Keys of the content, one a line.
    decisions: Mapped[str]
    text: Mapped[str] = mapped_column(default="")


class NoticeCall(Record):
    """Somebody telephoned about a notice that nobody had read or answered: for the own service alone."""

    __tablename__ = "notice_call"

    notice_id: Mapped[UUID] = mapped_column(ForeignKey("immediate_notice.id"), index=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"), index=True)
    service_id: Mapped[UUID] = mapped_column(ForeignKey("service.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    called_at: Mapped[datetime]
    whom: Mapped[str] = mapped_column(SealedText())
    was_reached: Mapped[bool]
    note: Mapped[str] = mapped_column(SealedText(), default="")


class NoticeTalk(Record):
    """What she was told of a notice of the programme, or why she was not: in her file."""

    __tablename__ = "notice_talk"

    notice_id: Mapped[UUID] = mapped_column(ForeignKey("immediate_notice.id"), index=True)
    file_id: Mapped[UUID] = mapped_column(ForeignKey("case_file.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    happened_on: Mapped[date]
    was_told: Mapped[bool]
    note: Mapped[str] = mapped_column(SealedText(), default="")


class Reentry(Record):
    """On what he came back: whether T0 and T1 begin anew, and the conditions; in the programme's file."""

    __tablename__ = "reentry"

    entry_id: Mapped[UUID] = mapped_column(ForeignKey("path_entry.id"), unique=True)
    begins_anew: Mapped[bool]
    conditions: Mapped[str] = mapped_column(SealedText(), default="")
    decided_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))

    entry: Mapped[PathEntry] = relationship(lazy="raise", init=False)
