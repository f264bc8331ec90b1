"""My cases as a list, and what happened in one of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Subquery, UnaryExpression, func, or_, select
from sqlalchemy import case as case_of
from sqlalchemy.orm import InstrumentedAttribute, Session, load_only

from core import access, clock, lists
from core.access import Actor
from core.lists import Asked, Found
from core.models import Case, Event, Meeting, MeetingState, Person, Service, ServiceKind, Subject
from core.operations import cases, log_order, protocols

__all__ = ["ServiceKind"]

HELD = (MeetingState.CLOSED, MeetingState.AGREED)
COMING = (MeetingState.PLANNED, MeetingState.INVITED)
EVERYTHING = Asked()


class State(StrEnum):
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True)
class Row:
    """One case in a list: no name, no text; of what the other service opened no phase and no day before the pair."""

    id: UUID
    code: str
    phase: str
    opened_on: date | None
    closed_on: date | None
    is_paired: bool
    last_at: datetime | None
    next_at: datetime | None


def list_mine(
    db: Session, actor: Actor, asked: Asked = EVERYTHING, *, state: State = State.OPEN
) -> Found[Row]:
    """My cases with their phase, the last meeting held and the next one planned, whatever their number, in few steps.

    The search looks at codes, and in the actor's own files at file numbers and names.
    """
    mine = access.visible_cases(actor)
    own = _own_files(db, actor) if asked.words else []
    for word in asked.words:
        mine = mine.where(_holds(word, own))
    mine = mine.where(Case.closed_on.is_(None) if state is State.OPEN else Case.closed_on.is_not(None))
    chosen = mine.with_only_columns(Case.id)
    dates = _dates(chosen)
    is_open = access.opens_to(actor)
    # A place in the order would tell what the row does not say.
    phase, opened_on = case_of((is_open, Case.phase)), case_of((is_open, Case.opened_on))
    orders: dict[str, tuple[UnaryExpression[Any] | InstrumentedAttribute[Any], ...]] = {
        "next": (dates.c.next_at.asc().nulls_last(), Case.code),
        "code": (Case.code,),
        "phase": (phase.asc().nulls_last(), Case.code),
        "opened": (opened_on.desc().nulls_last(), Case.code),
        "last": (dates.c.last_at.asc().nulls_first(), Case.code),
    }
    statement = (
        select(Case, phase, opened_on, dates.c.last_at, dates.c.next_at)
        .outerjoin(dates, dates.c.case_id == Case.id)
        .where(Case.id.in_(chosen))
        .order_by(*orders.get(asked.sort, orders["next"]), Case.id)
        .limit(asked.limit)
    )
    found = db.execute(statement).all()
    titles = _titles(db, [(case.protocol_version, entered) for case, entered, *_ in found])
    total = db.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    rows = [
        Row(
            id=case.id,
            code=case.code,
            phase=titles[case.protocol_version, entered],
            opened_on=begun,
            closed_on=case.closed_on,
            is_paired=case.is_paired,
            last_at=last_at,
            next_at=next_at,
        )
        for case, entered, begun, last_at, next_at in found
    ]
    return Found(rows, total)


def _dates(chosen: Select[UUID]) -> Subquery:
    """The last meeting held and the next one planned of each case."""
    return (
        select(
            Meeting.case_id.label("case_id"),
            func.max(Meeting.takes_place_at).filter(Meeting.state.in_(HELD)).label("last_at"),
            func.min(Meeting.planned_at)
            .filter(Meeting.state.in_(COMING), Meeting.planned_at >= clock.now())
            .label("next_at"),
        )
        .where(Meeting.case_id.in_(chosen))
        .group_by(Meeting.case_id)
        .subquery()
    )


def _titles(db: Session, found: Iterable[tuple[int, str | None]]) -> dict[tuple[int, str | None], str]:
    """The titles of the phases, each read once from the version of the protocol that the case is walked in."""
    wanted = set(found)
    versions = {version: protocols.load(db, version) for version in {version for version, _ in wanted}}
    return {
        (version, phase): versions[version].phase(phase).title if phase else "" for version, phase in wanted
    }


@dataclass(frozen=True)
class _Searched:
    """What a search looks at in one file of the actor's own."""

    case_id: UUID
    texts: tuple[str, ...]


def _own_files(db: Session, actor: Actor) -> list[_Searched]:
    """File numbers, names and codes of the actor's own files. They lie sealed, so the database cannot search in them."""
    files = {file.id: file for file in db.scalars(access.visible_files(actor))}
    people = db.scalars(
        access.visible_subjects(actor).options(load_only(Subject.file_id, Subject.name, Subject.code))
    )
    return [_Searched(file.case_id, (file.reference,)) for file in files.values()] + [
        _Searched(files[person.file_id].case_id, (person.name, person.code)) for person in people
    ]


def _holds(word: str, own: Iterable[_Searched]) -> ColumnElement[bool]:
    wanted = word.casefold()
    found = {one.case_id for one in own if any(wanted in text.casefold() for text in one.texts)}
    return or_(lists.holds(word, Case.code), Case.id.in_(found))


@dataclass(frozen=True)
class Happening:
    """One act in the life of a case."""

    at: datetime
    subject: str
    act: str
    person: str
    kind: ServiceKind | None


@access.of_one_case
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


@dataclass(frozen=True)
class Reading:
    """Somebody looked at something; of the other service's people the day alone is said."""

    at: datetime | None
    on: date
    subject: str
    act: str
    person: str
    kind: ServiceKind | None


@access.of_one_case
def readings(db: Session, actor: Actor, case_id: UUID, *, limit: int = 60) -> list[Reading]:
    """Who read what of the actor's service in the case, newest first."""
    case = cases.find(db, actor, case_id)
    theirs_and_ours = access.reads_of_case(actor, case.id)
    statement = (
        log_order.first(db, theirs_and_ours, limit, is_own=Event.service_id == actor.service_id)
        .outerjoin(Person, Person.id == Event.person_id)
        .outerjoin(Service, Service.id == Event.service_id)
        .with_only_columns(
            Event.id,
            Event.created_at,
            Event.subject,
            Event.act,
            (Event.service_id == actor.service_id).label("is_own"),
            Person.name.label("person"),
            Service.kind.label("side"),
        )
    )
    rows = sorted(
        db.execute(statement),
        key=lambda row: log_order.place(clock.day(row.created_at), row.id, is_own=row.is_own),
    )
    return [
        Reading(
            at=row.created_at if row.is_own else None,
            on=clock.day(row.created_at),
            subject=row.subject,
            act=row.act,
            person=row.person or "",
            kind=row.side,
        )
        for row in rows
    ]


@access.of_one_case
def closed_for(db: Session, actor: Actor, case_id: UUID) -> cases.CloseReason | None:
    """Why the case was closed, as far as the actor's side may know; None where it is open."""
    case = cases.find(db, actor, case_id)
    if case.closed_on is None:
        return None
    act = db.scalar(
        access.visible_events(actor)
        .where(
            Event.case_id == case.id,
            Event.subject.in_(["case", "case_file"]),
            Event.act.startswith("close_", autoescape=True),
        )
        # The own file's reason stands over the one that both are told in the same moment.
        .order_by(Event.created_at.desc(), Event.subject.desc())
        .limit(1)
        .with_only_columns(Event.act)
    )
    return cases.CloseReason(str(act).removeprefix("close_")) if act else cases.CloseReason.OTHER
