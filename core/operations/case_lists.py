"""My cases as a list, and what happened in one of them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from core import access, clock
from core.access import Actor
from core.models import Case, CaseFile, Event, Meeting, MeetingState, Person, Service, ServiceKind, Subject
from core.operations import cases

SHOWN = 40
HELD = (MeetingState.CLOSED, MeetingState.AGREED)
COMING = (MeetingState.PLANNED, MeetingState.INVITED)


class State(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


class Order(StrEnum):
    """What a list begins with."""

    NEXT = "next"
    CODE = "code"
    NEWEST = "newest"
    QUIETEST = "quietest"


@dataclass(frozen=True)
class Row:
    """One case in a list: no name, no text."""

    id: UUID
    code: str
    protocol_version: int
    phase: str
    opened_on: date
    closed_on: date | None
    is_paired: bool
    last_at: datetime | None
    next_at: datetime | None


@dataclass(frozen=True)
class MyCases:
    rows: tuple[Row, ...]
    #: How many there are, of which `rows` may be the first.
    total: int


def list_mine(
    db: Session,
    actor: Actor,
    *,
    search: str = "",
    state: State = State.OPEN,
    order: Order = Order.NEXT,
    limit: int | None = SHOWN,
) -> MyCases:
    """My cases with the last meeting held and the next one planned, in two statements whatever their number.

    The search looks at codes, and in the actor's own files at file numbers and names.
    """
    mine = _searched(actor, access.visible_cases(actor), search)
    mine = mine.where(Case.closed_on.is_(None) if state is State.OPEN else Case.closed_on.is_not(None))
    chosen = mine.with_only_columns(Case.id)
    dates = (
        select(
            Meeting.case_id.label("case_id"),
            func.max(Meeting.planned_at).filter(Meeting.state.in_(HELD)).label("last_at"),
            func.min(Meeting.planned_at)
            .filter(Meeting.state.in_(COMING), Meeting.planned_at >= clock.now())
            .label("next_at"),
        )
        .where(Meeting.case_id.in_(chosen))
        .group_by(Meeting.case_id)
        .subquery()
    )
    orders = {
        Order.NEXT: (dates.c.next_at.asc().nulls_last(), Case.code),
        Order.CODE: (Case.code,),
        Order.NEWEST: (Case.opened_on.desc(), Case.code),
        Order.QUIETEST: (dates.c.last_at.asc().nulls_first(), Case.code),
    }
    statement = (
        select(
            Case.id,
            Case.code,
            Case.protocol_version,
            Case.phase,
            Case.opened_on,
            Case.closed_on,
            Case.paired_at.is_not(None),
            dates.c.last_at,
            dates.c.next_at,
        )
        .outerjoin(dates, dates.c.case_id == Case.id)
        .where(Case.id.in_(chosen))
        .order_by(*orders[order])
        .limit(limit)
    )
    rows = tuple(Row(*found) for found in db.execute(statement))
    total = db.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    return MyCases(rows, total)


def _searched(actor: Actor, mine: Select[Case], search: str) -> Select[Case]:
    wanted = search.strip()
    if not wanted:
        return mine
    files = access.visible_files(actor)
    people = access.visible_subjects(actor).join(CaseFile, CaseFile.id == Subject.file_id)
    return mine.where(
        or_(
            Case.code.icontains(wanted, autoescape=True),
            Case.id.in_(
                files.where(CaseFile.reference.icontains(wanted, autoescape=True)).with_only_columns(
                    CaseFile.case_id
                )
            ),
            Case.id.in_(
                people.where(
                    or_(
                        Subject.name.icontains(wanted, autoescape=True),
                        Subject.code.icontains(wanted, autoescape=True),
                    )
                ).with_only_columns(CaseFile.case_id)
            ),
        )
    )


@dataclass(frozen=True)
class Happening:
    """One act in the life of a case."""

    at: datetime
    subject: str
    act: str
    person: str
    kind: ServiceKind | None


def history(db: Session, actor: Actor, case_id: UUID, *, limit: int = 60) -> list[Happening]:
    """What was done in the case, newest first: the joint acts of both services, and all of one's own."""
    case = cases.find(db, actor, case_id)
    statement = (
        access.visible_events(actor)
        .where(Event.case_id == case.id)
        .outerjoin(Person, Person.id == Event.person_id)
        .outerjoin(Service, Service.id == Event.service_id)
        .with_only_columns(Event.created_at, Event.subject, Event.act, Person.name, Service.kind)
        .order_by(Event.created_at.desc())
        .limit(limit)
    )
    return [
        Happening(at, subject, act, name or "", kind)
        for at, subject, act, name, kind in db.execute(statement)
    ]


def closed_for(db: Session, actor: Actor, case_id: UUID) -> cases.CloseReason | None:
    """Why the case was closed; None where it is open."""
    case = cases.find(db, actor, case_id)
    if case.closed_on is None:
        return None
    act = db.scalar(
        select(Event.act)
        .where(and_(Event.case_id == case.id, Event.subject == "case", Event.act.startswith("close_")))
        .order_by(Event.created_at.desc())
        .limit(1)
    )
    return cases.CloseReason(str(act).removeprefix("close_")) if act else None
