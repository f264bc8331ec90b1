"""The log as a data protection officer or a manager reads it: who read, changed and took what at their service."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, case, func, or_, select
from sqlalchemy.orm import Session

from core import access, clock, lists, text
from core.access import Actor, Permission, require
from core.audit import EventKind
from core.lists import Asked, Found
from core.models import Case, CaseFile, Event, Person, Service, SignIn
from core.operations import log_order

__all__ = ["EventKind"]


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for in the log; nothing given is everything."""

    person_id: UUID | None = None
    #: The whole code of a case, as it was typed.
    code: str = ""
    since: date | None = None
    until: date | None = None
    kind: EventKind | None = None


@dataclass(frozen=True)
class Line:
    """One row of the log. Of somebody of elsewhere the day alone is said, not the hour."""

    id: UUID
    at: datetime | None
    on: date
    person: str
    service: str
    is_own: bool
    kind: EventKind
    subject: str
    act: str
    #: The code of a case in which the reader's own service holds a file.
    code: str
    #: Whose account it was about.
    about: str
    #: When the session began in which one of the reader's own people did it.
    session: datetime | None


def search(db: Session, actor: Actor, asked: Asked, *, wanted: Wanted) -> Found[Line]:
    """The rows of the log of the actor's service, newest first."""
    require(actor, Permission.READ_LOG)
    statement = narrowed(access.visible_log(actor), actor, wanted)
    total = db.scalar(select(func.count()).select_from(statement.with_only_columns(Event.id).subquery()))
    is_own = or_(Event.service_id == actor.service_id, Event.kind == EventKind.ADMINISTRATION)
    about = select(Person.name).where(Event.subject == "person", Person.id == Event.subject_id)
    rows = db.execute(
        log_order.first(db, statement, asked.limit, is_own=is_own)
        .outerjoin(Person, Person.id == Event.person_id)
        .outerjoin(Service, Service.id == Event.service_id)
        .outerjoin(Case, Case.id == Event.case_id)
        .outerjoin(SignIn, SignIn.id == Event.sign_in_id)
        .with_only_columns(
            Event.id,
            Event.created_at,
            Event.service_id,
            Event.kind,
            Event.subject,
            Event.act,
            Person.name.label("person"),
            Service.name.label("service"),
            SignIn.created_at.label("session"),
            case((Event.case_id.in_(_own_cases(actor)), Case.code), else_="").label("code"),
            about.correlate(Event).scalar_subquery().label("about"),
        )
    )
    lines = [_line(row, actor) for row in rows]
    lines.sort(key=lambda line: log_order.place(line.on, line.id, is_own=line.is_own))
    return Found(lines, total or 0)


def _line(row: Row[*tuple[Any, ...]], actor: Actor) -> Line:
    is_own = row.service_id == actor.service_id or row.kind is EventKind.ADMINISTRATION
    return Line(
        id=row.id,
        at=row.created_at if is_own else None,
        on=clock.day(row.created_at),
        person=row.person or "",
        service=row.service or "",
        is_own=is_own,
        kind=row.kind,
        subject=row.subject,
        act=row.act,
        code=row.code or "",
        about=row.about or "",
        session=row.session if row.service_id == actor.service_id else None,
    )


def people(db: Session, actor: Actor) -> dict[UUID, str]:
    """The people of the actor's own service, those who left included."""
    require(actor, Permission.READ_LOG)
    statement = access.visible_people(actor).where(Person.service_id == actor.service_id)
    return {person.id: person.name for person in db.scalars(statement.order_by(Person.name))}


def _own_cases(actor: Actor) -> Select[UUID]:
    """The cases in which the actor's service holds a file, whoever works on them; a sealed one has no code here."""
    return select(CaseFile.case_id).where(
        CaseFile.service_id == actor.service_id, CaseFile.id.not_in(access.sealed_file_ids())
    )


def narrowed(statement: Select[Event], actor: Actor, wanted: Wanted) -> Select[Event]:
    """The rows of the log that somebody looks for.

    Days are those of the services: by days that can be moved by hours, the hour of another service's reading would show.
    """
    if wanted.person_id is not None:
        statement = statement.where(Event.person_id == wanted.person_id)
    if wanted.kind is not None:
        statement = statement.where(Event.kind == wanted.kind)
    if code := lists.storable(wanted.code):
        of_code = select(Case.id).where(func.upper(Case.code) == code.upper(), Case.id.in_(_own_cases(actor)))
        statement = statement.where(access.log_of_cases(actor, of_code))
    if wanted.since is not None:
        first = text.day(wanted.since, field="since")
        statement = statement.where(Event.created_at >= clock.moment(first))
    if wanted.until is not None:
        after = text.day(wanted.until, field="until") + timedelta(days=1)
        statement = statement.where(Event.created_at < clock.moment(after))
    return statement
