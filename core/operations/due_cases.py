"""The closed cases of a service in which something is due: found in one statement, however many cases it has had."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from core import access, clock, erasing
from core.access import Actor
from core.content import retention as content
from core.content.retention import HeldBy, Part, Starts
from core.models import Agreement, Case, Hold, TPoint
from core.operations import open_risks, retention, told_rows
from core.operations.open_risks import OpenRisk
from core.operations.retention import Due


@dataclass(frozen=True)
class DueCase:
    """A case in the list of those who answer for it: a code, days and numbers."""

    case: Case
    parts: tuple[Due, ...]
    #: What forbids to erase anything of it now.
    forbidding: frozenset[OpenRisk]


def list_due(db: Session, actor: Actor, *, most: int) -> list[DueCase]:
    """The closed cases of the actor's service with a part whose time is over, the oldest first, up to so many.

    A case with something open is in the list like the others, and says what. Raises NotAllowed for who does not answer
    for it.
    """
    over = [is_over for _, is_over in _parts(db, actor)]
    statement = (
        select(Case)
        .where(Case.id.in_(access.kept_case_ids(actor)), or_(*over))
        .order_by(Case.closed_on, Case.code)
        .limit(most)
    )
    found = ((case, retention.over_in(db, actor, case)) for case in db.scalars(statement).all())
    return [DueCase(case, parts, open_risks.forbidding(db, case)) for case, parts in found if parts]


def waiting(db: Session, actor: Actor) -> int:
    """In how many cases something is due and kept by no hold; none for who does not answer for it."""
    if not actor.kind.is_side or not actor.has(*access.OFFICES):
        return 0
    free = [and_(is_over, ~_is_on_hold(actor, part)) for part, is_over in _parts(db, actor)]
    kept = Case.id.in_(access.kept_case_ids(actor))
    return db.scalar(select(func.count()).select_from(Case).where(kept, or_(*free))) or 0


def _parts(db: Session, actor: Actor) -> Iterator[tuple[Part, ColumnElement[bool]]]:
    """Each part of a case, and whether in a case its time is over and the actor may be told of something in it."""
    of_cases = [period for period, _ in retention.periods(db, actor) if period.part.is_of_case]
    for period in of_cases:
        has_begun = _began_by(period.part, latest(period.months))
        yield period.part, and_(has_begun, told_rows.holds(actor, period.part.id))
    # What the rest stood on goes when there is no rest, at neither service.
    rest = or_(*(erasing.holding(period.part.id, None, {}) for period in of_cases))
    yield content.load().part(erasing.FRAME), and_(Case.closed_on <= clock.today(), ~rest)


def latest(months: int) -> date:
    """The last day from which so many months are over today."""
    found, day = retention.after(clock.today(), -months), timedelta(days=1)
    # The same day may be missing in a shorter month, which ends the time of several days at once.
    while retention.after(found + day, months) <= clock.today():
        found += day
    return found


def _began_by(part: Part, day: date) -> ColumnElement[bool]:
    """What begins the time of a part has happened by a day; see `retention.closing`."""
    follow_up = exists().where(
        TPoint.case_id == Case.id,
        TPoint.label == retention.FOLLOW_UP,
        or_(TPoint.due_on > day, TPoint.pp_done_on > day, TPoint.vss_done_on > day),
    )
    began = and_(Case.closed_on <= day, ~follow_up)
    if part.starts is not Starts.AGREEMENT_END:
        return began
    later = exists().where(
        Agreement.case_id == Case.id,
        Agreement.in_force_from.is_not(None),
        func.coalesce(Agreement.terminated_on, Agreement.ends_on) > day,
    )
    return and_(began, ~later)


def _is_on_hold(actor: Actor, part: Part) -> ColumnElement[bool]:
    holds = exists().where(Hold.case_id == Case.id, retention.is_held(), Hold.part.in_(("", part.id)))
    return holds if part.held_by is HeldBy.BOTH else holds.where(Hold.service_id == actor.service_id)
