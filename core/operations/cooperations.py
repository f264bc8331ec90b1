"""The cooperation of two services: Phase 1 point by point, and what flows from it into their agreement."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from core import access, audit, clock, text
from core.access import Actor, Permission, require, require_version
from core.content import meeting_kinds, talks
from core.errors import Conflict, Invalid
from core.models import (
    Agreement,
    AgreementLevel,
    AgreementState,
    Cooperation,
    GlossaryTerm,
    Meeting,
    MeetingState,
    PhasePoint,
    Proposal,
    ServiceKind,
)
from core.operations import protocols, rules, t_dates, team_facts

__all__ = ["AgreementState", "Cooperation", "Proposal", "ServiceKind"]

#: The questions that no team could answer yet: written down beside the five aims, agreed by nobody.
OPEN_QUESTIONS: Final = "open_questions"
CHAPTERS: Final = ("principles", "objectives", "commitments")
SIDES: Final = ("both", "pp", "vss")
FIELDS: Final = ("pp_said", "vss_said", "agreed", "views_kept")
_WRITTEN_BY: Final = {"pp_said": ServiceKind.PP, "vss_said": ServiceKind.VSS}


@dataclass(frozen=True)
class Point:
    """One aim of Phase 1, and what was said on it so far."""

    id: UUID
    key: str
    title: str
    help: str
    #: By the names of FIELDS.
    texts: Mapping[str, str]
    version: int

    @property
    def lacks(self) -> list[str]:
        """What is not written down yet, by the names of FIELDS: a view, or the outcome, agreed or different and kept."""
        views = [field for field in ("pp_said", "vss_said") if not self.texts[field]]
        return [*views, *([] if self.texts["agreed"] or self.texts["views_kept"] else ["agreed"])]

    @property
    def is_discussed(self) -> bool:
        """Both teams have spoken, and the outcome is written down."""
        return not self.lacks

    @property
    def is_begun(self) -> bool:
        """Is something written down, and not all?"""
        return bool(self.lacks and any(self.texts.values()))


@dataclass(frozen=True)
class Summary:
    """Where two services stand with each other."""

    cooperation: Cooperation
    points_discussed: int
    points_begun: int
    points: int
    terms: int
    proposals: int
    #: The newest agreement between the managements that was not withdrawn.
    agreement: Agreement | None
    #: The last meeting of both teams that was held, the one that runs or comes next, and when it is time for another.
    held: Meeting | None
    planned: Meeting | None
    repeat_on: date | None


def list_mine(db: Session, actor: Actor) -> list[Cooperation]:
    """The cooperations that the actor's service works in, each with its two services."""
    return list(db.scalars(_with_services(actor).order_by(Cooperation.created_at)))


def find(db: Session, actor: Actor, cooperation_id: UUID) -> Cooperation:
    """The cooperation with its two services; an administrator's office alone opens none."""
    return access.find(db, _with_services(actor), cooperation_id)


def summary(db: Session, actor: Actor, cooperation_id: UUID) -> Summary:
    """What there is so far: points, words, drafts, agreement, and meetings of both teams."""
    cooperation = find(db, actor, cooperation_id)
    points = [point for point in _points(db, cooperation) if point.key != OPEN_QUESTIONS]
    meetings = db.scalars(
        access.joint_meetings(actor)
        .where(Meeting.cooperation_id == cooperation_id, Meeting.case_id.is_(None))
        .order_by(Meeting.takes_place_at)
    ).all()
    held = [meeting for meeting in meetings if meeting.is_held and not meeting.is_consultation]
    planned = [meeting for meeting in meetings if _is_ahead(meeting)]
    agreed = rules.of_cooperation(db, cooperation.id, protocol=protocols.of_cooperation(db, cooperation))
    return Summary(
        cooperation=cooperation,
        points_discussed=sum(point.is_discussed for point in points),
        points_begun=sum(point.is_begun for point in points),
        points=len(points),
        terms=_count(db, GlossaryTerm, cooperation_id),
        proposals=_count(db, Proposal, cooperation_id),
        agreement=_agreement(db, actor, cooperation_id),
        held=held[-1] if held else None,
        planned=planned[0] if planned else None,
        repeat_on=t_dates.months_later(clock.day(held[-1].takes_place_at), agreed.team_meeting_months)
        if held
        else None,
    )


def _is_ahead(meeting: Meeting) -> bool:
    """It runs, or it is of today or later; whether an earlier one was held, somebody has still to say."""
    if meeting.state is MeetingState.IN_PROGRESS:
        return True
    return not meeting.is_over and clock.day(meeting.planned_at) >= clock.today()


def running(db: Session, actor: Actor, cooperation_id: UUID) -> UUID | None:
    """The meeting of both teams that goes on now."""
    statement = (
        access.joint_meetings(actor)
        .where(
            Meeting.cooperation_id == cooperation_id,
            Meeting.case_id.is_(None),
            Meeting.state == MeetingState.IN_PROGRESS,
        )
        .order_by(Meeting.started_at.desc())
        .limit(1)
    )
    found = db.scalars(statement).first()
    return found.id if found else None


def points(db: Session, actor: Actor, cooperation_id: UUID) -> list[Point]:
    """The five aims of Phase 1 with what was written on them, and the questions that stay open."""
    return _points(db, find(db, actor, cooperation_id))


def write_point(
    db: Session,
    actor: Actor,
    cooperation_id: UUID,
    *,
    point: str,
    texts: Mapping[str, str],
    seen: Mapping[str, str],
) -> PhasePoint:
    """Write on a point: each service its own view, both what is agreed and which views stay different.

    Only texts that the actor changed since they opened the form (`seen`) are saved, so that two people can write
    on one point at once. Raises Conflict where both changed the same text.
    """
    require(actor, Permission.WRITE_COOPERATION)
    cooperation = find(db, actor, cooperation_id)
    record = _point(db, cooperation, point)
    typed = {name: text.text(texts[name], field=name, required=False) for name in FIELDS if name in texts}
    changed = {name: value for name, value in typed.items() if value != seen.get(name, "")}
    for name, value in changed.items():
        if _WRITTEN_BY.get(name, actor.kind) is not actor.kind:
            raise Invalid("error.cooperation.not_your_view", field=name)
        if getattr(record, name) not in {seen.get(name, ""), value}:
            raise Conflict
    for name, value in changed.items():
        setattr(record, name, value)
    if changed:
        record.written_at = clock.now()
    audit.record(db, actor, "written", record)
    return record


def proposals(db: Session, actor: Actor, cooperation_id: UUID) -> list[Proposal]:
    """Drafts of principles, objectives and commitments, by chapter, in the order in which they were made."""
    cooperation = find(db, actor, cooperation_id)
    rows = db.scalars(
        select(Proposal).where(Proposal.cooperation_id == cooperation.id).order_by(Proposal.created_at)
    )
    return sorted(rows, key=lambda row: CHAPTERS.index(row.chapter))


def propose(
    db: Session,
    actor: Actor,
    cooperation_id: UUID,
    *,
    chapter: str,
    wording: str,
    side: str = "both",
    point: str = "",
    due_on: date | None = None,
) -> Proposal:
    """Draft a principle, an objective or a commitment for the agreement of the two services.

    It comes from a point of Phase 1, or from a topic of the managements' talk.
    """
    require(actor, Permission.WRITE_COOPERATION)
    cooperation = find(db, actor, cooperation_id)
    if point and point not in {*team_facts.aims(), *talks.load().origins}:
        raise Invalid("error.cooperation.unknown_point", field="point")
    proposal = Proposal(
        cooperation_id=cooperation.id,
        chapter=_one_of(CHAPTERS, chapter, field="chapter"),
        text=text.text(wording, field="wording", longest=2000),
        side=_one_of(SIDES, side, field="side"),
        point=point,
        due_on=_day(due_on),
    )
    db.add(proposal)
    audit.record(db, actor, "proposed", proposal)
    return proposal


def revise_proposal(
    db: Session,
    actor: Actor,
    proposal_id: UUID,
    *,
    chapter: str,
    wording: str,
    side: str,
    version: int,
    due_on: date | None = None,
) -> Proposal:
    """Put a draft in other words, or into another chapter."""
    proposal = _proposal(db, actor, proposal_id, version)
    proposal.chapter = _one_of(CHAPTERS, chapter, field="chapter")
    proposal.text = text.text(wording, field="wording", longest=2000)
    proposal.side = _one_of(SIDES, side, field="side")
    proposal.due_on = _day(due_on)
    audit.record(db, actor, "revised", proposal)
    return proposal


def drop_proposal(db: Session, actor: Actor, proposal_id: UUID, *, version: int) -> None:
    """Take a draft back."""
    proposal = _proposal(db, actor, proposal_id, version)
    audit.record(db, actor, "dropped", proposal)
    db.delete(proposal)


def _proposal(db: Session, actor: Actor, proposal_id: UUID, version: int) -> Proposal:
    require(actor, Permission.WRITE_COOPERATION)
    proposal = access.find(db, access.visible_proposals(actor), proposal_id)
    require_version(proposal, version)
    return proposal


def _day(given: date | None) -> date | None:
    return None if given is None else text.day(given, field="due_on")


def _one_of(known: tuple[str, ...], given: str, *, field: str) -> str:
    if given not in known:
        raise Invalid("error.cooperation.choose", field=field)
    return given


@access.kept
def _with_services(actor: Actor) -> Select[Cooperation]:
    return access.own_cooperations(actor).options(joinedload(Cooperation.pp), joinedload(Cooperation.vss))


def _count(db: Session, model: type[GlossaryTerm | Proposal], cooperation_id: UUID) -> int:
    return db.scalar(select(func.count()).where(model.cooperation_id == cooperation_id)) or 0


def _agreement(db: Session, actor: Actor, cooperation_id: UUID) -> Agreement | None:
    return db.scalars(
        access.visible_agreements(actor)
        .where(
            Agreement.cooperation_id == cooperation_id,
            Agreement.case_id.is_(None),
            Agreement.level == AgreementLevel.ORGANISATION,
            Agreement.state != AgreementState.WITHDRAWN,
        )
        # One that holds today stands before what may follow it; one that has ended does not.
        .order_by(Agreement.holds_today().desc(), Agreement.created_at.desc())
        .limit(1)
    ).one_or_none()


def _points(db: Session, cooperation: Cooperation) -> list[Point]:
    rows = db.scalars(select(PhasePoint).where(PhasePoint.cooperation_id == cooperation.id))
    written = {row.point: row for row in rows}
    content = meeting_kinds.load()
    made = []
    for key in (*team_facts.aims(), OPEN_QUESTIONS):
        row = written.get(key)
        item = content.item(key) if key != OPEN_QUESTIONS else None
        made.append(
            Point(
                id=cooperation.id,
                key=key,
                title=item.title if item else "",
                help=item.help if item else "",
                texts={name: getattr(row, name) if row else "" for name in FIELDS},
                version=row.version if row else 0,
            )
        )
    return made


def _point(db: Session, cooperation: Cooperation, key: str) -> PhasePoint:
    if key not in {*team_facts.aims(), OPEN_QUESTIONS}:
        raise Invalid("error.cooperation.unknown_point", field="point")
    found = db.scalars(
        select(PhasePoint).where(PhasePoint.cooperation_id == cooperation.id, PhasePoint.point == key)
    ).one_or_none()
    if found is None:
        found = PhasePoint(cooperation_id=cooperation.id, point=key)
        db.add(found)
    return found
