"""What an authority asks after a breach, out of the log: who reached what, when, of which classes, of how many people.

It counts lines and names nobody of a case: the log holds ids, and so does this. Refusals are not in it, for they gave
nothing away.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from core import access, clock
from core.access import Actor, Permission, require, require_fresh
from core.audit import EventKind
from core.data_classes import of_event
from core.documents import breach_report as word
from core.documents.frame import Printed
from core.documents.kinds import DocumentKind, Recipient
from core.errors import Invalid
from core.exports import Cell
from core.lists import Asked, Found
from core.locale import Words
from core.models import Event, Person, Service, ServiceKind, SubjectKind
from core.operations import access_log, outgoing
from core.operations.access_log import Wanted
from core.operations.papers import USUAL, Paper, Sending
from core.settings import settings

#: What gives something away or changes it.
_REACHED = (EventKind.READ, EventKind.CHANGE, EventKind.EXPORT)
#: Of more lines than this nobody reads a report; a shorter time says more.
MOST = 20_000


@dataclass(frozen=True)
class Reach:
    """One person and one act on one kind of record: how often, on how many records, of which classes, and when."""

    person: str
    service: str
    kind: EventKind
    subject: str
    act: str
    times: int
    records: int
    first_on: date
    last_on: date
    classes: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    """What the log says for a case or a person between two days."""

    rows: tuple[Reach, ...]
    cases: int
    #: How many people stand in the own files of these cases, by who they are.
    people: dict[SubjectKind, int]
    #: The classes of all of it, the one to be kept closest first.
    classes: tuple[str, ...]


@dataclass(frozen=True)
class _Line:
    person_id: UUID | None
    person: str
    service: str
    side: ServiceKind | None
    kind: EventKind
    subject: str
    subject_id: UUID
    act: str
    case_id: UUID | None
    on: date


def find(db: Session, actor: Actor, *, wanted: Wanted) -> Report:
    """The report for a case or a person; raises Invalid where neither or no day is named, or where it is too much."""
    require(actor, Permission.READ_LOG)
    require_fresh(actor)
    if not wanted.code.strip() and wanted.person_id is None:
        raise Invalid("error.breach.whom", field="code")
    if wanted.since is None or wanted.until is None:
        raise Invalid("error.no_date", field="since")
    lines = _lines(db, actor, wanted)
    groups: dict[tuple[UUID | None, str, str, EventKind], list[_Line]] = {}
    for line in lines:
        groups.setdefault((line.person_id, line.subject, line.act, line.kind), []).append(line)
    rows = sorted(map(_reach, groups.values()), key=_order)
    case_ids = {line.case_id for line in lines if line.case_id}
    return Report(
        rows=tuple(rows),
        cases=len(case_ids),
        people=access.people_concerned(db, actor, case_ids),
        classes=tuple(sorted({one for row in rows for one in row.classes}, reverse=True)),
    )


def search(db: Session, actor: Actor, asked: Asked, *, wanted: Wanted) -> Found[Reach]:
    """The rows of the report as a list that can be taken along."""
    rows = find(db, actor, wanted=wanted).rows
    return Found(rows[: asked.limit], len(rows))


@outgoing.document
def document(
    db: Session,
    actor: Actor,
    *,
    wanted: Wanted,
    cells: Callable[[Reach], Sequence[Cell]],
    words: Words,
    sending: Sending = USUAL,
) -> Paper:
    """The report in Word; `cells` says a row as the page does: who, where, did what, how often, when, which classes."""
    report = find(db, actor, wanted=wanted)
    recipient, choices = outgoing.to_whom(DocumentKind.BREACH_REPORT, sending, Recipient.OWN)
    made = word.BreachReport(
        service=actor.service_name,
        about=_about(db, actor, wanted),
        days=words("breach.days", first=words.day(wanted.since), last=words.day(wanted.until)),
        people=people_said(report, words),
        cases=words.number(report.cases),
        classes="\n".join(classes_said(report.classes, words)),
        printed=Printed(by=actor.name, at_text=words.moment(clock.now())),
        rows=tuple(word.ReachRow(*map(str, cells(row))) for row in report.rows),
        language=settings().language,
    )
    return Paper(
        kind=DocumentKind.BREACH_REPORT,
        recipient=recipient,
        content=word.make(made, recipient, words),
        record=db.get_one(Person, actor.person_id),
        act="export_breach",
        choices=choices,
    )


def people_said(report: Report, words: Words) -> str:
    """How many people stand in the own files of these cases, in words."""
    said = [words.count(f"breach.people.{who}", number) for who, number in report.people.items()]
    return ", ".join(said) or words("breach.nobody")


def classes_said(classes: Sequence[str], words: Words) -> list[str]:
    """Each class with what it is."""
    return [f"{one}: {words(f'records.klass.{one}')}" for one in classes]


def _about(db: Session, actor: Actor, wanted: Wanted) -> str:
    """Of whom or of what, by name and by code."""
    people = access_log.people(db, actor)
    name = people.get(wanted.person_id, "") if wanted.person_id else ""
    return " · ".join(filter(None, (name, wanted.code.strip().upper())))


def _lines(db: Session, actor: Actor, wanted: Wanted) -> list[_Line]:
    statement = access_log.narrowed(access.visible_log(actor), actor, wanted)
    rows = db.execute(
        statement.where(Event.kind.in_(_REACHED))
        .outerjoin(Person, Person.id == Event.person_id)
        .outerjoin(Service, Service.id == Event.service_id)
        .with_only_columns(
            Event.person_id,
            Person.name,
            Service.name,
            Service.kind,
            Event.kind,
            Event.subject,
            Event.subject_id,
            Event.act,
            Event.case_id,
            Event.created_at,
        )
        .order_by(Event.seq)
        .limit(MOST + 1)
    ).all()
    if len(rows) > MOST:
        raise Invalid("error.breach.too_much", field="since", most=MOST)
    return [
        _Line(
            who,
            name or "",
            service or "",
            side,
            kind,
            subject,
            subject_id,
            act,
            case_id,
            clock.day(at),
        )
        for who, name, service, side, kind, subject, subject_id, act, case_id, at in rows
    ]


def _reach(lines: Sequence[_Line]) -> Reach:
    first = lines[0]
    days = [line.on for line in lines]
    return Reach(
        person=first.person,
        service=first.service,
        kind=first.kind,
        subject=first.subject,
        act=first.act,
        times=len(lines),
        records=len({line.subject_id for line in lines}),
        first_on=min(days),
        last_on=max(days),
        classes=of_event(first.subject, first.act, is_his=first.side is ServiceKind.PP),
    )


def _order(row: Reach) -> tuple[int, str, date]:
    """What is to be kept closest first."""
    return (-int(row.classes[0][1:]) if row.classes else 0, row.person, row.first_on)
