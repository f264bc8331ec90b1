"""What the records say in an emergency, from what both services read: the level of risk, open notices, why, the risk note."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from core import access, clock
from core.access import Actor
from core.locale import Words
from core.models import (
    AgendaItem,
    Case,
    EmergencyOpening,
    ImmediateNotice,
    JointItem,
    Meeting,
    NoticeAnswer,
)
from core.operations import notice_texts, risk_minutes

#: What the content of meetings calls the meeting in an emergency, and its item on the danger.
_MEETING: Final = "emergency"
_ITEM: Final = "risk_note"


@dataclass(frozen=True)
class Danger:
    """What both services know of the danger, each as a text; empty where there is nothing."""

    level: str
    notices: str
    note: str


def known(db: Session, actor: Actor, case: Case, words: Words) -> Danger:
    """Of a case whose services the caller has read along."""
    return Danger(
        level=risk_level(db, actor, case.id, words),
        notices=open_notices(db, actor, case.id, words),
        note=risk_note(db, actor, case, words),
    )


def risk_level(db: Session, actor: Actor, case_id: UUID, words: Words) -> str:
    """The level that holds for the case, with its day and who chose and agreed to it; empty where there is none."""
    level = risk_minutes.level(db, actor, case_id)
    if level is None:
        return ""
    return words(
        "emergency.sheet_level",
        grade=words(f"risk.grade.{level.grade}"),
        day=words.day(level.agreed_on or level.on),
        names=", ".join(name for name in (level.chosen_by, level.agreed_by) if name),
    )


def open_notices(db: Session, actor: Actor, case_id: UUID, words: Words) -> str:
    """The notices that both read and nobody has answered, the newest first."""
    answers = access.visible_notice_answers(actor).where(NoticeAnswer.notice_id == ImmediateNotice.id)
    items = db.scalars(
        access.joint_notices(actor)
        .join(JointItem, JointItem.id == ImmediateNotice.item_id)
        .where(JointItem.case_id == case_id, ~answers.correlate(ImmediateNotice).exists())
        .order_by(JointItem.released_at.desc())
        .with_only_columns(JointItem)
    )
    return "\n".join(
        words(
            "emergency.sheet_notice",
            title=notice_texts.trigger_of(notice_texts.read(item.text)).title,
            day=words.day(clock.day(item.released_at)),
        )
        for item in items
        if item.released_at is not None
    )


def reason(db: Session, actor: Actor, case_id: UUID, words: Words) -> str:
    """Why the joint space is open without an agreement, where an emergency holds it open now: the ground, and in words."""
    statement = access.visible_emergencies(actor).where(
        EmergencyOpening.case_id == case_id,
        EmergencyOpening.until_at > clock.now(),
        EmergencyOpening.is_asked.is_(False),
    )
    found = db.scalar(statement.order_by(EmergencyOpening.created_at.desc()).limit(1))
    if found is None:
        return ""
    return " · ".join(filter(None, (words(f"joint_space.ground.{found.ground}"), found.reason)))


def risk_note(db: Session, actor: Actor, case: Case, words: Words) -> str:
    """What the last emergency meeting wrote to its risk note, with its day; what one side said under its name."""
    row = db.execute(
        access.joint_meetings(actor)
        .join(AgendaItem, AgendaItem.meeting_id == Meeting.id)
        .where(
            Meeting.case_id == case.id,
            Meeting.kind == _MEETING,
            Meeting.started_at.is_not(None),
            AgendaItem.key == _ITEM,
        )
        .order_by(Meeting.started_at.desc())
        .limit(1)
        .with_only_columns(Meeting.started_at, AgendaItem)
    ).first()
    if row is None:
        return ""
    began, item = row
    named = ((case.cooperation.pp.name, item.pp_view), (case.cooperation.vss.name, item.vss_view))
    said = [item.facts, *(f"{name}: {view}" for name, view in named if view), item.decisions]
    written = "\n".join(one for one in said if one)
    return words("emergency.sheet_noted", at=words.moment(began), text=written) if written else ""
