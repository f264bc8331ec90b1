"""How long the records of a case are kept: the times that hold, and the day of each part.

The organisation-level agreement in force rules for what both services hold together; a service may set the time of its
own file; where nobody has decided, the content says one. Nothing is erased because a day has come.
"""

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from core import access, audit, clock, erasing
from core.access import Actor, Permission, require
from core.content import retention as content
from core.content.retention import HeldBy, Part, Starts
from core.errors import Invalid
from core.models import (
    Agreement,
    AgreementLevel,
    Case,
    CaseFile,
    Cooperation,
    Hold,
    RetentionPeriod,
    TPoint,
)
from core.operations import told_rows
from core.settings import settings

MOST_MONTHS = 600
FOLLOW_UP = "T4"


class Source(StrEnum):
    """Who decided how long."""

    CONTENT = "content"
    SERVICE = "service"
    AGREEMENT = "agreement"
    #: Whoever runs the machine.
    INSTALLATION = "installation"


@dataclass(frozen=True)
class Period:
    """How long a part is kept."""

    part: Part
    months: int
    source: Source


@dataclass(frozen=True)
class Due:
    """A part of a case whose time is over, or will be."""

    part: Part
    #: What the time is counted from, and the day on which it is over.
    from_on: date
    on: date
    period: Period
    #: How many rows of which table would go.
    goes: Mapping[str, int]
    hold: Hold | None = None
    is_held_elsewhere: bool = False

    @property
    def is_due(self) -> bool:
        return self.on <= clock.today()


def periods(db: Session, actor: Actor) -> list[tuple[Period, RetentionPeriod | None]]:
    """The times that hold for the actor's service, and where it set one itself, what it set."""
    require(actor, Permission.KEEP)
    own = _own_periods(db, actor.service_id)
    answers = _agreed(db, _cooperations(db, actor.service_id))
    return [
        (_period(part, own, answers), own.get(part.id))
        for part in content.load().parts
        if part.is_timed and part.held_by is not HeldBy.SERVICES
    ]


def period_of(db: Session, part_id: str) -> Period:
    """The time of what no service keeps for itself: the longest that any two managements agreed on, for all of it."""
    part = content.load().part(part_id)
    every = list(db.scalars(select(Cooperation.id)))
    found = _period(part, {}, _agreed(db, every))
    months = {"log": settings().log_months, "way_in": settings().way_in_months}.get(part_id)
    if found.source is Source.CONTENT and months is not None:
        return Period(part, months, Source.INSTALLATION)
    return found


def own_period(db: Session, service_id: UUID, part_id: str) -> Period:
    """The time of what a service keeps for itself."""
    return _period(content.load().part(part_id), _own_periods(db, service_id), {})


def set_period(db: Session, actor: Actor, *, part: str, months: int) -> RetentionPeriod:
    """Set how long the actor's service keeps its own files, and accounts of who left; offices alone decide it."""
    require(actor, Permission.KEEP)
    require(actor, Permission.ERASE_JOINT)
    known = {one.id for one in content.load().parts if one.held_by is HeldBy.EACH and one.is_timed}
    if part not in known:
        raise Invalid("error.retention.agreed", field="part")
    if not 1 <= months <= MOST_MONTHS:
        raise Invalid("error.retention.months", field="months", most=MOST_MONTHS)
    found = _own_periods(db, actor.service_id).get(part)
    if found is None:
        found = RetentionPeriod(service_id=actor.service_id, part=part, months=months, set_by=actor.person_id)
        db.add(found)
    found.months, found.set_by = months, actor.person_id
    db.flush()
    audit.record(db, actor, "set", found)
    return found


def of_case(db: Session, actor: Actor, case: Case) -> tuple[Due, ...]:
    """Every part of a case that holds something, with its day; the frame when nothing else is left."""
    return _of_case(db, actor, case, date.max)


def over_in(db: Session, actor: Actor, case: Case) -> tuple[Due, ...]:
    """The parts of a case whose time is over."""
    return _of_case(db, actor, case, clock.today())


def _of_case(db: Session, actor: Actor, case: Case, until: date) -> tuple[Due, ...]:
    """Of the parts whose time is over by a day, those that hold something."""
    own, answers = _own_periods(db, actor.service_id), _agreed(db, [case.cooperation_id])
    holds, told, closed = _holds(db, case.id), told_rows.of_case(db, actor, case.id), closing(db, case)
    found: list[Due] = []
    is_empty = True
    for part in content.load().of_cases:
        if not part.is_timed:
            continue
        start, period = _start(db, case, closed, part), _period(part, own, answers)
        is_asked = start is not None and after(start, period.months) <= until
        if not is_asked and not is_empty:
            continue
        is_own = part.id == erasing.OWN_FILE
        rows = told.own if is_own else erasing.reach(db, case.id, actor.service_id, [part.id])
        is_empty, goes = is_empty and not rows, told.count(rows)
        if start is not None and is_asked and goes:
            found.append(_due(actor, part, start, period, goes, holds))
    return _frame(db, actor, case, holds, told) if is_empty else tuple(found)


@access.of_one_case
def of_one(db: Session, actor: Actor, case_id: UUID) -> tuple[Due, ...]:
    """The same for one case by its id."""
    require(actor, Permission.KEEP)
    statement = select(Case).where(Case.id.in_(access.kept_case_ids(actor)))
    return of_case(db, actor, access.find(db, statement, case_id))


def is_over(db: Session, case: Case, part: Part, service_id: UUID) -> bool:
    """Is the time of a part over, as the service counts it, or both?"""
    period = _period(part, _own_periods(db, service_id), _agreed(db, [case.cooperation_id]))
    start = _start(db, case, closing(db, case), part)
    return start is not None and after(start, period.months) <= clock.today()


def counted(rows: Mapping[str, set[UUID]]) -> dict[str, int]:
    return {name: len(ids) for name, ids in rows.items() if ids}


def after(start: date, months: int) -> date:
    """The same day so many months later, or the last one of a shorter month."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def _frame(
    db: Session, actor: Actor, case: Case, holds: Iterable[Hold], told: told_rows.Told
) -> tuple[Due, ...]:
    """What the rest stood on goes at once when the rest is gone."""
    part = content.load().part(erasing.FRAME)
    if case.closed_on is None or _other_holds_a_file(db, actor, case):
        return ()
    goes = told.count(erasing.reach(db, case.id, actor.service_id, [part.id]))
    period = Period(part, 0, Source.CONTENT)
    return (_due(actor, part, case.closed_on, period, goes, holds),)


def _other_holds_a_file(db: Session, actor: Actor, case: Case) -> bool:
    others = select(CaseFile.service_id).where(
        CaseFile.case_id == case.id, CaseFile.service_id != actor.service_id
    )
    return any(
        counted(erasing.reach(db, case.id, service_id, [erasing.OWN_FILE]))
        for service_id in db.scalars(others)
    )


def _due(  # noqa: PLR0917
    actor: Actor, part: Part, start: date, period: Period, goes: Mapping[str, int], holds: Iterable[Hold]
) -> Due:
    on = [one for one in holds if one.part in {"", part.id}]
    own = next((one for one in on if one.service_id == actor.service_id), None)
    is_shared = part.held_by is HeldBy.BOTH
    elsewhere = is_shared and any(one.service_id != actor.service_id for one in on)
    return Due(part, start, after(start, period.months), period, goes, own, elsewhere)


def _start(db: Session, case: Case, closed: date | None, part: Part) -> date | None:
    if closed is None or part.starts is not Starts.AGREEMENT_END:
        return closed
    return max([closed, *_agreement_ends(db, case)])


def closing(db: Session, case: Case) -> date | None:
    """The day of the closing, or of the follow-up where it is later; None for an open case."""
    if case.closed_on is None:
        return None
    point = db.execute(
        select(TPoint.due_on, TPoint.pp_done_on, TPoint.vss_done_on).where(
            TPoint.case_id == case.id, TPoint.label == FOLLOW_UP
        )
    ).first()
    follow_up: list[date] = [day for day in point or () if day is not None]
    return max([case.closed_on, *follow_up])


def _agreement_ends(db: Session, case: Case) -> list[date]:
    statement = select(Agreement.ends_on, Agreement.terminated_on).where(
        Agreement.case_id == case.id, Agreement.in_force_from.is_not(None)
    )
    ends = (terminated_on or ends_on for ends_on, terminated_on in db.execute(statement))
    return [day for day in ends if day is not None]


def _period(part: Part, own: Mapping[str, RetentionPeriod], answers: Mapping[str, object]) -> Period:
    agreed = answers.get(part.ask) if part.ask else None
    if isinstance(agreed, int) and 1 <= agreed <= MOST_MONTHS:
        return Period(part, agreed, Source.AGREEMENT)
    if part.held_by is HeldBy.EACH and part.id in own:
        return Period(part, own[part.id].months, Source.SERVICE)
    return Period(part, part.months or 0, Source.CONTENT)


def _own_periods(db: Session, service_id: UUID) -> dict[str, RetentionPeriod]:
    statement = select(RetentionPeriod).where(RetentionPeriod.service_id == service_id)
    return {one.part: one for one in db.scalars(statement)}


def _cooperations(db: Session, service_id: UUID) -> list[UUID]:
    own = (Cooperation.pp_id == service_id) | (Cooperation.vss_id == service_id)
    return list(db.scalars(select(Cooperation.id).where(own)))


def _agreed(db: Session, cooperation_ids: Iterable[UUID]) -> Mapping[str, object]:
    """The answers of the organisation-level agreement that holds today; of several cooperations the longest time."""
    statement = select(Agreement.cooperation_id, Agreement.answers).where(
        Agreement.level == AgreementLevel.ORGANISATION,
        Agreement.case_id.is_(None),
        Agreement.cooperation_id.in_(cooperation_ids),
        Agreement.holds_today(),
    )
    rows = db.execute(statement.order_by(Agreement.in_force_from, Agreement.created_at))
    newest = {row.cooperation_id: row.answers for row in rows}
    found: dict[str, object] = {}
    asks = {part.ask for part in content.load().parts if part.ask}
    for answers in newest.values():
        for ask in asks & set(answers):
            said, known = answers[ask], found.get(ask)
            if isinstance(said, int) and (not isinstance(known, int) or said > known):
                found[ask] = said
    return found


def is_held() -> ColumnElement[bool]:
    """A hold that nobody has lifted, and whose last day is still to come."""
    last_day = func.coalesce(Hold.until, date(2200, 1, 1))
    return and_(Hold.lifted_at.is_(None), last_day >= clock.today())


def _holds(db: Session, case_id: UUID) -> list[Hold]:
    return list(db.scalars(select(Hold).where(Hold.case_id == case_id, is_held())))


def holds_on(db: Session, case_id: UUID, part: Part, service_id: UUID) -> bool:
    """Is a part kept by somebody who may keep it?"""
    return any(
        one.part in {"", part.id} and (part.held_by is HeldBy.BOTH or one.service_id == service_id)
        for one in _holds(db, case_id)
    )
